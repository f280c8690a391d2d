"""The simulated document camera: a process of its own, because pictures would hold up the serial devices."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Mapping
from pathlib import Path

_START_S = 30.0
_ANSWER_S = 10.0
_STOP_S = 3.0


class CameraError(Exception):
    """The camera's process did not start, or does not answer. The text is Chinese."""


class CameraProcess:
    """Starts the camera server, hands commands to it and ends it. Runs on the event loop of the simulator."""

    def __init__(self, scenes: Path | None = None) -> None:
        self._scenes = scenes
        self._process: asyncio.subprocess.Process | None = None
        self._turn = asyncio.Lock()
        self.url = ""

    async def start(self) -> None:
        """Start the server and learn its address. Raises CameraError."""
        options = ["--port", "0"] + (["--scenes", str(self._scenes)] if self._scenes else [])
        self._process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "hardware.simulators.mjpeg",
            *options,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
        )
        self.url = str((await self._next_line(_START_S)).get("url", ""))

    async def send(self, command: Mapping[str, object]) -> dict[str, object]:
        """Hand over one command; the camera's answer. Raises CameraError."""
        process = self._process
        if process is None or process.stdin is None:
            raise CameraError("没有启动模拟高拍仪")
        async with self._turn:
            try:
                process.stdin.write(json.dumps(command, ensure_ascii=False).encode() + b"\n")
                await process.stdin.drain()
            except OSError as error:
                raise CameraError("模拟高拍仪已退出") from error
            return await self._next_line(_ANSWER_S)

    async def stop(self) -> None:
        """End the process: its input is closed, then it is terminated, then killed."""
        process, self._process = self._process, None
        if process is None:
            return
        if process.stdin is not None:
            process.stdin.close()
        for end in (process.terminate, process.kill):
            try:
                await asyncio.wait_for(process.wait(), _STOP_S)
                return
            except TimeoutError:
                end()
        await process.wait()

    async def _next_line(self, timeout_s: float) -> dict[str, object]:
        if self._process is None or self._process.stdout is None:
            raise CameraError("没有启动模拟高拍仪")
        try:
            line = await asyncio.wait_for(self._process.stdout.readline(), timeout_s)
            answer = json.loads(line)
        except (TimeoutError, ValueError) as error:
            raise CameraError("模拟高拍仪没有回答") from error
        return answer if isinstance(answer, dict) else {"ok": False}
