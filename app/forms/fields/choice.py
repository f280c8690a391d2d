"""The editors of code lists: a line with a list below it, or, for up to four codes, buttons side by side."""

from __future__ import annotations

from PySide6.QtCore import QRect, Qt, Slot
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from app.forms.fields.choice_list import ChoiceList
from app.forms.fields.line_editor import LineEditor, plain_width
from app.forms.hand import Hand
from app.forms.initials import initials_of
from app.theme.icons import icon
from domain.catalogue.values import Code, CodeList, Field

_MOVES = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1, Qt.Key.Key_PageUp: -8, Qt.Key.Key_PageDown: 8}

_ARROW_PX = 16


def matching(entries: tuple[Code, ...], text: str) -> tuple[Code, ...]:
    """The entries that a typed text may mean, best first; all for an empty text.

    Order: the code itself, codes that begin so, labels that begin so, initials that begin so, then anything inside.
    """
    wanted = plain_width(text).strip().lower()
    if not wanted:
        return entries
    ranked = [(rank, place) for place, entry in enumerate(entries) if (rank := _rank(entry, wanted)) is not None]
    return tuple(entries[place] for _, place in sorted(ranked))


def _rank(entry: Code, wanted: str) -> int | None:
    code, label, initials = entry.code.lower(), entry.label.lower(), initials_of(entry.label)
    tests = (
        wanted in (code, label),
        code.startswith(wanted),
        label.startswith(wanted),
        initials.startswith(wanted),
        wanted in label,
        wanted in initials,
    )
    return next((rank for rank, passed in enumerate(tests) if passed), None)


def narrowed(entries: tuple[Code, ...], chosen: frozenset[str]) -> tuple[Code, ...]:
    """The entries under a parent that the form holds; all where no parent is chosen."""
    under = tuple(entry for entry in entries if entry.parent in chosen)
    return under or entries


class ChoiceEditor(LineEditor):
    """A code list as a line: type a code, initials or Chinese; Enter takes the first, arrows choose.

    What fits no entry is kept as it was typed and reported as the value, so that the check can say so.
    """

    def __init__(self, spec: Field, codes: CodeList, hand: Hand, parent: QWidget) -> None:
        super().__init__(spec, hand, parent)
        self._codes = codes
        self._list: ChoiceList | None = None
        self._undecided = False
        self.setTextMargins(0, 0, _ARROW_PX, 0)
        self.setPlaceholderText(self.tr("代码、拼音首字母或汉字"))

    def display(self, value: str) -> str:
        """The label of the code."""
        return self._codes.find_label(value) or value

    def _entries(self) -> tuple[Code, ...]:
        """The entries that can be chosen now."""
        return narrowed(self._codes.entries, self._hand.chosen())

    def _take(self, code: str) -> None:
        """The entry that was chosen from the list."""
        self._close()
        self._undecided = False
        self.take_value(code)
        self.render_value(code)
        self.selectAll()

    def commit(self) -> None:
        """Decide a half-typed text: the one entry that it means, else the text itself."""
        if not self._undecided:
            return
        self._undecided = False
        text = self.text().strip()
        found = matching(self._entries(), text) if text else ()
        exact = [entry for entry in found if text in (entry.code, entry.label)]
        choice = exact or (found if len(found) == 1 else ())
        self.take_value(choice[0].code if choice else text)
        self.render_value(self.value())

    def _on_text_edited(self, text: str) -> None:
        self._undecided = True
        self._open(text, is_emptied=not text.strip())

    def _open(self, text: str, *, is_emptied: bool = False) -> None:
        if self._list is None:
            self._list = self._hand.choices()
            self._list.picked.connect(self._on_picked)
        self._list.offer(self, matching(self._entries(), text), current=self.value())
        if is_emptied:  # Enter then leaves the field empty, as it looks
            self._list.mark_none()

    @Slot(str)
    def _on_picked(self, code: str) -> None:
        if self._list is not None and self._list.serves(self):
            self._take(code)

    def _close(self) -> None:
        if self._list is not None and self._list.serves(self):
            self._list.hide()

    def _is_open(self) -> bool:
        return self._list is not None and self._list.serves(self) and self._list.isVisible()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows move in the list, Enter and Tab take, Escape leaves it; down opens it."""
        key = Qt.Key(event.key())
        if self.isReadOnly():
            super().keyPressEvent(event)
        elif key in _MOVES:
            self._move(_MOVES[key])
        elif self._is_open() and key == Qt.Key.Key_Escape:
            self._close()
        elif self._is_open() and self._list is not None and key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._take_marked(self._list)
            super().keyPressEvent(event)
        else:
            super().keyPressEvent(event)

    def _move(self, steps: int) -> None:
        if self._is_open() and self._list is not None:
            self._list.move_by(steps)
        else:
            self._open("")

    def _take_marked(self, choices: ChoiceList) -> None:
        code = choices.current_code()
        if code is not None:
            self._take(code)
        else:
            self._close()
            self.commit()

    def paintEvent(self, event: QPaintEvent) -> None:
        """A small arrow shows that there is a list."""
        super().paintEvent(event)
        if not self.isReadOnly():
            painter = QPainter(self)
            side = self.height()
            arrow = QRect(self.width() - _ARROW_PX - 8, (side - _ARROW_PX) // 2, _ARROW_PX, _ARROW_PX)
            icon("arrow_down").paint(painter, arrow)
            painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click opens the list."""
        super().mousePressEvent(event)
        if not self.isReadOnly() and not self._is_open():
            self._open("")

    def focusInEvent(self, event: QFocusEvent) -> None:
        """The label is selected, so that typing replaces it."""
        super().focusInEvent(event)
        self.selectAll()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Tab takes what is marked in the list, if it was typed for or moved to; elsewhere the text decides."""
        by_tab = event.reason() == Qt.FocusReason.TabFocusReason
        if self._is_open() and self._list is not None and by_tab and (self.text().strip() or self._list.was_moved):
            self._take_marked(self._list)
        self._close()
        super().focusOutEvent(event)
