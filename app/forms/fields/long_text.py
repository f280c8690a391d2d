"""The editor of addresses and remarks: two lines, Enter goes on, endless pastes are folded."""

from __future__ import annotations

from PySide6.QtCore import QMimeData, Qt
from PySide6.QtGui import QFocusEvent, QInputMethodEvent, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QFrame, QPlainTextEdit, QWidget

from app.forms.fields.line_editor import FOLD_AT, fold_hint, folded
from app.forms.hand import Hand
from domain.catalogue.values import Field


class LongTextEditor(QPlainTextEdit):
    """Text of more than one line, with the same manners as LineEditor."""

    def __init__(self, spec: Field, hand: Hand, parent: QWidget) -> None:
        super().__init__(parent)
        self.spec = spec
        self._hand = hand
        self._value = ""
        self._composing = False
        self._waiting: str | None = None
        self.setTabChangesFocus(True)
        self.setAccessibleName(spec.label)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setUndoRedoEnabled(False)
        self.textChanged.connect(self._on_text_changed)

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
        self._put(value)

    def live_hint(self) -> str:
        """What the editor itself says about the present text."""
        return fold_hint(self._value, self.spec.max_length) if self.is_folded() else ""

    def set_read_only(self, *, locked: bool) -> None:
        """Let the field be read but not changed."""
        self.setReadOnly(locked)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus if locked else Qt.FocusPolicy.StrongFocus)

    def commit(self) -> None:
        """Every keystroke is already taken."""

    def _put(self, value: str) -> None:
        self._value = value
        shown = folded(value) if self.is_folded() else value
        if shown != self.toPlainText():
            self.blockSignals(True)
            self.setPlainText(shown)
            self.blockSignals(False)

    def _on_text_changed(self) -> None:
        if self.is_folded():
            return
        text = self.toPlainText()
        if text != self._value:
            self._take(text)

    def _take(self, value: str) -> None:
        """A value from the hand."""
        self._waiting = None
        self._value = value
        if self.is_folded():
            self._put(value)
        self._hand.typed(self.spec.id, value)
        self._hand.hinted(self.spec.id)

    def insertFromMimeData(self, source: QMimeData) -> None:
        """A giant paste is folded before it is laid out."""
        text = source.text()
        if len(text) > FOLD_AT:
            self._take(text)
        elif not self.is_folded():
            super().insertFromMimeData(source)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter goes on; undo belongs to the visit."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
                event.ignore()
            else:
                self._hand.forward(self.spec.id)
            return
        if event.matches(QKeySequence.StandardKey.Undo) or event.matches(QKeySequence.StandardKey.Redo):
            event.ignore()
            return
        if self.is_folded() and event.text() and not event.matches(QKeySequence.StandardKey.Paste):
            if event.key() in (Qt.Key.Key_Backspace, Qt.Key.Key_Delete) and not self.isReadOnly():
                self._put("")
                self._hand.typed(self.spec.id, "")
                self._hand.hinted(self.spec.id)
            return
        super().keyPressEvent(event)

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
        """Tell the form."""
        super().focusOutEvent(event)
        self._composing = False
        self._hand.left(self.spec.id)
