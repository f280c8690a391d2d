"""The command line of the client.

Plain pairs of option and value are read here. Everything else is argparse's, which first looks for translations of its
own words: that takes as long as to paint the login.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType, SimpleNamespace
from typing import Any, NamedTuple

DESCRIPTION = "综柜：社会保险综合柜员工作站(客户端)"


class _Option(NamedTuple):
    metavar: str | None
    help: str
    kind: Callable[[str], Any] = str
    many: bool = False
    choices: tuple[str, ...] = ()


_OPTIONS: Mapping[str, _Option] = MappingProxyType(
    {
        "--settings": _Option("文件", "设置文件(TOML)", Path),
        "--policy": _Option("文件", "单位统一下发的策略文件(TOML),优先于设置文件", Path),
        "--data": _Option("文件夹", "本机数据文件夹(加密保存)", Path),
        "--server": _Option("网址", "服务器地址，可多次给出，按顺序尝试", many=True),
        "--counter": _Option("名称", "窗口名称，例如 测试镇01号窗口"),
        "--device": _Option(
            "类型=驱动,key=value…",
            "外设，例如 id_card_reader=id_card_reader.sam_serial,port=COM3；同类第二台加 id=名称",
            many=True,
        ),
        "--customer-screen": _Option("名称", "群众屏的名称(不写则用唯一的第二块屏)"),
        "--zoom": _Option("倍数", "两块屏幕的放大倍数 0.75–2.5", float),
        "--take-page": _Option(None, "材料放稳后自动拍摄(auto)，或只按键拍摄(key)", choices=("auto", "key")),
        "--print-receipt": _Option(None, "受理后自动打印回执(auto)，或按键打印(ask)", choices=("auto", "ask")),
        "--report-painted": _Option("文件", "登录窗口首次显示后写入该文件（供检测启动用时）", Path),
        "--recover": _Option("用户名", "不打开窗口：找回该账号在本机损坏后移开的数据（询问密码，请先退出工作站）"),
    }
)


def parse(words: Sequence[str]) -> SimpleNamespace:
    """The arguments of ``zonggui`` by their names; None where nothing is given, then policy or settings file says it.

    Ends the program, with what is wrong or the help, as argparse does.
    """
    return _read(words) or _ask_argparse(words)


def _read(words: Sequence[str]) -> SimpleNamespace | None:
    """Pairs of option and value; None for all that is not so plain."""
    found: dict[str, Any] = dict.fromkeys(map(_name_of, _OPTIONS))
    if len(words) % 2:
        return None
    for flag, text in zip(words[::2], words[1::2], strict=True):
        option, name = _OPTIONS.get(flag), _name_of(flag)
        if option is None or text.startswith("-"):
            return None
        try:
            value = option.kind(text)
        except ValueError:
            return None
        if option.choices and value not in option.choices:
            return None
        found[name] = [*(found[name] or ()), value] if option.many else value
    return SimpleNamespace(**found)


def _name_of(flag: str) -> str:
    return flag.removeprefix("--").replace("-", "_")


def _ask_argparse(words: Sequence[str]) -> SimpleNamespace:
    from app.asking_argparse import ChineseParser

    parser = ChineseParser("zonggui", DESCRIPTION, "综柜 0.1.0")
    for flag, option in _OPTIONS.items():
        parser.options.add_argument(
            flag,
            action="append" if option.many else "store",
            type=option.kind,
            choices=option.choices or None,
            metavar=option.metavar,
            help=option.help,
        )
    return parser.parse_args(words, SimpleNamespace())


def layer(given: SimpleNamespace) -> dict[str, object]:
    """The settings that the command line gives; None where it says nothing."""
    return {
        "data_folder": given.data,
        "endpoints": given.server,
        "counter": given.counter,
        "devices": [_device(text) for text in given.device] if given.device else None,
        "customer_screen": {"name": given.customer_screen} if given.customer_screen else None,
        "zoom": given.zoom,
        "take_page": given.take_page,
        "print_receipt": given.print_receipt,
    }


def _device(text: str) -> dict[str, object]:
    head, *options = text.split(",")
    kind, _, driver = head.partition("=")
    given = dict(option.partition("=")[::2] for option in options)
    own: dict[str, object] = {name: given.pop(name) for name in ("id", "host") if name in given}
    return {"kind": kind, "driver": driver, "options": given, **own}
