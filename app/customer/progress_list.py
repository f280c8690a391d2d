"""What was entered or taken until now, in two columns that fill as the clerk works; the newest lines are seen."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.customer.words import Lines, Scale
from app.visit.scene import ReadLine

_LABEL_PX, _GAP_PX, _COLUMNS_PX, _ROW_PX = 210, 16, 40, 52
_FEW, _HIGH_ROW_PX = 6, 68
_NO_LIMIT_PX = 1e6


class ProgressList(QWidget):
    """One line of words for each; what does not fit ends with dots, what is too much is cut off at the top."""

    def __init__(self, scale: Scale) -> None:
        super().__init__()
        self._scale = scale
        self._shown: tuple[ReadLine, ...] = ()
        self._texts: dict[tuple[str, str, int], Lines] = {}
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def show_lines(self, lines: tuple[ReadLine, ...]) -> None:
        """Show these; what was shown before is not laid out again."""
        if lines != self._shown:
            self._shown = lines
            self.setAccessibleName("；".join(f"{line.label} {line.value}" for line in lines))
            self.update()

    def sizeHint(self) -> QSize:
        """It takes what it gets."""
        return QSize(0, self._scale.px(_ROW_PX))

    def paintEvent(self, event: QPaintEvent) -> None:
        """A few lines in one column in the middle; more of them down the left column, then down the right one."""
        painter = QPainter(self)
        if len(self._shown) <= _FEW:
            self._paint_few(painter)
        else:
            self._paint_many(painter)
        painter.end()

    def _paint_few(self, painter: QPainter) -> None:
        row_px = self._scale.px(_HIGH_ROW_PX)
        y_px = max(0, (self.height() - row_px * len(self._shown)) // 2)
        half_px, gap_px = self.width() // 2, self._scale.px(_GAP_PX)
        for line in self._shown:
            label = self._lines_of(line.label, "fact", half_px - gap_px)
            left_px = max(0, half_px - gap_px - round(label.natural_px))
            self._draw(painter, label, left_px, y_px, row_px)
            value = self._lines_of(line.value, "strong", self.width() - half_px - gap_px)
            self._draw(painter, value, half_px + gap_px, y_px, row_px)
            y_px += row_px

    def _paint_many(self, painter: QPainter) -> None:
        px = self._scale.px
        rows = max(1, self.height() // px(_ROW_PX))
        wide_px = (self.width() - px(_COLUMNS_PX)) // 2
        newest = self._shown[-2 * rows :]
        rows = max(1, -(-len(newest) // 2))
        for place, line in enumerate(newest):
            x_px = (place // rows) * (wide_px + px(_COLUMNS_PX))
            y_px = (place % rows) * px(_ROW_PX)
            self._draw(painter, self._lines_of(line.label, "label", px(_LABEL_PX)), x_px, y_px, px(_ROW_PX))
            left_px = x_px + px(_LABEL_PX) + px(_GAP_PX)
            value = self._lines_of(line.value, "strong", x_px + wide_px - left_px)
            self._draw(painter, value, left_px, y_px, px(_ROW_PX))

    def _lines_of(self, text: str, role: str, room_px: int) -> Lines:
        """The text on one line that is no wider."""
        if (text, role, room_px) not in self._texts:
            whole = Lines(text, role, self._scale)
            shown = whole if whole.natural_px <= room_px else Lines(whole.elided(room_px), role, self._scale)
            shown.break_at(_NO_LIMIT_PX)
            self._texts[text, role, room_px] = shown
        return self._texts[text, role, room_px]

    @staticmethod
    def _draw(painter: QPainter, lines: Lines, x_px: int, y_px: int, row_px: int) -> None:
        lines.draw(painter, x_px, y_px + (row_px - lines.height_px) / 2)
