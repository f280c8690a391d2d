"""What the editors of a form tell the form, and how keys move between them."""

from __future__ import annotations

from typing import Protocol

from app.forms.fields.choice_list import ChoiceList
from domain.catalogue.values import FieldId


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
