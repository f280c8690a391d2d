"""What a logged-in person can do: the visit at the counter, the cases, the review."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from app.clerk.cases.cases_pane import CasesPane
from app.clerk.header import Header
from app.clerk.home import HomePane
from app.clerk.login.again_dialog import LoginAgainDialog
from app.clerk.notice import NoticeBar
from app.clerk.review.review_pane import ReviewPane
from app.clerk.shortcuts import Keys, ShortcutsDialog, bind
from app.clerk.visit_pane import VisitPane
from app.session.session import Session
from app.session.state import LineState, SessionState
from app.visit.state import Notice
from domain.catalogue.values import Catalogue


class Workplaces(QWidget):
    """Header, notice, and the place that was chosen last."""

    def __init__(self, session: Session, catalogue: Catalogue, *, print_pdf: Callable[[bytes], Notice]) -> None:
        super().__init__()
        self._session = session
        self._catalogue = catalogue
        self._print_pdf = print_pdf
        self._state = session.state
        self._again: LoginAgainDialog | None = None
        self.visit: VisitPane | None = None
        places = {"visit": self.tr("办理业务"), "cases": self.tr("我的业务"), "review": self.tr("复核")}
        self.header = Header(places, self.go_to, session.logout)
        self.notice = NoticeBar(on_close=session.dismiss_notice)
        self.home = HomePane(on_begin=self.begin, on_resume=session.resume, on_discard=session.discard_draft)
        self.cases = CasesPane(load_cases=session.load_cases, on_reopen=session.reopen)
        self.review = ReviewPane(catalogue=catalogue)
        self.stack = QStackedWidget()
        for pane in (self.home, self.cases, self.review):
            self.stack.addWidget(pane)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.header)
        column.addWidget(self.notice)
        column.addWidget(self.stack, stretch=1)
        bind(Keys.BEGIN, self, self.begin)
        bind(Keys.HELP, self, lambda: ShortcutsDialog(self).exec())
        session.observe(self._on_session)

    def enter(self) -> None:
        """Somebody logged in: reviewers begin with their tasks, clerks with the counter."""
        self.review.set_reading(self._session.reading)
        self.go_to("visit" if self._accepts() else "review")

    def _accepts(self) -> bool:
        clerk = self._state.clerk
        first = {chain.roles[0] for chain in self._catalogue.chains.values()}
        return clerk is not None and bool(first & set(clerk.roles))

    def _reviews(self) -> bool:
        clerk = self._state.clerk
        later = {role for chain in self._catalogue.chains.values() for role in chain.roles[1:]}
        return clerk is not None and bool(later & set(clerk.roles))

    def go_to(self, place: str) -> None:
        """Show a place."""
        if place == "cases":
            self.cases.reload()
            self.stack.setCurrentWidget(self.cases)
        elif place == "review":
            self.review.reload()
            self.stack.setCurrentWidget(self.review)
        else:
            self.stack.setCurrentWidget(self.visit or self.home)
            if self.visit is None:
                self.home.begin.setFocus()
        self.header.go_to(place)

    def begin(self) -> None:
        """Begin a visit, or come back to the one at the counter."""
        if self._session.visit is None and self._accepts():
            self._session.new_visit()
        self.go_to("visit")

    def _on_session(self, state: SessionState) -> None:
        self._state = state
        self.header.render_session(state, reviewer=self._reviews())
        self.header.buttons["visit"].setVisible(self._accepts())
        self.header.buttons["cases"].setVisible(self._accepts())
        self.notice.show_notice(state.notice)
        self.home.render_session(state)
        self._follow_visit(state)
        self._follow_login(state)

    def _follow_visit(self, state: SessionState) -> None:
        visit = self._session.visit
        if self.visit is not None and (visit is None or visit is not self.visit.shown):
            self.visit.leave()
            self.stack.removeWidget(self.visit)
            self.visit.deleteLater()
            self.visit = None
            self.go_to("visit")
        if self.visit is None and visit is not None and state.visit_open:
            self.visit = VisitPane(self._session, visit, self._catalogue, print_pdf=self._print_pdf)
            self.stack.addWidget(self.visit)
            self.go_to("visit")
        if self.visit is not None:
            self.visit.render_session(state)

    def _follow_login(self, state: SessionState) -> None:
        """A login that has run out is asked for again over whatever is being done; once, until it is good again."""
        if state.clerk is None or state.line is not LineState.LOGIN_NEEDED:
            if self._again is not None:
                self._again.render_session(state)
                self._again.deleteLater()
                self._again = None
            return
        if self._again is None:
            self._again = LoginAgainDialog(self._session.login_again, self)
            self._again.open()
        self._again.render_session(state)
