"""Connections before they have asked anything: how many there may be, and how long one may say nothing."""

from __future__ import annotations

import asyncio
import ipaddress
import sys
from collections import Counter
from typing import Any, cast

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

HEAD_TIMEOUT_S = 20
"""A whole request head must be here within this time, however slowly it comes; on 64 kbit/s it takes a tenth of 1 s."""

READ_TIMEOUT_S = 30
"""A client that has not read a byte of its answer for so long is cut off; on a slow line it reads some."""

MOST_CONNECTIONS = 8192
"""Five for each of 1,639 counters. One that says nothing costs a file handle and some KB for ``HEAD_TIMEOUT_S``."""

MOST_OF_ONE_ADDRESS = 1024
"""Two hundred counters behind one address that is not named as a gateway."""

_OTHER_FILES = 1024
_open: Counter[str] = Counter()
"""Connections by address, in this process."""


class Connection(H11Protocol):
    """uvicorn's connection, closed when it is one too many or a request head does not come in time.

    uvicorn itself closes a connection that is silent after a reply, but neither one that never speaks nor one that
    begins a request and stops in the middle of its head.
    """

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._impatience: asyncio.TimerHandle | None = None
        self._address = ""
        self._unread: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The client is there: from now on it must ask."""
        stream = cast("asyncio.Transport", transport)  # a server's connection is always a stream
        super().connection_made(stream)
        self._address = (stream.get_extra_info("peername") or ("",))[0]
        _open[self._address] += 1
        too_many = _open[self._address] > MOST_OF_ONE_ADDRESS and not self._is_gateway()
        if len(self.connections) > MOST_CONNECTIONS or too_many:
            stream.abort()
        else:
            self._watch()

    def data_received(self, data: bytes) -> None:
        """A part of a request."""
        super().data_received(data)
        self._watch()

    def connection_lost(self, exc: Exception | None) -> None:
        """The client is gone."""
        self._rest()
        self._stop_waiting()
        _open[self._address] -= 1
        if not _open[self._address]:
            del _open[self._address]
        super().connection_lost(exc)

    def pause_writing(self) -> None:
        """The client does not read as fast as we write: from now on it must read something now and then."""
        super().pause_writing()
        self._wait_for_reader(sys.maxsize)

    def resume_writing(self) -> None:
        """It has read."""
        self._stop_waiting()
        super().resume_writing()

    def _wait_for_reader(self, before: int) -> None:
        self._stop_waiting()
        left = self.transport.get_write_buffer_size()
        if left >= before:
            self.transport.abort()
        else:
            self._unread = self.loop.call_later(READ_TIMEOUT_S, self._wait_for_reader, left)

    def _stop_waiting(self) -> None:
        if self._unread is not None:
            self._unread.cancel()
            self._unread = None

    def _is_gateway(self) -> bool:
        """Whether a gateway holds the line for many; then it keeps each of them to their share."""
        allowed = self.config.forwarded_allow_ips
        networks = [] if isinstance(allowed, str) or allowed is None else allowed
        try:
            return any(ipaddress.ip_address(self._address) in ipaddress.ip_network(one) for one in networks)
        except ValueError:
            return False

    def _watch(self) -> None:
        """Let the time run while a head is awaited; more bytes of the same head do not prolong it."""
        if self.conn.their_state is not h11.IDLE:
            self._rest()
        elif self._impatience is None:
            self._impatience = self.loop.call_later(HEAD_TIMEOUT_S, self.timeout_keep_alive_handler)

    def _rest(self) -> None:
        if self._impatience is not None:
            self._impatience.cancel()
            self._impatience = None


def allow_connections() -> None:
    """Let this process have so many files open, as far as the system permits (Windows sets no such limit)."""
    if sys.platform == "win32":
        return
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MOST_CONNECTIONS + _OTHER_FILES
    if hard != resource.RLIM_INFINITY:
        wanted = min(wanted, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
