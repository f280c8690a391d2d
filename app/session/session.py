"""One clerk's session at the workstation: login, store, sync, devices, visits. Qt-free; lives on the UI thread."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from app.notices.codes import NoticeCode
from app.notices.notice import Notice
from app.notices.texts import notice_of, say
from app.session.account import Account
from app.session.begun import Begun
from app.session.cases import Cases
from app.session.catalogues import Catalogues
from app.session.desk import Desk
from app.session.devices import CardTaker, Devices
from app.session.finding import Finding
from app.session.lists import find_visit
from app.session.news import News
from app.session.opening import Opened
from app.session.papers import Papers
from app.session.parking import Parking
from app.session.recovering import Recovering
from app.session.reopening import CameBack, as_visit, find_begun, refused, returned
from app.session.showing import Showing
from app.session.state import DraftRow, SessionState
from app.session.tools import SessionTools
from app.session.visits import Visits
from app.sync.report import SyncReport
from app.visit import readback
from app.visit.scene import Reply
from app.visit.state import VisitState
from app.visit.visit import Visit
from domain.cases.values import BlobHash, CaseId
from domain.catalogue.values import Catalogue
from hardware.kinds.id_card_reader import IdCard

if TYPE_CHECKING:
    from domain.wire.cases import CaseView

T = TypeVar("T")
Watcher = Callable[[SessionState], None]


class Session:
    """Everything that outlives a visit, in parts; the session itself knows which visit is at the counter.

    ``done`` callbacks come on the UI thread with a value or a Notice.
    """

    def __init__(self, tools: SessionTools) -> None:
        self.tools = tools
        self.state = SessionState()
        self.visit: Visit | None = None
        self._giving_way: Visit | None = None
        self._watchers: list[Watcher] = []
        self._turn = 0
        self._showing = Showing(tools.show)
        self.account = Account(tools, on_change=self._change, on_report=self._reported, on_opened=self._opened)
        self.news = News(
            tools,
            self.account,
            state=lambda: self.state,
            change=self._change,
            at_counter=lambda: self.visit,
            accepts=lambda: self.accepts,
        )
        self.cases = Cases(tools, self.account, on_seen=self.news.seen, on_fault=self._show_fault, tell=self.tell)
        self.recovering = Recovering(self.account, tell=self.tell, on_done=self._recovered)
        self.catalogues = Catalogues(tools, self.account)
        self.desk = Desk(tools, self.account, change=self._change, on_fault=self._show_fault)
        self.finding = Finding(tools, self.account)
        self.papers = Papers(tools, self.account, tell=self.tell, on_settled=self.desk.load)
        self.parking = Parking(
            tools,
            self.account,
            at_counter=lambda: self.visit,
            change=self._change,
            take_up=self._take_up,
        )
        self.devices = Devices(
            tools,
            on_change=lambda changes: self._change(**changes),
            at_counter=self._takes_cards,
            on_early_card=self._early_card,
        )
        self.visits = Visits(tools, self.account, self._showing, self.devices.ask)

    def observe(self, watcher: Watcher) -> None:
        """Call ``watcher`` with every new state, and at once with the present one."""
        self._watchers.append(watcher)
        watcher(self.state)

    def _change(self, **changes: Any) -> None:
        self.state = dataclasses.replace(self.state, **changes)
        for watcher in list(self._watchers):
            watcher(self.state)

    def tell(self, notice: Notice) -> None:
        """Show the clerk something that belongs to no visit."""
        self._change(notice=notice)

    def dismiss_notice(self) -> None:
        """The clerk has read the notice."""
        self._change(notice=None)

    @property
    def accepts(self) -> bool:
        """Whether who is logged in takes cases at this counter."""
        return self._has_role_at(slice(0, 1))

    @property
    def reviews(self) -> bool:
        """Whether who is logged in decides on cases."""
        return self._has_role_at(slice(1, None))

    def _has_role_at(self, places: slice) -> bool:
        """Whether the clerk has a role at these places of any chain."""
        clerk = self.state.clerk
        wanted = {role for chain in self.tools.catalogue.chains.values() for role in chain.roles[places]}
        return clerk is not None and bool(wanted & set(clerk.roles))

    def _opened(self, opened: Opened) -> None:
        if self.accepts:
            self._showing.show_idle(readback.welcome(opened.clerk.office))
        self.desk.load()
        self.news.compare_catalogue(opened)

    def _reported(self, report: SyncReport) -> None:
        self.news.take(report)
        self.desk.follow(report)

    def _recovered(self) -> None:
        self._change(to_recover=0)
        self.desk.load()

    def logout(self) -> None:
        """End visit and login; an unfinished visit stays as a draft."""
        self._leave()
        self.account.logout()

    def _leave(self) -> None:
        if self.visit is not None:
            self.end_visit()
        self._showing.show_idle(readback.nobody_serves())

    # -- visits

    def start(self) -> None:
        """Start the devices; the customer's screen says that nobody serves here yet."""
        self._showing.show_idle(readback.nobody_serves())
        self.tools.devices.start()

    def new_visit(self) -> Visit | None:
        """Begin a visit; a card that was laid down since the last one ended is taken, if that was a moment ago."""
        visit = self._open_visit()
        early = self.devices.take_early_card()
        if visit is not None and early is not None:
            visit.identifying.take_card(early)
        return visit

    def _takes_cards(self) -> CardTaker | None:
        """Who is told of cards: the visit at the counter, until its case is submitted."""
        visit = self.visit
        return visit.identifying if visit is not None and visit.state.receipt is None else None

    def _early_card(self, card: IdCard) -> None:
        """Somebody laid a card down while the last page of a visit stood there: the next person's begins her visit."""
        visit = self.visit
        if visit is None or not visit.submitting.is_told:
            return  # it waits for F2, as it does between two visits
        if not visit.identifying.is_of_applicant(card):
            self.end_visit()
            self.new_visit()

    def _take_up(self, begun: Begun) -> None:
        """What was begun before takes the place of the visit that has only just begun, as soon as it is there."""
        self._giving_way = self.visit
        if isinstance(begun, DraftRow):
            self.resume(begun.visit)
        elif begun.refused is not None:
            self.mend(begun.case)
        else:
            self.reopen(begun.case)

    @property
    def _is_free(self) -> bool:
        """Whether a visit can open: none is there, or one that gives way and in which nothing was begun yet."""
        visit = self.visit
        return visit is None or (visit is self._giving_way and visit.state.module is None)

    def resume(self, draft: str) -> None:
        """Go on with an unfinished visit."""
        opened = self.account.opened
        if opened is None or not self._is_free:
            return
        self.account.run(
            partial(find_visit, opened.store, draft),
            self._unless_passed(self._open_found),
            self._show_fault,
        )

    def reopen(self, case: CaseId) -> None:
        """Mend a case that was returned: it opens as a visit with everything that was submitted."""
        opened, lookup = self.account.opened, self.account.lookup
        if opened is None or lookup is None or not self._is_free:
            return

        def looked(begun: VisitState | None) -> None:
            if begun is not None:
                self._open_found(begun)
            else:
                lookup.load_case(case, self._unless_passed(self._reopened))

        self.account.run(lambda: find_begun(opened.store, case), self._unless_passed(looked), self._show_fault)

    def mend(self, case: CaseId) -> None:
        """Mend a case that the server refused: it opens as a visit; submitted, it takes the refused one's place."""
        opened = self.account.opened
        if opened is None or not self._is_free:
            return

        def work() -> VisitState | CameBack | None:
            return find_begun(opened.store, case) or refused(opened.store, case)

        self.account.run(work, self._unless_passed(self._open_found), self._show_fault)

    def end_and_mend(self, case: CaseId) -> None:
        """The applicant is still at the counter: mend the case that was refused just now."""
        self.end_visit()
        self.mend(case)

    def _open_found(self, found: VisitState | CameBack | Notice | None) -> None:
        """Open a visit with the catalogue that its case was made with, once there is one; or say why there is none."""
        if found is None or isinstance(found, Notice):
            self.tell(found or say(NoticeCode.NOTHING_TO_MEND))
            return

        def arrived(catalogue: Catalogue | Notice) -> None:
            if isinstance(catalogue, Notice):
                self.tell(catalogue)
            elif isinstance(found, CameBack):
                self._open_visit(as_visit(found, catalogue, visit=self.tools.new_id()), catalogue)
            else:
                self._open_visit(found, catalogue)

        self.catalogues.find(found.catalogue_sha256, self._unless_passed(arrived))

    def _unless_passed(self, open_visit: Callable[[T], None]) -> Callable[[T], None]:
        """``open_visit``, unless another visit began meanwhile: the next applicant must not see this one's."""
        turn = self._turn

        def arrived(value: T) -> None:
            if self._turn == turn:
                open_visit(value)

        return arrived

    def _reopened(self, answer: CaseView | Notice) -> None:
        self._open_found(answer if isinstance(answer, Notice) else returned(answer))

    def _open_visit(self, state: VisitState | None = None, catalogue: Catalogue | None = None) -> Visit | None:
        """Begin the visit that is the next one, or take one up in this state."""
        opened = self.account.opened
        if opened is None or not self._is_free:
            return None
        if self.visit is not None:
            self.discard_visit()
        self._turn += 1
        visits = self.visits
        self.visit = visits.make(opened, state, catalogue) if state is not None else visits.take_coming(opened)
        self.visit.begin()
        self.parking.watch(self.visit)
        self.papers.watch(self.visit)
        self.visit.keeping.save_now()  # from now on the case is known to be in hands
        self._change(visit_open=True, notice=None)
        return self.visit

    def end_visit(self) -> None:
        """End the visit at the counter; an unfinished one stays as a draft."""
        self._leave_visit(lambda visit: visit.end())

    def discard_visit(self) -> None:
        """Give the visit at the counter up."""
        self._leave_visit(lambda visit: visit.discard())

    def _leave_visit(self, leave: Callable[[Visit], None]) -> None:
        visit = self.visit
        if visit is not None:
            leave(visit)
            self.papers.left(visit)
            self.visit = None
            self._change(visit_open=False, begun=None)
            self.desk.load()

    def reply(self, reply: Reply) -> None:
        """What came back from the customer's screen."""
        if self.visit is not None:
            self.visit.applicant.reply(reply)

    def load_blob(self, sha256: BlobHash, done: Callable[[bytes], None]) -> None:
        """A page or signature of the visit: from the store, or from the server for a case of another counter."""
        opened, lookup, visit = self.account.opened, self.account.lookup, self.visit
        if opened is None:
            return

        def failed(error: Exception) -> None:
            if lookup is None or visit is None or not visit.state.returned_after or visit.state.case is None:
                self._show_fault(error)
            else:
                lookup.load_page(visit.state.case, sha256, lambda page: done(page) if isinstance(page, bytes) else None)

        self.account.run(lambda: opened.store.pages.load(sha256), done, failed)

    def _show_fault(self, error: Exception) -> None:
        self._change(notice=notice_of(error))

    def stop(self) -> None:
        """Orderly end of everything; the last save is waited for by whoever owns the lanes."""
        self._leave()
        self.account.stop()
        self.tools.devices.stop()
