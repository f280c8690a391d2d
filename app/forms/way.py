"""Where the keyboard goes in a form: what Enter, Tab and the keys of sections lead to."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Protocol

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from app.forms.cards import FormCards
from app.forms.field_cell import FieldCell
from app.forms.group import GroupHead
from domain.forms.answers import AnswerKey


class _Focus(Protocol):
    def __call__(self, cell: FieldCell, *, reason: Qt.FocusReason = ...) -> None: ...


class Way:
    """``ordered``: the cells in reading order; ``focus`` gives the keyboard to one, ``see`` brings a card in sight."""

    def __init__(
        self,
        cards: FormCards,
        ordered: Callable[[], list[tuple[AnswerKey, FieldCell]]],
        focus: _Focus,
        see: Callable[[QWidget], object],
    ) -> None:
        self._cards = cards
        self._ordered = ordered
        self._focus = focus
        self._see = see
        self._followers: tuple[QWidget, ...] = ()

    def to_first(self) -> None:
        """The keyboard into the first field that the applicant calls wrong, else that is empty and required, else into
        the first one.
        """
        shown = [cell for _, cell in self._shown()]
        doubted = [one for one in shown if one.look.doubted]
        for cell in (doubted or [one for one in shown if one.look.required and not one.look.value] or shown)[:1]:
            self._focus(cell)

    def to_first_error(self) -> bool:
        """The keyboard into the first field with an error, which is shown now; False when there is none."""
        for _, cell in self._shown():
            if cell.has_error:
                self._focus(cell)
                cell.holds_back = False
                cell.refresh_note()
                return True
        return False

    def to_section(self, number: int) -> bool:
        """The keyboard into the first field of a section, counted from 0; False when it has none.

        A group without a row offers to add one.
        """
        found = self._cards.section(number)
        fields = {use.field for use in found[1].uses} if found else set()
        for key, cell in self._shown():
            if key.field in fields and found is not None:
                self._see(found[0])
                self._focus(cell, reason=Qt.FocusReason.ShortcutFocusReason)
                return True
        if found is not None and isinstance(found[0], GroupHead):
            self._see(found[0])
            found[0].add.setFocus(Qt.FocusReason.ShortcutFocusReason)
            return True
        return False

    def has_section(self, number: int) -> bool:
        """Whether a section, counted from 0, is there to go to."""
        found = self._cards.section(number)
        return found is not None and not found[0].isHidden()

    def forward(self, key: AnswerKey) -> bool:
        """From this field to the next that waits; False when none does.

        One that holds no more than a beginning is left only when Enter is pressed once more, and the last one that
        waits not before it is filled in.
        """
        shown = self._shown()
        place = next(place for place, (one, _) in enumerate(shown) if one == key)
        here = shown[place][1]
        if here.leads_on():
            return True
        if here.look.begun and not here.is_urged:
            here.urge()
            return True
        waiting = [cell for _, cell in (*shown[place + 1 :], *shown[:place]) if cell.waits]
        if waiting:
            self._focus(waiting[0], reason=Qt.FocusReason.ShortcutFocusReason)
        elif here.is_wrong:
            here.urge()
        return bool(waiting) or here.is_wrong

    def lead_to(self, *followers: QWidget) -> None:
        """Where Tab goes after the last field, in this order."""
        self._followers = followers
        self.order_tabs()

    def order_tabs(self) -> None:
        """Tab goes in reading order."""
        for before, after in pairwise([*self._cards.tab_stops(dict(self._ordered())), *self._followers]):
            QWidget.setTabOrder(before, after)

    def _shown(self) -> list[tuple[AnswerKey, FieldCell]]:
        return [(key, cell) for key, cell in self._ordered() if cell.is_shown]
