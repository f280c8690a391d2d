"""A radio button whose keyboard focus is seen; a style sheet draws no frame around one."""

from __future__ import annotations

from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QRadioButton

from app.theme.theme import color

_FRAME_PX = 2


class FramedRadio(QRadioButton):
    """As Qt's, with a frame while it has the keyboard."""

    def paintEvent(self, event: QPaintEvent) -> None:
        """Button and frame."""
        super().paintEvent(event)
        if self.hasFocus():
            painter = QPainter(self)
            painter.setPen(QPen(color("primary"), _FRAME_PX))
            painter.drawRect(self.rect().adjusted(1, 1, -1, -1))
            painter.end()
