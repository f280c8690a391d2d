"""Who only holds the line keeps nobody out."""

from __future__ import annotations

import asyncio
import threading
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import suppress

import anyio
import httpx2
import pytest
from starlette.types import Receive, Scope, Send
from uvicorn import Config
from uvicorn.server import ServerState

from domain.wire.envelope import SERVER_HEADER
from server.http import connections, turns
from tests.server.world import World

Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
ASK = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\n"
_SOON_S = 10
"""Well before the head of a request is due."""


async def _echo(_scope: Scope, receive: Receive, send: Send) -> None:
    body = (await receive())["body"]
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"1")]})
    await send({"type": "http.response.body", "body": body})


async def _talk(*talks: Talk) -> None:
    """Hold each talk over a connection of its own, one after the other; all stay open until the last has ended."""
    config, state = Config(_echo, log_config=None, lifespan="off"), ServerState()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: connections.Connection(config, state, {}), "127.0.0.1", 0)
    opened = []
    try:
        for talk in talks:
            reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
            opened.append(writer)
            async with asyncio.timeout(_SOON_S):
                await talk(reader, writer)
    finally:
        for writer in opened:
            writer.close()
        server.close()


async def _ask(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(ASK)
    await asyncio.sleep(0.2)  # a body may come later than a head may
    writer.write(b"x")
    assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 200")
    assert await reader.readexactly(1) == b"x"


async def _say_nothing(reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
    assert await reader.read() == b""


async def _trickle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """One letter of a head after the other, for ever."""
    ended = asyncio.create_task(reader.read())
    writer.write(b"GET /")
    while not ended.done():
        writer.write(b"x")
        await asyncio.sleep(0.01)
    with suppress(ConnectionResetError):  # a letter was still on its way to the closed end
        assert await ended == b""


async def _stop_after_a_request(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await _ask(reader, writer)
    writer.write(b"G")
    assert await reader.read() == b""


@pytest.mark.parametrize("talk", [_say_nothing, _trickle, _stop_after_a_request])
def test_a_connection_that_does_not_ask_is_closed(talk: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "HEAD_TIMEOUT_S", 0.1)

    asyncio.run(_talk(talk))


def test_a_request_may_take_longer_than_its_head(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "HEAD_TIMEOUT_S", 0.1)

    asyncio.run(_talk(_ask))


def test_one_connection_too_many_is_hung_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "MOST_CONNECTIONS", 2)

    asyncio.run(_talk(_ask, _ask, _say_nothing))


def test_more_requests_than_can_be_answered_in_time_are_told_to_come_later(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(turns, "MOST_WAITING", 3)
    free = threading.Event()
    monkeypatch.setattr("server.http.progress.find_progress", lambda *_: free.wait(60) and None)
    replies: list[httpx2.Response] = []

    async def flood() -> None:
        transport = httpx2.ASGITransport(app=world.client.app)

        async def ask() -> None:
            replies.append(await client.get("/v1/progress/x/y"))

        async with (
            httpx2.AsyncClient(transport=transport, base_url="http://server.test", timeout=60) as client,
            anyio.create_task_group() as group,
        ):
            threads = int(anyio.to_thread.current_default_thread_limiter().total_tokens)
            for _ in range(threads + 3 + 2):
                group.start_soon(ask)
                await anyio.wait_all_tasks_blocked()
            free.set()

    anyio.run(flood)

    declined = [reply for reply in replies if reply.status_code == 503]
    assert Counter(reply.status_code for reply in replies)[404] == len(replies) - 2
    assert [reply.json()["code"] for reply in declined] == ["server_busy"] * 2
    assert {reply.headers["content-type"] for reply in declined} == {"application/problem+json"}
    assert all(reply.headers[SERVER_HEADER] and reply.headers["retry-after"] for reply in declined)


def test_S9_one_address_cannot_hold_all_connections(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "MOST_OF_ONE_ADDRESS", 2)

    asyncio.run(_talk(_ask, _ask, _say_nothing))


def test_S9_one_address_cannot_fill_the_queue(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns, "REQUESTS_OF_ONE_ADDRESS", 3)
    free = threading.Event()
    monkeypatch.setattr("server.http.progress.find_progress", lambda *_: free.wait(60) and None)
    replies: dict[str, list[int]] = {"10.0.0.1": [], "10.0.0.2": []}

    async def flood() -> None:
        async def ask(address: str) -> None:
            transport = httpx2.ASGITransport(app=world.client.app, client=(address, 5000))
            async with httpx2.AsyncClient(transport=transport, base_url="http://server.test", timeout=60) as client:
                replies[address].append((await client.get("/v1/progress/x/y")).status_code)

        async with anyio.create_task_group() as group:
            for address in ["10.0.0.1"] * 5 + ["10.0.0.2"]:
                group.start_soon(ask, address)
                await anyio.wait_all_tasks_blocked()
            free.set()

    anyio.run(flood)

    assert sorted(replies["10.0.0.1"]) == [404, 404, 404, 503, 503]
    assert replies["10.0.0.2"] == [404]
