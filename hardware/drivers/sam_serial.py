"""Resident-ID reader on a serial port, SAM_V protocol (GA 467): find, select, read."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from threading import Event
from types import MappingProxyType
from typing import Final

from hardware.device import SIMULATED_FACT
from hardware.drivers.sam.frames import Command, FrameHunter, SamAnswer, build_request, parse_sam_id
from hardware.drivers.sam.photo import parse_photo
from hardware.drivers.sam.text_block import TEXT_BYTES, parse_text_block
from hardware.kinds.id_card_reader import IdCard, IdCardReader
from hardware.outcomes import Outcome, OutcomeCode, T
from hardware.transports.serial_port import PortError, SerialPort

DEFAULT_BAUD: Final = 115_200

_TIMEOUT_S: Final[Mapping[Command, float]] = MappingProxyType(
    {
        Command.RESET: 1.5,
        Command.STATUS: 1.5,
        Command.SAM_ID: 1.5,
        Command.FIND: 1.5,
        Command.SELECT: 1.5,
        Command.READ: 3.0,
    }
)
_WHOLE_S: Final = 10.0
"""Limit of one operation, however its steps and the repetition add up."""

_GAP_S: Final = 0.5
"""A frame that began and then falls silent for so long is cut off: the reader sends a frame in one go."""

_SIMULATOR: Final = "-0000159999-"
"""What the number of a simulated reader has in it: the area code of test people, which no real reader is made for."""

_OK: Final = 0x90
_FOUND: Final = 0x9F
_NO_CARD: Final = 0x80
_CODES: Final[Mapping[int, OutcomeCode]] = MappingProxyType(
    {
        0x10: OutcomeCode.FRAME_DAMAGED,  # the reader says that our request came damaged
        0x11: OutcomeCode.FRAME_DAMAGED,
        0x21: OutcomeCode.UNSUPPORTED,
        0x24: OutcomeCode.UNSUPPORTED,
        0x31: OutcomeCode.CARD_UNREADABLE,  # card refuses reader
        0x32: OutcomeCode.CARD_UNREADABLE,  # reader refuses card
        0x33: OutcomeCode.CARD_UNREADABLE,
        0x40: OutcomeCode.CARD_UNREADABLE,
        0x41: OutcomeCode.CARD_UNREADABLE,
        0x47: OutcomeCode.CARD_UNREADABLE,
        0x60: OutcomeCode.DEVICE_FAULT,  # self-test failed
        0x66: OutcomeCode.DEVICE_FAULT,  # security module not authorised
        0x80: OutcomeCode.CARD_ABSENT,
        0x81: OutcomeCode.CARD_UNREADABLE,
        0x91: OutcomeCode.CARD_UNREADABLE,
    }
)
_CARD_TROUBLE: Final = frozenset((OutcomeCode.CARD_ABSENT, OutcomeCode.CARD_UNREADABLE))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Received:
    answer: SamAnswer
    at_ns: int


class _Stopped(Exception):  # noqa: N818 - a signal from the inner loop to the edge, not an error
    """An exchange ended without a usable answer."""

    def __init__(self, code: OutcomeCode, **facts: str) -> None:
        super().__init__(code.name)
        self.code = code
        self.facts: Mapping[str, str] = facts

    def outcome(self) -> Outcome[T]:
        return Outcome(code=self.code, facts=self.facts)


class SamSerialReader(IdCardReader):
    """The reader behind options ``port`` (name or URL) and ``baud``. For one thread.

    A damaged answer is asked for once more inside one ``read_card``. After a read that failed with the card already
    selected the reader is reset, or it would call the card absent until somebody lifts it.
    Closing and opening therefore also makes the reader find a card again that was read and still lies there.
    """

    OPTIONS: Final = ("port", "baud")

    def __init__(self, options: Mapping[str, str]) -> None:
        self._port_name = options.get("port", "")
        self._baud = options.get("baud", "") or str(DEFAULT_BAUD)
        self._port: SerialPort | None = None
        self._reset_due = False

    def open(self) -> Outcome[None]:
        """Connect, reset the reader and check its state. Facts: ``port``, and ``sam_id``, the reader's own number.

        NOT_CONFIGURED, BAD_REQUEST, NO_DEVICE, PORT_IN_USE, DEVICE_FAULT; TIMEOUT when nothing answers at the port.
        """
        self.close()
        if not self._port_name:
            return Outcome(code=OutcomeCode.NOT_CONFIGURED, facts={"option": "port"})
        if not (self._baud.isascii() and self._baud.isdigit()):
            return Outcome(code=OutcomeCode.BAD_REQUEST, facts={"option": "baud"})
        port = SerialPort(name=self._port_name, baud=int(self._baud))
        try:
            port.open()
            self._port = port
            session = _Exchange(port, Event())
            session.ask(Command.RESET)
            self._reset_due = False
            _demand(session.ask(Command.STATUS).answer, _OK)
            sam_id = parse_sam_id(session.ask(Command.SAM_ID).answer.payload)
        except (PortError, _Stopped) as error:
            self.close()
            return Outcome(code=error.code, facts={**error.facts, "port": self._port_name})
        simulated = {SIMULATED_FACT: sam_id} if _SIMULATOR in sam_id else {}
        return Outcome(code=OutcomeCode.OK, facts={"port": self._port_name, "sam_id": sam_id, **simulated})

    def read_card(self, stop: Event) -> Outcome[IdCard]:
        """Find, select and read the card now on the reader; CARD_ABSENT at once if none lies there.

        Also CARD_LIFTED, CARD_UNREADABLE, CARD_DATA_INVALID, FRAME_DAMAGED, TIMEOUT, CANCELLED, DEVICE_GONE,
        DEVICE_FAULT; fact ``sw`` is the reader's status in hexadecimal. At most about 10 s, 0.1 s once ``stop`` is set.
        """
        if self._port is None:
            return Outcome(code=OutcomeCode.DEVICE_GONE, facts={"port": self._port_name})
        session = _Exchange(self._port, stop)
        try:
            if self._reset_due:
                session.ask(Command.RESET)
                self._reset_due = False
            _demand(session.ask(Command.FIND).answer, _FOUND)
            return self._read_found_card(session)
        except _Stopped as stopped:
            return stopped.outcome()
        except PortError as error:
            if error.code is OutcomeCode.DEVICE_GONE:
                self.close()
            return error.outcome()

    def close(self) -> None:
        """Let go of the port; safe to call twice."""
        if self._port is not None:
            self._port.close()
            self._port = None

    def _read_found_card(self, session: _Exchange) -> Outcome[IdCard]:
        self._reset_due = True
        try:
            _demand(session.ask(Command.SELECT).answer, _OK)
            received = session.ask(Command.READ)
            _demand(received.answer, _OK)
        except _Stopped as stopped:
            if stopped.code not in _CARD_TROUBLE:
                raise
            return self._why_not_read(session, stopped)
        # Read, if only nonsense: the same card would give the same again, so it counts as absent until it is lifted.
        self._reset_due = False
        return _parse_card(received)

    def _why_not_read(self, session: _Exchange, stopped: _Stopped) -> Outcome[IdCard]:
        """Tell a lifted card from an unreadable one: the same status stands for both, so look for it afresh."""
        session.ask(Command.RESET)
        self._reset_due = False
        if session.ask(Command.FIND).answer.status == _NO_CARD:
            return Outcome(code=OutcomeCode.CARD_LIFTED, facts=stopped.facts)
        return Outcome(code=OutcomeCode.CARD_UNREADABLE, facts=stopped.facts)


class _Exchange:
    """The requests and answers of one operation, with one repetition for all of them together."""

    def __init__(self, port: SerialPort, stop: Event) -> None:
        self._port = port
        self._stop = stop
        self._may_repeat = True
        self._ends_at = time.monotonic() + _WHOLE_S

    def ask(self, command: Command) -> _Received:
        """Send a command and wait for its answer. Raises _Stopped with FRAME_DAMAGED, TIMEOUT or CANCELLED."""
        try:
            return self._ask_once(command)
        except _Stopped as stopped:
            if stopped.code is not OutcomeCode.FRAME_DAMAGED or not self._may_repeat:
                raise
            self._may_repeat = False
            return self._ask_once(command)

    def _ask_once(self, command: Command) -> _Received:
        self._port.discard_input()
        self._port.write(build_request(command))
        received = self._receive(_TIMEOUT_S[command])
        if _CODES.get(received.answer.status) is OutcomeCode.FRAME_DAMAGED:
            raise _Stopped(OutcomeCode.FRAME_DAMAGED, sw=f"{received.answer.status:02X}")
        return received

    def _receive(self, timeout_s: float) -> _Received:
        hunter = FrameHunter()
        began_at = last_byte_at = time.monotonic()
        while not self._stop.is_set():
            chunk = self._port.read_some()
            at_ns = time.monotonic_ns()
            answer = hunter.feed(chunk)
            if answer is not None:
                return _Received(answer=answer, at_ns=at_ns)
            now = time.monotonic()
            if chunk:
                last_byte_at = now
            if now - last_byte_at > _GAP_S and (hunter.in_frame or hunter.damaged):
                raise _Stopped(OutcomeCode.FRAME_DAMAGED, port=self._port.name)
            if now > min(began_at + timeout_s, self._ends_at):
                # Bytes, but no frame in them: its preamble was hit.
                silent = last_byte_at == began_at
                raise _Stopped(OutcomeCode.TIMEOUT if silent else OutcomeCode.FRAME_DAMAGED, port=self._port.name)
        raise _Stopped(OutcomeCode.CANCELLED, port=self._port.name)


def _demand(answer: SamAnswer, status: int) -> None:
    """Go on only with this status; any other becomes the outcome that the code table names."""
    if answer.status != status:
        raise _Stopped(_CODES.get(answer.status, OutcomeCode.DEVICE_FAULT), sw=f"{answer.status:02X}")


def _parse_card(received: _Received) -> Outcome[IdCard]:
    payload = received.answer.payload
    text_bytes, photo_bytes = int.from_bytes(payload[:2], "big"), int.from_bytes(payload[2:4], "big")
    if text_bytes != TEXT_BYTES or len(payload) != 4 + text_bytes + photo_bytes:
        return Outcome(code=OutcomeCode.CARD_DATA_INVALID, facts={"field": "length"})
    parsed = parse_text_block(payload[4 : 4 + TEXT_BYTES])
    if parsed.value is None:
        return parsed
    photo = parse_photo(payload[4 + TEXT_BYTES :])
    card = replace(parsed.value, photo=photo or b"", photo_decoded=photo is not None, received_at_ns=received.at_ns)
    return Outcome(code=OutcomeCode.OK, value=card)
