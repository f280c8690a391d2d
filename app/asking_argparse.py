"""A command line that is not plain, by argparse, in Chinese: its own words would need catalogues installed."""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterable
from typing import NoReturn


class _Formatter(argparse.HelpFormatter):
    def add_usage(
        self,
        usage: str | None,
        actions: Iterable[argparse.Action],
        groups: Iterable[argparse._MutuallyExclusiveGroup],
        prefix: str | None = None,
    ) -> None:
        super().add_usage(usage, actions, groups, "用法：" if prefix is None else prefix)


class ChineseParser(argparse.ArgumentParser):
    """Add what can be given to ``options``."""

    def __init__(self, prog: str, description: str, version: str) -> None:
        super().__init__(prog=prog, description=description, formatter_class=_Formatter, add_help=False)
        self.options = self.add_argument_group("选项")
        self.options.add_argument("-h", "--help", action="help", help="显示本说明")
        self.options.add_argument("--version", action="version", version=version, help="显示版本")

    def error(self, message: str) -> NoReturn:
        """Which options are meant, and where they are explained."""
        meant = "、".join(re.findall(r"--?[a-z][\w-]*", message)) or self.prog
        self.exit(2, f"参数有误：{meant}。请看 {self.prog} --help\n")
