"""Shared memory between processes: frames are whole or gone, blobs come once, nothing stays behind."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from hardware.frames import (
    SEGMENT_LIMIT_BYTES,
    BlobShelf,
    FrameRing,
    find_ring,
    remove_orphans,
    remove_segments,
    segment_prefix,
    take_blob,
)

PREFIX = segment_prefix(os.getpid(), 77)
SHARED_MEMORY = Path("/dev/shm")

WRITER = """
import sys
from hardware.frames import FrameRing
ring = FrameRing(prefix=sys.argv[1], number=1, frame_bytes=100_000)
print(ring.name, flush=True)
sys.stdin.readline()
for sequence in range(1, 3001):
    slot = ring.open_slot(sequence)
    slot[:] = bytes([sequence % 251]) * 100_000
    ring.seal_slot(sequence)
print("done", flush=True)
sys.stdin.readline()
"""


@pytest.fixture(autouse=True)
def _clean() -> Iterator[None]:
    yield
    remove_segments(PREFIX)


def names() -> set[str]:
    return {path.name for path in SHARED_MEMORY.glob(f"{PREFIX}*")}


def write(ring: FrameRing, sequence: int, content: bytes) -> int:
    ring.open_slot(sequence)[: len(content)] = content
    return ring.seal_slot(sequence)


def test_im_5a_frames_that_another_process_writes_are_whole_or_gone() -> None:
    command = [sys.executable, "-c", WRITER, PREFIX]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as writer:
        assert writer.stdin is not None
        assert writer.stdout is not None
        ring = find_ring(writer.stdout.readline().decode().strip())
        assert ring is not None
        writer.stdin.write(b"go\n")
        writer.stdin.flush()
        seen = 0
        for sequence in range(1, 3001):
            view = ring.find_frame(slot=sequence % 4, sequence=sequence, size=100_000)
            if view is None:
                continue
            copy = bytes(view)
            # Whole if it is still there after the copy was made: that is the promise of the ring.
            if ring.find_frame(slot=sequence % 4, sequence=sequence, size=100_000) is not None:
                assert copy == bytes([sequence % 251]) * 100_000
                seen += 1
        assert writer.stdout.readline() == b"done\n"
        last = ring.find_frame(slot=3000 % 4, sequence=3000, size=100_000)
        assert last is not None
        assert bytes(last) == bytes([3000 % 251]) * 100_000
        writer.stdin.close()


def test_im_5a_a_frame_lives_for_three_more_and_is_then_gone() -> None:
    ring = FrameRing(prefix=PREFIX, number=1, frame_bytes=10)
    reader = find_ring(ring.name)
    assert reader is not None
    slot = write(ring, 1, b"frame no 1")

    for sequence in (2, 3, 4):
        write(ring, sequence, b"later one ")
        assert bytes(reader.find_frame(slot=slot, sequence=1, size=10) or b"") == b"frame no 1"

    ring.open_slot(5)
    assert reader.find_frame(slot=slot, sequence=1, size=10) is None


def test_K9_a_view_can_only_be_read_and_outlives_the_ring_but_not_its_pictures() -> None:
    ring = FrameRing(prefix=PREFIX, number=1, frame_bytes=10)
    reader = find_ring(ring.name)
    assert reader is not None
    slot = write(ring, 1, b"frame no 1")
    view = reader.find_frame(slot=slot, sequence=1, size=10)
    assert view is not None

    ring.remove()
    del ring, reader

    assert view.readonly
    assert bytes(view) == bytes(10)
    assert names() == set()


@pytest.mark.parametrize(("slot", "sequence", "size"), [(4, 4, 10), (-1, 3, 10), (1, 1, 11), (1, 1, 0), (1, 0, 5)])
def test_numbers_that_cannot_be_true_find_nothing(slot: int, sequence: int, size: int) -> None:
    ring = FrameRing(prefix=PREFIX, number=1, frame_bytes=10)
    write(ring, 1, b"frame no 1")
    reader = find_ring(ring.name)
    assert reader is not None

    assert reader.find_frame(slot=slot, sequence=sequence, size=size) is None


@pytest.mark.parametrize(
    "name",
    [
        "",
        "../../etc/passwd",
        "zonggui-1-1-ring1-0x0",
        "zonggui-1-1-ring1-99x999999999",
        pytest.param(f"{PREFIX}ring1-4x9\n", id="ours-with-a-line-end"),  # named: it holds the number of the process
        "\x00",
    ],
)
def test_names_that_are_none_of_ours_are_not_opened(name: str) -> None:
    assert find_ring(name) is None
    assert take_blob(name, 10) is None


def test_a_ring_of_another_size_than_its_name_says_is_not_opened() -> None:
    name = f"{PREFIX}ring9-4x1000"
    (SHARED_MEMORY / name).write_bytes(b"short")

    assert find_ring(name) is None


def test_a_blob_is_taken_once_and_whole() -> None:
    shelf = BlobShelf(prefix=PREFIX)
    name = shelf.put(b"a page" * 10_000)

    assert take_blob(name, 60_000) == b"a page" * 10_000
    assert take_blob(name, 60_000) is None
    shelf.release(name)
    shelf.release("unknown")


@pytest.mark.parametrize("size", [0, -1, 5, 7, SEGMENT_LIMIT_BYTES + 1])
def test_a_blob_of_another_size_than_told_is_not_taken(size: int) -> None:
    shelf = BlobShelf(prefix=PREFIX)
    name = shelf.put(b"a page")

    assert take_blob(name, size) is None
    shelf.clear()
    assert names() == set()


def test_segments_are_for_this_user_only() -> None:
    name = BlobShelf(prefix=PREFIX).put(b"private")

    assert (SHARED_MEMORY / name).stat().st_mode & 0o077 == 0


def test_a_name_left_by_a_host_of_the_same_number_is_taken_over() -> None:
    (SHARED_MEMORY / f"{PREFIX}blob1").write_bytes(b"left behind")

    name = BlobShelf(prefix=PREFIX).put(b"new")

    assert take_blob(name, 3) == b"new"


def test_what_dead_hosts_left_is_removed_and_what_living_ones_use_stays() -> None:
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        process.wait()
    orphan = SHARED_MEMORY / f"{segment_prefix(process.pid, 1)}blob1"
    orphan.write_bytes(b"left behind")
    name = BlobShelf(prefix=PREFIX).put(b"in use")

    remove_orphans()

    assert not orphan.exists()
    assert take_blob(name, 6) == b"in use"


def test_no_tracker_process_is_started_and_nothing_is_said_at_the_end() -> None:
    script = (
        "import sys; from hardware.frames import *\n"
        f"ring = FrameRing(prefix={PREFIX!r}, number=3, frame_bytes=10); find_ring(ring.name)\n"
        "assert 'multiprocessing.resource_tracker' not in sys.modules"
    )

    done = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True, text=True)

    assert done.stderr == ""
    assert names() == {f"{PREFIX}ring3-4x10"}
