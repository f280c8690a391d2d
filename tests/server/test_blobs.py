"""Uploads are hostile until their hash says otherwise."""

from __future__ import annotations

import hashlib
import os
import threading
from collections.abc import Iterator
from pathlib import Path

import anyio
import httpx2
import pytest

from domain.wire.blobs import MAX_BLOB_BYTES
from server.storage.blobs import BlobFolder
from tests.helpers.noise import ExpectedNoise
from tests.helpers.pictures import a_jpeg
from tests.server.world import JPEG, World, sha256


def _files(world: World) -> list[str]:
    folder = world.installation.settings.data / "blobs"
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


def test_a_page_is_kept_once_under_its_hash(world: World) -> None:
    clerk = world.as_user("wangfang")
    name = sha256(JPEG)

    before = clerk.send("HEAD", f"/blobs/{name}")
    first = clerk.send("PUT", f"/blobs/{name}", content=JPEG)
    second = clerk.send("PUT", f"/blobs/{name}", content=JPEG)
    after = clerk.send("HEAD", f"/blobs/{name}")

    assert (before.status_code, first.status_code, second.status_code, after.status_code) == (404, 201, 200, 200)
    assert first.json() == second.json() == {"sha256": name, "size_bytes": len(JPEG)}
    assert after.headers["x-size-bytes"] == str(len(JPEG))
    assert _files(world) == [name]


def test_bytes_of_another_hash_are_not_kept(world: World) -> None:
    reply = world.as_user("wangfang").send("PUT", f"/blobs/{sha256(b'a')}", content=b"b")

    assert (reply.status_code, reply.json()["code"]) == (422, "page_damaged")
    assert _files(world) == []


@pytest.mark.parametrize(
    "name", ["0" * 63, "0" * 65, "A" * 64, "..", "%2e%2e%2f" * 8, "..%2f..%2fserver.key", "%00" * 64, "0" * 63 + "%0a"]
)
def test_a_name_that_is_no_hash_is_refused(world: World, name: str) -> None:
    clerk = world.as_user("wangfang")

    for method in ("PUT", "HEAD"):
        reply = clerk.send(method, f"/blobs/{name}", content=b"x" if method == "PUT" else None)
        assert reply.status_code in (400, 404, 405)
    assert _files(world) == []


def test_too_large_is_refused_before_reading(world: World) -> None:
    clerk = world.as_user("wangfang")
    read = []

    def body() -> Iterator[bytes]:
        read.append(1)
        yield b"x"

    headers = {"Content-Length": str(MAX_BLOB_BYTES + 1)}
    reply = clerk.send("PUT", "/blobs/" + "0" * 64, headers=headers, content=body())

    assert (reply.status_code, reply.json()["code"]) == (413, "request_too_large")
    assert reply.json()["facts"] == {"limit": str(MAX_BLOB_BYTES)}
    assert _files(world) == []


def test_an_unannounced_flood_is_cut_off(world: World) -> None:
    clerk = world.as_user("wangfang")
    chunk = bytes(1024 * 1024)

    reply = clerk.send("PUT", "/blobs/" + "0" * 64, content=(chunk for _ in range(17)))

    assert (reply.status_code, reply.json()["code"]) == (413, "request_too_large")
    assert _files(world) == []


def test_the_largest_page_passes(world: World) -> None:
    empty = a_jpeg(b".", size_bytes=MAX_BLOB_BYTES - 2000)
    page = empty[:2] + b"\xff" * (MAX_BLOB_BYTES - len(empty)) + empty[2:]  # fill bytes before a marker are allowed

    reply = world.as_user("wangfang").send("PUT", f"/blobs/{hashlib.sha256(page).hexdigest()}", content=page)

    assert reply.status_code == 201


def test_nobody_sends_without_a_token(world: World) -> None:
    reply = world.client.put(f"/v1/blobs/{sha256(JPEG)}", content=JPEG)

    assert reply.status_code == 401
    assert _files(world) == []


def test_a_full_disk_is_the_servers_trouble_not_the_clerks(
    world: World, monkeypatch: pytest.MonkeyPatch, expected_noise: ExpectedNoise
) -> None:
    expected_noise.log("blob not kept: ENOSPC", reason="an administrator must hear of it")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("server.storage.blobs.os.fsync", full)
    reply = world.as_user("wangfang").send("PUT", f"/blobs/{sha256(JPEG)}", content=JPEG)

    assert (reply.status_code, reply.json()["code"]) == (503, "server_busy")
    assert reply.headers["retry-after"] == "5"
    assert _files(world) == []


def test_a_disk_without_room_for_the_last_bytes_keeps_no_half_page(world: World) -> None:
    writer = BlobFolder(world.installation.settings.data / "blobs").begin(sha256(JPEG))
    with Path("/dev/full").open("wb") as full:
        os.dup2(full.fileno(), writer._file.fileno())  # every write that reaches the disk fails from now on
    writer.write(JPEG)

    with pytest.raises(OSError, match="No space left"):
        writer.drop()

    assert _files(world) == []


def test_half_an_upload_is_swept_at_the_next_start(world: World) -> None:
    writer = world.installation.blobs.begin(sha256(JPEG))
    writer.write(JPEG[:10])
    assert len(_files(world)) == 1
    world.installation.blobs.sweep()  # a second server must not sweep what the first is taking in (S12)
    assert len(_files(world)) == 1

    for path in (world.installation.settings.data / "blobs/incoming").iterdir():
        os.utime(path, (0, 0))
    world.installation.blobs.sweep()
    writer.drop()

    assert _files(world) == []


def test_4_14_a_slow_disk_holds_up_no_other_counter(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Bytes are hashed and written on threads: the loop that serves everybody goes on."""
    turning, writing = threading.Event(), threading.Event()

    def slow(*_: object) -> None:
        writing.set()
        assert turning.wait(60)

    monkeypatch.setattr("server.storage.blobs._IncomingFile.write", slow)
    headers = {"Authorization": f"Bearer {world.as_user('wangfang').token}"}
    statuses = []

    async def upload_and_ask() -> None:
        transport = httpx2.ASGITransport(app=world.client.app)
        async with (
            httpx2.AsyncClient(transport=transport, base_url="http://server.test", timeout=60) as client,
            anyio.create_task_group() as group,
        ):
            group.start_soon(lambda: client.put(f"/v1/blobs/{sha256(JPEG)}", content=JPEG, headers=headers))
            try:
                with anyio.fail_after(20):
                    await anyio.to_thread.run_sync(writing.wait, 15)
                    statuses.append((await client.get("/v1/clock")).status_code)
                    statuses.append((await client.get("/v1/me", headers=headers)).status_code)
            finally:
                turning.set()

    anyio.run(upload_and_ask)

    assert statuses == [200, 200]
