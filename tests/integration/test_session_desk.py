"""Foundation 1.7: the day's desk and finding, with a real server, and without it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from app.notices.notice import Notice
from app.session.state import Found
from app.store.outbox import EntryState
from domain.cases.values import Act, CaseStatus
from domain.wire.lists import CaseList
from tests.helpers.central_server import CLERK, PASSWORD, REVIEWER, RunningServer
from tests.helpers.session_harness import Workplace, a_person, a_workplace
from tests.integration.session_acts import decide

NOWHERE = "http://127.0.0.1:9"


def find(clerk: Workplace, text: str) -> Found | Notice:
    answers: list[Found | Notice] = []
    clerk.session.finding.find(text, answers.append)
    clerk.wait_for(lambda: any(isinstance(one, Notice) or not one.is_asking for one in answers), "an answer")
    return answers[-1]


def found(clerk: Workplace, text: str) -> Found:
    answer = find(clerk, text)
    assert isinstance(answer, Found), answer
    return answer


def submitted(clerk: Workplace, number: str) -> str:
    clerk.fill_visit(number)
    clerk.sign_and_submit()
    receipt_no = clerk.wait_for_receipt()
    clerk.session.end_visit()
    return receipt_no


def test_1_7_a_case_is_found_by_number_person_and_name_at_the_server(clerk: Workplace) -> None:
    clerk.login(CLERK, PASSWORD)
    number = a_person(401)
    receipt_no = submitted(clerk, number)

    for text in (receipt_no, number):
        answer = found(clerk, text)
        assert [row.receipt_no for row in answer.rows] == [receipt_no], text
        assert answer.away is None
        assert answer.rows[0].applicant.endswith("*")
        assert answer.rows[0].office
    name = clerk.session.state.desk
    assert name.accepted_today >= 1
    assert any(row.receipt_no == receipt_no for row in found(clerk, "张测试").rows)


def test_M5_a_surname_finds_what_lies_on_this_machine(clerk: Workplace) -> None:
    clerk.login(CLERK, PASSWORD)
    receipt_no = submitted(clerk, a_person(418))
    visit = clerk.fill_visit(a_person(419)).state.visit
    clerk.session.end_visit()

    answer = found(clerk, "张")

    assert answer.is_surname
    assert visit in {row.visit for row in answer.rows}
    assert receipt_no in {row.receipt_no for row in answer.rows}


def test_M11_what_lies_here_comes_at_once_and_the_wait_for_the_server_ends(
    clerk: Workplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    clerk.login(CLERK, PASSWORD)
    number = a_person(420)
    visit = clerk.fill_visit(number).state.visit
    clerk.session.end_visit()
    late: list[Callable[[CaseList | Notice], None]] = []
    monkeypatch.setattr(clerk.session.account.lookup, "find", lambda _text, done: late.append(done))
    answers: list[Found | Notice] = []

    clerk.session.finding.find(number, answers.append)

    clerk.wait_for(lambda: answers, "what lies here")
    (first,) = answers
    assert isinstance(first, Found)
    assert ([row.visit for row in first.rows], first.is_asking) == ([visit], True)
    clerk.timers.fire()
    last = answers[-1]
    assert isinstance(last, Found)
    assert (last.rows, last.is_asking) == (first.rows, False)
    assert last.away is not None
    told = len(answers)
    late[0](CaseList(cases=(), after=""))
    assert len(answers) == told, "what comes after the end moves nothing under her hands"


def test_1_7_an_unfinished_visit_is_found_by_its_person(clerk: Workplace) -> None:
    clerk.login(CLERK, PASSWORD)
    number = a_person(402)
    visit = clerk.fill_visit(number).state.visit
    clerk.session.end_visit()

    assert [row.visit for row in found(clerk, number).rows] == [visit]


def test_1_7_without_a_line_this_machine_is_searched_and_that_is_said(tmp_path: Path, server: RunningServer) -> None:
    with a_workplace(tmp_path / "desk", server.base_url) as clerk:
        clerk.login(CLERK, PASSWORD)
        receipt_no = submitted(clerk, a_person(403))
    with a_workplace(tmp_path / "desk", NOWHERE) as clerk:
        clerk.login(CLERK, PASSWORD)
        number = a_person(404)
        clerk.fill_visit(number)
        clerk.sign_and_submit()
        case = clerk.visit.state.case
        clerk.session.end_visit()

        by_number, by_receipt, nobody = (found(clerk, text) for text in (number, receipt_no, a_person(405)))

        assert [row.case for row in by_number.rows] == [case]
        assert [row.receipt_no for row in by_receipt.rows] == [receipt_no]
        assert nobody.rows == ()
        assert all(answer.away is not None for answer in (by_number, by_receipt, nobody))


def test_1_7_a_text_of_nothing_is_refused_with_a_reason(clerk: Workplace) -> None:
    clerk.login(CLERK, PASSWORD)

    answer = find(clerk, "%")

    assert isinstance(answer, Notice)
    assert answer.code == "search_unclear"


def test_1_7_a_returned_case_lies_on_the_desk(clerk: Workplace, tmp_path: Path, server: RunningServer) -> None:
    clerk.login(CLERK, PASSWORD)
    receipt_no = submitted(clerk, a_person(406))
    case = next(row.case for row in found(clerk, receipt_no).rows if row.case)
    with a_workplace(tmp_path / "county", server.base_url) as reviewer:
        reviewer.login(REVIEWER, PASSWORD)
        decide(reviewer, str(case), Act.RETURN, "户口簿缺页")

    clerk.session.account.wake()
    clerk.wait_for(lambda: clerk.session.state.desk.returned, "the returned case")

    (row,) = (row for row in clerk.session.state.desk.returned if row.case == case)
    assert (row.status, row.reason) == (CaseStatus.RETURNED, "户口簿缺页")


def test_M12_a_returned_case_that_was_mended_is_found_as_waiting(
    clerk: Workplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    clerk.login(CLERK, PASSWORD)
    receipt_no = submitted(clerk, a_person(421))
    case = next(row.case for row in found(clerk, receipt_no).rows if row.case)
    opened = clerk.session.account.opened
    assert opened is not None
    known = next(row for row in opened.store.cases() if row.case == case)
    laid = replace(known, status=CaseStatus.RETURNED, sending=EntryState.WAITING)
    monkeypatch.setattr(opened.store, "cases", lambda: [laid])

    (row,) = found(clerk, receipt_no).rows

    assert (row.case, row.waiting, row.refused) == (case, True, False)


def test_U8_a_receipt_whose_number_came_after_the_visit_is_offered_until_it_is_printed(
    tmp_path: Path, server: RunningServer
) -> None:
    with a_workplace(tmp_path / "desk", server.base_url) as clerk:
        clerk.login(CLERK, PASSWORD)
    with a_workplace(tmp_path / "desk", NOWHERE) as clerk:
        clerk.login(CLERK, PASSWORD)
        clerk.fill_visit(a_person(407))
        clerk.sign_and_submit()
        clerk.session.end_visit()
        assert clerk.session.state.desk.receipts_due == ()
        assert len(clerk.session.state.desk.unsent) == 1
    with a_workplace(tmp_path / "desk", server.base_url) as clerk:
        clerk.login(CLERK, PASSWORD)
        clerk.wait_for(lambda: clerk.session.state.desk.receipts_due, "the receipt that is due")
        (row,) = clerk.session.state.desk.receipts_due

        clerk.session.papers.print_again(row.case)
        clerk.wait_for(lambda: clerk.press.printed, "the receipt on paper")

        assert clerk.press.printed[0].receipt_no == row.receipt_no
        assert clerk.session.state.desk.receipts_due == ()


def test_U8_a_receipt_that_the_clerk_had_before_her_and_did_not_print_is_not_offered(clerk: Workplace) -> None:
    clerk.login(CLERK, PASSWORD)

    submitted(clerk, a_person(408))

    assert clerk.session.state.desk.receipts_due == ()


def test_1_7_the_note_of_a_parked_visit_is_kept_until_it_is_done(clerk: Workplace) -> None:
    clerk.login(CLERK, PASSWORD)
    visit = clerk.fill_visit(a_person(409)).state.visit
    clerk.session.end_visit()

    clerk.session.desk.note(visit, "  回家取\n户口簿 ")
    clerk.session.resume(visit)
    clerk.visit.keeping.save_now()
    clerk.session.end_visit()

    assert [row.note for row in clerk.session.state.drafts] == ["回家取 户口簿"]
