"""The clerk's own cases on a real server: reasons at once, what can be done, and the scanned receipt (IM-5d, XY-4)."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from app.notices.faults import FaultCode
from app.session.press import PaperFault
from app.store.outbox import EntryState
from app.visit.state import Phase
from domain.cases.values import Act, CaseId
from domain.finding import find_receipt_no
from domain.papers.order import PrintOutcome, PrintResult
from domain.refusals import Refusal, RefusalCode
from hardware.kinds.barcode_scanner import Scan, Scanned
from tests.gui.clerk import ClerkAtWork
from tests.helpers.central_server import PASSWORD, REVIEWER, RunningServer
from tests.helpers.session_harness import a_person, a_workplace
from tests.integration.session_acts import decide

REASON = "户口簿缺本人页，请补拍"


def send(clerk: ClerkAtWork, number: int) -> tuple[CaseId, str]:
    """A case that the server has, and its receipt number."""
    case = clerk.submit(a_person(number))
    receipt_no = clerk.workplace.wait_for_receipt()
    clerk.session.end_visit()
    return case, receipt_no


def refused(clerk: ClerkAtWork, number: int) -> CaseId:
    """A case that waits for the clerk's decision in the tray."""
    loop, opened = clerk.session.account._loop, clerk.session.account.opened
    assert loop is not None
    assert opened is not None
    loop.stop()
    case = clerk.submit(a_person(number))
    clerk.session.end_visit()
    (entry,) = [entry for entry in opened.store.outbox.entries() if entry.case == case]
    opened.store.outbox.refuse(entry.step, Refusal(code=RefusalCode.PAGE_DAMAGED))
    return case


def states(clerk: ClerkAtWork) -> list[EntryState]:
    opened = clerk.session.account.opened
    assert opened is not None
    return [entry.state for entry in opened.store.outbox.entries()]


def chosen(clerk: ClerkAtWork) -> str:
    table = clerk.places.cases.table
    item = table.item(table.currentRow(), 0)
    assert item is not None
    return item.text()


def test_a_returned_case_tells_its_reason_at_once_and_is_opened_to_be_mended(
    clerk: ClerkAtWork, server: RunningServer, tmp_path: Path
) -> None:
    case, receipt_no = send(clerk, 1)
    send(clerk, 2)
    with a_workplace(tmp_path / "county", server.base_url) as county:
        county.login(REVIEWER, PASSWORD)
        decide(county, case, Act.RETURN, REASON)
    clerk.session.account.wake()
    clerk.wait_for(lambda: "我的业务(1)" in clerk.words, "the return is announced")

    clerk.press("place_cases")
    clerk.settle()
    assert chosen(clerk) == receipt_no
    assert f"复核退回：{REASON}" in clerk.words
    assert not clerk.sees("send_again")
    clerk.press("reopen")
    clerk.settle()

    assert clerk.workplace.visit.state.phase is Phase.FORM
    assert clerk.workplace.visit.state.case == case
    assert REASON in clerk.words


def test_ls2_a_receipt_is_printed_again_as_it_was(clerk: ClerkAtWork) -> None:
    press = clerk.workplace.press
    clerk.submit(a_person(1))
    receipt_no = clerk.workplace.wait_for_receipt()
    first = clerk.workplace.visit.submitting.paper
    assert first is not None
    assert (first.receipt_no, first.progress_url != "") == (receipt_no, True)
    clerk.session.end_visit()
    clerk.press("place_cases")
    clerk.settle()

    clerk.press("print_again")
    clerk.settle()

    assert press.printed == [first]
    assert "受理回执已送往打印机“HP-1”" in clerk.words


@pytest.mark.parametrize(
    ("outcome", "words"),
    [
        (PrintOutcome(result=PrintResult.NO_PRINTER), "没有设置默认打印机"),
        (PrintOutcome(result=PrintResult.REFUSED, printer="HP-2"), "打印机“HP-2”没有接受任务"),
        (PaperFault(FaultCode.PRINTER_SILENT, {"title": "受理回执"}), "打印机一分钟没有回应"),
        (PaperFault(FaultCode.PAPER_NOT_MADE, {"title": "受理回执", "why": "status 1"}), "受理回执没有做成"),
    ],
)
def test_what_became_of_a_print_is_told_and_the_next_one_is_tried(
    clerk: ClerkAtWork, outcome: PrintOutcome | PaperFault, words: str
) -> None:
    send(clerk, 1)
    clerk.workplace.press.outcome = outcome
    clerk.press("place_cases")
    clerk.settle()

    QTest.keySequence(clerk.places.cases.table, "Ctrl+P")
    clerk.settle()
    assert words in clerk.words
    clerk.press("print_again")
    clerk.settle()

    assert len(clerk.workplace.press.printed) == 2


def test_a_case_without_a_number_has_no_receipt_to_print(clerk: ClerkAtWork) -> None:
    refused(clerk, 1)
    clerk.press("place_cases")
    clerk.settle()

    assert not clerk.sees("print_again")
    QTest.keySequence(clerk.places.cases.table, "Ctrl+P")
    clerk.settle()
    assert clerk.workplace.press.printed == []


def test_only_one_visit_is_open_at_a_time(clerk: ClerkAtWork, server: RunningServer, tmp_path: Path) -> None:
    case, _ = send(clerk, 1)
    with a_workplace(tmp_path / "county", server.base_url) as county:
        county.login(REVIEWER, PASSWORD)
        decide(county, case, Act.RETURN, REASON)
    clerk.session.account.wake()
    clerk.wait_for(lambda: clerk.session.state.returned, "returned")
    visit = clerk.in_form(a_person(2))
    clerk.press("place_cases")
    clerk.settle()

    clerk.press("reopen")

    assert "窗口上还有正在办理的业务" in clerk.words
    assert clerk.session.visit is visit


