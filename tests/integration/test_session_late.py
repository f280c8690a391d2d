"""What comes late: answers after a logout, after the next applicant, or in the middle of a login."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest

from app.notices.notice import Notice
from app.session.deciding import Seen
from app.session.state import LineState
from app.sync.calls.lists import list_tasks
from domain.cases.values import Act, CaseId
from domain.refusals import Refusal, RefusalCode
from domain.wire.cases import CaseView
from domain.wire.lists import CaseLine, CaseList
from tests.helpers.central_server import (
    CLERK,
    PASSWORD,
    REVIEWER,
    RunningServer,
)
from tests.helpers.session_harness import Workplace
from tests.integration.session_acts import Lane, returned, submitted


def test_se_a_case_that_was_asked_for_before_logout_never_opens_for_the_next_clerk(
    clerk: Workplace, reviewer: Workplace
) -> None:
    case = returned(clerk, reviewer, 41)
    lane = Lane(clerk)
    clerk.session.reopen(CaseId(case))
    clerk.session.logout()
    clerk.login(REVIEWER, PASSWORD)
    scenes = len(clerk.shown)

    lane.let_go()

    assert clerk.session.visit is None
    assert len(clerk.shown) == scenes
    assert clerk.session.state.drafts == ()


def test_se_a_case_that_was_asked_for_before_the_next_person_came_does_not_open_after_them(
    clerk: Workplace, reviewer: Workplace
) -> None:
    case = returned(clerk, reviewer, 42)
    lane = Lane(clerk)
    clerk.session.reopen(CaseId(case))
    assert clerk.session.new_visit() is not None
    clerk.session.end_visit()

    lane.let_go()

    assert clerk.session.visit is None


def test_an_opinion_that_meets_a_logout_is_told_to_nobody_and_goes_out_at_the_next_login(
    clerk: Workplace, reviewer: Workplace
) -> None:
    case = submitted(clerk, 43)
    reviewer.login(REVIEWER, PASSWORD)
    assert reviewer.session.account.deciding is not None
    lane, answers = Lane(reviewer), list[CaseView | Notice]()
    reviewer.session.account.deciding.take_step(
        CaseId(case), Act.APPROVE, "", Seen(steps=1, content=""), answers.append
    )
    reviewer.session.logout()  # before the opinion had its turn on the line
    reviewer.login(REVIEWER, PASSWORD)
    reviewer.wait_for(lambda: case not in tasks_now(reviewer, lane), "the opinion at the server")

    lane.let_go()

    assert (answers, reviewer.code) == ([], "")


def tasks_now(workplace: Workplace, lane: Lane) -> dict[str, CaseLine]:
    """What waits for this reviewer, over a lane that is let go."""
    assert workplace.session.account.lookup is not None
    answers: list[CaseList | Notice] = []
    workplace.session.account.lookup.load_tasks(answers.append)
    lane.let_go()
    (found,) = answers
    assert not isinstance(found, Notice), found
    return {line.case: line for line in found.cases}


def test_whoever_leaves_while_the_password_is_checked_does_not_lock_the_counter(
    server: RunningServer, clerk: Workplace
) -> None:
    clerk.login(CLERK, PASSWORD)
    lane = Lane(clerk)
    clerk.session.account.login_again(PASSWORD)
    clerk.session.logout()

    lane.let_go()

    assert not clerk.session.state.logging_in
    clerk.login(REVIEWER, PASSWORD)


def test_se_logout_ends_the_token_and_what_is_still_on_its_way_never_goes_out_as_somebody_else(
    server: RunningServer, clerk: Workplace
) -> None:
    clerk.login(CLERK, PASSWORD)
    left = clerk.session.account.opened
    assert left is not None
    clerk.session.logout()
    clerk.login(REVIEWER, PASSWORD)

    answer = list_tasks(left.line)

    assert isinstance(answer, Refusal)
    assert answer.code is RefusalCode.TOKEN_MISSING
    present = clerk.session.account.opened
    assert present is not None
    assert not isinstance(list_tasks(present.line), Refusal)


def test_the_same_clerk_may_log_in_while_her_store_is_still_being_closed(clerk: Workplace) -> None:
    clerk.login(CLERK, PASSWORD)
    lane: list[Callable[[], None]] = []
    tools, at_once = clerk.session.tools, clerk.session.tools.run
    object.__setattr__(tools, "run", lambda *job: lane.append(partial(at_once, *job)))

    clerk.session.logout()
    clerk.session.account.login(CLERK, PASSWORD)
    assert clerk.session.state.logging_in
    while lane:
        lane.pop(0)()

    assert clerk.session.state.clerk is not None, clerk.session.state.notice
    assert clerk.session.state.line is LineState.ONLINE


def test_a_bug_while_logging_in_does_not_lock_the_counter(clerk: Workplace, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as broken:
        broken.setattr("app.session.account.open_account", lambda *_, **_more: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            clerk.session.account.login(CLERK, PASSWORD)

    clerk.login(CLERK, PASSWORD)
