"""The phases of a visit as a column; those that were reached can be gone back to."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QToolButton, QVBoxLayout

from app.theme.icons import icon
from app.theme.theme import set_property, set_role
from app.visit.state import PHASE_TITLES, Phase, VisitState

_ORDER = tuple(Phase)


class Stepper(QFrame):
    """Calls ``on_phase`` for a phase that may be gone to."""

    def __init__(self, on_phase: Callable[[Phase], object]) -> None:
        super().__init__()
        self.buttons = {phase: self._button(phase, on_phase) for phase in Phase}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        for button in self.buttons.values():
            column.addWidget(button)

    def _button(self, phase: Phase, on_phase: Callable[[Phase], object]) -> QToolButton:
        button = QToolButton()
        button.setText(f"{_ORDER.index(phase) + 1}  {self.tr(PHASE_TITLES[phase])}")
        button.setObjectName(f"step_{phase.value}")
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.setMinimumWidth(168)
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        set_role(button, "step")
        button.clicked.connect(partial(on_phase, phase))
        return button

    def render_visit(self, state: VisitState) -> None:
        """Follow the visit."""
        now, reached = _ORDER.index(state.phase), _ORDER.index(state.reached)
        for number, button in enumerate(self.buttons.values()):
            mark = "current" if number == now else "done" if number < now else "future"
            set_property(button, "state", mark)
            button.setIcon(icon("check", tint="success") if mark == "done" else icon("arrow_right"))
            button.setEnabled(number <= reached and state.receipt is None)