def test_a_refused_case_can_be_sent_again(clerk: ClerkAtWork) -> None:
    refused(clerk, 1)
    clerk.press("place_cases")
    clerk.settle()
    assert "影像在传送中损坏" in clerk.words
    assert clerk.sees("take_off")
    assert chosen(clerk) == "未受理", "nothing of it will be sent until somebody decides"

    clerk.press("send_again")
    clerk.settle()

    assert states(clerk) == [EntryState.WAITING]
    assert not clerk.sees("send_again")
    assert chosen(clerk) == "待发送"


def test_a_refused_case_is_opened_to_be_mended_with_all_that_was_typed(clerk: ClerkAtWork) -> None:
    case = refused(clerk, 1)
    clerk.press("place_cases")
    clerk.settle()
    assert not clerk.sees("reopen")

    clerk.press("mend")
    clerk.settle()

    assert clerk.session.visit is not None
    state = clerk.session.visit.state
    assert (state.case, state.phase, len(state.pages)) == (case, Phase.FORM, 2)
    assert "影像在传送中损坏" in clerk.words
    assert states(clerk) == [EntryState.REFUSED], "it stays in the tray until the mended one is submitted"


def test_a_refused_case_leaves_the_list_only_after_asking(clerk: ClerkAtWork) -> None:
    refused(clerk, 1)
    clerk.press("place_cases")
    clerk.settle()

    clerk.press("take_off")
    clerk.press("confirm_no")
    clerk.settle()
    assert states(clerk) == [EntryState.REFUSED]
    clerk.press("take_off")
    clerk.press("confirm_yes")
    clerk.settle()

    assert states(clerk) == []
    assert "还没有办理过业务" in clerk.words


@pytest.mark.parametrize("code", ["{no}", "https://sbj.example.cn:8443/v1/progress/{no}/Zx9_-a1B"])
def test_im5d_a_scanned_receipt_opens_its_case(clerk: ClerkAtWork, code: str) -> None:
    _, first = send(clerk, 1)
    send(clerk, 2)

    clerk.tell(Scanned(scan=Scan(text=code.format(no=first))))

    assert clerk.places.cases.isVisible()
    assert chosen(clerk) == first


def test_im5d_other_codes_and_unknown_receipts_are_told_calmly(clerk: ClerkAtWork) -> None:
    clerk.tell(Scanned(scan=Scan(text="6901234567892")))
    assert "扫到的不是受理回执上的码" in clerk.words
    assert clerk.places.home.isVisible()

    clerk.tell(Scanned(scan=Scan(text="159999001-20260101-0009")))

    assert clerk.places.home.isVisible(), "it is none of her own, so it is looked for everywhere"
    assert clerk.places.home.search.text() == "159999001-20260101-0009"
    assert "没有找到" in clerk.words
    assert "扫到的不是受理回执上的码" not in clerk.words, "it was said of the scan before"


def test_1_7_a_receipt_that_is_scanned_into_the_box_is_looked_for_there(clerk: ClerkAtWork) -> None:
    _, number = send(clerk, 1)
    clerk.places.home.search.setFocus()

    clerk.tell(Scanned(scan=Scan(text=number)))

    assert clerk.places.home.isVisible()
    assert clerk.places.home.search.text() == number


def test_1_7_nothing_of_whom_was_looked_for_stays_for_the_next_person(clerk: ClerkAtWork) -> None:
    clerk.places.home.search_for("159999198801014321")
    clerk.settle()

    clerk.in_form(a_person(1))

    assert clerk.places.home.search.text() == ""


def test_U20_a_click_on_a_heading_sorts_and_the_chosen_case_stays_chosen(clerk: ClerkAtWork) -> None:
    numbers = [send(clerk, number)[1] for number in (1, 2, 3)]
    clerk.press("place_cases")
    clerk.settle()
    table = clerk.places.cases.table
    table.setCurrentCell(1, 0)
    before = chosen(clerk)

    def click(column: int) -> list[str]:
        header = table.horizontalHeader()
        place = QPoint(header.sectionViewportPosition(column) + 10, header.height() // 2)
        QTest.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=place)
        return [item.text() for row in range(table.rowCount()) if (item := table.item(row, 0))]

    assert click(0) == sorted(numbers)
    assert chosen(clerk) == before
    assert click(0) == sorted(numbers, reverse=True)
    assert chosen(clerk) == before
    assert click(4) == numbers, "by the time of the change, oldest first"
    clerk.places.cases.reload()
    clerk.settle()
    assert click(4) == numbers[::-1]


def test_a_scan_before_the_login_says_nothing(clerk: ClerkAtWork) -> None:
    clerk.session.logout()

    clerk.tell(Scanned(scan=Scan(text="159999001-20260101-0001")))

    assert clerk.session.state.notice is None


@pytest.mark.parametrize(
    "code",
    [
        "",
        "159999001-20260101-0000000011",
        "1599990012026010100011",
        "https://sbj.example.cn/v1/progress/159999001-20260101-0001",
        "javascript:/progress/159999001-20260101-0001/abc",
        "https://sbj.example.cn/progress/" + "1" * 4000,
        "１５９９９９００１-20260101-0001",
    ],
)
def test_what_is_no_receipt_is_not_taken_for_one(code: str) -> None:
    assert find_receipt_no(code) is None
