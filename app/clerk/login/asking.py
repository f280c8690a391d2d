"""When the password is asked for again: once as soon as the login has run out, later only for a reason."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, Qt, QTimer, Slot
from PySide6.QtWidgets import QApplication, QWidget

from app.clerk.login.again_dialog import LoginAgainDialog
from app.notices.codes import NoticeCode
from app.notices.notice import Notice
from app.notices.texts import say
from app.session.state import LineState, SessionState

translate = QCoreApplication.translate

PUT_OFF_MS = 10 * 60 * 1000
"""After 稍后再说 the clerk is left alone for so long, unless something new wants to be sent."""


class LoginAsking:
    """Follows the session and opens the dialog over ``parent``; it closes by itself when the login is good again.

    While somebody is typing it does not take the keyboard: ``tell(notice)`` says what has happened, and it is asked
    for when something waits to be sent.
    """

    def __init__(self, on_password: Callable[[str], None], parent: QWidget, *, tell: Callable[[Notice], None]) -> None:
        self._tell = tell
        self.dialog = LoginAgainDialog(on_password, parent)
        self.dialog.rejected.connect(self._on_put_off)
        self.timer = QTimer(parent)
        self.timer.setSingleShot(True)
        self.timer.setInterval(PUT_OFF_MS)
        self.timer.timeout.connect(self._on_time)
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
        elif new and _is_typing():
            self._on_put_off()
            self._tell(say(NoticeCode.LOGIN_EXPIRED))
        elif new or (self.timer.isActive() and state.waiting > self._waiting_when_put_off):
            self.ask()
        self.dialog.render_session(state)

    def ask(self) -> None:
        """Ask now, if a login is needed: something waits, or the clerk wants to."""
        if self._needed and not self.dialog.isVisible():
            self.timer.stop()
            self.dialog.start()

    @Slot()
    def _on_time(self) -> None:
        if _is_typing():
            self.timer.start()
        else:
            self.ask()

    @Slot()
    def _on_put_off(self) -> None:
        self._waiting_when_put_off = self._waiting
        self.timer.start()


def _is_typing() -> bool:
    """Whether what has the keyboard takes text: the next keys are not meant for a password."""
    widget = QApplication.focusWidget()
    return widget is not None and widget.testAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled)
