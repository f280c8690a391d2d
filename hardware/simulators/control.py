"""How a simulator is told what to do: one JSON object per line over loopback TCP, one answer per command.

Answers are ``{"ok": true, …}`` or ``{"ok": false, "error": "…"}`` with a Chinese text.
"""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import Awaitable, Callable, Mapping

_MAX_LINE = 8_000_000
_CALL_S = 30.0

Handler = Callable[[Mapping[str, object]], Awaitable[dict[str, object]]]


class ControlError(Exception):
    """The simulator cannot be reached or its answer makes no sense. The text is Chinese."""


class ControlServer:
    """Listens on a free loopback port. ``handler`` may raise the errors named in ``refusals``; their text is sent."""

    def __init__(self, handler: Handler, *, refusals: tuple[type[Exception], ...]) -> None:
        self._handler = handler
        self._refusals = refusals
        self._server: asyncio.Server | None = None
        self._open: set[asyncio.StreamWriter] = set()
        self.address = ""

    async def start(self) -> None:
        """Begin to listen; ``address`` is ``host:port`` from then on."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0, limit=_MAX_LINE)
        host, port = self._server.sockets[0].getsockname()[:2]
        self.address = f"{host}:{port}"

    async def stop(self) -> None:
        """Close the listener and every connection."""
        if self._server is not None:
            self._server.close()
        for writer in tuple(self._open):
            writer.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open.add(writer)
        try:
            while line := await reader.readline():
                answer = await self._answer(line)
                writer.write(json.dumps(answer).encode() + b"\n")
                await writer.drain()
        except (OSError, ValueError):
            return  # the other side went away, or sent a line beyond every measure
        finally:
            self._open.discard(writer)
            writer.close()

    async def _answer(self, line: bytes) -> dict[str, object]:
        try:
            command = json.loads(line)
        except (ValueError, RecursionError):
            return {"ok": False, "error": "命令不是 JSON"}
        if not isinstance(command, dict):
            return {"ok": False, "error": "命令应为 JSON 对象"}
        try:
            return {"ok": True, **await self._handler(command)}
        except self._refusals as refusal:
            return {"ok": False, "error": str(refusal)}


def call(address: str, command: Mapping[str, object]) -> dict[str, object]:
    """Give one command to the simulator at ``host:port`` and wait for its answer. Raises ControlError."""
    host, _, port = address.rpartition(":")
    try:
        with socket.create_connection((host, int(port)), timeout=_CALL_S) as connection:
            connection.sendall(json.dumps(command).encode() + b"\n")
            with connection.makefile("rb") as lines:
                answer = json.loads(lines.readline())
    except (OSError, ValueError) as error:
        raise ControlError(f"无法连接模拟器({address}),请先运行 zonggui-sim run") from error
    if not isinstance(answer, dict):
        raise ControlError("模拟器的回答无法识别")
    return answer
