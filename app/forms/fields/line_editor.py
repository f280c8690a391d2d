"""A one-line field: keeps the value and its display apart, spares a running input method, folds endless values."""

from __future__ import annotations

import unicodedata

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QFocusEvent, QGuiApplication, QInputMethodEvent, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QLineEdit, QWidget

from app.forms.hand import Hand
from domain.catalogue.values import Field

FOLD_AT = 2000
"""A longer value is kept whole, but shown by its beginning only: laying it out would stop the window."""
_SHOWN_OF_FOLDED = 80
_LONGEST = 50_000_000


def plain_width(text: str) -> str:
    """Full-width digits and letters, as an input method leaves them, in their usual form."""
    return text if text.isascii() else unicodedata.normalize("NFKC", text)


def folded(value: str) -> str:
    """The beginning of a value that is too long to show."""
    return value[:_SHOWN_OF_FOLDED] + "…"


def fold_hint(value: str, limit: int) -> str:
    """What is said about a folded value."""
    text = QCoreApplication.translate("Form", "内容共 {length} 字，超过 {limit} 字，仅显示开头；按退格键清空重填")
    return text.format(length=len(value), limit=limit)


class LineEditor(QLineEdit):
    """The editor of ``text`` fields and the base of all one-line kinds.

    ``value`` is the canonical text that is stored; what stands in the line may be grouped for reading. Values set
    by ``show_value`` are never reported to the hand.
    """

    def __init__(self, spec: Field, hand: Hand, parent: QWidget) -> None:
        super().__init__(parent)
        self.spec = spec
        self._hand = hand
        self._value = ""
        self._composing = False
        self._waiting: str | None = None
        self.setMaxLength(_LONGEST)
        self.setAccessibleName(spec.label)
        self.textEdited.connect(self._on_text_edited)

    # what kinds differ in

    def canonical(self, text: str) -> str:
        """The value that a typed text stands for."""
        return text

    def display(self, value: str) -> str:
        """How a value stands in the line."""
        return value

    def live_hint(self) -> str:
        """What the editor itself says about the present text; empty for nothing."""
        return fold_hint(self._value, self.spec.max_length) if self.is_folded() else ""

    # what the form asks

    def value(self) -> str:
        """The present value, whole."""
        return self._value

    def is_folded(self) -> bool:
        """Whether only the beginning is shown."""
        return len(self._value) > FOLD_AT

    def show_value(self, value: str) -> None:
        """Show a value given by the program; while an input method composes, it waits."""
        if value == self._value:
            return
        if self._composing:
            self._waiting = value
            return
        self._value = value
        self._show(value)

    def set_read_only(self, *, locked: bool) -> None:
        """Let the field be read but not changed."""
        self.setReadOnly(locked)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus if locked else Qt.FocusPolicy.StrongFocus)

    def commit(self) -> None:
        """Take over what was typed but not yet decided (lists); nothing to do for plain lines."""

    # inside

    def _show(self, value: str) -> None:
        text = folded(value) if self.is_folded() else self.display(value)
        if text != self.text():
            self.setText(text)
            self.setCursorPosition(len(text) if self.hasFocus() else 0)

    def _on_text_edited(self, text: str) -> None:
        self._take(self.canonical(text))

    def _take(self, value: str) -> None:
        """A value from the hand."""
        self._waiting = None
        if value != self._value:
            self._value = value
            if self.is_folded():
                self._show(value)
            self._hand.typed(self.spec.id, value)
        self._hand.hinted(self.spec.id)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter goes on, undo belongs to the visit, a giant paste is folded before it is laid out."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
                event.ignore()
            else:
                self._hand.forward(self.spec.id)
            return
        if event.matches(QKeySequence.StandardKey.Undo) or event.matches(QKeySequence.StandardKey.Redo):
            event.ignore()
            return
        if self._takes_over(event):
            return
        super().keyPressEvent(event)

    def _takes_over(self, event: QKeyEvent) -> bool:
        if event.matches(QKeySequence.StandardKey.Paste) and not self.isReadOnly():
            text = QGuiApplication.clipboard().text()
            if len(text) > FOLD_AT:
                self._take(self.canonical(text))
                return True
        if not self.is_folded():
            return False
        if event.key() in (Qt.Key.Key_Backspace, Qt.Key.Key_Delete) and not self.isReadOnly():
            self.setText("")
            self._take("")
        return bool(event.text())

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        """Note whether something is being composed: until it is done, nothing is rewritten."""
        self._composing = bool(event.preeditString())
        super().inputMethodEvent(event)
        if not self._composing and self._waiting is not None:
            waiting, self._waiting = self._waiting, None
            self.show_value(waiting)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Tell the form."""
        super().focusInEvent(event)
        self._hand.entered(self.spec.id)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Tell the form; the value is shown tidily again."""
        super().focusOutEvent(event)
        self._composing = False
        self.commit()
        if not self.is_folded():
            self._show(self._value)
        self._hand.left(self.spec.id)


class GroupedEditor(LineEditor):
    """A line whose characters are grouped while they are typed; the cursor stays where it was in the value."""

    def _on_text_edited(self, text: str) -> None:
        before_cursor = len(self.canonical(text[: self.cursorPosition()]))
        value = self.canonical(text)
        shown = self.display(value)
        if shown != text and len(value) <= FOLD_AT:
            self.setText(shown)
            self.setCursorPosition(_place_in(shown, before_cursor))
        self._take(value)


def _place_in(shown: str, count: int) -> int:
    """The cursor place after ``count`` characters that are not spaces."""
    for place, char in enumerate(shown):
        if count == 0:
            return place
        count -= char != " "
    return len(shown)
