"""The login: user name and password, one button, and what went wrong."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from app.theme.theme import set_role

if TYPE_CHECKING:
    from app.clerk.notice import NoticeBar
    from app.session.state import SessionState

_CARD_WIDTH_PX = 420
_NOTICE_PX = 100
_LONGEST_PASSWORD = 256


class LoginPane(QWidget):
    """Shown until somebody is logged in. Calls ``on_login(user, password)``; ``complete`` brings what is not seen at
    first.
    """

    def __init__(self, on_login: Callable[[str, str], None], on_dismiss: Callable[[], None]) -> None:
        super().__init__()
        self._on_login = on_login
        set_role(self, "page")
        self._on_dismiss = on_dismiss
        self.notice: NoticeBar | None = None
        self._inner = QVBoxLayout()
        self.user = self._field("user")
        self.password = self._field("password")
        self.password.setEchoMode(QLineEdit.EchoMode.Password)
        self.button = QPushButton(self.tr("登录"))
        self.button.setObjectName("login_button")
        set_role(self.button, "primary")
        self.button.clicked.connect(self._on_clicked)
        self.user.returnPressed.connect(self.password.setFocus)
        self.password.returnPressed.connect(self._on_clicked)
        self._lay_out()

    def _field(self, object_name: str) -> QLineEdit:
        edit = QLineEdit()
        edit.setObjectName(object_name)
        edit.setMaxLength(_LONGEST_PASSWORD)
        return edit

    def _lay_out(self) -> None:
        card = QFrame()
        set_role(card, "card")
        card.setFixedWidth(_CARD_WIDTH_PX)
        inner = self._inner
        card.setLayout(inner)
        inner.setContentsMargins(36, 20, 36, 12)
        inner.setSpacing(8)
        inner.addWidget(self._label(self.tr("综柜"), "title"))
        inner.addWidget(self._label(self.tr("社会保险综合柜员工作站"), "hint"))
        inner.addSpacing(8)
        for name, edit in self._named_fields():
            inner.addWidget(self._label(name, "label"))
            inner.addWidget(edit)
            inner.addSpacing(6)
        inner.addSpacing(8)
        inner.addWidget(self.button)
        inner.addSpacing(_NOTICE_PX)
        row = QHBoxLayout()
        row.addStretch()
        row.addWidget(card)
        row.addStretch()
        column = QVBoxLayout(self)
        column.addStretch(2)
        column.addLayout(row)
        column.addStretch(3)

    def _named_fields(self) -> tuple[tuple[str, QLineEdit], ...]:
        return (self.tr("用户名"), self.user), (self.tr("密码"), self.password)

    def _label(self, text: str, role: str) -> QLabel:
        label = QLabel(text)
        set_role(label, role)
        return label

    def complete(self) -> None:
        """After the first paint: the place for what went wrong, letters only from the input method, the fields' names
        (at the first name Qt looks for a screen reader).
        """
        from PySide6.QtCore import Qt

        from app.clerk.notice import NoticeBar
        from app.clerk.notice_place import Shelf

        self.notice = NoticeBar(on_close=self._on_dismiss)
        self._inner.takeAt(self._inner.count() - 1)
        self._inner.addWidget(Shelf(self.notice, self, height_px=_NOTICE_PX))
        for name, edit in self._named_fields():
            edit.setAccessibleName(name)
            edit.setInputMethodHints(edit.inputMethodHints() | Qt.InputMethodHint.ImhLatinOnly)

    def render_session(self, state: SessionState) -> None:
        """Follow the session."""
        self.button.setEnabled(not state.logging_in)
        self.button.setText(self.tr("正在登录…") if state.logging_in else self.tr("登录"))
        if self.notice is not None:
            self.notice.show_notice(state.notice)

    def prepare(self) -> None:
        """A fresh login: nothing of the last clerk's password stays."""
        self.password.clear()
        (self.password if self.user.text() else self.user).setFocus()

    @Slot()
    def _on_clicked(self) -> None:
        if self.user.text().strip() and self.password.text():
            self._on_login(self.user.text(), self.password.text())
        else:
            self._ask_for_the_rest()

    def _ask_for_the_rest(self) -> None:
        """Say what is missing, and take the keyboard there."""
        from app.notices.codes import NoticeCode
        from app.notices.texts import say

        has_user = bool(self.user.text().strip())
        (self.password if has_user else self.user).setFocus()
        if self.notice is not None:
            self.notice.show_notice(say(NoticeCode.LOGIN_INCOMPLETE if has_user else NoticeCode.LOGIN_WITHOUT_USER))
