"""The day's desk between two visits: what waits for the clerk, and what has been done today."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date

from app.session.account import Account
from app.session.lists import case_row, draft_rows, drop_visit
from app.session.state import CaseRow, DeskRows, DraftRow
from app.session.tools import SessionTools
from app.store.store import Store
from app.sync.report import SyncReport
from domain.business_time import business_day
from domain.cases.values import CaseId, CaseStatus
from domain.catalogue.values import Catalogue
from domain.codes import parse_receipt_no
from domain.workdays import due_date

_UNDECIDED = (CaseStatus.IN_REVIEW, CaseStatus.IN_APPROVAL)


class Desk:
    """Reads it from the store; ``change(**changes)`` makes a new state, ``on_fault`` is told what failed."""

    def __init__(
        self,
        tools: SessionTools,
        account: Account,
        *,
        change: Callable[..., None],
        on_fault: Callable[[Exception], None],
    ) -> None:
        self._tools = tools
        self._account = account
        self._change = change
        self._on_fault = on_fault
        self._counts = (0, 0)

    def load(self) -> None:
        """Look for everything anew."""
        opened = self._account.opened
        if opened is None:
            return
        catalogue, today = self._tools.catalogue, business_day(self._tools.time.now())

        def work() -> tuple[tuple[DraftRow, ...], DeskRows]:
            drafts = draft_rows(catalogue, opened.store.drafts.all())
            return drafts, desk_rows(catalogue, opened.store, today)

        self._account.run(work, lambda found: self._change(drafts=found[0], desk=found[1]), self._on_fault)

    def follow(self, report: SyncReport) -> None:
        """A round of the exchange: where it brought something, the desk looks otherwise."""
        counts = (report.waiting, report.refused)
        if counts != self._counts or report.receipts or report.changes:
            self._counts = counts
            self.load()

    def discard(self, draft: str) -> None:
        """Give an unfinished visit up; its pages go with it."""
        opened = self._account.opened
        if opened is not None:
            self._account.run(lambda: drop_visit(opened.store, draft), lambda _: self.load(), self._on_fault)

    def note(self, draft: str, text: str) -> None:
        """Write down what a parked visit waits for; an empty text forgets it."""
        opened = self._account.opened
        if opened is not None:
            plain = " ".join(text.split())
            self._account.run(lambda: opened.store.drafts.note(draft, plain), lambda _: self.load(), self._on_fault)

    def leave_receipt(self, case: CaseId) -> None:
        """Nobody wants this receipt any more."""
        opened = self._account.opened
        if opened is not None:
            self._account.run(lambda: opened.store.receipts_due.settle((case,)), lambda _: self.load(), self._on_fault)


def desk_rows(catalogue: Catalogue, store: Store, today: date) -> DeskRows:
    """What of the clerk's cases wants something of her on this day. Raises StoreFault."""
    rows, due = tuple(case_row(catalogue, row) for row in store.cases()), store.receipts_due.all()
    return DeskRows(
        refused=tuple(row for row in rows if row.refused is not None),
        returned=tuple(row for row in rows if row.was_returned),
        unsent=tuple(row for row in rows if row.waiting),
        receipts_due=tuple(row for row in rows if row.case in due and row.receipt_no),
        due_soon=_due_soon(catalogue, rows, today),
        accepted_today=sum(row.own and _accepted_on(row) == today for row in rows),
    )


def _due_soon(catalogue: Catalogue, rows: Iterable[CaseRow], today: date) -> tuple[CaseRow, ...]:
    """Cases from here that wait for a decision, whose limit ends by the next working day or is over; what is accepted
    today to be done today is told tomorrow.
    """
    by = due_date(today, 1, days_off=catalogue.days_off, days_worked=catalogue.days_worked)
    undecided = (row for row in rows if row.own and not row.waiting and row.status in _UNDECIDED)
    soon = (row for row in undecided if row.due_on is not None and row.due_on <= by)
    told = (row for row in soon if row.due_on != today or _accepted_on(row) != today)
    return tuple(sorted(told, key=lambda row: row.due_on or date.max))


def _accepted_on(row: CaseRow) -> date | None:
    number = parse_receipt_no(row.receipt_no)
    return number.day if number else None
