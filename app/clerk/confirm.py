"""A question before something is done that cannot be taken back, or that the clerk may not have meant."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QInputDialog, QLineEdit, QMessageBox, QPushButton, QWidget

from app.clerk.actions.offering import bind
from app.clerk.actions.table import ActionKey, with_keys

translate = QCoreApplication.translate
_LINE_PX = 440
"""A sentence is seen whole while it is typed."""


def ask_first(
    parent: QWidget,
    *,
    title: str,
    text: str,
    yes: str,
    on_yes: Callable[[], object],
    no: str = "",
    key: ActionKey | None = None,
    enter_agrees: bool = False,
) -> QMessageBox:
    """Ask over ``parent`` and call ``on_yes`` when the clerk agrees. Esc means no, and so does Enter unless
    ``enter_agrees``: where yes is the answer that does no harm. Returns at once.

    The keys of the action ``key`` agree by one press.
    """
    box = QMessageBox(QMessageBox.Icon.Question, title, text, QMessageBox.StandardButton.NoButton, parent)
    box.setObjectName("confirm")
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    agree = box.addButton(with_keys(key, yes) if key else yes, QMessageBox.ButtonRole.AcceptRole)
    agree.setObjectName("confirm_yes")
    if key:
        bind(key, box, agree.click)
    refuse = box.addButton(no or translate("Confirm", "取消"), QMessageBox.ButtonRole.RejectRole)
    refuse.setObjectName("confirm_no")
    box.setDefaultButton(agree if enter_agrees else refuse)
    box.setEscapeButton(refuse)
    agree.clicked.connect(on_yes)
    box.open()
    return box


def ask_line(
    parent: QWidget, *, title: str, text: str, value: str, longest: int, on_line: Callable[[str], object]
) -> QInputDialog:
    """Ask for one line over ``parent``: Enter gives it to ``on_line``, also when it is empty; Esc changes nothing."""
    box = QInputDialog(parent)
    box.setObjectName("ask_line")
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.setWindowTitle(title)
    box.setLabelText(text)
    box.setTextValue(value)
    box.setOkButtonText(translate("Confirm", "保存"))
    box.setCancelButtonText(translate("Confirm", "取消"))
    for button in box.findChildren(QPushButton):
        button.setIcon(QIcon())  # the style's own are none of the program's
    line = box.findChild(QLineEdit)
    if line is not None:
        line.setMaxLength(longest)
        line.setAccessibleName(title)
        line.setMinimumWidth(_LINE_PX)
    box.textValueSelected.connect(on_line)
    box.open()
    return box
