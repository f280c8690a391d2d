"""Connections to the server: how they are made, and whether one that was kept is still there."""

from __future__ import annotations

import contextlib
import logging
import socket
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from app.sync.pace import Pace
from app.sync.reply import LineFault, Question, exchange
from app.sync.server_time import ServerTime

if TYPE_CHECKING:
    import requests

_SEND_BUFFER_BYTES = 128 * 1024
_IDLE_S = 2.0
"""A connection that was not used for so long is tried first."""
_PROBE_S = 1.5
"""So long the answer to the trial may take; a busy server or a slow line then only costs a new connection."""
_SILENT_MS = 20_000
"""So long what was sent may go without any sign that it arrived."""


class Connections:
    """One HTTP session for each thread. A line that changed while nobody spoke (sleep, VPN) costs seconds."""

    def __init__(self, make: Callable[[], requests.Session], time: ServerTime, pace: Pace) -> None:
        self._make = make
        self._pace = pace
        self._time = time
        self._of_thread = threading.local()

    def session(self, address: str) -> requests.Session:
        """The session of this thread, with no dead connection to ``address``."""
        kept = self._of_thread
        if not hasattr(kept, "session"):
            kept.session, kept.used = self._make(), {}
        session: requests.Session = kept.session
        used = kept.used.get(address)
        if used is not None and self._time.passed() - used > _IDLE_S and not self._answers(session, address):
            session.close()  # its connections; the next request makes another
        return session

    def note_used(self, address: str) -> None:
        """An answer came from there just now."""
        self._of_thread.used[address] = self._time.passed()

    def _answers(self, session: requests.Session, address: str) -> bool:
        with contextlib.suppress(LineFault):
            question = Question(method="GET", path="/v1/clock", timeout_s=_PROBE_S)
            exchange(session, address, question, self._time, self._pace)
            return True
        return False


def make_session(*, ca_file: str | None, use_system_proxy: bool) -> requests.Session:
    """A session for one thread. No cookies, no redirects, no compression, no proxy unless configured.

    Of the environment only proxies are taken: never a ``.netrc`` in place of the token, nor other authorities.
    """
    import requests
    from requests.adapters import HTTPAdapter
    from requests.utils import get_environ_proxies

    class _SmallBuffers(HTTPAdapter):
        """A small send buffer: what is handed over is nearly sent, so that the read timeout starts after sending.

        With the system's buffer of several MB a page would wait there for minutes on a line of 64 kbit/s (IM-3).
        """

        def init_poolmanager(self, *arguments: Any, **options: Any) -> None:
            options["socket_options"] = _socket_options()
            super().init_poolmanager(*arguments, **options)

    logging.getLogger("urllib3").setLevel(logging.ERROR)  # what it warns of leaves here as a typed fault

    class _Session(requests.Session):
        def merge_environment_settings(self, url: Any, proxies: Any, *others: Any) -> Any:
            found = get_environ_proxies(url) if use_system_proxy else {}
            return super().merge_environment_settings(url, {**found, **(proxies or {})}, *others)

    session = _Session()
    session.trust_env = False
    if ca_file:
        session.verify = ca_file
    session.headers.update({"User-Agent": "zonggui", "Accept-Encoding": "identity"})
    for scheme in ("http://", "https://"):
        session.mount(scheme, _SmallBuffers(max_retries=0))
    return session


def _socket_options() -> list[tuple[int, int, int]]:
    """Small buffers; and an end to a connection that died in silence, as far as the system knows how."""
    wanted = (
        ("TCP_NODELAY", 1),
        ("TCP_KEEPIDLE", 10),
        ("TCP_KEEPINTVL", 5),
        ("TCP_KEEPCNT", 2),
        ("TCP_USER_TIMEOUT", _SILENT_MS),
    )
    of_tcp = [(socket.IPPROTO_TCP, getattr(socket, name), value) for name, value in wanted if hasattr(socket, name)]
    of_socket = [
        (socket.SOL_SOCKET, socket.SO_SNDBUF, _SEND_BUFFER_BYTES),
        (socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1),
    ]
    return of_tcp + of_socket
