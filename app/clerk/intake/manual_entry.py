"""Name and number by hand, where a card cannot be read."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QLabel, QLineEdit, QVBoxLayout

from app.clerk.actions.offering import make_button
from app.clerk.actions.table import ActionKey, with_keys
from app.forms.fields.choice_list import ChoiceList
from app.forms.fields.id_number import ID_NUMBER_LENGTH, IdNumberEditor, is_plausible
from app.theme.theme import set_role, set_state
from app.theme.tokens import CONTROL_HEIGHT_PX
from domain.catalogue.values import Field, FieldId, FieldKind

_NUMBER = FieldId("manual_number")


class ManualEntry(QFrame):
    """Two fields and a button: ``on_typed(name, number)`` is called with every change, ``on_entered`` to use both."""

    def __init__(self, on_entered: Callable[[str, str], None], on_typed: Callable[[str, str], None]) -> None:
        super().__init__()
        set_role(self, "card")
        self._on_entered = on_entered
        self._on_typed = on_typed
        self.name = QLineEdit()
        self.name.setObjectName("manual_name")
        self.name.setAccessibleName(self.tr("姓名"))
        self.name.returnPressed.connect(self._to_number)
        self.name.textEdited.connect(self._tell)
        spec = Field(id=_NUMBER, label=self.tr("公民身份号码"), kind=FieldKind.ID_NUMBER, max_length=18)
        self.number = IdNumberEditor(spec, self, self)
        self.number.setObjectName("manual_number")
        self.verdict = QLabel()
        self.verdict.setFixedHeight(20)
        set_role(self.verdict, "hint")
        self.enter = make_button(ActionKey.TAKE_TYPED, self._enter)
        self._lay_out()

    def _lay_out(self) -> None:
        title = QLabel(with_keys(ActionKey.TYPE_IDENTITY))
        set_role(title, "heading")
        why = QLabel(self.tr("身份证读不出、没带或读卡器有故障时使用；需要补拍身份证正反面。"))
        why.setWordWrap(True)
        set_role(why, "hint")
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(4)
        column.addWidget(title)
        column.addWidget(why)
        column.addSpacing(12)
        for text, field in ((self.tr("姓名"), self.name), (self.tr("公民身份号码"), self.number)):
            label = QLabel(text)
            set_role(label, "label")
            label.setBuddy(field)
            field.setMinimumHeight(CONTROL_HEIGHT_PX)
            column.addWidget(label)
            column.addWidget(field)
            column.addSpacing(8 if field is self.name else 0)
        column.addWidget(self.verdict)
        column.addSpacing(8)
        column.addWidget(self.enter, alignment=Qt.AlignmentFlag.AlignLeft)
        column.addStretch()
        self.setTabOrder(self.name, self.number)
        self.setTabOrder(self.number, self.enter)

    def start(self) -> None:
        """The keyboard into the first field."""
        self.name.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.name.selectAll()

    def show_typed(self, name: str, number: str) -> None:
        """What was typed until now, e.g. before the visit was parked; nothing of it stays once a card was read."""
        if (name, number) != (self.name.text(), self.number.value()):
            self.name.setText(name)
            self.number.show_value(number)
            self.hinted(_NUMBER)

    # what the number's editor calls (Hand)

    def typed(self, field: FieldId, value: str) -> None:
        """A new number by hand."""
        self._tell()

    def hinted(self, field: FieldId) -> None:
        """The verdict on the number, in its colour."""
        number = self.number.value()
        complete = len(number) >= ID_NUMBER_LENGTH
        good = is_plausible(number)
        self.verdict.setText(self.number.live_hint())
        set_role(self.verdict, "success" if good else "error" if complete else "hint")
        set_state(self.number, "error" if complete and not good else "")

    def entered(self, field: FieldId) -> None:
        """The number took the keyboard."""

    def left(self, field: FieldId) -> None:
        """The number lost the keyboard."""

    def forward(self, field: FieldId) -> None:
        """Enter in the number."""
        self._enter()

    def chosen(self) -> frozenset[str]:
        """There are no lists here."""
        return frozenset()

    def choices(self) -> ChoiceList:
        """Never opened: there are no lists here."""
        return ChoiceList(self)

    def _tell(self) -> None:
        self._on_typed(self.name.text(), self.number.value())

    def _to_number(self) -> None:
        self.number.setFocus(Qt.FocusReason.TabFocusReason)

    def _enter(self) -> None:
        self._on_entered(self.name.text().strip(), self.number.value())
