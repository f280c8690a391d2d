"""What the editors of a form tell the form, and how keys move between them."""

from __future__ import annotations

from typing import Protocol

from app.forms.fields.choice_list import ChoiceList
from domain.catalogue.values import FieldId
from domain.forms.answers import AnswerKey, RowId


class Hand(Protocol):
    """The one who is told what the clerk's hand does in a field. All calls come on the UI thread."""

    def typed(self, field: FieldId, value: str) -> None:
        """The clerk gave a new value; never called for a value that was set by the program."""

    def hinted(self, field: FieldId) -> None:
        """What the editor says about its own text has changed."""

    def entered(self, field: FieldId) -> None:
        """The field took the keyboard."""

    def left(self, field: FieldId) -> None:
        """The field lost the keyboard."""

    def forward(self, field: FieldId) -> None:
        """Enter: on to the next field."""

    def chosen(self) -> frozenset[str]:
        """All values now in the form, to narrow lists whose entries have a parent."""

    def choices(self) -> ChoiceList:
        """The list that choice fields open; one for the whole form."""


class FormHand(Protocol):
    """As Hand, told by the place in the form."""

    def typed(self, key: AnswerKey, value: str) -> None:
        """The clerk gave a new value."""

    def repeated(self, key: AnswerKey, value: str) -> None:
        """The clerk typed the value a second time."""

    def hinted(self, key: AnswerKey) -> None:
        """What the editor says about its own text has changed."""

    def entered(self, key: AnswerKey) -> None:
        """The field took the keyboard."""

    def left(self, key: AnswerKey) -> None:
        """The field lost the keyboard."""

    def forward(self, key: AnswerKey) -> None:
        """Enter: on to the next field."""

    def chosen(self, row: RowId) -> frozenset[str]:
        """All values now in the form, those of other rows left out."""

    def choices(self) -> ChoiceList:
        """The list that choice fields open."""


class RowHand:
    """The hand of the editors of one row, or of the plain fields."""

    def __init__(self, form: FormHand, row: RowId) -> None:
        self._form = form
        self._row = row

    def typed(self, field: FieldId, value: str) -> None:
        """A new value by hand."""
        self._form.typed(AnswerKey(field, self._row), value)

    def hinted(self, field: FieldId) -> None:
        """The editor has something else to say."""
        self._form.hinted(AnswerKey(field, self._row))

    def entered(self, field: FieldId) -> None:
        """The field took the keyboard."""
        self._form.entered(AnswerKey(field, self._row))

    def left(self, field: FieldId) -> None:
        """The field lost the keyboard."""
        self._form.left(AnswerKey(field, self._row))

    def forward(self, field: FieldId) -> None:
        """Enter: on to the next field."""
        self._form.forward(AnswerKey(field, self._row))

    def chosen(self) -> frozenset[str]:
        """All values now in the form, those of other rows left out."""
        return self._form.chosen(self._row)

    def choices(self) -> ChoiceList:
        """The list that choice fields open; one for the whole form."""
        return self._form.choices()


class SecondHand(RowHand):
    """The hand of the editors in which a number is typed once more."""

    def typed(self, field: FieldId, value: str) -> None:
        """A new value the second time."""
        self._form.repeated(AnswerKey(field, self._row), value)
