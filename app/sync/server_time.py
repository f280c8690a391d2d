"""What time it is: by the server as soon as it was heard, by this machine's clock before that.

A workstation's clock may be wrong by years, and set while the program runs. Legal days, signatures and the time of
keeping follow the server's; between two answers only the time that passed counts, which nobody can set. After a start
without the server the last time heard from it is known (``HeardTime``): it is later than that now.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from app.store.heard_time import HeardTime

_WRONG_FROM = timedelta(minutes=2)
"""A clock that is off by less harms nobody; an answer may have been under way for a minute."""
_LONG_SILENCE = timedelta(days=30)
"""A counter that has not met its server for so long is rare: somebody must look at the date."""


def machine_time() -> datetime:
    """What this machine's clock says."""
    return datetime.now(UTC)


def passed_s() -> float:
    """Seconds that passed since some moment, asleep or awake."""
    boottime = getattr(time, "CLOCK_BOOTTIME", None)
    return time.monotonic() if boottime is None else time.clock_gettime(boottime)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockDoubt:
    """This machine's clock is ``off`` by so much, ahead or (negative) behind.

    ``certain``: measured against the server's time now; otherwise against the last time heard before this start, so
    that a clock ahead may be right after a long silence, and one behind is behind by more.
    """

    off: timedelta
    certain: bool


class ServerTime:
    """The server's time as far as it is known. Thread-safe.

    ``machine`` is this machine's clock, ``passed`` seconds from any beginning; ``kept`` remembers what the server said
    before this start. No time that counts is before that.
    """

    def __init__(
        self,
        machine: Callable[[], datetime] = machine_time,
        passed: Callable[[], float] = passed_s,
        kept: HeardTime | None = None,
    ) -> None:
        self._machine = machine
        self._passed = passed
        self._kept = kept
        self._lock = threading.Lock()
        self._heard: tuple[datetime, float] | None = None
        before = kept.find() if kept else None
        self._before = None if before is None else (before, passed())

    def now(self) -> datetime:
        """The time that counts."""
        with self._lock:
            return self._now()

    def _now(self) -> datetime:
        if self._heard is not None:
            return self._since(self._heard)
        return max(self._machine(), self._since(self._before)) if self._before else self._machine()

    def _since(self, moment: tuple[datetime, float]) -> datetime:
        said, then = moment
        return said + timedelta(seconds=self._passed() - then)

    def seconds(self) -> float:
        """The same in seconds since 1970."""
        return self.now().timestamp()

    def passed(self) -> float:
        """Seconds from any beginning; nobody can set them, so two of them tell how long something took."""
        return self._passed()

    def hear(self, text: str) -> None:
        """Take the server's word (ISO 8601 with a zone); anything else is no word."""
        try:
            said = datetime.fromisoformat(text)
        except ValueError:
            return
        if said.tzinfo is not None:
            with self._lock:
                self._heard = (said, self._passed())
                if self._kept:
                    self._kept.keep(said)

    @property
    def doubt(self) -> ClockDoubt | None:
        """How wrong this machine's clock is or may be; None while it is right enough or nothing is known."""
        with self._lock:
            against = self._heard or self._before
            if against is None:
                return None
            off = self._machine() - self._since(against)
            certain = self._heard is not None
        most = _WRONG_FROM if certain or off < timedelta() else _LONG_SILENCE
        return ClockDoubt(off=off, certain=certain) if abs(off) >= most else None
