"""The simulator's process: devices, control socket, endpoints, and a clean end."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import signal
import sys
import tempfile
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from hardware.simulators.camera_process import CameraProcess
from hardware.simulators.control import ControlServer
from hardware.simulators.counter import CommandError, SimulatedCounter


@dataclass(frozen=True, slots=True, kw_only=True)
class RunOptions:
    """What ``zonggui-sim run`` was asked for."""

    endpoints_file: Path | None = None
    scenes: Path | None = None
    camera: bool = True
    with_parent: bool = False


async def run(options: RunOptions) -> None:
    """Simulate a counter until SIGTERM, SIGINT, the command ``quit``, or (``with_parent``) the end of standard input.

    Prints one JSON line: where each device and the control socket are. Raises CameraError if the camera does not start.
    """
    stop = asyncio.Event()
    _stop_on_signals(stop)
    if options.with_parent:
        _stop_with_parent(stop)
    folder = Path(tempfile.mkdtemp(prefix="zonggui-sim-"))
    camera = CameraProcess(options.scenes or folder / "scenes") if options.camera else None
    counter = SimulatedCounter(folder, camera=camera)

    async def handle(command: Mapping[str, object]) -> dict[str, object]:
        if command.get("do") != "quit":
            return await counter.carry_out(command)
        asyncio.get_running_loop().call_soon(stop.set)
        return {}

    control = ControlServer(handle, refusals=(CommandError,))
    try:
        await counter.start()
        await control.start()
        _announce({**counter.endpoints(), "control": control.address}, options.endpoints_file)
        await stop.wait()
    finally:
        await control.stop()
        await counter.stop()
        shutil.rmtree(folder, ignore_errors=True)
        if options.endpoints_file is not None:
            options.endpoints_file.unlink(missing_ok=True)


def _announce(endpoints: Mapping[str, str], file: Path | None) -> None:
    line = json.dumps(endpoints, ensure_ascii=False)
    if file is not None:
        # Written whole or not at all: another program waits for this file and reads it at once.
        draft = file.with_name(f"{file.name}.{os.getpid()}")
        draft.write_text(line, encoding="utf-8")
        draft.replace(file)
    print(line, flush=True)


def _stop_on_signals(stop: asyncio.Event) -> None:
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)


def _stop_with_parent(stop: asyncio.Event) -> None:
    loop = asyncio.get_running_loop()

    def wait_for_end() -> None:
        while os.read(sys.stdin.fileno(), 4096):
            pass
        loop.call_soon_threadsafe(stop.set)

    threading.Thread(target=wait_for_end, name="parent", daemon=True).start()
