"""A titled section of a form: a card that lays out its cells in two columns, or one where there is no room for two."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QLabel, QWidget

from app.forms.field_cell import FieldCell
from app.forms.marks import MarkedCard
from app.theme.tokens import GAP_LARGE_PX, GAP_PX, GAP_SMALL_PX, MARGIN_PX

TITLE_PX = 32
_TWO_COLUMNS_FROM_PX = 760


class Section(MarkedCard):
    """A card with a title; ``keys`` names the shortcut that leads here."""

    def __init__(self, title: str, keys: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        self._title = QLabel(title, self)
        self._title.setProperty("role", "heading")
        self._keys = QLabel(keys, self)
        self._keys.setProperty("role", "hint")
        self.hide()  # until it has its place

    def show_title(self, title: str) -> None:
        """Another title."""
        self._title.setText(title)

    def place_title(self, width: int) -> None:
        """Title and keys on the first line of a card of this width."""
        self._title.setGeometry(MARGIN_PX, GAP_PX, width - 2 * MARGIN_PX, TITLE_PX - GAP_SMALL_PX)
        keys_px = self._keys.sizeHint().width()
        self._keys.setGeometry(width - MARGIN_PX - keys_px, GAP_PX, keys_px, TITLE_PX - GAP_SMALL_PX)

    def arrange(self, cells: Sequence[FieldCell], width: int, caption_px: int) -> int:
        """Place the cells for a card of this width; gives the card's height, or 0 when it has nothing to show."""
        shown = [cell for cell in cells if cell.is_shown]
        if not shown:
            return 0
        columns = 2 if width >= _TWO_COLUMNS_FROM_PX else 1
        inner = width - 2 * MARGIN_PX
        column_px = (inner - (columns - 1) * GAP_LARGE_PX) // columns
        self.place_title(width)
        y, column, row_px = GAP_PX + TITLE_PX, 0, 0
        for cell in shown:
            spans = columns if cell.wide else 1
            if column + spans > columns:
                y, column, row_px = y + row_px, 0, 0
            cell.place(
                MARGIN_PX + column * (column_px + GAP_LARGE_PX), y, inner if spans == 2 else column_px, caption_px
            )
            column, row_px = column + spans, max(row_px, cell.height_px + GAP_SMALL_PX)
        return y + row_px + GAP_SMALL_PX
