"""The keyboard follows the rows of groups: into one that has just come, beside one that is gone."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from app.forms.cards import FormCards
from app.forms.field_cell import FieldCell
from domain.catalogue.values import FieldId, FormPage
from domain.forms.answers import AnswerKey, Answers, RowId

Cells = Mapping[AnswerKey, FieldCell]


class Refuge:
    """``focus`` gives the keyboard to a cell. ``rows``: those that were there when it was looked last."""

    def __init__(self, cards: FormCards, focus: Callable[[FieldCell], None]) -> None:
        self._cards = cards
        self._focus = focus
        self.rows: frozenset[RowId] | None = None
        self._was: tuple[FormPage, RowId, int, FieldId | None] | None = None

    def look(self, focused: AnswerKey | None) -> None:
        """Note where the keyboard is, before any row goes."""
        widget = QApplication.focusWidget()
        self._was = None
        for card, page, row, place in self._cards.rows_in_order():
            if widget is not None and card.isAncestorOf(widget):
                self._was = (page, row, place, focused.field if focused else None)

    def follow(self, answers: Answers, cells: Cells, *, is_complete: bool) -> None:
        """Go where the keyboard belongs, once the rows have their places."""
        rows = frozenset(row.id for row in answers.rows)
        known, self.rows = self.rows, rows
        new = rows - known if known is not None and is_complete else frozenset[RowId]()
        first = next((cell for key, cell in cells.items() if key.row in new and cell.is_shown), None)
        if first is not None:
            QTimer.singleShot(0, first.editor, lambda: self._focus(first))
        elif self._was is not None:
            page, row, place, field = self._was
            if row not in rows:
                self._enter_beside(answers, cells, page, place, field)

    def _enter_beside(self, answers: Answers, cells: Cells, page: FormPage, place: int, field: FieldId | None) -> None:
        """Into the row that has taken the place, else the last one, in the same field; else on the group's button."""
        fields = (field, *(use.field for use in page.uses))
        beside = answers.rows_of(page.group)[: place + 1][-1:]
        keys = [AnswerKey(one, row) for row in beside for one in fields if one]
        cell = next((cells[key] for key in keys if key in cells and cells[key].is_shown), None)
        target = cell.editor if cell else self._cards.head_of(page)
        QTimer.singleShot(0, target, lambda: self._focus(cell) if cell else target.setFocus())
