"""A TCP proxy that breaks the line on purpose: cuts after byte N, black hole, slow line, replies of its own."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass

CAPTIVE_PAGE = (
    b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: 40\r\nConnection: close\r\n\r\n"
    b"<html><body>please log in</body></html>\r\n"[:40]
)
SERVER_ERROR = (
    b"HTTP/1.1 500 Internal Server Error\r\nContent-Type: text/plain\r\nX-Zonggui-Server: test\r\n"
    b"Content-Length: 4\r\nConnection: close\r\n\r\noops"
)
_BUSY_BODY = (
    '{"type":"about:blank","title":"服务器正忙","status":503,"detail":"服务器正忙","code":"server_busy","facts":{}}'
).encode()
BUSY = (
    b"HTTP/1.1 503 Service Unavailable\r\nContent-Type: application/problem+json\r\nX-Zonggui-Server: test\r\n"
    b"Content-Length: %d\r\nConnection: close\r\n\r\n" % len(_BUSY_BODY)
) + _BUSY_BODY


_RECEIVE_BUFFER_BYTES = 16 * 1024
"""Small, so that a slow line is felt by the sender and not swallowed by the system."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What to do to one connection. Everything off: pass it on unharmed."""

    cut_request_at: int | None = None
    cut_response_at: int | None = None
    reply_with: bytes | None = None
    """Answer by itself; the server never hears of it."""

    swallow: bool = False
    """Take everything, answer nothing, keep the connection open."""

    bytes_per_s: float | None = None


WHOLE = Fault()


class FaultProxy:
    """Listens on its own port and carries bytes to ``target``; ``plan`` says what happens to the next connections."""

    def __init__(self, target: tuple[str, int]) -> None:
        self._target = target
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _RECEIVE_BUFFER_BYTES)
        self._lock = threading.Lock()
        self._plan: list[Fault] = []
        self._default = WHOLE
        self._open: list[socket.socket] = []
        self._silenced: list[threading.Event] = []
        self.connections = 0
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        """Where clients should go."""
        return f"http://127.0.0.1:{self._listener.getsockname()[1]}"

    def plan(self, *faults: Fault, then: Fault = WHOLE) -> None:
        """The faults of the next connections, one each; ``then`` for all later ones. Open connections are closed."""
        with self._lock:
            self._plan, self._default = list(faults), then
            for one in self._open:
                _close(one)
            self._open.clear()

    def silence(self) -> None:
        """Every connection there is dies without a word: it stays open and carries nothing; new ones are well."""
        with self._lock:
            for one in self._silenced:
                one.set()

    def close(self) -> None:
        """Refuse connections from now on."""
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self.plan()
        self._thread.join(5)

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            with self._lock:
                fault = self._plan.pop(0) if self._plan else self._default
                self._open.append(client)
                self.connections += 1
            threading.Thread(target=self._serve, args=(client, fault), daemon=True).start()

    def _serve(self, client: socket.socket, fault: Fault) -> None:
        with contextlib.suppress(OSError):
            if fault.swallow:
                while client.recv(65536):
                    pass
                return
            if fault.reply_with is not None:
                client.recv(65536)
                client.sendall(fault.reply_with)
                client.shutdown(socket.SHUT_WR)
                while client.recv(65536):
                    pass
                return
            server = socket.create_connection(self._target)
            with self._lock:
                self._open.append(server)
                silent = threading.Event()
                self._silenced.append(silent)
            back = threading.Thread(
                target=_carry, args=(server, client, fault.cut_response_at, fault.bytes_per_s, silent), daemon=True
            )
            back.start()
            _carry(client, server, fault.cut_request_at, fault.bytes_per_s, silent)
            back.join(60)
        _close(client)


def _carry(
    source: socket.socket,
    target: socket.socket,
    cut_at: int | None,
    bytes_per_s: float | None,
    silent: threading.Event,
) -> None:
    """Copy until the end, or cut both ends after ``cut_at`` bytes."""
    carried = 0
    with contextlib.suppress(OSError):
        while piece := source.recv(4096 if bytes_per_s else 65536):
            if silent.is_set():
                continue
            if cut_at is not None and carried + len(piece) >= cut_at:
                target.sendall(piece[: cut_at - carried])
                _close(source)
                break
            target.sendall(piece)
            carried += len(piece)
            if bytes_per_s:
                time.sleep(len(piece) / bytes_per_s)  # this is the slow line itself, not a wait for a condition
    _close(target)


def _close(one: socket.socket) -> None:
    with contextlib.suppress(OSError):
        one.shutdown(socket.SHUT_RDWR)
    one.close()


@contextlib.contextmanager
def fault_proxy(url: str) -> Iterator[FaultProxy]:
    """A proxy before the server at ``http://host:port``."""
    host, _, port = url.removeprefix("http://").partition(":")
    proxy = FaultProxy((host, int(port)))
    try:
        yield proxy
    finally:
        proxy.close()
