"""The device's end of a serial cable: a pseudo-terminal that can be pulled out and put back."""

from __future__ import annotations

import asyncio
import os
import tty
from collections.abc import Callable
from pathlib import Path

_CHUNK = 4096


class PtyPort:
    """One port under a fixed path (a symbolic link), whatever name the system gives the terminal behind it.

    Runs on the event loop of the simulator. ``on_bytes`` gets what the other side writes.
    """

    def __init__(self, link: Path, *, on_bytes: Callable[[bytes], None]) -> None:
        self.link = link
        self._on_bytes = on_bytes
        self._outgoing = bytearray()
        self._device_fd = -1
        self._system_fd = -1

    @property
    def plugged(self) -> bool:
        """Whether the port exists for the system."""
        return self._device_fd >= 0

    def plug(self) -> None:
        """Let the port appear; nothing if it is there."""
        if self.plugged:
            return
        self._device_fd, self._system_fd = os.openpty()
        tty.setraw(self._system_fd)
        os.set_blocking(self._device_fd, False)
        self.link.unlink(missing_ok=True)
        self.link.symlink_to(os.ttyname(self._system_fd))
        asyncio.get_running_loop().add_reader(self._device_fd, self._read)

    def unplug(self) -> None:
        """Let the port vanish; nothing if it has."""
        if not self.plugged:
            return
        loop = asyncio.get_running_loop()
        loop.remove_reader(self._device_fd)
        loop.remove_writer(self._device_fd)
        self.link.unlink(missing_ok=True)
        # Both ends: while one of them is open the terminal lives on and the driver would see mere silence.
        os.close(self._device_fd)
        os.close(self._system_fd)
        self._device_fd = self._system_fd = -1
        self._outgoing.clear()

    def write(self, payload: bytes) -> None:
        """Send, without waiting; what the terminal does not take at once follows as it drains."""
        if self.plugged:
            self._outgoing += payload
            self._flush()

    def _flush(self) -> None:
        loop = asyncio.get_running_loop()
        while self._outgoing:
            try:
                sent = os.write(self._device_fd, self._outgoing[:_CHUNK])
            except BlockingIOError:
                loop.add_writer(self._device_fd, self._flush)
                return
            del self._outgoing[:sent]
        loop.remove_writer(self._device_fd)

    def _read(self) -> None:
        try:
            chunk = os.read(self._device_fd, _CHUNK)
        except BlockingIOError:
            return
        self._on_bytes(chunk)
