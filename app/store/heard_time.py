"""The last time that the server told, kept for a start without it: this machine's clock is held against that.

It belongs to the machine and says nothing of anybody; it lies beside the accounts.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from app.store.number_file import find_number, write_number

_FILE = "server-time"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SECOND = timedelta(seconds=1)
_OFTEN = timedelta(minutes=1)


class HeardTime:
    """One for each data folder. Not thread-safe."""

    def __init__(self, data_folder: Path) -> None:
        self._path = data_folder / _FILE
        self._kept: datetime | None = None

    def find(self) -> datetime | None:
        """The time that was kept; None when nothing was, or it cannot be read."""
        number = find_number(self._path)
        try:
            return None if number is None else _EPOCH + number * _SECOND
        except OverflowError:
            return None

    def keep(self, said: datetime) -> None:
        """Keep what the server says, once a minute: less would not show a wrong clock, more would wear out the disk."""
        if said >= _EPOCH and (self._kept is None or abs(said - self._kept) >= _OFTEN):
            self._kept = said if write_number(self._path, (said - _EPOCH) // _SECOND) else None
