"""The editor of addresses and remarks: two lines, Enter goes on, endless pastes are folded."""

from __future__ import annotations

from PySide6.QtCore import QMimeData, Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent, QKeySequence, QTextCursor
from PySide6.QtWidgets import QFrame, QPlainTextEdit, QWidget

from app.forms.fields.positions import end_of_change
from app.forms.fields.typing_manners import FOLD_AT, TypingManners, folded
from app.forms.hand import Hand
from domain.catalogue.values import Field

_BY_KEYS = (
    Qt.FocusReason.TabFocusReason,
    Qt.FocusReason.BacktabFocusReason,
    Qt.FocusReason.ShortcutFocusReason,
    Qt.FocusReason.OtherFocusReason,
)


class LongTextEditor(TypingManners, QPlainTextEdit):
    """Text of more than one line."""

    def __init__(self, spec: Field, hand: Hand, parent: QWidget) -> None:
        super().__init__(parent)
        self.begin(spec, hand)
        self.setTabChangesFocus(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setUndoRedoEnabled(False)
        self.textChanged.connect(self._on_text_changed)

    def render_value(self, value: str) -> None:
        """Show it with the cursor behind what is new; nothing of this is reported."""
        text, shown = folded(value) if self.is_folded() else value, self.toPlainText()
        if text != shown:
            self.blockSignals(True)
            self.setPlainText(text)
            self.blockSignals(False)
            cursor = self.textCursor()
            cursor.setPosition(end_of_change(shown, text) if self.hasFocus() else 0)
            self.setTextCursor(cursor)

    def _on_text_changed(self) -> None:
        text = self.toPlainText()
        if not self.is_folded() and text != self._value:
            self.take_value(text)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Whoever comes by keys goes on where the text ends: it may be begun already."""
        super().focusInEvent(event)
        if event.reason() in _BY_KEYS:
            self.moveCursor(QTextCursor.MoveOperation.End)

    def insertFromMimeData(self, source: QMimeData) -> None:
        """A giant paste is folded before it is laid out."""
        text = source.text()
        if len(text) > FOLD_AT:
            self.take_value(text)
        elif not self.is_folded():
            super().insertFromMimeData(source)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """A folded value can only be cleared, or replaced by pasting."""
        if self.goes_elsewhere(event):
            return
        if self.is_folded() and event.text() and not event.matches(QKeySequence.StandardKey.Paste):
            if event.key() in (Qt.Key.Key_Backspace, Qt.Key.Key_Delete) and not self.isReadOnly():
                self.take_value("")
                self.render_value("")
            return
        super().keyPressEvent(event)
