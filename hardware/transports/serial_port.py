"""A serial port (COM port, tty, pty, ``socket://``) with bounded waits and one kind of error.

pyserial lets three unrelated exceptions through when a port vanishes: its own, ``OSError``, and on POSIX
``termios.error``, which is not even an ``OSError``. All become ``PortError`` here.
"""

from __future__ import annotations

import errno
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import serial

from hardware.outcomes import Outcome, OutcomeCode, T

try:
    import termios

    _FAULTS: tuple[type[Exception], ...] = (OSError, termios.error)
except ImportError:  # Windows
    _FAULTS = (OSError,)

READ_SLICE_S = 0.1
"""Longest wait of one read; callers loop over it and look at their deadline and stop event in between."""

_WRITE_TIMEOUT_S = 1.0
_MAX_READ_BYTES = 4096

_BUSY = frozenset((errno.EBUSY, errno.EAGAIN))
_MISSING = frozenset((errno.ENOENT, errno.ENXIO, errno.ENODEV, errno.EIO))


class PortError(Exception):
    """The port cannot be used: NO_DEVICE, PORT_IN_USE, DEVICE_FAULT, BAD_REQUEST, DEVICE_GONE or TIMEOUT."""

    def __init__(self, code: OutcomeCode, *, port: str, reason: str = "") -> None:
        super().__init__(f"{code.name} {port} {reason}".rstrip())
        self.code = code
        self.facts: Mapping[str, str] = {"port": port, "reason": reason} if reason else {"port": port}

    def outcome(self) -> Outcome[T]:
        """The same as an outcome, for the edge of a driver."""
        return Outcome(code=self.code, facts=self.facts)


class SerialPort:
    """One port, held exclusively while open. Every method raises only PortError. For one thread."""

    def __init__(self, *, name: str, baud: int) -> None:
        self.name = name
        self._baud = baud
        self._serial: serial.Serial | None = None

    def open(self) -> None:
        """Take the port: 8N1, no flow control, exclusively. Input from before is dropped."""
        self.close()
        try:
            self._serial = serial.serial_for_url(
                self.name,
                baudrate=self._baud,
                timeout=READ_SLICE_S,
                write_timeout=_WRITE_TIMEOUT_S,
                exclusive=True,
            )
        except _FAULTS as error:
            raise _open_error(error, self.name) from error
        except ValueError as error:  # unknown URL scheme, baud rate that no driver accepts
            raise PortError(OutcomeCode.BAD_REQUEST, port=self.name, reason="port") from error

    def read_some(self) -> bytes:
        """What has arrived, at most 4 KiB; waits up to READ_SLICE_S for the first byte, then gives ``b""``."""
        with self._faults_mapped() as port:
            first = port.read(1)
            if not first:
                return b""
            return bytes(first + port.read(min(port.in_waiting, _MAX_READ_BYTES - 1)))

    def write(self, payload: bytes) -> None:
        """Hand everything to the system; TIMEOUT if it does not take it within a second."""
        with self._faults_mapped() as port:
            port.write(payload)

    def discard_input(self) -> None:
        """Forget what has arrived and was not read."""
        with self._faults_mapped() as port:
            port.reset_input_buffer()

    def close(self) -> None:
        """Let go of the port; safe to call twice and after the device has gone."""
        port, self._serial = self._serial, None
        if port is None:
            return
        try:
            port.close()
        except _FAULTS:
            return  # it is gone already, which is what was wanted

    @contextmanager
    def _faults_mapped(self) -> Iterator[serial.Serial]:
        if self._serial is None:
            raise PortError(OutcomeCode.DEVICE_GONE, port=self.name, reason="closed")
        try:
            yield self._serial
        except serial.SerialTimeoutException as error:
            raise PortError(OutcomeCode.TIMEOUT, port=self.name, reason="write") from error
        except _FAULTS as error:
            raise PortError(OutcomeCode.DEVICE_GONE, port=self.name) from error


def _open_error(error: Exception, name: str) -> PortError:
    number = getattr(error, "errno", None)
    text = str(error)
    # On Windows pyserial gives no number, only the repr of the system's error inside its message.
    if number in _BUSY or "PermissionError(13" in text:
        return PortError(OutcomeCode.PORT_IN_USE, port=name)
    if number in _MISSING or "FileNotFoundError" in text:
        return PortError(OutcomeCode.NO_DEVICE, port=name)
    if number in (errno.EACCES, errno.EPERM):
        return PortError(OutcomeCode.DEVICE_FAULT, port=name, reason="permission")
    return PortError(OutcomeCode.DEVICE_FAULT, port=name, reason="open")
