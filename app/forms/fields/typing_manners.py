"""What all editors that are typed in have in common: they spare a running input method and fold endless values."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QFocusEvent, QInputMethodEvent, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QWidget

from app.forms.hand import Hand
from domain.catalogue.values import Field, FieldId

FOLD_AT = 2000
"""A longer value is kept whole, but shown by its beginning only: laying it out would stop the window."""
_SHOWN_OF_FOLDED = 80

if TYPE_CHECKING:

    class _TextWidget(QWidget):
        def setReadOnly(self, locked: bool, /) -> None: ...
else:
    _TextWidget = object


def folded(value: str) -> str:
    """The beginning of a value that is too long to show."""
    return value[:_SHOWN_OF_FOLDED] + "…"


def enter_goes_on(event: QKeyEvent, hand: Hand, field: FieldId) -> bool:
    """Enter leads to the next field, and with Ctrl belongs to the pane; True when it was Enter."""
    if event.key() not in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
        return False
    if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
        event.ignore()
    else:
        hand.forward(field)
    return True


class TypingManners(_TextWidget):
    """Stands before a text widget of Qt in the list of bases; the editor calls ``begin`` first.

    ``value`` is the canonical text that is stored; what stands in the widget may differ from it. Values set by
    ``show_value`` are never reported to the hand.
    """

    def begin(self, spec: Field, hand: Hand) -> None:
        """Start without a value."""
        self.spec = spec
        self._hand = hand
        self._value = ""
        self._composing = False
        self._waiting: str | None = None
        self.setAccessibleName(spec.label)

    def render_value(self, value: str) -> None:
        """Let the widget show the value, or its beginning where it is folded; each editor has its own way."""

    def value(self) -> str:
        """The present value, whole."""
        return self._value

    def is_folded(self) -> bool:
        """Whether only the beginning is shown."""
        return len(self._value) > FOLD_AT

    def live_hint(self) -> str:
        """What the editor itself says about the present text; empty for nothing."""
        if not self.is_folded():
            return ""
        text = QCoreApplication.translate("Form", "内容共 {length} 字，超过 {limit} 字，仅显示开头；按退格键清空重填")
        return text.format(length=len(self._value), limit=self.spec.max_length)

    def show_value(self, value: str) -> None:
        """Show a value given by the program; while an input method composes, it waits."""
        if value == self._value:
            return
        if self._composing:
            self._waiting = value
            return
        self._value = value
        self.render_value(value)

    def set_read_only(self, *, locked: bool) -> None:
        """Let the field be read but not changed."""
        self.setReadOnly(locked)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus if locked else Qt.FocusPolicy.StrongFocus)

    def tab_stops(self) -> tuple[QWidget, ...]:
        """What Tab stops at, in its order."""
        return (self,)

    def commit(self) -> None:
        """Take over what was typed but not yet decided (lists); nothing to do where every keystroke is taken."""

    def take_value(self, value: str) -> None:
        """A value from the hand."""
        self._waiting = None
        if value != self._value:
            self._value = value
            if self.is_folded():
                self.render_value(value)
            self._hand.typed(self.spec.id, value)
        self._hand.hinted(self.spec.id)

    def goes_elsewhere(self, event: QKeyEvent) -> bool:
        """Whether a key is not for the text: Enter goes on, undo belongs to the visit."""
        if enter_goes_on(event, self._hand, self.spec.id):
            return True
        if event.matches(QKeySequence.StandardKey.Undo) or event.matches(QKeySequence.StandardKey.Redo):
            event.ignore()
            return True
        return False

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
        """Tell the form; what was not decided yet is taken over."""
        super().focusOutEvent(event)
        self._composing = False
        self.commit()
        self._hand.left(self.spec.id)
