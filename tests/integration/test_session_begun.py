"""Whoever comes again with something unfinished is asked about it before anything new is begun."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from app.session.state import CaseRow, DraftRow
from app.visit.state import Phase
from app.visit.visit import Visit
from domain.cases.values import CaseId, StepId
from domain.refusals import Refusal, RefusalCode
from tests.helpers.builders import M01, a_card
from tests.helpers.central_server import CLERK, PASSWORD, RunningServer
from tests.helpers.session_harness import Workplace, a_person, a_workplace
from tests.integration.session_acts import Lane, returned, submitted


def comes(clerk: Workplace, number: int) -> Visit:
    """A person lays her card down."""
    visit = clerk.session.new_visit()
    assert visit is not None
    visit.identifying.take_card(a_card(a_person(number), photo=b""))
    return visit


def hear_of_return(clerk: Workplace) -> None:
    clerk.session.account.wake()
    clerk.wait_for(lambda: clerk.session.state.returned, "return")


def test_a_returned_case_is_offered_to_its_person_and_opens_in_place_of_the_new_visit(
    clerk: Workplace, reviewer: Workplace
) -> None:
    case = returned(clerk, reviewer, 441)
    hear_of_return(clerk)
    comes(clerk, 442)
    assert clerk.session.state.begun is None, "another person has nothing returned"
    clerk.session.discard_visit()

    comes(clerk, 441)
    begun = clerk.session.state.begun
    assert isinstance(begun, CaseRow)
    assert (begun.case, begun.reason) == (case, "请补户口簿")
    clerk.session.parking.go_on(begun)

    now = clerk.visit.state
    assert (now.case, now.phase, clerk.session.state.begun) == (case, Phase.FORM, None)
    assert now.returned_after
    clerk.session.end_visit()
    assert len(clerk.session.state.drafts) == 1, "the visit that had only just begun is gone"


def test_a_returned_case_comes_before_an_unfinished_visit_and_once_begun_in_its_place(
    clerk: Workplace, reviewer: Workplace
) -> None:
    case = returned(clerk, reviewer, 443)
    hear_of_return(clerk)
    clerk.fill_visit(a_person(443))
    clerk.session.end_visit()

    comes(clerk, 443)
    first = clerk.session.state.begun
    assert isinstance(first, CaseRow)
    clerk.session.parking.stay()
    second = clerk.session.state.begun
    assert isinstance(second, DraftRow)
    clerk.session.parking.stay()
    assert clerk.session.state.begun is None
    clerk.session.discard_visit()

    clerk.session.reopen(CaseId(case))
    clerk.session.end_visit()
    comes(clerk, 443)
    mended = clerk.session.state.begun
    assert isinstance(mended, DraftRow)
    assert mended.mends, "what is being mended already is gone on with, and not offered twice"
    clerk.session.parking.go_on(mended)
    assert clerk.visit.state.case == case


def test_a_case_that_the_server_refused_is_offered_to_its_person(clerk: Workplace) -> None:
    case = submitted(clerk, 444)
    opened = clerk.session.account.opened
    assert opened is not None
    entry = next(one for one in opened.store.outbox.entries() if one.case == case)
    refused = replace(entry, step=StepId("a step that is refused"), case=CaseId("a case that is refused"))
    opened.store.outbox.add(refused)
    opened.store.outbox.refuse(refused.step, Refusal(code=RefusalCode.PAGE_DAMAGED))

    comes(clerk, 444)
    begun = clerk.session.state.begun
    assert isinstance(begun, CaseRow)
    assert begun.refused is not None
    clerk.session.parking.go_on(begun)

    assert (clerk.visit.state.case, clerk.visit.state.replaces) == (refused.case, refused.step)


def test_a_colleagues_returned_case_is_found_by_the_server(
    server: RunningServer, clerk: Workplace, reviewer: Workplace, tmp_path: Path
) -> None:
    case = returned(clerk, reviewer, 446)
    with a_workplace(tmp_path / "next window", server.base_url) as beside:
        beside.login(CLERK, PASSWORD)
        opened = beside.session.account.opened
        assert opened is not None
        beside.session.account.wake()
        beside.wait_for(lambda: case in {row.case for row in opened.store.cases()}, "the colleague's case")

        (row,) = (row for row in opened.store.cases() if row.case == case)
        mine = clerk.session.account.opened
        assert mine is not None
        (own,) = (row for row in mine.store.cases() if row.case == case)
        assert row.due_on is not None, "the feed tells the limit"
        assert row.due_on == own.due_on
        comes(beside, 447)
        assert beside.session.state.begun is None
        beside.session.discard_visit()
        comes(beside, 446)
        begun = beside.session.state.begun
        assert isinstance(begun, CaseRow)
        assert (begun.case, begun.own) == (case, False)
        assert begun.module_name
        beside.session.parking.go_on(begun)

        assert beside.visit.state.case == case


def test_with_the_server_away_the_visit_that_has_just_begun_stays(clerk: Workplace, reviewer: Workplace) -> None:
    returned(clerk, reviewer, 448)
    hear_of_return(clerk)
    visit = comes(clerk, 448)
    begun = clerk.session.state.begun
    assert isinstance(begun, CaseRow)
    lane = Lane(clerk)
    clerk.session.parking.go_on(begun)
    assert clerk.session.visit is visit, "nothing goes before what takes its place is there"
    visit.choosing.choose(M01)

    lane.let_go()

    assert clerk.session.visit is visit, "meanwhile something was begun in it"
