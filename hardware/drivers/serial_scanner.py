"""Barcode scanner in serial (or USB-CDC) mode: one code per line, CR or LF at its end."""

from __future__ import annotations

import re
import time
import unicodedata
from collections.abc import Mapping
from threading import Event
from typing import Final

from hardware.kinds.barcode_scanner import BarcodeScanner, Scan
from hardware.outcomes import Outcome, OutcomeCode
from hardware.transports.serial_port import PortError, SerialPort

DEFAULT_BAUD = 9_600
MAX_CHARACTERS = 4096

_MAX_BYTES = 4 * MAX_CHARACTERS
_WAIT_S = 0.5
_STALE_S = 1.0
"""A line that has no end so long after its last byte gets none any more and must not be glued to the next code."""

_END = re.compile(rb"[\r\n]")
_SEPARATORS = frozenset("\t\x1c\x1d\x1e\x1f\x04")
"""Control characters that codes do hold: tab, and the separators of GS1 and ISO/IEC 15434 messages."""


class SerialScanner(BarcodeScanner):
    """The scanner behind options ``port`` (name or URL) and ``baud``. For one thread."""

    OPTIONS: Final = ("port", "baud")

    def __init__(self, options: Mapping[str, str]) -> None:
        self._port_name = options.get("port", "")
        self._baud = options.get("baud", "") or str(DEFAULT_BAUD)
        self._port: SerialPort | None = None
        self._pending = b""
        self._last_byte_at = 0.0
        self._skipping = False

    def open(self) -> Outcome[None]:
        """Connect to the port. Fact ``port``; NOT_CONFIGURED, BAD_REQUEST, NO_DEVICE, PORT_IN_USE, DEVICE_FAULT."""
        self.close()
        if not self._port_name:
            return Outcome(code=OutcomeCode.NOT_CONFIGURED, facts={"option": "port"})
        if not (self._baud.isascii() and self._baud.isdigit()):
            return Outcome(code=OutcomeCode.BAD_REQUEST, facts={"option": "baud"})
        port = SerialPort(name=self._port_name, baud=int(self._baud))
        try:
            port.open()
        except PortError as error:
            return error.outcome()
        self._port = port
        return Outcome(code=OutcomeCode.OK, facts={"port": self._port_name})

    def read_scan(self, stop: Event) -> Outcome[Scan]:
        """Wait up to about half a second for a code; TIMEOUT when none came.

        SCAN_UNREADABLE with fact ``reason``: ``too_long`` (the rest of it is dropped), ``unfinished`` (no end came),
        ``encoding`` or ``control`` (not text). DEVICE_GONE when the scanner was unplugged.
        """
        if self._port is None:
            return Outcome(code=OutcomeCode.DEVICE_GONE, facts={"port": self._port_name})
        deadline = time.monotonic() + _WAIT_S
        try:
            while not stop.is_set():
                outcome = self._take_line() or self._give_up_line()
                if outcome is not None:
                    return outcome
                if time.monotonic() > deadline:
                    return Outcome(code=OutcomeCode.TIMEOUT)
                self._receive(self._port)
        except PortError as error:
            self.close()
            return error.outcome()
        return Outcome(code=OutcomeCode.CANCELLED)

    def close(self) -> None:
        """Let go of the port; safe to call twice."""
        if self._port is not None:
            self._port.close()
            self._port = None
        self._pending = b""
        self._skipping = False

    def _receive(self, port: SerialPort) -> None:
        chunk = port.read_some()
        if chunk:
            self._last_byte_at = time.monotonic()
            self._pending += chunk

    def _take_line(self) -> Outcome[Scan] | None:
        """The next whole line among what has arrived, if any; empty lines are the second half of CR LF."""
        while (end := _END.search(self._pending)) is not None:
            line, self._pending = self._pending[: end.start()], self._pending[end.end() :]
            if self._skipping:
                self._skipping = False
            elif len(line) > _MAX_BYTES:
                return _unreadable("too_long")
            elif line:
                return parse_scan(line, received_at_ns=int(self._last_byte_at * 1e9))
        return None

    def _give_up_line(self) -> Outcome[Scan] | None:
        """Drop a line that grows too long or never ends; said once per line."""
        if len(self._pending) > _MAX_BYTES or (self._skipping and self._pending):
            self._pending = b""
            was_skipping, self._skipping = self._skipping, True
            return None if was_skipping else _unreadable("too_long")
        if time.monotonic() - self._last_byte_at > _STALE_S:
            self._skipping = False
            if self._pending:
                self._pending = b""
                return _unreadable("unfinished")
        return None


def parse_scan(line: bytes, *, received_at_ns: int) -> Outcome[Scan]:
    """A line as text: UTF-8, else GB 18030. SCAN_UNREADABLE with fact ``reason`` when it is not text."""
    text = _decoded(line)
    if text is None:
        return _unreadable("encoding")
    if any(unicodedata.category(character) == "Cc" and character not in _SEPARATORS for character in text):
        return _unreadable("control")
    if len(text) > MAX_CHARACTERS:
        return _unreadable("too_long")
    return Outcome(code=OutcomeCode.OK, value=Scan(text=text, received_at_ns=received_at_ns))


def _decoded(line: bytes) -> str | None:
    for encoding in ("utf-8", "gb18030"):
        try:
            return line.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


def _unreadable(reason: str) -> Outcome[Scan]:
    return Outcome(code=OutcomeCode.SCAN_UNREADABLE, facts={"reason": reason})
