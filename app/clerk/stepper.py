"""The phases of a visit as a column; those that were reached can be gone back to, by pointer or keys."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from app.theme.icons import icon
from app.theme.theme import set_property, set_role
from app.visit.state import Phase, VisitState
from resources import word

_ORDER = tuple(Phase)
_LEAST_PX = 150
_MOVES = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}


class _Step(QToolButton):
    """Enter presses it, arrows go to its neighbours; a click leaves the keyboard where it is."""

    def __init__(self, on_move: Callable[[int], None]) -> None:
        super().__init__()
        self._on_move = on_move
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, plain = Qt.Key(event.key()), not event.modifiers() & Qt.KeyboardModifier.ControlModifier
        if key in _MOVES:
            self._on_move(_MOVES[key])
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and plain:
            self.click()
        else:
            super().keyPressEvent(event)


class Stepper(QScrollArea):
    """Calls ``on_phase`` for a phase that may be gone to. Scrolled in a low window; the present step is seen."""

    def __init__(self, on_phase: Callable[[Phase], object]) -> None:
        super().__init__()
        self._shown: tuple[Phase, Phase, bool, tuple[Phase, ...]] | None = None
        self.buttons = {phase: self._button(phase, on_phase) for phase in Phase}
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizeAdjustPolicy(QScrollArea.SizeAdjustPolicy.AdjustToContents)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        content = QWidget()
        set_role(content, "scrolled")
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        for button in self.buttons.values():
            column.addWidget(button)
        self.setWidget(content)

    def _button(self, phase: Phase, on_phase: Callable[[Phase], object]) -> QToolButton:
        button = _Step(self._move)
        button.setText(f"{_ORDER.index(phase) + 1}  {word('phase', phase.value)}")
        button.setObjectName(f"step_{phase.value}")
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.setMinimumWidth(_LEAST_PX)
        button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        set_role(button, "step")
        button.clicked.connect(partial(on_phase, phase))
        return button

    @property
    def has_keyboard(self) -> bool:
        """Whether one of the steps has the keyboard."""
        return any(button.hasFocus() for button in self.buttons.values())

    def take_keyboard(self) -> None:
        """The keyboard to the present step."""
        usable = [button for button in self.buttons.values() if button.isEnabled()]
        current = [button for button in usable if button.property("state") == "current"]
        for button in (current or usable)[:1]:
            self._give_keyboard(button)

    def _give_keyboard(self, button: QToolButton) -> None:
        button.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.ensureWidgetVisible(button, 0, 0)

    def _move(self, steps: int) -> None:
        usable = [button for button in self.buttons.values() if button.isEnabled()]
        at = next((place for place, button in enumerate(usable) if button.hasFocus()), 0)
        self._give_keyboard(usable[min(max(at + steps, 0), len(usable) - 1)])

    def render_visit(self, state: VisitState, present: tuple[Phase, ...]) -> None:
        """Follow the visit; only the phases that its case has are seen."""
        shown = (state.phase, state.reached, state.receipt is None, present)
        if shown == self._shown:
            return
        self._shown = shown
        now, reached = _ORDER.index(state.phase), _ORDER.index(state.reached)
        for number, (phase, button) in enumerate(self.buttons.items()):
            button.setVisible(phase in present)
            mark = "current" if number == now else "done" if number < now else "future"
            if button.property("state") != mark:
                set_property(button, "state", mark)
                button.setIcon(icon("check", tint="success") if mark == "done" else icon("arrow_right"))
            button.setEnabled(number <= reached and state.receipt is None)
        self._show_current()

    def _show_current(self) -> None:
        for button in self.buttons.values():
            if button.property("state") == "current":
                self.ensureWidgetVisible(button, 0, 0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """In a lower window the present step stays in sight."""
        super().resizeEvent(event)
        self._show_current()
