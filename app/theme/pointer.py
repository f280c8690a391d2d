"""What must wait while a button of the pointer is held."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtGui import QGuiApplication

_AGAIN_MS = 50


def is_held() -> bool:
    """Whether something is being pressed with the pointer."""
    return QGuiApplication.mouseButtons() != Qt.MouseButton.NoButton


def once_released(context: QObject, action: Callable[[], None]) -> None:
    """Call ``action`` now, or as soon as nothing is being pressed, while ``context`` lives.

    A button from which the keyboard goes, or which moves away, while it is pressed does not act when it is let go.
    """
    if is_held():
        QTimer.singleShot(_AGAIN_MS, context, partial(once_released, context, action))
    else:
        action()
