"""SQLite's write-ahead log read past a damaged frame (format: https://www.sqlite.org/fileformat2.html#walformat).

SQLite stops at the first frame whose check sum is wrong and forgets all that came after it, which may be the work of
an hour. The frames after it are whole, and each page in them carries SQLCipher's own seal.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

_HEADER_BYTES = 32
_FRAME_HEADER_BYTES = 24
_SUMMED_BYTES = 8
_MAGIC = 0x377F0682
"""Its lowest bit says that check sums are of big-endian words."""

Sums = tuple[int, int]


@dataclass(frozen=True, slots=True)
class _Frame:
    head: bytes
    salts: bytes
    stored: Sums
    page: bytes


def without_damaged_frames(log: bytes) -> bytes:
    """A log of the frames that are whole; empty when the header tells nothing."""
    if len(log) < _HEADER_BYTES:
        return b""
    magic, _version, page_bytes = struct.unpack(">III", log[:12])
    if magic & ~1 != _MAGIC or not 512 <= page_bytes <= 65536:
        return b""
    order = ">" if magic & 1 else "<"
    sums = _sum(log[:24], (0, 0), order)
    made = bytearray(log[:24] + struct.pack(">II", *sums))
    salts, seeds = log[16:24], {struct.unpack(">II", log[24:32]), sums}
    for frame in _frames(log, page_bytes):
        content = frame.head + frame.page
        found = {_sum(content, seed, order) for seed in seeds}
        if frame.salts == salts and frame.stored in found:
            sums = _sum(content, sums, order)
            made += frame.head + salts + struct.pack(">II", *sums) + frame.page
            seeds = {frame.stored}
        else:  # the next one tells whether its page or its check sum is wrong: it follows from one of these
            seeds = {frame.stored, *found}
    return bytes(made)


def _frames(log: bytes, page_bytes: int) -> list[_Frame]:
    step = _FRAME_HEADER_BYTES + page_bytes
    frames = []
    for at in range(_HEADER_BYTES, len(log) - step + 1, step):
        head = log[at : at + _FRAME_HEADER_BYTES]
        first, second = struct.unpack(">II", head[16:])
        frames.append(
            _Frame(head[:_SUMMED_BYTES], head[8:16], (first, second), log[at + _FRAME_HEADER_BYTES : at + step])
        )
    return frames


def _sum(content: bytes, seed: Sums, order: str) -> Sums:
    first, second = seed
    words = struct.unpack(f"{order}{len(content) // 4}I", content)
    for even, odd in zip(words[::2], words[1::2], strict=True):
        first = (first + even + second) & 0xFFFFFFFF
        second = (second + odd + first) & 0xFFFFFFFF
    return first, second
