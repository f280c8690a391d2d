"""Receipts on paper: printed at the end of a visit, and again whenever somebody asks."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Collection
from functools import partial
from typing import TYPE_CHECKING

from app.notices.codes import NoticeCode
from app.notices.notice import Notice
from app.notices.texts import notice_of, say
from app.session.account import Account
from app.session.tools import SessionTools
from app.store.store import Store
from app.visit.submission import paper_of_case
from app.visit.visit import Visit
from domain.cases.values import CaseId
from domain.papers.order import PrintOutcome, PrintResult
from domain.papers.receipt import ReceiptPaper

if TYPE_CHECKING:
    from domain.wire.cases import CaseView


class Papers:
    """Prints one paper at a time; ``tell(notice)`` says how it goes, whoever is at the counter by then."""

    def __init__(
        self,
        tools: SessionTools,
        account: Account,
        *,
        tell: Callable[[Notice], None],
        on_settled: Callable[[], None],
    ) -> None:
        self._tools = tools
        self._account = account
        self._tell = tell
        self._on_settled = on_settled
        self._busy = False
        self._noted: set[CaseId] = set()
        """Cases of the visit at the counter whose receipt is due."""
        self._begun: set[CaseId] = set()
        """Cases whose receipt was to be printed by itself."""
        self._waiting: deque[tuple[ReceiptPaper, CaseId]] = deque()
        """Of those, what the printer was not free for until now."""
        self._wanted: set[CaseId] = set()
        """Cases whose paper somebody asked for and the printer has not taken."""

    def watch(self, visit: Visit) -> None:
        """A visit began: once its cases are submitted, their receipts are due. Where the counter prints by itself, each
        is printed as soon as it has its number.
        """
        self._noted = set()
        visit.observe(lambda _state: self._follow(visit))

    def _follow(self, visit: Visit) -> None:
        papers = visit.submitting.papers
        fresh = set(papers) - self._noted
        if fresh:
            self._noted |= fresh
            self._keep(lambda store: store.receipts_due.note(fresh))
        if self._tools.manners.prints_itself:
            for case in papers:
                if papers[case].receipt_no and case not in self._begun:
                    self._begun.add(case)
                    self._waiting.append((papers[case], case))
            self._print_next()

    def left(self, visit: Visit) -> None:
        """The applicant leaves: a receipt that nobody wanted is not offered any more, a wanted one until printed."""
        if not self._tools.manners.prints_itself:
            numbered = {case for case, paper in visit.submitting.papers.items() if paper.receipt_no}
            self._settle(numbered - self._wanted)

    def _settle(self, cases: Collection[CaseId]) -> None:
        if cases:
            self._keep(lambda store: store.receipts_due.settle(cases))

    def _keep(self, change: Callable[[Store], None]) -> None:
        opened = self._account.opened
        if opened is not None:
            self._account.run(lambda: change(opened.store), lambda _: self._on_settled(), self._tell_fault)

    def _print_next(self) -> None:
        if self._waiting and not self._busy:
            self.print_receipt(*self._waiting.popleft())

    def print_receipt(self, paper: ReceiptPaper, case: CaseId) -> None:
        """Send a receipt to the default printer; while one is on its way nothing else is sent."""
        self._wanted.add(case)
        if self._busy:
            return
        self._busy = True
        self._tell(say(NoticeCode.PRINT_SENDING, title=paper.title))
        self._tools.run_aside(
            lambda: self._tools.press.print_receipt(paper), partial(self._printed, paper, case), self._failed
        )

    def print_again(self, case: CaseId) -> None:
        """The receipt of a case that the server has, from what the server says of it."""
        opened, lookup = self._account.opened, self._account.lookup
        if opened is None or lookup is None or self._busy:
            return

        def loaded(answer: CaseView | Notice) -> None:
            if isinstance(answer, Notice):
                self._tell(answer)
            else:
                url = opened.line.url_of(answer.progress)
                self.print_receipt(paper_of_case(self._tools.catalogue, opened.clerk, answer, progress_url=url), case)

        lookup.load_case(case, loaded)

    def _printed(self, paper: ReceiptPaper, case: CaseId, outcome: PrintOutcome) -> None:
        if outcome.result is PrintResult.SENT:
            self._wanted.discard(case)
            if paper.receipt_no:
                self._settle({case})
        self._tell(_told(outcome, paper.title))
        self._go_on()

    def _failed(self, error: Exception) -> None:
        self._tell_fault(error)
        self._go_on()

    def _tell_fault(self, error: Exception) -> None:
        self._tell(notice_of(error))

    def _go_on(self) -> None:
        self._busy = False
        self._print_next()


def _told(outcome: PrintOutcome, title: str) -> Notice:
    match outcome.result:
        case PrintResult.SENT:
            return say(NoticeCode.PRINT_SENT, title=title, printer=outcome.printer)
        case PrintResult.NO_PRINTER:
            return say(NoticeCode.PRINT_NO_PRINTER, title=title)
        case PrintResult.REFUSED:
            return say(NoticeCode.PRINT_REFUSED, title=title, printer=outcome.printer)
