"""A virtual X server with two monitors, for programs that are tested with real keys and a real pointer."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

_START_S = 60.0

_MONITORS: Mapping[str, tuple[str, str]] = {
    # pixels/millimetres and place; the server's one output is named "screen"
    "CLERK": ("1366/361x768/203+0+0", "screen"),
    "CUSTOMER": ("1280/338x800/211+1366+0", "none"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class VirtualDisplay:
    """A running X server: ``name`` is what DISPLAY must hold, ``pid`` its process."""

    name: str
    pid: int

    @property
    def environment(self) -> dict[str, str]:
        """The environment for a program that shall use it."""
        kept = {key: value for key, value in os.environ.items() if key not in {"QT_QPA_PLATFORM", "WAYLAND_DISPLAY"}}
        return {**kept, "DISPLAY": self.name, "QT_QPA_PLATFORM": "xcb"}

    def plug(self, monitor: str) -> None:
        """Plug CLERK or CUSTOMER."""
        place, output = _MONITORS[monitor]
        self._xrandr("--setmonitor", monitor, place, output)

    def is_plugged(self, monitor: str) -> bool:
        """Whether CLERK or CUSTOMER is there."""
        command = ["xrandr", "--listmonitors"]
        listed = subprocess.run(command, env=self.environment, check=True, timeout=_START_S, capture_output=True)
        return monitor in listed.stdout.decode()

    def unplug(self, monitor: str) -> None:
        """Unplug CLERK or CUSTOMER."""
        self._xrandr("--delmonitor", monitor)

    def _xrandr(self, *arguments: str) -> None:
        subprocess.run(
            ["xrandr", *arguments], env=self.environment, check=True, timeout=_START_S, stdout=subprocess.DEVNULL
        )


@contextmanager
def two_screen_display() -> Iterator[VirtualDisplay]:
    """Start an X server with both monitors on a display number of its own choice, and end it."""
    reading, writing = os.pipe()
    server = subprocess.Popen(
        # Without -noreset the server forgets its monitors as soon as xrandr, its first client, leaves.
        ["Xvfb", "-displayfd", str(writing), "-screen", "0", "2646x800x24", "-nolisten", "tcp", "-noreset"],
        pass_fds=[writing],
        stderr=subprocess.DEVNULL,  # keyboard warnings of xkbcomp
    )
    os.close(writing)
    try:
        with os.fdopen(reading) as pipe:
            number = pipe.readline().strip()  # ends at once when the server dies
        assert number, f"Xvfb did not start, status {server.wait(_START_S)}"
        display = VirtualDisplay(name=f":{number}", pid=server.pid)
        for monitor in _MONITORS:
            display.plug(monitor)
        yield display
    finally:
        server.terminate()
        server.wait(_START_S)
