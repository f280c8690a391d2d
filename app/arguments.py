"""The command line of the client."""

from __future__ import annotations

import argparse
from pathlib import Path

DESCRIPTION = "综柜：社会保险综合柜员工作站(客户端)"


def parser() -> argparse.ArgumentParser:
    """The arguments of ``zonggui``; what is not given comes from the policy or the settings file."""
    made = argparse.ArgumentParser(prog="zonggui", description=DESCRIPTION)
    made.add_argument("--settings", type=Path, metavar="文件", help="设置文件(TOML)")
    made.add_argument("--policy", type=Path, metavar="文件", help="单位统一下发的策略文件(TOML),优先于设置文件")
    made.add_argument("--data", type=Path, metavar="文件夹", help="本机数据文件夹(加密保存)")
    made.add_argument("--server", action="append", metavar="网址", help="服务器地址，可多次给出，按顺序尝试")
    made.add_argument("--counter", metavar="名称", help="窗口名称，例如 测试镇01号窗口")
    made.add_argument(
        "--device",
        action="append",
        metavar="类型=驱动,key=value…",
        help="外设，例如 id_card_reader=id_card_reader.sam_serial,port=COM3",
    )
    made.add_argument("--customer-screen", metavar="名称", help="群众屏的名称(不写则用唯一的第二块屏)")
    made.add_argument("--zoom", type=float, metavar="倍数", help="两块屏幕的放大倍数 0.75–2.5")
    made.add_argument("--take-page", choices=("auto", "key"), help="材料放稳后自动拍摄(auto)，或只按键拍摄(key)")
    made.add_argument("--print-receipt", choices=("auto", "ask"), help="受理后自动打印回执(auto)，或按键打印(ask)")
    made.add_argument(
        "--report-painted", type=Path, metavar="文件", help="登录窗口首次显示后写入该文件（供检测启动用时）"
    )
    made.add_argument(
        "--recover", metavar="用户名", help="不打开窗口：找回该账号在本机损坏后移开的数据（询问密码，请先退出工作站）"
    )
    made.add_argument("--version", action="version", version="综柜 0.1.0")
    return made


def layer(given: argparse.Namespace) -> dict[str, object]:
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
    return {
        "kind": kind,
        "driver": driver,
        "options": dict(option.partition("=")[::2] for option in options),
    }
