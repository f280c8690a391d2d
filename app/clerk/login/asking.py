"""When the password is asked for again: once as soon as the login has run out, later only for a reason."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QTimer, Slot
from PySide6.QtWidgets import QWidget

from app.clerk.login.again_dialog import LoginAgainDialog
from app.session.state import LineState, SessionState

PUT_OFF_MS = 10 * 60 * 1000
"""After 稍后再说 the clerk is left alone for so long, unless something new wants to be sent."""


class LoginAsking:
    """Follows the session and opens the dialog over ``parent``; it closes by itself when the login is good again."""

    def __init__(self, on_password: Callable[[str], None], parent: QWidget) -> None:
        self.dialog = LoginAgainDialog(on_password, parent)
        self.dialog.rejected.connect(self._on_put_off)
        self.timer = QTimer(parent)
        self.timer.setSingleShot(True)
        self.timer.setInterval(PUT_OFF_MS)
        self.timer.timeout.connect(self.ask)
        self._needed = False
        self._waiting = 0
        self._waiting_when_put_off = 0

    def render_session(self, state: SessionState) -> None:
        """Follow the session."""
        needed = state.clerk is not None and state.line is LineState.LOGIN_NEEDED
        new, self._needed, self._waiting = needed and not self._needed, needed, state.waiting
        if not needed:
            self.timer.stop()
            if self.dialog.isVisible():
                self.dialog.accept()
        elif new or (self.timer.isActive() and state.waiting > self._waiting_when_put_off):
            self.ask()
        self.dialog.render_session(state)

    def ask(self) -> None:
        """Ask now, if the login has run out: the time is over, or the clerk wants to."""
        if self._needed and not self.dialog.isVisible():
            self.timer.stop()
            self.dialog.start()

    @Slot()
    def _on_put_off(self) -> None:
        self._waiting_when_put_off = self._waiting
        self.timer.start()
