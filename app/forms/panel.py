"""The ground and the frame of a field that is typed in. Drawn by the card that holds the field, as the marks are.

As states of the style sheet they would be asked for anew, 0.4 ms for each field, whenever a card fills the form.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit

from app.theme.theme import color, set_role

_ROUND_PX = 5
_LOOKS = {
    "": ("surface", "line_strong", 1),
    "disabled": ("background", "line", 1),
    "read_only": ("surface_soft", "line", 1),
    "from_card": ("from_card", "from_card_line", 1),
    "warning": ("warning_soft", "warning_line", 1),
    "error": ("error_soft", "error", 2),
}
"""Colours of the ground and of the frame, and its width in px; as fields elsewhere have them of the style sheet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Paint:
    ground: QColor
    frame: QColor
    width_px: int


@cache
def _paint_of(look: str, *, focused: bool) -> _Paint:
    ground, frame, width_px = _LOOKS[look]
    if focused:
        ground, frame, width_px = "surface" if look == "error" else ground, "primary", width_px + 1
    return _Paint(ground=color(ground), frame=color(frame), width_px=width_px)


class Panel:
    """Below one editor, which itself has no ground. ``state``: error, warning, from_card or empty."""

    def __init__(self, editor: QLineEdit | QPlainTextEdit) -> None:
        self._editor = editor
        self.state = ""
        set_role(editor, "on_panel")

    @property
    def box(self) -> QRect:
        """Where it stands on the card."""
        return self._editor.geometry()

    @property
    def is_seen(self) -> bool:
        """Whether its field is there now."""
        return not self._editor.isHidden()

    def show_state(self, state: str) -> None:
        """Another state; what lies below an editor is drawn with it."""
        if state != self.state:
            self.state = state
            self._editor.update()

    def draw(self, painter: QPainter) -> None:
        """Draw it on the card: frame, and ground within. To draw a line around it would take ten times as long."""
        paint = _paint_of(self.state or self._usual(), focused=self._editor.hasFocus())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        for within, ink in ((0, paint.frame), (paint.width_px, paint.ground)):
            painter.setBrush(ink)
            round_px = _ROUND_PX - within
            painter.drawRoundedRect(self.box.adjusted(within, within, -within, -within), round_px, round_px)

    def _usual(self) -> str:
        return "disabled" if not self._editor.isEnabled() else "read_only" if self._editor.isReadOnly() else ""
