"""U19: where the counter says so, a receipt is printed by itself when the case is accepted, once, and no slip."""

from __future__ import annotations

from dataclasses import replace

from app.notices.faults import FaultCode
from app.session.press import PaperFault
from app.session.tools import Manners
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


def test_U19_a_counter_that_does_not_say_so_is_asked(clerk: Workplace) -> None:
    assert clerk.session.tools.manners == Manners(takes_itself=True, prints_itself=False)

    submit(clerk, a_person(303))

    assert clerk.press.printed == []
