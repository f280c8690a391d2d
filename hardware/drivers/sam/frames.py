"""Frames of the resident-ID reader's SAM_V protocol (GA 467): build requests, find answers in a byte stream.

Request  AA AA AA 96 69 | length (2, big-endian) | command, parameter | check
Answer   AA AA AA 96 69 | length (2, big-endian) | SW1 SW2 SW3 | data | check
The length counts everything after itself; the check makes the XOR from the length on zero.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from enum import Enum
from functools import reduce
from operator import xor

PREAMBLE = b"\xaa\xaa\xaa\x96\x69"
_HEADER_BYTES = len(PREAMBLE) + 2
_STATUS_BYTES = 3
_MIN_LENGTH = 4
_MAX_LENGTH = 3000
MAX_FRAME_BYTES = _HEADER_BYTES + _MAX_LENGTH
_PRINTABLE_SAM_ID = struct.Struct("<HHIII")


class Command(Enum):
    """Command and parameter byte of each request that this program sends."""

    RESET = b"\x10\xff"
    STATUS = b"\x11\xff"
    SAM_ID = b"\x12\xff"
    FIND = b"\x20\x01"
    SELECT = b"\x20\x02"
    READ = b"\x30\x01"


@dataclass(frozen=True, slots=True, kw_only=True)
class SamAnswer:
    """A whole answer: SW3 as ``status`` and what follows it."""

    status: int
    payload: bytes = field(default=b"", repr=False)


class FrameHunter:
    """Finds answers in a stream that may begin with noise and may be damaged. Holds at most one frame.

    ``damaged`` counts frames with an impossible length or a wrong check; hunting goes on behind their preamble.
    """

    def __init__(self) -> None:
        self._pending = b""
        self.damaged = 0

    @property
    def in_frame(self) -> bool:
        """Whether a frame, or what could be the beginning of one, waits for more bytes."""
        return bool(self._pending)

    def feed(self, chunk: bytes) -> SamAnswer | None:
        """Take bytes from the port; the first whole answer in them, if any. Never raises, whatever arrives."""
        self._pending += chunk
        while True:
            self._pending = _from_preamble(self._pending)
            if len(self._pending) < _HEADER_BYTES:
                return None
            length = int.from_bytes(self._pending[len(PREAMBLE) : _HEADER_BYTES], "big")
            if not _MIN_LENGTH <= length <= _MAX_LENGTH:
                self._skip_preamble()
                continue
            if len(self._pending) < _HEADER_BYTES + length:
                return None
            frame = self._pending[: _HEADER_BYTES + length]
            if reduce(xor, frame[len(PREAMBLE) :]):
                self._skip_preamble()
                continue
            self._pending = self._pending[len(frame) :]
            return SamAnswer(
                status=frame[_HEADER_BYTES + _STATUS_BYTES - 1], payload=frame[_HEADER_BYTES + _STATUS_BYTES : -1]
            )

    def _skip_preamble(self) -> None:
        self.damaged += 1
        self._pending = self._pending[len(PREAMBLE) :]


def build_request(command: Command) -> bytes:
    """The bytes to send for a command."""
    body = struct.pack(">H", len(command.value) + 1) + command.value
    return PREAMBLE + body + bytes((reduce(xor, body),))


def parse_sam_id(payload: bytes) -> str:
    """The reader's number as its label prints it (``aa.bb-yyyymmdd-n-n``), or empty if the answer is malformed."""
    if len(payload) != _PRINTABLE_SAM_ID.size:
        return ""
    vendor, kind, made, serial_1, serial_2 = _PRINTABLE_SAM_ID.unpack(payload)
    return f"{vendor:02d}.{kind:02d}-{made:08d}-{serial_1:010d}-{serial_2:010d}"


def _from_preamble(stream: bytes) -> bytes:
    """``stream`` from its first preamble on, or the tail that could still become one."""
    at = stream.find(PREAMBLE)
    if at >= 0:
        return stream[at:]
    for kept in range(len(PREAMBLE) - 1, 0, -1):
        if stream.endswith(PREAMBLE[:kept]):
            return stream[-kept:]
    return b""
