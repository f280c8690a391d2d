"""U19: where the counter says so, a receipt is printed by itself when the case is accepted, once, and no slip."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from app.notices.faults import FaultCode
from app.session.press import PaperFault
from app.session.tools import Manners
from domain.papers.order import PrintOutcome, PrintResult
from tests.helpers.central_server import CLERK, PASSWORD
from tests.helpers.session_harness import Workplace, a_person


def submit(clerk: Workplace, number: str) -> str:
    clerk.login(CLERK, PASSWORD)
    clerk.fill_visit(number)
    clerk.sign_and_submit()
    return clerk.wait_for_receipt()


def test_U19_a_receipt_is_printed_by_itself_once(clerk: Workplace) -> None:
    tools = clerk.session.tools
    object.__setattr__(tools, "manners", replace(tools.manners, prints_itself=True))

    receipt_no = submit(clerk, a_person(301))
    clerk.visit.dismiss_notice()
    clerk.session.end_visit()

    assert [paper.receipt_no for paper in clerk.press.printed] == [receipt_no]
    assert clerk.code == "print_sent"


def test_U19_a_printer_that_fails_is_told_once_and_not_tried_for_ever(clerk: Workplace) -> None:
    tools = clerk.session.tools
    object.__setattr__(tools, "manners", replace(tools.manners, prints_itself=True))
    clerk.press.outcome = PaperFault(FaultCode.PRINTER_SILENT, {"title": "受理回执"})

    submit(clerk, a_person(302))

    assert len(clerk.press.printed) == 1
    assert clerk.code == FaultCode.PRINTER_SILENT.value


def test_U19_a_receipt_that_is_due_while_the_printer_is_busy_is_printed_after_it(clerk: Workplace) -> None:
    tools, ran = clerk.session.tools, list[Callable[[], None]]()
    object.__setattr__(tools, "manners", replace(tools.manners, prints_itself=True))
    at_once = tools.run_aside

    def aside(work: Callable[[], Any], done: Callable[[Any], None], failed: Callable[[Exception], None]) -> None:
        ran.append(lambda: at_once(work, done, failed))

    clerk.login(CLERK, PASSWORD)
    object.__setattr__(tools, "run_aside", aside)
    receipts = []
    for number in (307, 308):
        clerk.fill_visit(a_person(number))
        clerk.sign_and_submit()
        receipts.append(clerk.wait_for_receipt())
        clerk.session.end_visit()
    while ran:
        ran.pop(0)()

    assert [paper.receipt_no for paper in clerk.press.printed] == receipts


def test_U19_a_counter_that_does_not_say_so_is_asked(clerk: Workplace) -> None:
    assert clerk.session.tools.manners == Manners(takes_itself=True, prints_itself=False)

    submit(clerk, a_person(303))

    assert clerk.press.printed == []


@pytest.mark.parametrize("prints_itself", [True, False])
def test_M7_a_receipt_that_the_printer_did_not_take_stays_due_after_the_visit(
    clerk: Workplace, prints_itself: bool
) -> None:
    tools = clerk.session.tools
    object.__setattr__(tools, "manners", replace(tools.manners, prints_itself=prints_itself))
    clerk.press.outcome = PrintOutcome(result=PrintResult.NO_PRINTER)
    receipt_no = submit(clerk, a_person(304 + prints_itself))
    paper, case = clerk.visit.submitting.paper, clerk.visit.state.case
    assert paper is not None
    assert case is not None
    if not prints_itself:
        clerk.session.papers.print_receipt(paper, case)
    clerk.session.end_visit()

    assert receipt_no in {row.receipt_no for row in clerk.session.state.desk.receipts_due}
    clerk.press.outcome = PrintOutcome(result=PrintResult.SENT, printer="HP-1")
    clerk.session.papers.print_again(case)
    clerk.wait_for(lambda: clerk.code == "print_sent", "the receipt on paper")
    assert receipt_no not in {row.receipt_no for row in clerk.session.state.desk.receipts_due}
