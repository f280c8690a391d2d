"""A resident-ID reader as GA 467 describes it (SAM_V protocol), with the faults of a bad day."""

from __future__ import annotations

import asyncio
import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from hardware.simulators.cards import Card

_START = bytes.fromhex("AAAAAA9669")
_SAM_ID = struct.pack("<HHIII", 5, 3, 20240115, 159999, 20260001)
_MAX_REQUEST = 64

_REQUESTS = {
    (0x10, 0xFF): "reset",
    (0x11, 0xFF): "status",
    (0x12, 0xFF): "sam_id",
    (0x20, 0x01): "find",
    (0x20, 0x02): "select",
    (0x30, 0x01): "read",
    (0x30, 0x10): "read_all",
    (0x30, 0x03): "read_appended",
}
_DONE, _FOUND, _NOTHING, _BAD_CHECK, _BAD_LENGTH, _BAD_COMMAND, _READ_FAILED, _NO_CARD, _SELECT_FAILED = (
    0x90, 0x9F, 0x91, 0x10, 0x11, 0x21, 0x41, 0x80, 0x81,
)  # fmt: skip

FAULTS = ("truncate", "corrupt", "silent", "noise", "slow", "bad_check", "lift_while_reading", "status")
"""Kinds of fault:

truncate: only the first ``at`` bytes of the answer; corrupt: byte ``at`` turned over; silent: no answer;
noise: ``at`` stray bytes before the answer; slow: the answer in small pieces, ``at`` ms apart;
bad_check: wrong check byte; lift_while_reading: the card is taken away between select and read;
status: ``at`` as SW3 in place of the answer.
"""

_SLOW_PIECE, _SLOW_PAUSE_MS = 64, 20
_NOISE = bytes.fromhex("AAAA9669AA00FFAAAAAA96AAAA967F")


@dataclass(slots=True, kw_only=True)
class Fault:
    """A fault of the next ``times`` answers to ``command`` (``any``: to every request)."""

    kind: str
    at: int = 0
    times: int = 1
    command: str = "read"


class IdCardReaderSimulator:
    """The reader and the card on it. ``send`` writes to the cable."""

    def __init__(self, send: Callable[[bytes], None]) -> None:
        self._send = send
        self._incoming = b""
        self._card: Card | None = None
        self._selected = False
        self._faults: list[Fault] = []
        self._sending: set[asyncio.Task[None]] = set()
        self.reads = 0

    @property
    def has_card(self) -> bool:
        """Whether a card lies on the reader."""
        return self._card is not None

    def lay_card(self, card: Card) -> None:
        """Put a card on the reader, in place of the one there."""
        self._card = card
        self._selected = False

    def lift_card(self) -> None:
        """Take the card away."""
        self._card = None
        self._selected = False

    def cause(self, fault: Fault) -> None:
        """Have a fault happen from the next fitting answer on."""
        self._faults.append(fault)

    def clear_faults(self) -> None:
        """Behave well again."""
        self._faults.clear()

    def power_off(self) -> None:
        """Forget half a request, half an answer and the selected card, as pulling the plug does."""
        for sending in self._sending:
            sending.cancel()
        self._incoming = b""
        self._selected = False

    def receive(self, chunk: bytes) -> None:
        """Bytes from the computer: answer every whole request in them."""
        self._incoming += chunk
        for body in self._requests():
            self._answer(body)

    def _requests(self) -> Iterator[bytes]:
        while (start := self._incoming.find(_START)) >= 0:
            rest = self._incoming[start + 5 :]
            length = int.from_bytes(rest[:2], "big")
            if len(rest) >= 2 and length > _MAX_REQUEST:
                self._incoming = rest[2:]
                self._send(_frame(_BAD_LENGTH))
                continue
            if len(rest) < 2 + length or len(rest) < 2:
                self._incoming = self._incoming[start:]
                return
            self._incoming = rest[2 + length :]
            yield rest[: 2 + length]
        self._incoming = self._incoming[-4:]

    def _answer(self, body: bytes) -> None:
        if _xor(body) != 0:
            self._send(_frame(_BAD_CHECK))
            return
        command = _REQUESTS.get((body[2], body[3])) if len(body) == 5 else None
        if command is None:
            self._send(_frame(_BAD_COMMAND))
            return
        fault = self._take_fault(command)
        if fault is not None and fault.kind == "lift_while_reading":
            self.lift_card()
        answer = self._do(command)
        self._send_spoilt(answer, fault)

    def _take_fault(self, command: str) -> Fault | None:
        for fault in self._faults:
            if fault.command in (command, "any"):
                fault.times -= 1
                if fault.times <= 0:
                    self._faults.remove(fault)
                return fault
        return None

    def _do(self, command: str) -> bytes:
        match command:
            case "status":
                return _frame(_DONE)
            case "sam_id":
                return _frame(_DONE, _SAM_ID)
            case "reset":
                self._selected = False
                return _frame(_DONE)
            case "find":
                seen = self._card is not None and not self._selected
                return _frame(_FOUND, bytes(4)) if seen else _frame(_NO_CARD)
            case "select":
                if self._card is None:
                    return _frame(_SELECT_FAILED)
                self._selected = True
                return _frame(_DONE, bytes(8))
        return self._read(command)

    def _read(self, command: str) -> bytes:
        if self._card is None or not self._selected:
            return _frame(_READ_FAILED)
        if command == "read_appended":
            return _frame(_NOTHING)
        self.reads += 1
        blocks = (self._card.text, self._card.photo) + ((b"",) if command == "read_all" else ())
        lengths = b"".join(len(block).to_bytes(2, "big") for block in blocks)
        return _frame(_DONE, lengths + b"".join(blocks))

    def _send_spoilt(self, answer: bytes, fault: Fault | None) -> None:
        at = fault.at if fault is not None else 0
        match fault.kind if fault is not None else "":
            case "silent":
                return
            case "truncate":
                self._send(answer[:at])
            case "corrupt":
                at %= len(answer)
                self._send(answer[:at] + bytes((answer[at] ^ 0x5A,)) + answer[at + 1 :])
            case "bad_check":
                self._send(answer[:-1] + bytes((answer[-1] ^ 0xFF,)))
            case "noise":
                self._send((_NOISE * (at // len(_NOISE) + 1))[: at or len(_NOISE)] + answer)
            case "status":
                self._send(_frame(at & 0xFF))
            case "slow":
                task = asyncio.get_running_loop().create_task(self._send_slowly(answer, (at or _SLOW_PAUSE_MS) / 1000))
                self._sending.add(task)
                task.add_done_callback(self._sending.discard)
            case _:
                self._send(answer)

    async def _send_slowly(self, answer: bytes, pause_s: float) -> None:
        for start in range(0, len(answer), _SLOW_PIECE):
            self._send(answer[start : start + _SLOW_PIECE])
            await asyncio.sleep(pause_s)


def _frame(status: int, content: bytes = b"") -> bytes:
    """An answer: start, length, 00 00 status, content, check."""
    body = (len(content) + 4).to_bytes(2, "big") + bytes((0, 0, status)) + content
    return _START + body + bytes((_xor(body),))


def _xor(body: bytes) -> int:
    check = 0
    for byte in body:
        check ^= byte
    return check
