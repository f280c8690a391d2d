"""Receipts on paper: printed at the end of a visit, and again whenever somebody asks."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from app.notices.notice import Notice, Tone
from app.notices.texts import notice_of
from app.papers.order import PrintOutcome, PrintResult
from app.papers.receipt import ReceiptPaper
from app.session.account import Account
from app.session.tools import SessionTools
from app.visit.submission import paper_of_case
from app.visit.visit import Visit
from domain.cases.values import CaseId

if TYPE_CHECKING:
    from domain.wire import CaseView


class Papers:
    """Prints one paper at a time; ``tell(notice)`` says how it goes, whoever is at the counter by then."""

    def __init__(self, tools: SessionTools, account: Account, *, tell: Callable[[Notice], None]) -> None:
        self._tools = tools
        self._account = account
        self._tell = tell
        self._busy = False
        self._begun: set[CaseId] = set()
        """Cases whose receipt was sent to the printer by itself."""
        self._after: Callable[[], None] = lambda: None
        """What is done when the printer is free again."""

    def watch(self, visit: Visit) -> None:
        """A visit began: where the counter prints by itself, each of its receipts is printed once it has its number."""
        if self._tools.manners.prints_itself:
            visit.observe(lambda _state: self._print_next(visit))

    def _print_next(self, visit: Visit) -> None:
        for case, paper in visit.submitting.papers.items():
            if paper.receipt_no and case not in self._begun and not self._busy:
                self._begun.add(case)
                self._after = lambda: self._print_next(visit)
                self.print_receipt(paper)

    def print_receipt(self, paper: ReceiptPaper) -> None:
        """Send a receipt to the default printer; while one is on its way nothing else is sent."""
        if self._busy:
            return
        self._busy = True
        self._tell(_printing(paper.title))
        self._tools.run_aside(
            lambda: self._tools.press.print_receipt(paper), partial(self._printed, paper), self._failed
        )

    def print_again(self, case: CaseId) -> None:
        """The receipt of a case that the server has, from what the server says of it."""
        opened, reading = self._account.opened, self._account.reading
        if opened is None or reading is None or self._busy:
            return

        def loaded(answer: CaseView | Notice) -> None:
            if isinstance(answer, Notice):
                self._tell(answer)
            else:
                url = opened.line.url_of(answer.progress)
                self.print_receipt(paper_of_case(self._tools.catalogue, opened.clerk, answer, progress_url=url))

        reading.load_case(case, loaded)

    def _printed(self, paper: ReceiptPaper, outcome: PrintOutcome) -> None:
        self._tell(_told(outcome, paper.title))
        self._go_on()

    def _failed(self, error: Exception) -> None:
        self._tell(notice_of(error))
        self._go_on()

    def _go_on(self) -> None:
        self._busy = False
        self._after()


def _printing(title: str) -> Notice:
    return Notice(tone=Tone.INFO, what=f"正在把{title}送往打印机…", code="print.sending")


def _told(outcome: PrintOutcome, title: str) -> Notice:
    if outcome.result is PrintResult.SENT:
        return Notice(tone=Tone.SUCCESS, what=f"{title}已送往打印机“{outcome.printer}”。", code="print.sent")
    if outcome.result is PrintResult.NO_PRINTER:
        return Notice(
            tone=Tone.WARNING,
            what=f"{title}没有打印。",
            why="这台电脑没有设置默认打印机。",
            next="请在系统设置中添加打印机并设为默认，再打印一次；以后也可以在“我的业务”里补打。",
            code="print.no_printer",
        )
    return Notice(
        tone=Tone.ERROR,
        what=f"{title}没有打印。",
        why=f"打印机“{outcome.printer}”没有接受任务。",
        next="请检查打印机的电源、连线和纸张，再打印一次；以后也可以在“我的业务”里补打。",
        code="print.refused",
    )
