"""What a logged-in person can do: the visit at the counter, the cases, the review."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtWidgets import QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from app.clerk.actions.help import HelpDialog
from app.clerk.actions.offering import bind, keys_at_work
from app.clerk.actions.table import SECTIONS, ActionKey, action_of, shown_keys
from app.clerk.cases.cases_pane import CasesPane
from app.clerk.confirm import ask_first
from app.clerk.desk.home import HomeActs, HomePane
from app.clerk.desk.look_pane import LookPane
from app.clerk.desk.whom_to_serve import WhomToServe
from app.clerk.header import Header
from app.clerk.login.asking import LoginAsking
from app.clerk.notice import NoticeBar
from app.clerk.notice_place import Floating
from app.clerk.pictures import Pictures, load_decoder
from app.clerk.places import Place, PlaceKey
from app.clerk.review.duty import duty_words
from app.clerk.review.review_pane import ReviewPane
from app.clerk.visit_pane import VisitPane
from app.notices.codes import NoticeCode
from app.notices.notice import Notice
from app.notices.texts import say
from app.presses import page_turned
from app.review.looking import Looking
from app.session.session import Session
from app.session.state import FoundRow, SessionState
from app.theme.ahead import make_ready
from app.theme.icons import load_icons
from app.visit.visit import Visit
from domain.cases.values import CaseId
from domain.catalogue.values import Catalogue
from domain.finding import find_receipt_no

_READY_MS = 400
"""So long after a visit the next one is made ready."""


class Workplaces(QWidget):
    """Header, notice, and the place that was chosen last."""

    def __init__(self, session: Session, catalogue: Catalogue) -> None:
        super().__init__()
        self._session = session
        self._catalogue = catalogue
        self._state = session.state
        self._whom = WhomToServe(session, self, to_visit=lambda: self.go_to(PlaceKey.VISIT))
        self.visit: VisitPane | None = None
        self.coming: VisitPane | None = None
        """The pane of the visit that begins next, made while nobody waits for it."""
        self._screen_away = False
        self.asking = LoginAsking(session.account.login_again, self, tell=session.tell)
        self.notice = NoticeBar(on_close=session.dismiss_notice)
        self.home = self._make_home(session)
        pictures = Pictures(session.devices.ask)
        self.look = LookPane(
            catalogue=catalogue,
            looking=Looking(catalogue, session.account, session.catalogues),
            pictures=pictures,
            on_back=lambda: self.go_to(PlaceKey.VISIT),
            tell=session.tell,
        )
        self.cases = CasesPane(session=session)
        self.review = ReviewPane(catalogue=catalogue, find_catalogue=session.catalogues.find, pictures=pictures)
        self._places = {place.key: place for place in self._table()}
        self.header = Header(
            tuple(self._places.values()),
            on_place=self.go_to,
            on_logout=self.leave,
            on_login_again=self.asking.ask,
        )
        self.stack = QStackedWidget()
        for pane in (self.home, self.cases, self.review, self.look):
            pane.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)  # unseen it asks for no room
            self.stack.addWidget(pane)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.header)
        column.addWidget(self.stack, stretch=1)
        Floating(self.notice, self)
        bind(ActionKey.BEGIN, self.header.buttons[PlaceKey.VISIT], self.begin)
        bind(ActionKey.HELP, self, self._show_help)
        for pane in (self.cases, self.look):
            bind(ActionKey.FIND, pane, self._to_search)
        session.devices.on_scan = self._on_scan
        session.devices.on_idle_card = self._on_idle_card
        session.devices.on_idle_failure = self._on_idle_failure
        session.devices.is_counter_in_sight = self._is_counter_in_sight
        session.devices.brings_in_sight = self._whom.bring_in_sight
        session.observe(self._on_session)

    def _table(self) -> tuple[Place, ...]:
        """The places, in the order of their buttons; who logs in begins with the first that is open to her."""
        return (
            Place(
                key=PlaceKey.VISIT,
                title=lambda _state: self.tr("办理业务"),
                is_open=lambda: self._session.accepts,
                pane=lambda: self.visit or self.home,
                on_turn=lambda: None if self.visit else self.home.begin.setFocus(),
                on_logout=self.look.clear,
                follow=self._follow_counter,
            ),
            Place(
                key=PlaceKey.CASES,
                title=self._title_of_cases,
                is_open=lambda: self._session.accepts,
                pane=lambda: self.cases,
                on_turn=self.cases.reload,
                on_logout=self.cases.clear,
                follow=self.cases.render_session,
            ),
            Place(
                key=PlaceKey.REVIEW,
                title=lambda state: duty_words(self._catalogue, state.clerk.roles if state.clerk else ()).place,
                is_open=lambda: self._session.reviews,
                pane=lambda: self.review,
                on_login=self._begin_review,
                on_logout=partial(self.review.begin, None),
            ),
        )

    def _title_of_cases(self, state: SessionState) -> str:
        title, marks = self.tr("我的业务"), state.refused + state.returned
        return f"{title}({marks})" if marks else title

    def _make_home(self, session: Session) -> HomePane:
        return HomePane(
            HomeActs(
                on_begin=self.begin,
                on_resume=session.resume,
                on_discard=session.desk.discard,
                on_note=session.desk.note,
                on_recover=session.recovering.recover,
                on_find=session.finding.find,
                on_case=self._open_case,
                on_look=self._look_at,
                on_print=session.papers.print_again,
                on_leave_receipt=session.desk.leave_receipt,
                tell=session.tell,
            )
        )

    def enter(self) -> None:
        """Somebody logged in: clerks begin with the counter, reviewers with their tasks."""
        for place in self._places.values():
            place.on_login()
        self.go_to(next((key for key, place in self._places.items() if place.is_open()), PlaceKey.REVIEW))

    def _begin_review(self) -> None:
        account = self._session.account
        self.review.begin(account.lookup, account.deciding, self._session.state.clerk)

    def go_to(self, key: PlaceKey) -> None:
        """Show a place."""
        page_turned()
        self._turn_to(key)
        self._places[key].on_turn()

    def _turn_to(self, key: PlaceKey) -> None:
        self.stack.setCurrentWidget(self._places[key].pane())
        self.header.go_to(key)

    def _open_case(self, case: CaseId) -> None:
        """One of the clerk's own cases, in her list."""
        self._turn_to(PlaceKey.CASES)
        self.cases.choose(case)

    def _look_at(self, row: FoundRow) -> None:
        """Any case, to be read; it comes when it is there."""
        if row.case is not None:
            self.look.open(row.case, is_sent=bool(row.receipt_no), done=lambda: self.stack.setCurrentWidget(self.look))

    def tell_screen(self, *, away: bool) -> None:
        """Whether the applicant has no screen to look at."""
        self._screen_away = away
        if self.visit is not None:
            self.visit.tell_screen(away=away)

    def begin(self) -> None:
        """Begin a visit, or come back to the one at the counter; a card that lies there already is read."""
        if self._session.visit is None and self._session.accepts:
            self._session.new_visit()
        visit = self._session.visit
        if visit is not None and visit.state.identity is None:
            self._session.devices.look_for_card()
        self.go_to(PlaceKey.VISIT)

    def leave(self) -> None:
        """Log out; with an open visit only after asking, and its draft is kept."""
        if self._session.visit is None:
            self._session.logout()
            return
        ask_first(
            self,
            title=self.tr("还有正在办理的业务"),
            text=self.tr("已填写和拍照的内容都已保存，下次登录可以继续办理。\n现在退出登录吗？"),
            yes=self.tr("退出登录"),
            on_yes=self._session.logout,
        )

    def _show_help(self) -> None:
        visit = self._session.visit
        pages = visit.module.form.pages if visit is not None and visit.module is not None else ()
        titles = {section: page.title for section, page in zip(SECTIONS, pages, strict=False)}
        dialog = HelpDialog(keys_at_work(self.window()), self, titles=titles)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    def _on_idle_card(self) -> None:
        """A card was laid down while the counter is free: the visit begins with it, or its person is looked for."""
        if self.home.is_searching:
            card = self._session.devices.take_early_card()
            if card is not None:
                self.home.search_for(card.id_number)
        elif self.isVisible() and self.stack.currentWidget() is self.home:
            self.begin()
        elif not self._is_counter_in_sight() and self._session.accepts:
            self._session.tell(say(NoticeCode.CARD_ELSEWHERE, keys=shown_keys(ActionKey.BEGIN)))

    def _on_idle_failure(self, notice: Notice) -> None:
        """A card that nobody can read was laid down. While a visit's last page stands, what that says stays."""
        if self._session.accepts and self._session.visit is None:
            self._session.tell(notice)

    def _is_counter_in_sight(self) -> bool:
        """Whether the clerk sees where a card begins a visit: the desk, or the visit at the counter."""
        return self.isVisible() and self.stack.currentWidget() in (self.home, self.visit)

    def _on_scan(self, text: str) -> None:
        """A code came from the scanner: a receipt leads to its case, anything else is only told."""
        if not self._session.accepts:
            return
        receipt_no = find_receipt_no(text)
        if receipt_no is not None and self._session.visit is not None:
            self._session.tell(say(NoticeCode.SCAN_WHILE_BUSY, receipt_no=receipt_no))
            return
        if receipt_no is None:
            self._session.tell(say(NoticeCode.SCAN_UNKNOWN))
            return
        if self._state.notice is not None and self._state.notice.code == NoticeCode.SCAN_UNKNOWN.value:
            self._session.dismiss_notice()
        if self.home.is_searching:
            self.home.search_for(receipt_no)
            return
        self._turn_to(PlaceKey.CASES)
        self.cases.find_case(receipt_no, or_else=partial(self._find, receipt_no))

    def _to_search(self) -> None:
        """The one box that finds cases stands on the desk."""
        if self._session.visit is not None:
            self._session.tell(say(NoticeCode.VISIT_OPEN, button=action_of(ActionKey.FIND).title))
            return
        self.go_to(PlaceKey.VISIT)
        self.home.to_search()

    def _find(self, text: str) -> None:
        """Look for it from the desk."""
        self.go_to(PlaceKey.VISIT)
        self.home.search_for(text)

    def _on_session(self, state: SessionState) -> None:
        if state.clerk is None and self._state.clerk is not None:
            for place in self._places.values():
                place.on_logout()  # nothing of the last clerk's cases stays
        self._state = state
        self.header.render_session(state)
        self.notice.show_notice(None if self.asking.dialog.isVisible() else state.notice)
        self.asking.render_session(state)
        for place in self._places.values():
            place.follow(state)

    def _follow_counter(self, state: SessionState) -> None:
        self.home.render_session(state)
        self._follow_visit(state)
        self._whom.offer(state.begun)

    def _follow_visit(self, state: SessionState) -> None:
        visit = self._session.visit
        gone = self.visit
        if gone is not None and (visit is None or visit is not gone.shown):
            self.visit = None
            gone.leave()
            self.go_to(PlaceKey.VISIT)  # first: the stack would show whatever comes next, and that would ask the server
            self.stack.removeWidget(gone)
            gone.take_down()
            QTimer.singleShot(_READY_MS, self, self._prepare_visit)
        if self.visit is None and visit is not None and state.visit_open:
            self.look.clear()  # what was asked for before does not come over the visit
            self.home.forget_search()  # nor is it there for the next person
            self.visit = self._pane_of(visit)
            self.visit.tell_screen(away=self._screen_away)
            self.go_to(PlaceKey.VISIT)
        if self.visit is not None:
            self.visit.render_session(state)

    def _pane_of(self, visit: Visit) -> VisitPane:
        """The pane that was made ready for it, or a fresh one."""
        coming = self.coming
        if coming is not None and coming.shown is visit:
            self.coming = None
            return coming
        return self._make_pane(visit)

    def _make_pane(self, visit: Visit) -> VisitPane:
        pane = VisitPane(self._session, visit, visit.tools.catalogue)
        pane.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)  # unseen it asks for no room
        self.stack.addWidget(pane)
        return pane

    def make_ready(self, size: QSize, then: Callable[[], None]) -> None:
        """Make everything ready to be seen, and the next visit too, a piece a turn; then call ``then``."""
        load_decoder()
        load_icons()
        make_ready(self, size, partial(self._prepare_visit, then))

    def _prepare_visit(self, then: Callable[[], None] = lambda: None) -> None:
        if self.coming is not None or self.visit is not None:
            then()
            return
        self.coming = self._make_pane(self._session.visits.coming)
        self.coming.make_ready(self.stack.size(), then)
