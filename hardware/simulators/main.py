"""``zonggui-sim``: the simulated devices of a counter, from the command line."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, NoReturn

from hardware.simulators.camera_process import CameraError
from hardware.simulators.control import ControlError, call

_EXAMPLES = """\
命令示例(send 之后可写多条，依次执行):
  lay_card card=p1                         放上测试人员 p1 的证件
  lift_card                                拿走证件
  scan text=1599992026000001               扫一个码
  fault device=id_card_reader kind=truncate at=100 times=2
                                           下两次读卡应答只发出前 100 字节
  unplug device=barcode_scanner            拔掉扫码枪;plug 插回
  paper scene=registration_form            高拍仪下放纸;empty 清空台面
  status                                   查看各设备状态
  quit                                     结束模拟器
也可以直接写 JSON:'{"do":"scan","text":"1599992026000001","encoding":"gb18030"}'
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; the process's exit status: 0 done, 1 refused or failed, 2 wrong usage."""
    parsed = _parser().parse_args(arguments)
    try:
        if parsed.action == "run":
            return _run(parsed)
        if parsed.action == "send":
            return _send(_address(parsed), parsed.commands)
        return _panel(_address(parsed))
    except (CameraError, ControlError) as error:
        print(error, file=sys.stderr)
        return 1


class _Formatter(argparse.RawDescriptionHelpFormatter):
    def add_usage(
        self,
        usage: str | None,
        actions: Iterable[argparse.Action],
        groups: Iterable[argparse._MutuallyExclusiveGroup],
        prefix: str | None = None,
    ) -> None:
        super().add_usage(usage, actions, groups, "用法:" if prefix is None else prefix)


class _Parser(argparse.ArgumentParser):
    """An argument parser that speaks Chinese: argparse itself would need translated catalogues installed."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings, formatter_class=_Formatter, add_help=False)
        self.options = self.add_argument_group("选项")
        self.options.add_argument("-h", "--help", action="help", help="显示本说明")

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}:参数有误，请看 {self.prog} --help\n")


def _parser() -> _Parser:
    parser = _Parser(
        prog="zonggui-sim",
        description="综柜设备模拟器：身份证阅读器、扫码枪、高拍仪。只用于开发、测试和演练。",
        epilog=_EXAMPLES,
    )
    actions = parser.add_subparsers(
        dest="action", required=True, metavar="{run,send,panel}", title="子命令", parser_class=_Parser
    )
    run = actions.add_parser("run", help="启动模拟设备，打印一行 JSON 说明各设备的端口").options
    run.add_argument("--endpoints", type=Path, metavar="文件", help="把端口说明同时写入文件；退出时删除")
    run.add_argument("--scenes", type=Path, metavar="文件夹", help="高拍仪画面所在的文件夹；没有画面时自动生成")
    run.add_argument("--no-camera", action="store_true", help="不启动模拟高拍仪")
    run.add_argument("--with-parent", action="store_true", help="标准输入关闭时(启动它的程序退出)随之结束")
    send = actions.add_parser("send", help="向正在运行的模拟器发命令").options
    _add_target(send)
    send.add_argument("commands", nargs="+", metavar="命令", help="命令名和 名称=值，或一段 JSON")
    _add_target(actions.add_parser("panel", help="打开模拟器操作面板").options)
    return parser


def _add_target(options: argparse._ArgumentGroup) -> None:
    target = options.add_mutually_exclusive_group(required=True)
    target.add_argument("--control", metavar="主机：端口", help="模拟器的控制地址")
    target.add_argument("--endpoints", type=Path, metavar="文件", help="run --endpoints 写出的文件")


def _address(parsed: argparse.Namespace) -> str:
    if parsed.control:
        return str(parsed.control)
    try:
        return str(json.loads(parsed.endpoints.read_text(encoding="utf-8"))["control"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ControlError(f"读不到端口说明文件：{parsed.endpoints}") from error


def _run(parsed: argparse.Namespace) -> int:
    try:
        from hardware.simulators.run import RunOptions, run
    except ImportError:  # no pseudo-terminals on this system, or Pillow was not installed
        print("模拟设备只能在 Linux 上运行，并需要安装 simulators 附加组件。", file=sys.stderr)
        return 1
    options = RunOptions(
        endpoints_file=parsed.endpoints,
        scenes=parsed.scenes,
        camera=not parsed.no_camera,
        with_parent=parsed.with_parent,
    )
    asyncio.run(run(options))
    return 0


def _send(address: str, words: Sequence[str]) -> int:
    status = 0
    for command in parse_commands(words):
        answer = call(address, command)
        print(json.dumps(answer, ensure_ascii=False))
        status = status or (0 if answer.get("ok") else 1)
    return status


def parse_commands(words: Sequence[str]) -> list[dict[str, object]]:
    """Commands from words: a JSON object, or a name followed by ``key=value`` words. Raises ControlError."""
    commands: list[dict[str, object]] = []
    for word in words:
        if word.lstrip().startswith("{"):
            try:
                commands.append(json.loads(word))
            except ValueError as error:
                raise ControlError(f"不是 JSON:{word}") from error
        elif "=" not in word:
            commands.append({"do": word})
        elif commands:
            key, _, value = word.partition("=")
            commands[-1][key] = int(value) if key in ("at", "times", "repeat") and value.isdecimal() else value
        else:
            raise ControlError(f"先写命令名：{word}")
    return commands


def _panel(address: str) -> int:
    from hardware.simulators.panel import show_panel

    return show_panel(address)


if __name__ == "__main__":
    sys.exit(main())
