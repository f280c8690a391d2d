"""The form on the read-back in pages: titled blocks of two columns, never a line cut in half."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from PySide6.QtCore import QRect, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QWidget

from app.customer.line_cell import LineCell
from app.customer.words import Scale, Words
from app.theme.theme import color
from app.visit.scene import ReadBack, ReadLine

_SIDE_PX, _TEXT_PX, _ABOVE_PX, _BETWEEN_PX, _RADIUS_PX = 10, 14, 4, 8, 16
_COLUMNS_PX = 20
_LEFT_SHARE = 0.537
"""The left column has room for an ID number in groups."""
_TWO_COLUMNS_FROM_PX = 900
_Placed = tuple[QWidget, QRect]


@dataclass(slots=True)
class _Row:
    """What stands side by side and is never parted. Places are within the row."""

    height_px: int
    placed: list[_Placed]


@dataclass(frozen=True, slots=True)
class _Block:
    """Lines under a title, if there is one."""

    title: Words | None
    cells: tuple[LineCell, ...]


class Sheet(QWidget):
    """Shows one page. Signal ``turned``: another page is seen, or there are more or fewer of them than before."""

    turned = Signal()

    def __init__(self, scene: ReadBack, scale: Scale) -> None:
        super().__init__()
        self._scale = scale
        parts = groupby(scene.lines, key=lambda line: line.part)
        self._blocks = [self._block_of(title, lines) for title, lines in parts]
        texts = (
            (self.tr("已收材料"), "、".join(scene.materials)),
            (self.tr("代为声明") if scene.reader else self.tr("您的声明"), scene.declaration),
        )
        self._blocks.append(
            self._block_of("", (ReadLine(label=name, value=text) for name, text in texts if text), role="lead")
        )
        self.cells = [cell for block in self._blocks for cell in block.cells]
        self._pages: list[list[_Placed]] = [[]]
        self._panels: list[list[QRect]] = [[]]
        self.page = 0

    def _block_of(self, title: str, lines: Iterable[ReadLine], *, role: str = "value") -> _Block:
        cells = tuple(LineCell(line, self._scale, self, role=role) for line in lines)
        if not title:
            return _Block(None, cells)
        words = Words(title, "part", self._scale)
        words.setParent(self)
        return _Block(words, cells)

    # -- pages

    @property
    def count(self) -> int:
        """How many pages there are."""
        return len(self._pages)

    @property
    def on_last(self) -> bool:
        """Whether the last page is seen."""
        return self.page == self.count - 1

    def turn(self, by: int) -> None:
        """Show the page so many further on."""
        self._show(min(max(self.page + by, 0), self.count - 1))

    @property
    def hides(self) -> bool:
        """Whether something on this page is masked."""
        return any(isinstance(widget, LineCell) and widget.line.whole for widget, _ in self._pages[self.page])

    def _show(self, number: int) -> None:
        self.page = number
        for at, page in enumerate(self._pages):
            for widget, place in page:
                widget.setGeometry(place)
                widget.setVisible(at == number)
        self.update()
        self.turned.emit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another size has other pages; the first of them is seen."""
        super().resizeEvent(event)
        self._pages, self._panels = [[]], [[]]
        y_px = 0
        for block in self._blocks:
            y_px = self._place(block, y_px)
        self._show(0)

    def _place(self, block: _Block, y_px: int) -> int:
        """Place a block from ``y_px`` on, over as many pages as it takes; gives where the next one begins.

        A title never stands alone at the end of a page.
        """
        rows = self._rows_of(block)
        if not rows:
            return y_px
        px = self._scale.px
        title_px = block.title.sizeHint().height() if block.title is not None else 0
        if y_px and y_px + title_px + rows[0].height_px + 2 * px(_ABOVE_PX) > self.height():
            y_px = self._begin_page()
        top_px = y_px
        y_px += px(_ABOVE_PX)
        if block.title is not None:
            side_px = px(_SIDE_PX) + px(_TEXT_PX)
            place = QRect(side_px, y_px, self.width() - 2 * side_px, title_px)
            self._pages[-1].append((block.title, place))
            y_px += title_px
        for row in rows:
            if y_px + row.height_px + px(_ABOVE_PX) > self.height() and y_px > top_px:
                self._end_panel(top_px, y_px)
                top_px = y_px = self._begin_page()
                y_px += px(_ABOVE_PX)
            self._pages[-1] += [(widget, place.translated(0, y_px)) for widget, place in row.placed]
            y_px += row.height_px
        return self._end_panel(top_px, y_px) + px(_BETWEEN_PX)

    def _begin_page(self) -> int:
        self._pages.append([])
        self._panels.append([])
        return 0

    def _end_panel(self, top_px: int, y_px: int) -> int:
        bottom_px = y_px + self._scale.px(_ABOVE_PX)
        self._panels[-1].append(QRect(0, top_px, self.width(), bottom_px - top_px))
        return bottom_px

    def _rows_of(self, block: _Block) -> list[_Row]:
        """Two lines side by side where both are short, else each in a row of its own."""
        px = self._scale.px
        side_px, whole_px = px(_SIDE_PX), self.width() - 2 * px(_SIDE_PX)
        left_px = round((whole_px - px(_COLUMNS_PX)) * _LEFT_SHARE)
        right_px = whole_px - px(_COLUMNS_PX) - left_px
        two = self.width() >= px(_TWO_COLUMNS_FROM_PX)
        rows: list[_Row] = []
        has_room = False
        for cell in block.cells:
            if has_room and cell.fits(right_px):
                place = QRect(side_px + left_px + px(_COLUMNS_PX), 0, right_px, cell.height_at(right_px))
                rows[-1].placed.append((cell, place))
                rows[-1].height_px = max(rows[-1].height_px, place.height())
                has_room = False
                continue
            has_room = two and cell.fits(left_px)
            width_px = left_px if has_room else whole_px
            height_px = cell.height_at(width_px)
            rows.append(_Row(height_px, [(cell, QRect(side_px, 0, width_px, height_px))]))
        for row in rows:
            for _, place in row.placed:
                place.setHeight(row.height_px)
        return rows

    def paintEvent(self, event: QPaintEvent) -> None:
        """A white panel behind each block."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(color("line"), 1))
        painter.setBrush(color("surface"))
        radius_px = self._scale.px(_RADIUS_PX)
        for panel in self._panels[self.page]:
            painter.drawRoundedRect(panel.adjusted(0, 0, -1, -1), radius_px, radius_px)
        painter.end()
