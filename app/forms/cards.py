"""The cards of a form in their order: a section each, and for a repeating group its head and one card for each row."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial

from PySide6.QtWidgets import QWidget

from app.forms.field_cell import FieldCell
from app.forms.group import GroupHead, RowCard, Rows
from app.forms.section import Section
from domain.catalogue.values import Form, FormPage, GroupId
from domain.forms.answers import NO_ROW, AnswerKey, Answers, RowId

Card = tuple[Section, FormPage, RowId | None]
"""With its section, and with its row: NO_ROW for a plain section, None for the head of a group."""


class FormCards:
    """Makes and drops the cards; ``keys`` names the shortcut of each section."""

    def __init__(self, form: Form, keys: Sequence[str], sheet: QWidget, rows: Rows) -> None:
        self._form = form
        self._sheet = sheet
        self._rows = rows
        self._order: dict[GroupId, tuple[RowId, ...]] = {}
        self._row_cards: dict[RowId, RowCard] = {}
        shown = [*keys, *("" for _ in form.pages)]
        self._fixed = [self._make(page, key) for page, key in zip(form.pages, shown, strict=False)]

    def _make(self, page: FormPage, keys: str) -> Section:
        if page.repeats is None:
            return Section(page.title, keys, self._sheet)
        return GroupHead(page.title, page.repeats, keys, self._sheet, partial(self._rows.add_row, page.group))

    def follow(self, answers: Answers, problems: Mapping[AnswerKey, str]) -> frozenset[RowId]:
        """Cards for the rows that are there now; gives those that are gone, whose cells must go with them."""
        gone = frozenset(self._row_cards) - {row.id for row in answers.rows}
        for row in gone:
            card = self._row_cards.pop(row)
            card.hide()
            card.deleteLater()
        for fixed, page in zip(self._fixed, self._form.pages, strict=True):
            if isinstance(fixed, GroupHead) and page.repeats is not None:
                rows = self._order[page.group] = answers.rows_of(page.group)
                fixed.show_rows(len(rows), problems.get(AnswerKey(page.uses[0].field), ""))
                for number, row in enumerate(rows, start=1):
                    if row not in self._row_cards:
                        self._row_cards[row] = RowCard(page.repeats, row, self._sheet, self._rows)
                    self._row_cards[row].show_place(number, len(rows))
        return gone

    def rows_in_order(self) -> Iterator[tuple[Section, FormPage, RowId, int]]:
        """The cards of rows, each with its section, its row and its place among them, counted from 0."""
        for card, page, row in self.in_order():
            if row:
                yield card, page, row, self._order[page.group].index(row)

    def head_of(self, page: FormPage) -> QWidget:
        """The button that adds a row to a group."""
        head = self.card_of(page, NO_ROW)
        return head.add if isinstance(head, GroupHead) else head

    def card_of(self, page: FormPage, row: RowId) -> Section:
        """Where the cells of this row of a section stand."""
        return self._row_cards[row] if row else self._fixed[self._form.pages.index(page)]

    def in_order(self) -> Iterator[Card]:
        """All cards from top to bottom."""
        for fixed, page in zip(self._fixed, self._form.pages, strict=True):
            yield fixed, page, None if page.repeats else NO_ROW
            for row in self._order.get(page.group, ()) if page.repeats else ():
                yield self._row_cards[row], page, row

    def tab_stops(self, cells: Mapping[AnswerKey, FieldCell]) -> list[QWidget]:
        """Everything that Tab stops at, in reading order."""
        stops: list[QWidget] = []
        for card, page, row in self.in_order():
            stops += [stop for cell in cells_in(cells, page, row) for stop in cell.tab_stops()]
            stops += [card.add] if isinstance(card, GroupHead) else card.buttons if isinstance(card, RowCard) else ()
        return stops

    def section(self, number: int) -> tuple[Section, FormPage] | None:
        """A section by its number, counted from 0, or the head of its group."""
        return (self._fixed[number], self._form.pages[number]) if 0 <= number < len(self._fixed) else None


def cells_in(cells: Mapping[AnswerKey, FieldCell], page: FormPage, row: RowId | None) -> list[FieldCell]:
    """The cells of one row of a section that were made; the head of a group has none."""
    keys = (AnswerKey(use.field, row) for use in page.uses) if row is not None else ()
    return [cells[key] for key in keys if key in cells]
