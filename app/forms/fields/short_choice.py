"""Code lists of up to four entries: all visible side by side, chosen by one key or click."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QButtonGroup, QWidget

from app.forms.fields.typing_manners import enter_goes_on
from app.forms.framed_radio import FramedRadio
from app.forms.hand import Hand
from app.theme.tokens import CONTROL_HEIGHT_PX
from domain.catalogue.values import CodeList, Field

SHORT = 4
_GAP_PX = 12
_ROW_PX = 27


class _Option(FramedRadio):
    """One entry; the keys that matter to the form go to the field."""

    def __init__(self, text: str, owner: ShortChoiceEditor) -> None:
        super().__init__(text, owner)
        self._owner = owner

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter goes on, a code chooses; arrows are Qt's."""
        if not self._owner.handle_key(event):
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Tell the form."""
        super().focusInEvent(event)
        self._owner.on_option_entered()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Tell the form."""
        super().focusOutEvent(event)
        self._owner.on_option_left()


class ShortChoiceEditor(QWidget):
    """Radio buttons in one row, or in more where there is no room. A value outside the list leaves all of them open."""

    def __init__(self, spec: Field, codes: CodeList, hand: Hand, parent: QWidget) -> None:
        super().__init__(parent)
        self.spec = spec
        self._hand = hand
        self._value = ""
        self._locked = False
        self._group = QButtonGroup(self)
        self._options: dict[str, _Option] = {}
        for entry in codes.entries:
            option = _Option(entry.label, self)
            option.setAccessibleName(f"{spec.label}：{entry.label}")
            option.clicked.connect(self._on_clicked)
            self._group.addButton(option)
            self._options[entry.code] = option
        self.setFocusProxy(next(iter(self._options.values())))
        self.setAccessibleName(spec.label)

    def value(self) -> str:
        """The present code."""
        return self._value

    def show_value(self, value: str) -> None:
        """Show a value given by the program."""
        if value == self._value:
            return
        self._value = value
        wanted = self._options.get(value)
        if wanted is None:
            self._group.setExclusive(False)
            for option in self._options.values():
                option.setChecked(False)
            self._group.setExclusive(True)
        else:
            wanted.setChecked(True)
            self.setFocusProxy(wanted)

    def live_hint(self) -> str:
        """Nothing: everything is visible."""
        return ""

    def is_folded(self) -> bool:
        """Never: a code is short."""
        return False

    def set_read_only(self, *, locked: bool) -> None:
        """Let the field be read but not changed."""
        self._locked = locked
        for option in self._options.values():
            option.setEnabled(not locked)

    def tab_stops(self) -> tuple[QWidget, ...]:
        """Every option; Qt stops only at the chosen one where one is chosen."""
        return tuple(self._options.values())

    def commit(self) -> None:
        """Nothing is ever half-typed."""

    def handle_key(self, event: QKeyEvent) -> bool:
        """Enter and codes; True when the key was used."""
        if enter_goes_on(event, self._hand, self.spec.id):
            return True
        option = self._options.get(event.text())
        if option is None or self._locked:
            return False
        option.setFocus(Qt.FocusReason.OtherFocusReason)
        option.click()
        return True

    def on_option_entered(self) -> None:
        """An option took the keyboard."""
        self._hand.entered(self.spec.id)

    def on_option_left(self) -> None:
        """An option lost the keyboard."""
        self._hand.left(self.spec.id)

    def _on_clicked(self) -> None:
        value = next((code for code, option in self._options.items() if option.isChecked()), "")
        if value != self._value:
            self._value = value
            self.setFocusProxy(self._options[value])
            self._hand.typed(self.spec.id, value)

    def height_at(self, width_px: int) -> int:
        """The height that all options need at this width: they wrap where one row is too short for their words."""
        rows = 1 + max((row for row, _, _ in self._places(width_px)), default=0)
        return CONTROL_HEIGHT_PX + (rows - 1) * _ROW_PX

    def _places(self, width_px: int) -> list[tuple[int, int, int]]:
        """Row, left edge and width of each option; squeezed together before they wrap."""
        for option in self._options.values():
            option.ensurePolished()
        widths = [option.sizeHint().width() for option in self._options.values()]
        spare = width_px - sum(widths)
        gap = min(_GAP_PX, spare // max(len(widths), 1)) if spare >= 0 else _GAP_PX
        places, row, x = [], 0, 0
        for width in widths:
            if x and x + width > width_px:
                row, x = row + 1, 0
            places.append((row, x, min(width, width_px)))
            x += width + gap
        return places

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Options at their natural widths, side by side and in as many rows as that takes."""
        super().resizeEvent(event)
        places = self._places(self.width())
        last = max((row for row, _, _ in places), default=0)
        height = CONTROL_HEIGHT_PX if last == 0 else _ROW_PX + _ROW_PX // 4
        for option, (row, x, width) in zip(self._options.values(), places, strict=True):
            option.setGeometry(x, row * _ROW_PX, width, height)
