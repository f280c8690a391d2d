"""The simulated document camera: a process of its own, because pictures would hold up the serial devices."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Mapping
from pathlib import Path

_BUILD_S = 300.0
_START_S = 60.0
_ANSWER_S = 20.0
_STOP_S = 3.0


class CameraError(Exception):
    """The camera's process did not start, does not answer, or refuses a command. The text is Chinese."""


class CameraProcess:
    """Starts the camera server, hands commands to it and ends it. Runs on the event loop of the simulator."""

    def __init__(self, scenes: Path) -> None:
        self._scenes = scenes
        self._process: asyncio.subprocess.Process | None = None
        self._turn = asyncio.Lock()
        self._scene = ""
        self._plugged = True
        self.url = ""

    async def start(self) -> None:
        """Start the server and learn its address; a folder without scenes is filled first, in some seconds.

        Raises CameraError.
        """
        if not (self._scenes / "scenes.json").exists():
            await self._build_scenes()
        self._process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "hardware.simulators.mjpeg", "--port", "0", "--scenes", str(self._scenes)),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            # Ctrl+C shall reach this process only; the camera ends when its input is closed.
            start_new_session=True,
        )
        self.url = str((await self._next_line(_START_S)).get("url", ""))

    async def carry_out(self, command: Mapping[str, object]) -> dict[str, object]:
        """Do a command of the control socket: paper, empty, fault, plug, unplug, status. Raises CameraError."""
        match command.get("do"):
            case "status":
                scenes = (await self._ask({"do": "scenes"})).get("scenes", [])
                return {"plugged": self._plugged, "scene": self._scene, "scenes": scenes}
            case "unplug":
                self._plugged = False
                return await self._ask({"do": "fault", "kind": "close"})
            case "plug":
                self._plugged = True
                return await self._ask({"do": "clear"})
            case "fault" if command.get("kind") == "none":
                return await self._ask({"do": "clear"})
            case "paper":
                answer = await self._ask(command)
                self._scene = str(command.get("scene", ""))
                return answer
            case "empty":
                self._scene = ""
                return await self._ask(command)
        return await self._ask(command)

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

    async def _build_scenes(self) -> None:
        builder = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "hardware.simulators.scenes", "--out", str(self._scenes)),
            stdout=asyncio.subprocess.DEVNULL,
        )
        try:
            status = await asyncio.wait_for(builder.wait(), _BUILD_S)
        except BaseException:  # also when this process is told to end meanwhile: leave no child behind
            builder.kill()
            await builder.wait()
            raise
        if status:
            raise CameraError("无法生成高拍仪画面，请检查是否安装了中文字体")

    async def _ask(self, command: Mapping[str, object]) -> dict[str, object]:
        process = self._process
        if process is None or process.stdin is None:
            raise CameraError("没有启动模拟高拍仪")
        async with self._turn:
            try:
                process.stdin.write(json.dumps(command).encode() + b"\n")
                await process.stdin.drain()
            except OSError as error:
                raise CameraError("模拟高拍仪已退出") from error
            answer = await self._next_line(_ANSWER_S)
        if not answer.get("ok"):
            raise CameraError(f"模拟高拍仪不接受这个命令：{answer.get('error', '')}")
        return answer

    async def _next_line(self, timeout_s: float) -> dict[str, object]:
        if self._process is None or self._process.stdout is None:
            raise CameraError("没有启动模拟高拍仪")
        try:
            line = await asyncio.wait_for(self._process.stdout.readline(), timeout_s)
            answer = json.loads(line)
        except (TimeoutError, ValueError) as error:
            raise CameraError("模拟高拍仪没有回答") from error
        return answer if isinstance(answer, dict) else {}
