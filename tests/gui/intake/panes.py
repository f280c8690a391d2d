"""What the tests of a visit's panes do with them."""

from __future__ import annotations

from PySide6.QtGui import QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QTextBrowser, QWidget

from app.clerk.intake.form_pane import FormPane


def show(window: QWidget, pane: QWidget) -> None:
    """Show a pane in a window that has the keyboard; a form until all its fields are made."""
    pane.setParent(window)
    pane.resize(window.size())
    window.show()
    QTest.qWaitForWindowActive(window)
    QApplication.processEvents()
    if isinstance(pane, FormPane):
        while pane.form is None or not pane.form.is_complete:
            QTest.qWait(1)
        QApplication.processEvents()


def focused() -> QWidget:
    """What has the keyboard."""
    widget = QApplication.focusWidget()
    assert widget is not None
    return widget


def commit(editor: QWidget, text: str) -> None:
    """Chinese, as the input method gives it."""
    event = QInputMethodEvent()
    event.setCommitString(text)
    QApplication.sendEvent(editor, event)


def texts(pane: QWidget) -> str:
    """All that can be read in a pane."""
    words = [label.text() for label in pane.findChildren(QLabel) if label.isVisible()]
    return "\n".join(words + [sheet.toPlainText() for sheet in pane.findChildren(QTextBrowser) if sheet.isVisible()])
