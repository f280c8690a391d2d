"""Who waits for what: logins for a core, everything else for one of the shared threads; and how many may wait.

A login that waits holds no shared thread, and a body that trickles in waits for neither.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import TypeVar

from anyio import CapacityLimiter, to_thread
from anyio.lowlevel import RunVar
from anyio.to_thread import current_default_thread_limiter

from domain.refusals import Refusal, RefusalCode
from server.http.requests import DeclinedError

T = TypeVar("T")

_CORES = os.cpu_count() or 1
_AT_ONCE = 2 * _CORES
"""While as many passwords as there are cores are hashed, as many logins speak to the database."""

MOST_LOGINS_WAITING = 256 * _CORES
"""Who is let wait is answered in time: a core of an old machine hashes ten passwords a second, so the last one waits
26 s, and clients give up after 30 s. At 8 o'clock 1,639 counters log in within three minutes, 9 a second: two such
cores do 20, and even when a power cut brings a third of all counters at the same moment, nobody is turned away."""

MOST_WAITING = 1024
"""A core answers some 200 requests a second, so the last one waits 5 s; after so long a declined one comes again."""

LOGINS_OF_ONE_ADDRESS = 128
REQUESTS_OF_ONE_ADDRESS = 256
"""A single address may fill a quarter of a queue, never all of it. Counters behind a gateway that the settings do not
name are one address; so many at the same moment are a whole county's."""

_limiter: RunVar[CapacityLimiter] = RunVar("zonggui_logins")


async def in_turn(act: Callable[[], T]) -> T:
    """The result of ``act`` in a thread, when its turn comes. Declines with SERVER_BUSY when too many are waiting."""
    limiter = _limiter.get(None)
    if limiter is None:
        limiter = CapacityLimiter(_AT_ONCE)
        _limiter.set(limiter)
    _check_queue(limiter, MOST_LOGINS_WAITING)
    return await to_thread.run_sync(act, limiter=limiter)


class Shares:
    """How much of a queue each address holds."""

    def __init__(self) -> None:
        self._held: Counter[str] = Counter()

    @contextmanager
    def hold(self, address: str, most: int) -> Iterator[None]:
        """Hold one place. Declines with SERVER_BUSY when the address holds its share already."""
        if self._held[address] >= most:
            raise DeclinedError(Refusal(code=RefusalCode.SERVER_BUSY))
        self._held[address] += 1
        try:
            yield
        finally:
            self._held[address] -= 1
            if not self._held[address]:
                del self._held[address]


_logins, _requests = Shares(), Shares()


def login_share(address: str) -> AbstractContextManager[None]:
    """A login of this address, from its body to its answer."""
    return _logins.hold(address, LOGINS_OF_ONE_ADDRESS)


def request_share(address: str) -> AbstractContextManager[None]:
    """A request of this address, from its head to its answer."""
    return _requests.hold(address, REQUESTS_OF_ONE_ADDRESS)


def check_room() -> None:
    """Decline with SERVER_BUSY when too many requests wait for a shared thread."""
    _check_queue(current_default_thread_limiter(), MOST_WAITING)


def _check_queue(limiter: CapacityLimiter, most: int) -> None:
    if limiter.statistics().tasks_waiting >= most:
        raise DeclinedError(Refusal(code=RefusalCode.SERVER_BUSY))
