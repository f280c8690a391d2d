"""Answers that come when the widget which asked is gone: nobody is left to be told."""

from __future__ import annotations

from collections.abc import Callable
from typing import ParamSpec

from PySide6.QtCore import QObject
from shiboken6 import isValid

P = ParamSpec("P")


def while_there(asker: QObject, tell: Callable[P, None]) -> Callable[P, None]:
    """``tell``, which does nothing any more once ``asker`` was deleted."""

    def tell_if_there(*args: P.args, **kwargs: P.kwargs) -> None:
        if isValid(asker):
            tell(*args, **kwargs)

    return tell_if_there
