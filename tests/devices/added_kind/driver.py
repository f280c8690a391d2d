"""A PIN pad on a serial port: the words as a line in UTF-8, the digits as a line back."""

from __future__ import annotations

import time
from collections.abc import Mapping

from hardware.outcomes import Outcome, OutcomeCode
from hardware.transports.serial_port import PortError, SerialPort
from tests.devices.added_kind.kind import Pin, PinPad


class SerialPinPad(PinPad):
    OPTIONS = ("port",)

    def __init__(self, options: Mapping[str, str]) -> None:
        self._port = SerialPort(name=options["port"], baud=9600)

    def open(self) -> Outcome[None]:
        try:
            self._port.open()
        except PortError as error:
            return error.outcome()
        return Outcome(code=OutcomeCode.OK)

    def close(self) -> None:
        self._port.close()

    def ask_pin(self, words: str) -> Outcome[Pin]:
        answer, until = b"", time.monotonic() + 10
        try:
            self._port.write(words.encode() + b"\n")
            while not answer.endswith(b"\n") and time.monotonic() < until:
                answer += self._port.read_some()
        except PortError as error:
            return error.outcome()
        digits = answer.decode().strip()
        return Outcome(code=OutcomeCode.OK, value=Pin(digits=digits, length=len(digits)))
