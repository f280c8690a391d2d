"""The program's icons: line drawings of 24×24 units in ``resources/icons``, rendered in any colour and size."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from app.theme.tokens import COLORS
from resources import folder

_STATES = (
    ("success", "success"),
    ("warning", "warning"),
    ("error", "error"),
    ("check", "success"),
    ("arrow_right", "text_soft"),
    ("document", "text_soft"),
    ("clock", "primary"),
    ("clock", "text_off"),
)


@lru_cache(maxsize=256)
def icon(name: str, *, tint: str = "text_soft") -> QIcon:
    """The icon ``resources/icons/<name>.svg`` coloured by the token ``tint``, 16 to 48 px; greyed when disabled."""
    made = QIcon()
    for size_px in (16, 24, 48):
        made.addPixmap(picture(name, size_px=size_px, tint=tint))
    return made  # the style greys it when disabled


def load_icons() -> None:
    """Draw those that say how something stands, before something first stands so."""
    for name, tint in _STATES:
        icon(name, tint=tint)


def picture(name: str, *, size_px: int, tint: str = "text_soft", ratio: float = 1.0) -> QPixmap:
    """The icon as a pixmap of ``size_px`` logical pixels; ``ratio`` is the screen's device pixel ratio."""
    pixmap = QPixmap(round(size_px * ratio), round(size_px * ratio))
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    _drawing(name, tint).render(painter, QRectF(pixmap.rect()))
    painter.end()
    pixmap.setDevicePixelRatio(ratio)
    return pixmap


@lru_cache(maxsize=256)
def _drawing(name: str, tint: str) -> QSvgRenderer:
    """Read and parsed once for all sizes."""
    drawing = (folder() / "icons" / f"{name}.svg").read_text(encoding="utf-8").replace("currentColor", COLORS[tint])
    return QSvgRenderer(QByteArray(drawing.encode()))
