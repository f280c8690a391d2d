"""The clerk's window: frame and navigation only; every workplace is a pane of its own.

What stands behind the login is imported by whoever attaches it, so that the login is painted first.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QPushButton, QStackedWidget, QVBoxLayout, QWidget

from app.clerk.login.login_pane import LoginPane
from app.theme.apart import PaintedApart
from app.theme.theme import set_role

if TYPE_CHECKING:
    from PySide6.QtGui import QCloseEvent, QKeyEvent, QPaintEvent

    from app.clerk.notice import NoticeBar
    from app.clerk.workplaces import Workplaces
    from app.notices.notice import Notice
    from app.session.session import Session
    from app.session.state import SessionState

_LEAST = (900, 440)
"""Smaller than every usual screen less title bar and task bar, also when all is drawn 1.5 times as large."""


class ClerkWindow(PaintedApart):
    """Shows the login at once; ``complete`` and ``attach`` bring the rest.

    ``on_first_paint`` is called once, after the first paint.
    """

    def __init__(self, *, on_first_paint: Callable[[], None]) -> None:
        super().__init__()
        self._on_first_paint: Callable[[], None] | None = on_first_paint
        self._session: Session | None = None
        self.workplaces: Workplaces | None = None
        self._may_leave = False
        self._waiting_login: tuple[str, str] | None = None
        self.setWindowTitle(self.tr("综柜 综合业务窗口"))
        set_role(self, "page")
        self.notice: NoticeBar | None = None
        self.show_customer = QPushButton()
        self.show_customer.setObjectName("show_customer")
        set_role(self.show_customer, "strip")
        self.show_customer.hide()
        self._keep_place(kept=True)
        self.login = LoginPane(self._login, self._dismiss)
        self.stack = QStackedWidget()
        self.stack.addWidget(self.login)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._column.addWidget(self.show_customer)
        self._column.addWidget(self.stack, stretch=1)

    def place(self) -> None:
        """Fill the clerk's screen."""
        screen = QGuiApplication.primaryScreen()
        area = screen.availableGeometry()
        self.setMinimumSize(min(_LEAST[0], area.width()), min(_LEAST[1], area.height()))
        self.setGeometry(area)
        self.showMaximized()
        self.login.prepare()

    def complete(self) -> None:
        """Bring what is not seen at first; a second call does nothing."""
        if self.notice is None:
            from app.clerk.notice import NoticeBar

            self.setAccessibleName(self.windowTitle())
            self.notice = NoticeBar()
            self._column.insertWidget(0, self.notice)
            self.login.complete()

    def attach(self, session: Session, workplaces: Workplaces, *, show_customer: Callable[[], None]) -> None:
        """The session is there: take its workplaces in and follow it."""
        self.complete()
        self._session = session
        self.workplaces = workplaces
        self.stack.addWidget(workplaces)
        from app.clerk.actions.offering import bind
        from app.clerk.actions.table import ActionKey

        self.show_customer.clicked.connect(show_customer)
        bind(ActionKey.CUSTOMER, self.show_customer, self.show_customer.click)
        session.observe(self._on_session)
        if self._waiting_login is not None:
            session.account.login(*self._waiting_login)
            self._waiting_login = None

    def show_notice(self, notice: Notice | None) -> None:
        """A notice that belongs to no workplace."""
        self.complete()
        if self.notice is not None:
            self.notice.show_notice(notice)

    def offer_customer(self, *, offered: bool, shown: bool) -> None:
        """Offer the customer's part on this screen while the customer's own is away; only a click shows it here."""
        from app.clerk.actions.table import ActionKey, with_keys  # not needed for the first paint

        hide = self.tr("收起群众画面，继续办理")
        show = self.tr("没有连接群众屏：请检查它的电源和连线，接好后自动恢复。要先用本屏给群众看，点这里")
        self.show_customer.setText(with_keys(ActionKey.CUSTOMER, hide if shown else show))
        if self.workplaces is not None:
            self.workplaces.tell_screen(away=offered and not shown)
        self.show_customer.setEnabled(offered)
        self.show_customer.setVisible(offered)

    def _keep_place(self, *, kept: bool) -> None:
        """Whether the strip's place stays free while it is hidden: a login that is in sight must not move."""
        policy = self.show_customer.sizePolicy()
        policy.setRetainSizeWhenHidden(kept)
        self.show_customer.setSizePolicy(policy)

    def _login(self, user: str, password: str) -> None:
        if self._session is None:  # the clerk was faster than the start
            self._waiting_login = (user, password)
        else:
            self._session.account.login(user, password)

    def _dismiss(self) -> None:
        if self._session is not None:
            self._session.dismiss_notice()

    @Slot(object)
    def _on_session(self, state: SessionState) -> None:
        self.login.render_session(state)
        wanted: QWidget = self.login if state.clerk is None or self.workplaces is None else self.workplaces
        if self.stack.currentWidget() is not wanted:
            self.stack.setCurrentWidget(wanted)
            self._keep_place(kept=wanted is self.login)
            if wanted is self.login:
                self.login.prepare()
            elif self.workplaces is not None:
                self.workplaces.enter()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Tell of the first paint, after it reached the screen."""
        super().paintEvent(event)
        if self._on_first_paint is not None:
            QTimer.singleShot(0, self._on_first_paint)
            self._on_first_paint = None

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc closes a notice that is in sight, wherever the keyboard is; nothing else wanted the key."""
        from PySide6.QtCore import Qt

        from app.clerk.notice import NoticeBar

        bars = [bar for bar in self.findChildren(NoticeBar) if bar.isVisible()]
        if event.key() == Qt.Key.Key_Escape and bars:
            bars[0].close_notice()
        else:
            super().keyPressEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Ask before leaving an open visit; everything typed is kept as a draft."""
        if self._session is None or self._session.visit is None or self._may_leave:
            event.accept()
            QGuiApplication.quit()
            return
        event.ignore()
        from app.clerk.confirm import ask_first  # not needed for the first paint

        ask_first(
            self,
            title=self.tr("还有正在办理的业务"),
            text=self.tr("已填写和拍照的内容都已保存，下次登录可以继续办理。\n现在关闭程序吗？"),
            yes=self.tr("关闭程序"),
            on_yes=self._leave,
        )

    def _leave(self) -> None:
        self._may_leave = True
        self.close()
