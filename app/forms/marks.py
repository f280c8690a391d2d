"""What stands around a field: caption, star, badge, message. Drawn by the card that holds the field.

A form has four of them for each field. As labels they would each be made, styled and placed by themselves, which took
more than the fields do; screen readers hear them from the field, whose name and description they are.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from PySide6.QtCore import QEvent, QRect, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QHelpEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QToolTip, QWidget

from app.forms.panel import Panel
from app.theme.fonts import text_font
from app.theme.theme import color

_CHIP_PADDING_PX = 11
_LOOKS = {
    "label": (14, "text_soft", ""),
    "hint": (13, "text_soft", ""),
    "error": (13, "error", ""),
    "warning": (13, "warning", ""),
    "chip_success": (12, "success", "success_soft"),
    "chip_warning": (12, "warning", "warning_soft"),
    "chip_info": (12, "primary", "primary_soft"),
}
"""Size in px, colour of the text, of the ground; as the roles of labels in the style sheet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Type:
    font: QFont
    metrics: QFontMetrics
    ink: QColor
    ground: QColor | None


@lru_cache(maxsize=16)
def _type_of(role: str) -> _Type:
    size_px, ink, ground = _LOOKS[role]
    font = text_font(size_px)
    return _Type(font=font, metrics=QFontMetrics(font), ink=color(ink), ground=color(ground) if ground else None)


class MarkedCard(QFrame):
    """A card that draws its marks, and the panels below its fields; a mark whose text was cut tells it whole under the
    pointer.
    """

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.panels: list[Panel] = []
        self.marks: list[Mark] = []

    def paintEvent(self, event: QPaintEvent) -> None:
        """The card, and on it what is seen."""
        super().paintEvent(event)
        painter, region = QPainter(self), event.region()
        parts: tuple[Panel | Mark, ...] = (*self.panels, *self.marks)
        for part in parts:
            if part.is_seen and region.intersects(part.box):
                part.draw(painter)
        painter.end()

    def event(self, event: QEvent) -> bool:
        """Under the pointer stands what was cut."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            told = (mark for mark in self.marks if mark.is_seen and mark.tip)
            whole = next((mark for mark in told if mark.box.contains(event.pos())), None)
            QToolTip.showText(event.globalPos(), whole.tip if whole else "", self, whole.box if whole else QRect())
            return True
        return super().event(event)


class Mark:
    """A text on a card. Wraps where it has ``lines`` to do so; where ``cut`` it ends with … when it finds no room."""

    def __init__(self, card: MarkedCard, role: str, alignment: Qt.AlignmentFlag, *, cut: bool = False) -> None:
        self._card = card
        self._cut = cut
        self._alignment = alignment | Qt.AlignmentFlag.AlignVCenter
        self.shown_text = ""
        self._text_px: int | None = None
        """Asked for several times while a field is placed, and by far not free."""
        self.role = role
        self.text = ""
        self.tip = ""
        self.box = QRect()
        self.lines = 1
        self.is_shown = True
        card.marks.append(self)

    @property
    def text_px(self) -> int:
        """Width of the whole text in one line."""
        if self._text_px is None:
            self._text_px = _type_of(self.role).metrics.horizontalAdvance(self.text)
        return self._text_px

    @property
    def chip_px(self) -> int:
        """Width of the text with its ground around."""
        return self.text_px + 2 * _CHIP_PADDING_PX

    @property
    def is_seen(self) -> bool:
        """Whether there is anything to draw."""
        return self.is_shown and bool(self.text)

    def say(self, text: str, role: str) -> None:
        """Another text, or another look."""
        if (text, role) != (self.text, self.role):
            self.text, self.role, self._text_px = text, role, None
            self._fit()

    def place(self, box: QRect, *, lines: int = 1) -> None:
        """Where it stands on the card, and in how many lines."""
        if (box, lines) != (self.box, self.lines):
            self._card.update(self.box)
            self.box, self.lines = box, lines
            self._fit()

    def show(self, *, shown: bool) -> None:
        """Draw it, or not."""
        if shown != self.is_shown:
            self.is_shown = shown
            self._card.update(self.box)

    def _fit(self) -> None:
        self.shown_text = self.text
        if self._cut:
            metrics, lines, width = _type_of(self.role).metrics, self.lines, self.box.width()
            room_px = lines * width - (lines - 1) * 2 * metrics.height()  # lines break before their end
            self.shown_text = metrics.elidedText(self.text, Qt.TextElideMode.ElideRight, max(room_px, 0))
        self.tip = self.text if self.shown_text != self.text else ""
        self._card.update(self.box)

    def draw(self, painter: QPainter) -> None:
        """Draw it on the card."""
        look = _type_of(self.role)
        if look.ground is not None:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(look.ground)
            painter.drawRoundedRect(self.box, self.box.height() / 2, self.box.height() / 2)
        painter.setFont(look.font)
        painter.setPen(look.ink)
        wrap = Qt.TextFlag.TextWordWrap if self.lines > 1 else Qt.TextFlag.TextSingleLine
        painter.drawText(self.box, self._alignment | wrap, self.shown_text)
