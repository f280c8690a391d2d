"""The mark beside a database: how many changes it has had.

A damaged write-ahead log, a copy put back from yesterday or a file that is gone all open without a word, only with
less inside. The mark is written after each change and not flushed: it may be behind the database, never ahead of it.
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from app.store.number_file import find_number, write_number

SUFFIX = ".mark"
_SUSPECT = ".suspect"


class Mark:
    """The two small files beside ``database``; a mark that cannot be read or written counts as none."""

    def __init__(self, database: Path) -> None:
        self._path = database.with_suffix(SUFFIX)
        self._suspect = database.with_suffix(_SUSPECT)

    def find(self) -> int | None:
        """The number of changes, if it is known."""
        return find_number(self._path)

    def write(self, number: int) -> None:
        """Remember the number of changes that the database has had."""
        write_number(self._path, number)

    @property
    def exists(self) -> bool:
        """Whether there was a database here, whatever the mark says."""
        return self._path.exists()

    @property
    def is_suspect(self) -> bool:
        """Whether a damaged page was met: the next opening looks at every page first."""
        return self._suspect.exists()

    def note_suspect(self, suspect: bool) -> None:
        """Say so, or that all is well."""
        with suppress(OSError):
            if suspect:
                self._suspect.touch(mode=0o600)
            else:
                self._suspect.unlink(missing_ok=True)
