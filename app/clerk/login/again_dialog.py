"""The password once more, in the middle of work: the login has run out, nothing is lost."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from app.clerk.notice import NoticeBar
from app.clerk.notice_place import Shelf
from app.notices.codes import NoticeCode
from app.notices.texts import say
from app.session.state import SessionState
from app.theme.theme import set_role

_WIDTH_PX = 440
_NOTICE_PX = 96


class LoginAgainDialog(QDialog):
    """Asks for the password and calls ``on_password``. Whoever opened it closes it when the login is good again."""

    def __init__(self, on_password: Callable[[str], None], parent: QWidget) -> None:
        super().__init__(parent)
        self._on_password = on_password
        self._asked = False
        self.setMinimumWidth(_WIDTH_PX)
        self.setWindowTitle(self.tr("请重新登录"))
        self.setObjectName("login_again")
        self.password = QLineEdit()
        self.password.setObjectName("password_again")
        self.password.setAccessibleName(self.tr("密码"))
        self.password.setEchoMode(QLineEdit.EchoMode.Password)
        self.button = QPushButton(self.tr("重新登录"))
        self.button.setObjectName("login_again_button")
        self.button.setDefault(True)
        set_role(self.button, "primary")
        self.later = QPushButton(self.tr("稍后再说"))
        self.later.setObjectName("login_later")
        self.later.setAutoDefault(False)
        self.button.clicked.connect(self._on_clicked)
        self.later.clicked.connect(self.reject)
        self.notice = NoticeBar()
        text = QLabel(
            self.tr(
                "登录已过期，或刚才是离线登录的：请输入密码继续。\n"
                "您填写和拍照的内容都已保存，不会丢失；\n也可以稍后再登录，先继续办理。"
            )
        )
        buttons = QHBoxLayout()
        buttons.addStretch()
        buttons.addWidget(self.later)
        buttons.addWidget(self.button)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(12)
        column.addWidget(text)
        column.addWidget(self.password)
        column.addWidget(Shelf(self.notice, self, height_px=_NOTICE_PX))
        column.addLayout(buttons)

    def start(self) -> None:
        """Open over the window, with an empty password."""
        self.password.clear()
        self._asked = False
        self.adjustSize()
        self.open()
        self.password.setFocus()

    def render_session(self, state: SessionState) -> None:
        """Follow the session: what the server said to the password."""
        self.button.setEnabled(not state.logging_in)
        self.button.setText(self.tr("正在登录…") if state.logging_in else self.tr("重新登录"))
        answered = self._asked and not state.logging_in and self.isVisible()
        self.notice.show_notice(state.notice if answered else None)
        if self.isVisible():
            self.adjustSize()

    @Slot()
    def _on_clicked(self) -> None:
        if self.password.text():
            self._asked = True
            self._on_password(self.password.text())
            self.password.clear()
        else:
            self.password.setFocus()
            self.notice.show_notice(say(NoticeCode.LOGIN_INCOMPLETE))
