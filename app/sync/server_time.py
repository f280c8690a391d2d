"""What time it is: by the server as soon as it was heard, by this machine's clock before that.

A workstation's clock may be wrong by years, and set while the program runs. Legal days, signatures and the time of
keeping follow the server's; between two answers only the time that passed counts, which nobody can set.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

_WRONG_FROM = timedelta(minutes=2)
"""A clock that is off by less harms nobody; an answer may have been under way for a minute."""


def machine_time() -> datetime:
    """What this machine's clock says."""
    return datetime.now(UTC)


def passed_s() -> float:
    """Seconds that passed since some moment, asleep or awake."""
    boottime = getattr(time, "CLOCK_BOOTTIME", None)
    return time.monotonic() if boottime is None else time.clock_gettime(boottime)


class ServerTime:
    """The server's time as far as it is known. Thread-safe.

    ``machine`` is this machine's clock, ``passed`` seconds from any beginning.
    """

    def __init__(self, machine: Callable[[], datetime] = machine_time, passed: Callable[[], float] = passed_s) -> None:
        self._machine = machine
        self._passed = passed
        self._lock = threading.Lock()
        self._heard: tuple[datetime, float] | None = None

    def now(self) -> datetime:
        """The time that counts."""
        with self._lock:
            if self._heard is None:
                return self._machine()
            said, then = self._heard
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

    @property
    def machine_is_ahead_by(self) -> timedelta:
        """How far this machine's clock is ahead of the server's, negative when behind; zero while it is right enough
        or the server was not heard.
        """
        with self._lock:
            known = self._heard is not None
        off = self._machine() - self.now() if known else timedelta()
        return off if abs(off) >= _WRONG_FROM else timedelta()
