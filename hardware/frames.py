"""Shared memory between device host and client: a ring of preview frames, and one-shot blobs for captured pages.

``multiprocessing.shared_memory`` is not used: on Python 3.11 it starts a tracker process in every process that
touches a segment, and that tracker unlinks what others still use. On Linux a segment is a file of the memory file
system that ``shm_open`` uses itself; on Windows a named mapping of the paging file, which ends with its last handle.
"""

from __future__ import annotations

import mmap
import os
import re
import struct
import sys
from pathlib import Path
from typing import Final

SLOTS: Final = 4
SEGMENT_LIMIT_BYTES: Final = 256 * 1024 * 1024

_DIRECTORY: Final = Path("/dev/shm")  # noqa: S108  memory, not disk; created with O_EXCL and mode 0600
_NAME: Final = re.compile(
    r"zonggui-([1-9][0-9]{0,9})-[0-9]{1,9}-(?:blob[0-9]{1,9}|ring[0-9]{1,9}-([0-9]{1,2})x([0-9]{1,9}))"
)
_HEADER: Final = struct.Struct("<Q")
_HEADER_BYTES: Final = 64
"""One cache line per slot for its sequence number, so that frames stay aligned."""


def segment_prefix(pid: int, generation: int) -> str:
    """How the names of all segments of one host begin."""
    return f"zonggui-{pid}-{generation}-"


class FrameRing:
    """Writer's side of the ring. One thread writes: ``open_slot``, fill it, ``seal_slot``."""

    def __init__(self, *, prefix: str, number: int, frame_bytes: int, slots: int = SLOTS) -> None:
        self.name: Final = f"{prefix}ring{number}-{slots}x{frame_bytes}"
        self._frame_bytes = frame_bytes
        self._slots = slots
        self._map = _create(self.name, slots * (_HEADER_BYTES + frame_bytes))

    def open_slot(self, sequence: int) -> memoryview:
        """The writable bytes of the slot that ``sequence`` will take; readers see it as gone from here on."""
        start = self._start(sequence)
        _HEADER.pack_into(self._map, start, 0)
        return memoryview(self._map)[start + _HEADER_BYTES : start + _HEADER_BYTES + self._frame_bytes]

    def seal_slot(self, sequence: int) -> int:
        """Make the slot readable; gives its number. Sequences count from 1."""
        _HEADER.pack_into(self._map, self._start(sequence), sequence)
        return sequence % self._slots

    def remove(self) -> None:
        """Overwrite all frames and give the name back; memory goes when the last reader lets go of its views."""
        self._map[:] = bytes(len(self._map))
        remove_segment(self.name)

    def _start(self, sequence: int) -> int:
        return (sequence % self._slots) * (_HEADER_BYTES + self._frame_bytes)


class RingView:
    """Reader's side of the ring: read-only, without copies. Views stay valid after the ring is removed."""

    def __init__(self, mapped: mmap.mmap, *, slots: int, frame_bytes: int) -> None:
        self._map = mapped
        self._slots = slots
        self._frame_bytes = frame_bytes

    def find_frame(self, *, slot: int, sequence: int, size: int) -> memoryview | None:
        """The bytes of a frame, or None when they were overwritten already or the numbers cannot be true."""
        if not 0 <= slot < self._slots or not 0 < size <= self._frame_bytes or sequence < 1:
            return None
        start = slot * (_HEADER_BYTES + self._frame_bytes)
        if _HEADER.unpack_from(self._map, start)[0] != sequence:
            return None
        return memoryview(self._map)[start + _HEADER_BYTES : start + _HEADER_BYTES + size]


def find_ring(name: str) -> RingView | None:
    """The ring of that name, or None when it is gone or the name is none of ours."""
    match = _NAME.fullmatch(name)
    if match is None or match[2] is None:
        return None
    slots, frame_bytes = int(match[2]), int(match[3])
    mapped = _attach(name, slots * (_HEADER_BYTES + frame_bytes))
    return None if mapped is None else RingView(mapped, slots=slots, frame_bytes=frame_bytes)


class BlobShelf:
    """Writer's side of one-shot blobs; keeps each alive until the reader has taken it.

    Thread-safe by its caller's lock.
    """

    def __init__(self, *, prefix: str) -> None:
        self._prefix = prefix
        self._number = 0
        self._kept: dict[str, mmap.mmap] = {}

    def put(self, content: bytes) -> str:
        """Lay bytes down; gives the name under which ``take_blob`` finds them."""
        self._number += 1
        name = f"{self._prefix}blob{self._number}"
        mapped = _create(name, len(content))
        mapped[:] = content
        self._kept[name] = mapped
        return name

    def release(self, name: str) -> None:
        """Overwrite and forget a blob that was taken; unknown names do nothing."""
        mapped = self._kept.pop(name, None)
        if mapped is not None:
            mapped[:] = bytes(len(mapped))
            mapped.close()
            remove_segment(name)

    def clear(self) -> None:
        """Forget all."""
        for name in tuple(self._kept):
            self.release(name)


def take_blob(name: str, size: int) -> bytes | None:
    """A copy of a blob, which is removed; None when it is gone or name or size cannot be true.

    On Windows zeros come in place of a blob that is gone: the caller must know what it is to be (see ``codec``).
    """
    if _NAME.fullmatch(name) is None:
        return None
    mapped = _attach(name, size)
    if mapped is None:
        return None
    content = mapped[:]
    mapped.close()
    remove_segment(name)
    return content


def remove_segment(name: str) -> None:
    """Remove one name; nothing happens when it is gone already, or on Windows."""
    if sys.platform != "win32" and _NAME.fullmatch(name) is not None:
        (_DIRECTORY / name).unlink(missing_ok=True)


def remove_segments(prefix: str) -> None:
    """Remove everything a dead host left: it may have been killed before it could say a name."""
    if sys.platform != "win32":
        for path in _DIRECTORY.glob(f"{prefix}*"):
            remove_segment(path.name)


def remove_orphans() -> None:
    """Remove what hosts left that died together with their client; called when a client starts."""
    if sys.platform == "win32":
        return
    for path in _DIRECTORY.glob("zonggui-*"):
        match = _NAME.fullmatch(path.name)
        if match is not None and not Path("/proc", match[1]).exists():
            try:
                path.unlink(missing_ok=True)
            except PermissionError:
                continue  # another user's: theirs to remove


def _create(name: str, size: int) -> mmap.mmap:
    if sys.platform == "win32":
        return mmap.mmap(-1, size, tagname=name)
    remove_segment(name)  # a host of this number died long ago and its process id came round again
    handle = os.open(_DIRECTORY / name, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    try:
        # posix_fallocate fails now when memory is short; a sparse file would kill the process at the first write.
        os.posix_fallocate(handle, 0, size)
        return mmap.mmap(handle, size)
    except OSError:
        remove_segment(name)
        raise
    finally:
        os.close(handle)


def _attach(name: str, size: int) -> mmap.mmap | None:
    if not 0 < size <= SEGMENT_LIMIT_BYTES:
        return None
    try:
        if sys.platform == "win32":
            return mmap.mmap(-1, size, tagname=name, access=mmap.ACCESS_READ)
        handle = os.open(_DIRECTORY / name, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW)
    except OSError:
        return None
    try:
        # A segment of another size is not the one that was promised, and reading past its end would be fatal.
        return mmap.mmap(handle, size, access=mmap.ACCESS_READ) if os.fstat(handle).st_size == size else None
    except (OSError, ValueError):
        return None
    finally:
        os.close(handle)
