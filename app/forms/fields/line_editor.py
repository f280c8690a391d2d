"""A one-line field: keeps the value and its display apart."""

from __future__ import annotations

import unicodedata

from PySide6.QtCore import Qt
from PySide6.QtGui import QFocusEvent, QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QLineEdit, QWidget

from app.forms.fields.positions import before, end_of_change, units
from app.forms.fields.typing_manners import FOLD_AT, TypingManners, folded
from app.forms.hand import Hand
from domain.catalogue.values import Field

_LONGEST = 50_000_000


def plain_width(text: str) -> str:
    """Full-width digits and letters, as an input method leaves them, in their usual form."""
    return text if text.isascii() else unicodedata.normalize("NFKC", text)


class LineEditor(TypingManners, QLineEdit):
    """The editor of ``text`` fields and the base of all one-line kinds; what stands in the line may be grouped."""

    def __init__(self, spec: Field, hand: Hand, parent: QWidget) -> None:
        super().__init__(parent)
        self.begin(spec, hand)
        self.setMaxLength(_LONGEST)
        self.textEdited.connect(self._on_text_edited)

    # what kinds differ in

    def canonical(self, text: str) -> str:
        """The value that a typed text stands for."""
        return text

    def display(self, value: str) -> str:
        """How a value stands in the line."""
        return value

    # inside

    def render_value(self, value: str) -> None:
        """Show it with the cursor behind what is new while it has the keyboard, else at its beginning."""
        text, shown = folded(value) if self.is_folded() else self.display(value), self.text()
        if text != shown:
            self.setText(text)
            self.setCursorPosition(end_of_change(shown, text) if self.hasFocus() else 0)

    def _on_text_edited(self, text: str) -> None:
        self.take_value(self.canonical(text))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """A giant paste is folded before it is laid out; a folded value can only be cleared."""
        if not self.goes_elsewhere(event) and not self._takes_over(event):
            super().keyPressEvent(event)

    def _takes_over(self, event: QKeyEvent) -> bool:
        if event.matches(QKeySequence.StandardKey.Paste) and not self.isReadOnly():
            text = QGuiApplication.clipboard().text()
            if len(text) > FOLD_AT:
                self.take_value(self.canonical(text))
                return True
        if not self.is_folded():
            return False
        if event.key() in (Qt.Key.Key_Backspace, Qt.Key.Key_Delete) and not self.isReadOnly():
            self.setText("")
            self.take_value("")
        return bool(event.text())

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """The value is shown tidily again."""
        super().focusOutEvent(event)
        if not self.is_folded():
            self.render_value(self._value)


class GroupedEditor(LineEditor):
    """A line whose characters are grouped while they are typed; the cursor stays where it was in the value."""

    def _on_text_edited(self, text: str) -> None:
        before_cursor = len(self.canonical(before(text, self.cursorPosition())))
        value = self.canonical(text)
        shown = self.display(value)
        if shown != text and len(value) <= FOLD_AT:
            self.setText(shown)
            self.setCursorPosition(units(shown[: _place_in(shown, before_cursor)]))
        self.take_value(value)


def _place_in(shown: str, count: int) -> int:
    """The cursor place after ``count`` characters that are not spaces."""
    for place, char in enumerate(shown):
        if count == 0:
            return place
        count -= char != " "
    return len(shown)
