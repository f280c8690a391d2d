"""The program's fonts; knows no widgets, so that programs without windows use it too."""

from __future__ import annotations

from PySide6.QtGui import QFont

from app.theme.tokens import FONT_FAMILIES


def text_font(size_px: float, *, bold: bool = False) -> QFont:
    """The program's font at ``size_px`` logical pixels, for own painting and documents."""
    font = QFont(list(FONT_FAMILIES))
    font.setPixelSize(max(1, round(size_px)))
    font.setBold(bold)
    return font
