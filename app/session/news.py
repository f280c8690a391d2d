"""What the server says by itself: how the line is, receipts, refusals, returned cases, an unknown catalogue."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial

from app.notices.codes import NoticeCode
from app.notices.faults import FaultCode
from app.notices.notice import Notice
from app.notices.texts import fault_notice, notice_of, refusal_notice, say
from app.session.account import Account
from app.session.opening import Opened
from app.session.state import LineState, SessionState
from app.session.tools import SessionTools
from app.sync.calls.catalogue import knows_catalogue
from app.sync.report import SyncReport, SyncState
from app.sync.server_time import ClockDoubt
from app.visit.state import ReceiptSeen
from app.visit.visit import Visit
from domain.cases.values import CaseStatus
from domain.refusals import Refusal, RefusalCode
from resources import word

_EVERYDAY = (FaultCode.NO_NETWORK, FaultCode.TIMEOUT)
_LINES = {
    SyncState.IDLE: LineState.UNKNOWN,
    SyncState.ONLINE: LineState.ONLINE,
    SyncState.OFFLINE: LineState.OFFLINE,
    SyncState.LOGIN_NEEDED: LineState.LOGIN_NEEDED,
}


class News:
    """Brings it into the session's state and to the visit at the counter. ``change(**changes)`` makes a new state."""

    def __init__(
        self,
        tools: SessionTools,
        account: Account,
        *,
        state: Callable[[], SessionState],
        change: Callable[..., None],
        at_counter: Callable[[], Visit | None],
        accepts: Callable[[], bool],
    ) -> None:
        self._tools = tools
        self._account = account
        self._state = state
        self._change = change
        self._at_counter = at_counter
        self._accepts = accepts
        self._fault_told = ""
        self._clock_told = ""

    def take(self, report: SyncReport) -> None:
        """One round of the exchange."""
        returned = sum(change.status is CaseStatus.RETURNED for change in report.changes)
        self._change(
            line=_LINES[report.state],
            waiting=report.waiting,
            refused=report.refused,
            returned=self._state().returned + returned,
        )
        self._tell_fault(notice_of(report.fault) if report.fault else None)
        self._tell_clock()
        visit = self._at_counter()
        if visit is not None:
            _bring(report, visit)
        if not self._accepts():
            self._tell_reviewer(report)

    def _tell_reviewer(self, report: SyncReport) -> None:
        """A decision that was kept and then refused: a reviewer has no tray, so the reason is told, and that is all."""
        opened = self._account.opened
        for refused in report.refusals:
            notice = refusal_notice(refused.refusal)
            self._change(notice=say(NoticeCode.STEP_REFUSED, what=notice.what, why=notice.why, next=notice.next))
            if opened is not None:
                drop = partial(opened.store.outbox.drop_refused, refused.step)
                self._account.run(drop, lambda _: self._account.wake(), _ignore)

    def _tell_fault(self, fault: Notice | None) -> None:
        """What needs somebody is told once; that the network is away is everyday, and the mark at the top says it."""
        before, shown = self._state().line_fault, self._state().notice
        self._change(line_fault=fault)
        if fault is None or fault.code != self._fault_told:
            self._fault_told = ""
        if shown is not None and shown == before != fault:
            self._change(notice=None)
        if fault is not None and not self._fault_told and fault.code not in _EVERYDAY and not self._state().notice:
            self._fault_told = fault.code
            self._change(notice=fault)

    def _tell_clock(self) -> None:
        """A clock that is wrong is told once, whenever it becomes so; dates are right all the same."""
        notice = _of_clock(self._tools.time.doubt)
        if notice is None:
            self._clock_told = ""
        elif notice.code != self._clock_told and not self._state().notice:
            self._clock_told = notice.code
            self._change(notice=notice)

    def compare_catalogue(self, opened: Opened) -> None:
        """Tell at the login, and not at the first case, when the server does not know this program's catalogue."""
        mine = self._tools.catalogue.sha256

        def answered(known: bool | Refusal) -> None:
            if known is False:
                self._change(notice=refusal_notice(Refusal(code=RefusalCode.CATALOGUE_UNKNOWN)))

        if opened.catalogue_sha256 not in ("", mine):
            self._account.run_aside(lambda: knows_catalogue(opened.line, mine), answered, _ignore)

    def seen(self) -> None:
        """The clerk looks at her cases: none of them has come back unseen."""
        if self._state().returned:
            self._change(returned=0)


def _of_clock(doubt: ClockDoubt | None) -> Notice | None:
    if doubt is None:
        return None
    ahead = doubt.off > timedelta()
    if doubt.certain:
        code = FaultCode.CLOCK_FAST if ahead else FaultCode.CLOCK_SLOW
    else:
        code = FaultCode.CLOCK_FAR if ahead else FaultCode.CLOCK_BEFORE
    hours, minutes = divmod(round(abs(doubt.off) / timedelta(minutes=1)), 60)
    days, hours = divmod(hours, 24)
    parts = {"days": days, "hours": hours, "minutes": minutes}
    amount = " ".join(word("length", unit, number=number) for unit, number in parts.items() if number)
    return fault_notice(code, {"amount": f" {amount}"})


def _ignore(error: Exception) -> None:
    notice_of(error)  # a fault of the line or the disk will be met again; a bug goes on its way


def _bring(report: SyncReport, visit: Visit) -> None:
    """What the server said of the cases at the counter."""
    for receipt in report.receipts:
        visit.submitting.take_receipt(
            receipt.case,
            ReceiptSeen(
                receipt_no=receipt.receipt_no,
                status=receipt.status,
                accepted_at=receipt.accepted_at,
                due_on=receipt.due_on,
                due_certain=receipt.due_certain,
                progress_url=receipt.progress_url,
            ),
        )
    for refused in report.refusals:
        visit.submitting.take_refusal(refused.case, refusal_notice(refused.refusal))
