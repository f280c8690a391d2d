"""The cases of one visit as a column: which is under hand, how far each is; seen once there are two."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QLabel, QToolButton, QVBoxLayout

from app.clerk.actions.offering import bind, make_button
from app.clerk.actions.table import ActionKey, with_keys
from app.clerk.elided_label import ElidedButton
from app.theme.theme import set_property, set_role
from app.visit.doubts import doubts_in
from app.visit.package import works_of
from app.visit.state import CaseWork, VisitState
from domain.cases.values import CaseId
from domain.catalogue.values import Catalogue

_PADDING_PX = 26
"""Left and right of a step's text."""


class PackageList(QFrame):
    """Calls ``on_case`` for the case that shall come under hand, ``on_drop`` for the one that shall leave the visit."""

    def __init__(
        self, catalogue: Catalogue, *, on_case: Callable[[CaseId], None], on_drop: Callable[[CaseId], None]
    ) -> None:
        super().__init__()
        self._catalogue = catalogue
        self._on_case = on_case
        self._on_drop = on_drop
        self._works: tuple[CaseWork, ...] = ()
        self._at_hand: CaseId | None = None
        self._shown: list[tuple[CaseId, str, bool]] = []
        self.buttons: list[QToolButton] = []
        self._title = QLabel(with_keys(ActionKey.NEXT_CASE, self.tr("同时办理")))
        set_role(self._title, "hint")
        self.drop = make_button(ActionKey.DROP_CASE, self.drop_case, owner=self, role="quiet")
        self.drop.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        bind(ActionKey.NEXT_CASE, self, self.next_case)
        self._column = QVBoxLayout()
        self._column.setSpacing(2)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 8)
        column.setSpacing(2)
        column.addWidget(self._title)
        column.addLayout(self._column)
        column.addWidget(self.drop)
        self.hide()

    def render_visit(self, state: VisitState) -> None:
        """Follow the visit."""
        works = works_of(state)
        shown = [(work.case, self._text(work, state), work.case == state.case) for work in works]
        if shown == self._shown:
            return
        self._works, self._at_hand, self._shown = works, state.case, shown
        for button in self.buttons:
            self._column.removeWidget(button)
            button.hide()
            button.deleteLater()
        self.buttons = [self._button(*one) for one in shown]
        self.drop.setVisible(state.receipt is None)
        self.setVisible(len(works) > 1)

    def _button(self, case: CaseId, text: str, at_hand: bool) -> QToolButton:
        button = ElidedButton(text, padding_px=_PADDING_PX)
        button.setObjectName(f"case_{case}")
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        set_role(button, "step")
        set_property(button, "state", "current" if at_hand else "done")
        button.clicked.connect(partial(self._on_case, case))
        self._column.addWidget(button)
        return button

    def _text(self, work: CaseWork, state: VisitState) -> str:
        module = self._catalogue.modules.get(work.module)
        name = module.name if module else work.module
        if work.refused:
            return self.tr("{name} · 未受理").format(name=name)
        if work.receipt is not None:
            return self.tr("{name} · 已受理").format(name=name) if work.receipt.receipt_no else name
        wrong = len(doubts_in(state.doubted, work.case))
        return self.tr("有误 {count} 处 · {name}").format(count=wrong, name=name) if wrong else name

    def drop_case(self) -> None:
        """The case under hand leaves the visit; the last one stays."""
        if len(self._works) > 1 and self._at_hand is not None:
            self._on_drop(self._at_hand)

    def next_case(self) -> None:
        """The next case comes under hand, after the last the first."""
        cases = [work.case for work in self._works]
        if len(cases) > 1 and self._at_hand in cases:
            self._on_case(cases[(cases.index(self._at_hand) + 1) % len(cases)])
