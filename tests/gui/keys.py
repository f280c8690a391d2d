"""A person at the clerk's keyboard: what is pressed and typed goes where the keyboard is."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from tests.gui.clerk import ClerkAtWork

NONE, ALT, CONTROL = (
    Qt.KeyboardModifier.NoModifier,
    Qt.KeyboardModifier.AltModifier,
    Qt.KeyboardModifier.ControlModifier,
)


class Hands:
    """Works one clerk's window with keys alone."""

    def __init__(self, desk: ClerkAtWork) -> None:
        self.desk = desk

    @property
    def at(self) -> QWidget:
        """What has the keyboard; while one pane takes another's place nothing has."""
        self.desk.wait_for(QApplication.focusWidget, "the keyboard somewhere")
        widget = QApplication.focusWidget()
        assert widget is not None
        assert widget.window() in (self.desk.window, QApplication.activeModalWidget()), widget
        return widget

    def take_up(self) -> None:
        """Turn to this window."""
        self.desk.window.activateWindow()
        self.desk.wait_for(lambda: self.desk.window.isActiveWindow() and QApplication.focusWidget(), "the keyboard")

    def press(self, key: Qt.Key, keys: Qt.KeyboardModifier = NONE) -> None:
        """One key."""
        QTest.keyClick(self.at, key, keys)
        self.desk.settle()

    def type(self, text: str) -> None:
        """Letters and digits by keys; Chinese as the input method gives it."""
        if text.isascii():
            QTest.keyClicks(self.at, text)
        else:
            event = QInputMethodEvent("", [])
            event.setCommitString(text)
            QApplication.sendEvent(self.at, event)
        QApplication.processEvents()

    def tab_to(self, name: str) -> None:
        """Go on with Tab until what is called so has the keyboard."""
        passed = []
        while self.at.objectName() != name:
            passed.append(self.at.objectName())
            assert len(passed) < 200, passed
            self.press(Qt.Key.Key_Tab)

    def wait_at(self, *names: str) -> None:
        """Wait until the keyboard is in one of these."""

        def there() -> bool:
            widget = QApplication.focusWidget()
            return widget is not None and widget.objectName() in names

        self.desk.wait_for(there, f"the keyboard in {names}")
