"""Text on the customer's screen, drawn by ourselves: a Scene of styled labels would take too long to appear."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from types import MappingProxyType
from typing import Final

from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPaintEvent, QTextLayout, QTextOption
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.theme.fonts import text_font
from app.theme.theme import color
from app.theme.tokens import CUSTOMER_LINE_HEIGHT, CUSTOMER_TEXT_PX

_FEWEST_CHARACTERS: Final = 6
"""A text that wraps is never narrower than so many Chinese characters."""
_MOST_CHARACTERS: Final = 24
"""A text that wraps does not ask for a wider place than so many; it takes what it gets."""
_NO_LIMIT_PX: Final = 1e6


@dataclass(frozen=True, slots=True)
class Scale:
    """How much larger than at 1280×800 everything is drawn."""

    factor: float = 1.0

    def px(self, size_px: int) -> int:
        """A size of the 1280×800 drawing on this screen."""
        return max(1, round(size_px * self.factor))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Look:
    size: str
    bold: bool = False
    color: str = "text"
    spacing_px: int = 0


_LOOKS: Final = MappingProxyType(
    {
        "giant": _Look(size="giant", bold=True),
        "title": _Look(size="title", bold=True),
        "accent": _Look(size="title", bold=True, color="primary"),
        "success": _Look(size="title", bold=True, color="success"),
        "number": _Look(size="number", bold=True, color="primary", spacing_px=2),
        "value": _Look(size="value", bold=True),
        "lead": _Look(size="lead"),
        "strong": _Look(size="lead", bold=True),
        "fact": _Look(size="lead", color="text_soft"),
        "body": _Look(size="body"),
        "part": _Look(size="body", bold=True, color="primary"),
        "hint": _Look(size="body", color="text_soft"),
        "label": _Look(size="body", color="text_soft"),
        "warning": _Look(size="body", color="warning"),
        "disputed": _Look(size="body", bold=True, color="error"),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Type:
    """How the text of a role is drawn on this screen."""

    font: QFont
    metrics: QFontMetricsF
    size_px: int
    least_px: int
    color: QColor


@lru_cache(maxsize=64)
def _type_of(role: str, scale: Scale) -> _Type:
    look = _LOOKS[role]
    size_px = CUSTOMER_TEXT_PX[look.size]
    font = text_font(scale.px(size_px), bold=look.bold)
    if look.spacing_px:
        font.setLetterSpacing(QFont.SpacingType.AbsoluteSpacing, scale.px(look.spacing_px))
    return _Type(
        font=font,
        metrics=QFontMetricsF(font),
        size_px=scale.px(size_px),
        least_px=scale.px(round(size_px * CUSTOMER_LINE_HEIGHT)),
        color=color(look.color),
    )


class Lines:
    """A text in the size and colour of a role, laid out in lines at least 1.45 times as high as its characters.

    ``break_at`` must be called before anything is drawn; ``height_px`` is what it took. ``height_at`` only asks, and
    remembers: layouts ask for the same few widths again and again.
    """

    def __init__(self, text: str, role: str, scale: Scale, *, center: bool = False) -> None:
        self._type: Final = _type_of(role, scale)
        self._option = QTextOption(Qt.AlignmentFlag.AlignHCenter if center else Qt.AlignmentFlag.AlignLeft)
        self._option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self._layouts = [self._layout_of(part) for part in text.split("\n")]
        self.text: Final = text
        self.em_px: Final = self._type.size_px
        self.height_px = 0.0
        self._width_px = -1.0
        self._heights: dict[float, float] = {}

    @cached_property
    def natural_px(self) -> float:
        """Width of the text on one line; measured when it is asked for, as that takes a while."""
        return max(self._type.metrics.horizontalAdvance(part) for part in self.text.split("\n")) + 1

    def _layout_of(self, part: str) -> QTextLayout:
        layout = QTextLayout(part, self._type.font)
        layout.setTextOption(self._option)
        layout.setCacheEnabled(True)
        return layout

    def break_at(self, width_px: float) -> None:
        """Break the text so that no line is wider."""
        if width_px == self._width_px:
            return
        self._width_px = width_px
        y_px = 0.0
        for layout in self._layouts:
            layout.beginLayout()
            while (line := layout.createLine()).isValid():
                line.setLineWidth(width_px)
                high_px = max(line.height(), self._type.least_px)
                line.setPosition(QPointF(0, y_px + (high_px - line.height()) / 2))
                y_px += high_px
            layout.endLayout()
        self.height_px = y_px

    def height_at(self, width_px: float) -> float:
        """What the text would take at this width."""
        if width_px not in self._heights:
            self.break_at(width_px)
            self._heights[width_px] = self.height_px
        return self._heights[width_px]

    def elided(self, room_px: float) -> str:
        """As much of the text as fits on one line, with dots where it was cut."""
        return self._type.metrics.elidedText(self.text, Qt.TextElideMode.ElideRight, room_px - 1)

    def draw(self, painter: QPainter, x_px: float, y_px: float) -> None:
        """Draw the lines with their upper left corner there."""
        painter.setPen(self._type.color)
        for layout in self._layouts:
            layout.draw(painter, QPointF(x_px, y_px))


class Words(QWidget):
    """A text as a widget: on one line, or wrapped to the width it gets."""

    def __init__(self, text: str, role: str, scale: Scale, *, center: bool = False, wraps: bool = False) -> None:
        super().__init__()
        self._role = role
        self._scale = scale
        self._center = center
        self._wraps = wraps
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(wraps)
        self.setSizePolicy(policy)
        self._lines = Lines(text, role, scale, center=center)
        self.setAccessibleName(text)

    def text(self) -> str:
        """What is said."""
        return self._lines.text

    def set_text(self, text: str) -> None:
        """Say something else."""
        if text != self._lines.text:
            self._lines = Lines(text, self._role, self._scale, center=self._center)
            self.setAccessibleName(text)
            self.updateGeometry()
            self.update()

    @property
    def size_px(self) -> int:
        """The size of its characters."""
        return self._lines.em_px

    def sizeHint(self) -> QSize:
        """The whole text on one line; a text that wraps is content with less."""
        lines = self._lines
        width_px = min(lines.natural_px, _MOST_CHARACTERS * lines.em_px) if self._wraps else lines.natural_px
        return QSize(round(width_px + 1), self._height_at(width_px))

    def minimumSizeHint(self) -> QSize:
        """Room for some characters, or for all where it does not wrap."""
        lines = self._lines
        width_px = min(lines.natural_px, _FEWEST_CHARACTERS * lines.em_px) if self._wraps else lines.natural_px
        return QSize(round(width_px + 1), self._height_at(lines.natural_px))

    def heightForWidth(self, width: int) -> int:
        """What the text needs there."""
        return self._height_at(width)

    def _height_at(self, width_px: float) -> int:
        return round(self._lines.height_at(width_px if self._wraps else _NO_LIMIT_PX) + 0.5)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the text, in the middle of its height."""
        self._lines.break_at(self.width())
        painter = QPainter(self)
        self._lines.draw(painter, 0, max(0.0, (self.height() - self._lines.height_px) / 2))
        painter.end()
