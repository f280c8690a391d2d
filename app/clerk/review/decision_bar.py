"""The decision: approve, return with a reason, or refuse with a reason."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QPushButton

from app.theme.theme import set_property, set_role
from domain.cases.values import Act

_LONGEST_OPINION = 500


class DecisionBar(QFrame):
    """Opinion and buttons; only what may be done now is offered. Calls ``on_act(act, opinion)``."""

    def __init__(self, *, on_act: Callable[[Act, str], None]) -> None:
        super().__init__()
        set_role(self, "footer")
        self._on_act = on_act
        self.opinion = QLineEdit()
        self.opinion.setObjectName("opinion")
        self.opinion.setAccessibleName(self.tr("办理意见"))
        self.opinion.setPlaceholderText(self.tr("办理意见(退回或不予办理时必须写明原因)"))
        self.opinion.setMaxLength(_LONGEST_OPINION)
        self.opinion.textChanged.connect(lambda: set_property(self.opinion, "state", ""))
        self.buttons = {
            Act.RETURN: self._button(self.tr("退回"), "secondary", Act.RETURN),
            Act.REFUSE: self._button(self.tr("不予办理"), "danger", Act.REFUSE),
            Act.APPROVE: self._button(self.tr("通过"), "primary", Act.APPROVE),
        }
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 10, 12, 10)
        row.addWidget(self.opinion, stretch=1)
        for button in self.buttons.values():
            row.addWidget(button)
        self.show_acts(())

    def _button(self, text: str, role: str, act: Act) -> QPushButton:
        button = QPushButton(text)
        button.setObjectName(f"act_{act.value}")
        set_role(button, role)
        button.clicked.connect(lambda: self._decide(act))
        return button

    def show_acts(self, acts: tuple[Act, ...]) -> None:
        """Offer these acts; an opinion belongs to one case only."""
        if not acts:
            self.opinion.clear()
        self.opinion.setEnabled(bool(acts))
        for act, button in self.buttons.items():
            button.setEnabled(act in acts)

    def _decide(self, act: Act) -> None:
        opinion = self.opinion.text().strip()
        if act is not Act.APPROVE and not opinion:
            set_property(self.opinion, "state", "error")
            self.opinion.setFocus()
            return
        self._on_act(act, opinion)
