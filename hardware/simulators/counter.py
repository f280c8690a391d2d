"""A counter's devices, simulated together, and the commands that a test or a person gives them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from hardware.simulators.camera_process import CameraError, CameraProcess
from hardware.simulators.cards import CardError, build_card
from hardware.simulators.id_card_reader import FAULTS, Fault, IdCardReaderSimulator
from hardware.simulators.persons import load_persons
from hardware.simulators.pty_port import PtyPort

READER, SCANNER, CAMERA = "id_card_reader", "barcode_scanner", "document_camera"
Command = Mapping[str, object]
CommandAnswer = dict[str, object]

_MAX_SCAN_BYTES = 4_000_000


class CommandError(Exception):
    """A command that cannot be carried out. The text is Chinese, for the person who gave it."""


class SimulatedCounter:
    """The ID reader, the scanner and the camera. Made and used on the event loop."""

    def __init__(self, folder: Path, *, camera: CameraProcess | None) -> None:
        self._reader_port = PtyPort(folder / READER, on_bytes=self._to_reader)
        self._scanner_port = PtyPort(folder / SCANNER, on_bytes=_ignore)
        self._reader = IdCardReaderSimulator(self._reader_port.write)
        self._ports = {READER: self._reader_port, SCANNER: self._scanner_port}
        self._camera = camera
        self._person = ""
        self._scans = 0
        self._commands: dict[str, Callable[[Command], CommandAnswer]] = {
            "lay_card": self._lay_card,
            "lift_card": self._lift_card,
            "scan": self._scan,
            "fault": self._fault,
            "unplug": self._unplug,
            "plug": self._plug,
        }

    async def start(self) -> None:
        """Plug everything in. Raises CameraError when the camera's process does not start."""
        for port in self._ports.values():
            port.plug()
        if self._camera is not None:
            await self._camera.start()

    async def stop(self) -> None:
        """Pull everything out and end the camera's process."""
        for port in self._ports.values():
            port.unplug()
        if self._camera is not None:
            await self._camera.stop()

    def endpoints(self) -> dict[str, str]:
        """Where the drivers find the devices."""
        found = {device: str(port.link) for device, port in self._ports.items()}
        if self._camera is not None:
            found[CAMERA] = self._camera.url
        return found

    async def carry_out(self, command: Command) -> CommandAnswer:
        """Do one command. Raises CommandError with a Chinese text when it makes no sense."""
        name = command.get("do")
        if name == "status":
            return await self._status()
        if name in ("paper", "empty") or command.get("device") == CAMERA:
            return await self._to_camera(command)
        action = self._commands.get(name) if isinstance(name, str) else None
        if action is None:
            raise CommandError(f"没有这个命令：{name}")
        return action(command)

    def _lay_card(self, command: Command) -> CommandAnswer:
        named = command.get("card", "p1")
        person = command.get("person", load_persons().get(named) if isinstance(named, str) else None)
        if not isinstance(person, Mapping):
            raise CommandError(f"没有这个测试人员：{named}")
        try:
            card = build_card({str(key): str(value) for key, value in person.items()})
        except CardError as error:
            raise CommandError(str(error)) from error
        self._reader.lay_card(card)
        self._person = "自定义" if "person" in command else str(named)
        return {}

    def _lift_card(self, command: Command) -> CommandAnswer:
        self._reader.lift_card()
        return {}

    def _scan(self, command: Command) -> CommandAnswer:
        try:
            if "hex" in command:
                payload = bytes.fromhex(_text(command, "hex", ""))
            else:
                line = _text(command, "text", "") + _text(command, "terminator", "\r")
                payload = line.encode(_text(command, "encoding", "utf-8"))
        except (ValueError, LookupError) as error:
            raise CommandError("扫码内容无法编码") from error
        payload *= _number(command, "repeat", 1)
        if len(payload) > _MAX_SCAN_BYTES:
            raise CommandError("扫码内容太长")
        self._scanner_port.write(payload)
        self._scans += 1
        return {"bytes": len(payload)}

    def _fault(self, command: Command) -> CommandAnswer:
        if command.get("device", READER) != READER:
            raise CommandError("只有身份证阅读器和高拍仪能模拟故障")
        kind = _text(command, "kind", "")
        if kind == "none":
            self._reader.clear_faults()
            return {}
        if kind not in FAULTS:
            raise CommandError(f"没有这种故障：{kind}")
        self._reader.cause(
            Fault(
                kind=kind,
                at=_number(command, "at", 0),
                times=_number(command, "times", 1),
                command=_text(command, "on", "read"),
            )
        )
        return {}

    def _unplug(self, command: Command) -> CommandAnswer:
        self._port_of(command).unplug()
        if command.get("device") == READER:
            self._reader.power_off()
        return {}

    def _plug(self, command: Command) -> CommandAnswer:
        self._port_of(command).plug()
        return {}

    def _port_of(self, command: Command) -> PtyPort:
        device = command.get("device")
        if not isinstance(device, str) or device not in self._ports:
            raise CommandError(f"没有这个设备：{device}")
        return self._ports[device]

    async def _status(self) -> CommandAnswer:
        camera: CommandAnswer = {}
        if self._camera is not None:
            camera = await self._to_camera({"do": "status"})
        return {
            READER: {
                "plugged": self._reader_port.plugged,
                "card": self._person if self._reader.has_card else "",
                "reads": self._reader.reads,
            },
            SCANNER: {"plugged": self._scanner_port.plugged, "scans": self._scans},
            CAMERA: camera,
        }

    async def _to_camera(self, command: Command) -> CommandAnswer:
        if self._camera is None:
            raise CommandError("没有启动模拟高拍仪")
        try:
            return await self._camera.carry_out(command)
        except CameraError as error:
            raise CommandError(str(error)) from error

    def _to_reader(self, chunk: bytes) -> None:
        self._reader.receive(chunk)


def _ignore(chunk: bytes) -> None:
    """A scanner has no ears."""


def _text(command: Command, name: str, otherwise: str) -> str:
    value = command.get(name, otherwise)
    if not isinstance(value, str):
        raise CommandError(f"应为文字：{name}")
    return value


def _number(command: Command, name: str, otherwise: int) -> int:
    value = command.get(name, otherwise)
    if not isinstance(value, int) or value < 0:
        raise CommandError(f"应为非负整数：{name}")
    return value
