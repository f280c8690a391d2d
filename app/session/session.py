"""One clerk's session at the workstation: login, store, sync, devices, visits. Qt-free; lives on the UI thread."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from app.session.devices import Devices
from app.session.lists import case_row, draft_rows, drop_visit, refused_steps
from app.session.opening import Opened, open_account
from app.session.reading import Reading
from app.session.reopening import reopened
from app.session.state import CaseRow, LineState, SessionState
from app.session.tools import SessionTools
from app.store import mirror
from app.store.store import Store
from app.sync.loop import SyncLoop
from app.sync.report import SyncReport, SyncState
from app.visit import obstacles, readback
from app.visit.draft import DraftError, parse_draft
from app.visit.faults import notice_of
from app.visit.notices import refusal_notice
from app.visit.scene import Reply
from app.visit.state import Notice, ReceiptSeen, VisitState
from app.visit.tools import VisitTools
from app.visit.visit import Visit
from domain.cases.values import BlobHash, CaseId, CaseStatus, StepId
from domain.refusals import Refusal

if TYPE_CHECKING:
    from domain.wire import CaseView

Watcher = Callable[[SessionState], None]

_LINES = {
    SyncState.IDLE: LineState.UNKNOWN,
    SyncState.ONLINE: LineState.ONLINE,
    SyncState.OFFLINE: LineState.OFFLINE,
    SyncState.LOGIN_NEEDED: LineState.LOGIN_NEEDED,
}


class Session:
    """Everything that outlives a visit. ``done`` callbacks come on the UI thread with a value or a Notice."""

    def __init__(self, tools: SessionTools) -> None:
        self.tools = tools
        self.state = SessionState()
        self.visit: Visit | None = None
        self.reading: Reading | None = None
        self._opened: Opened | None = None
        self._loop: SyncLoop | None = None
        self._watchers: list[Watcher] = []
        self.devices = Devices(tools, on_change=lambda changes: self._change(**changes), at_counter=lambda: self.visit)

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

    # -- login

    def login(self, user: str, password: str) -> None:
        """Log in at the server, or offline with the password that opens the account's store."""
        if self.state.logging_in or self._opened is not None:
            return
        self._change(logging_in=True, notice=None)
        self.tools.run_aside(
            lambda: open_account(self.tools, user.strip(), password), self._login_answered, self._login_failed
        )

    def _login_failed(self, error: Exception) -> None:
        self._change(logging_in=False, notice=notice_of(error))

    def _login_answered(self, answer: Opened | Refusal) -> None:
        if isinstance(answer, Refusal):
            self._change(logging_in=False, notice=refusal_notice(answer))
            return
        self._opened = answer
        self.reading = Reading(self.tools, answer.store, self._login_needed)
        clock, random = self.tools.clock, self.tools.random
        self._loop = SyncLoop(
            answer.store, self.tools.line, self._report_from_loop, clock, random, retain_s=self.tools.retain_s
        )
        # Without a token the loop asks all the same: it then notices when the server is back and a login is needed.
        self._loop.set_token(answer.token or "")
        self._loop.start()
        line = LineState.ONLINE if answer.token else LineState.OFFLINE
        self._change(logging_in=False, clerk=answer.clerk, line=line, notice=None)
        self.tools.show_welcome(readback.welcome(answer.clerk.office))
        self.load_drafts()

    def login_again(self, password: str) -> None:
        """A fresh token in the middle of work; the visit stays as it is."""
        opened = self._opened
        if opened is None or self.state.logging_in:
            return
        self._change(logging_in=True)
        self.tools.run_aside(
            lambda: self.tools.line.login(opened.clerk.user, password),
            self._logged_in_again,
            self._login_failed,
        )

    def _logged_in_again(self, reply: Any) -> None:
        opened, loop = self._opened, self._loop
        if isinstance(reply, Refusal):
            self._change(logging_in=False, notice=refusal_notice(reply))
        elif opened is not None and loop is not None:
            if opened.vault is not None:
                opened.vault.save_token(reply.token)
            loop.set_token(reply.token)
            self._change(logging_in=False, line=LineState.ONLINE, notice=None)

    def _login_needed(self) -> None:
        self._change(line=LineState.LOGIN_NEEDED)

    def logout(self) -> None:
        """Close visit, loop and store; what waits to be sent stays safe and goes out at the next login."""
        if self.visit is not None:
            self.end_visit()
        loop, opened = self._loop, self._opened
        self._loop, self._opened, self.reading = None, None, None
        self._change(clerk=None, drafts=(), waiting=0, refused=0, line=LineState.UNKNOWN, notice=None)
        if opened is not None:
            self.tools.run(lambda: self._close(loop, opened), lambda _: None, self._ignore)

    def _close(self, loop: SyncLoop | None, opened: Opened) -> None:
        if loop is not None:
            loop.stop()
        self.tools.line.set_token(None)
        opened.store.close()

    def _ignore(self, error: Exception) -> None:
        notice_of(error)  # a fault on the way out has nobody to tell; a bug goes on its way

    # -- visits

    def start(self) -> None:
        """Start the devices."""
        self.tools.devices.start()

    def new_visit(self) -> Visit | None:
        """Begin a visit; a card that was laid down since the last one ended is taken, if that was a moment ago."""
        visit = self._open_visit(VisitState(visit=self.tools.new_id()))
        early = self.devices.take_early_card()
        if visit is not None and early is not None:
            visit.take_card(early)
        return visit

    def resume(self, draft: str) -> None:
        """Go on with an unfinished visit."""
        opened = self._opened
        if opened is None or self.visit is not None:
            return
        self.tools.run(lambda: dict(opened.store.load_drafts()).get(draft), self._draft_loaded, self._show_fault)

    def reopen(self, case: CaseId) -> None:
        """Mend a case that was returned: it opens as a visit with everything that was submitted."""
        if self.reading is not None and self.visit is None:
            self.reading.load_case(case, self._reopened)

    def _reopened(self, answer: CaseView | Notice) -> None:
        if isinstance(answer, Notice):
            self._change(notice=answer)
        else:
            self._open_visit(reopened(answer, visit=self.tools.new_id()))

    def _draft_loaded(self, body: bytes | None) -> None:
        if body is None:
            return
        try:
            state = parse_draft(body)
        except DraftError:
            self._change(notice=obstacles.DRAFT_UNREADABLE)
            return
        self._open_visit(state)

    def _open_visit(self, state: VisitState) -> Visit | None:
        opened = self._opened
        if opened is None or self.visit is not None:
            return None
        tools = self.tools
        self.visit = Visit(
            VisitTools(
                catalogue=tools.catalogue,
                office=opened.clerk.office,
                clerk_name=opened.clerk.name,
                clerk_number=opened.clerk.user,
                store=opened.store,
                run=tools.run,
                later=tools.later,
                ask=self.devices.ask,
                show=tools.show,
                now=tools.now,
                new_id=tools.new_id,
                wake_sync=self._wake,
                make_receipt=tools.make_receipt,
            ),
            state,
        )
        self.visit.change(answers=state.answers)  # the list of materials follows
        self.visit.begin()
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
            self.visit = None
            self._change(visit_open=False)
            self.load_drafts()

    def discard_draft(self, draft: str) -> None:
        """Give an unfinished visit up; its pages go with it."""
        opened = self._opened
        if opened is not None:
            self.tools.run(lambda: drop_visit(opened.store, draft), lambda _: self.load_drafts(), self._show_fault)

    def load_drafts(self) -> None:
        """Look for unfinished visits."""
        opened = self._opened
        if opened is not None:
            self.tools.run(opened.store.load_drafts, partial(self._drafts_loaded, opened), self._show_fault)

    def _drafts_loaded(self, opened: Opened, drafts: list[tuple[str, bytes]]) -> None:
        if self._opened is opened:  # else the clerk has left, and the next one must not see these
            self._change(drafts=draft_rows(self.tools.catalogue, drafts))

    def reply(self, reply: Reply) -> None:
        """What came back from the customer's screen."""
        if self.visit is not None:
            self.visit.reply(reply)

    def load_blob(self, sha256: BlobHash, done: Callable[[bytes], None]) -> None:
        """A page or signature of the visit: from the store, or from the server for a case of another counter."""
        opened, reading, visit = self._opened, self.reading, self.visit
        if opened is None:
            return

        def failed(error: Exception) -> None:
            if reading is None or visit is None or not visit.state.returned_after or visit.state.case is None:
                self._show_fault(error)
            else:
                reading.load_page(
                    visit.state.case, sha256, lambda page: done(page) if isinstance(page, bytes) else None
                )

        self.tools.run(lambda: opened.store.load_blob(sha256), done, failed)

    # -- cases

    def load_cases(self, done: Callable[[tuple[CaseRow, ...]], None]) -> None:
        """The clerk's own cases, newest first: waiting, refused, sent."""
        opened = self._opened
        if opened is not None:
            self._change(returned=0)
            catalogue = self.tools.catalogue

            def loaded(rows: list[mirror.CaseRow]) -> None:
                done(tuple(case_row(catalogue, row) for row in rows))

            self.tools.run(opened.store.cases, loaded, self._show_fault)

    def send_again(self, case: CaseId, done: Callable[[], None]) -> None:
        """Send a case that the server refused once more, as it is."""
        self._settle_refused(case, Store.reopen_refused, done)

    def take_off(self, case: CaseId, done: Callable[[], None]) -> None:
        """Take a refused step of a case out of the clerk's list, by her decision."""
        self._settle_refused(case, Store.drop_refused, done)

    def _settle_refused(self, case: CaseId, settle: Callable[[Store, StepId], bool], done: Callable[[], None]) -> None:
        opened = self._opened
        if opened is None:
            return

        def work() -> None:
            for step in refused_steps(opened.store, case):
                settle(opened.store, step)

        def settled(_nothing: None) -> None:
            self._wake()  # the loop also counts anew
            done()

        self.tools.run(work, settled, self._show_fault)

    def _wake(self) -> None:
        if self._loop is not None:
            self._loop.wake()

    def _report_from_loop(self, report: SyncReport) -> None:
        self.tools.post(partial(self._on_report, report))

    def _on_report(self, report: SyncReport) -> None:
        if self._opened is None:
            return
        returned = sum(change.status is CaseStatus.RETURNED for change in report.changes)
        self._change(
            line=_LINES[report.state],
            waiting=report.waiting,
            refused=report.refused,
            returned=self.state.returned + returned,
        )
        visit = self.visit
        for receipt in report.receipts:
            if visit is not None and receipt.case == visit.state.case:
                visit.take_receipt(
                    ReceiptSeen(
                        receipt_no=receipt.receipt_no,
                        status=receipt.status,
                        accepted_at=receipt.accepted_at,
                        due_on=receipt.due_on,
                        progress_url=receipt.progress_url,
                    )
                )
        for refused in report.refusals:
            if visit is not None and refused.case == visit.state.case:
                visit.take_refusal(refusal_notice(refused.refusal))

    def _show_fault(self, error: Exception) -> None:
        self._change(notice=notice_of(error))

    def stop(self) -> None:
        """Orderly end of everything; the last save is waited for by whoever owns the lanes."""
        self.logout()
        self.tools.devices.stop()
