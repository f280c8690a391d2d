"""What the tests of a session do over and over at the real central server."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from app.notices.notice import Notice
from app.session.deciding import Seen
from app.session.state import CaseRow
from domain.cases.values import Act, CaseId
from domain.wire.cases import CaseView
from domain.wire.lists import CaseLine, CaseList
from tests.helpers.central_server import (
    CLERK,
    PASSWORD,
    REVIEWER,
)
from tests.helpers.session_harness import Workplace, a_person


def submitted(clerk: Workplace, number: int) -> str:
    """A case of a new person that the server has; its id."""
    clerk.login(CLERK, PASSWORD)
    clerk.fill_visit(a_person(number))
    clerk.sign_and_submit()
    clerk.wait_for_receipt()
    case = clerk.visit.state.case
    assert case is not None
    clerk.session.end_visit()
    return case


def tasks(workplace: Workplace) -> dict[str, CaseLine]:
    """What waits for this reviewer."""
    assert workplace.session.account.lookup is not None
    answers: list[CaseList | Notice] = []
    workplace.session.account.lookup.load_tasks(answers.append)
    (found,) = answers
    assert not isinstance(found, Notice), found
    return {line.case: line for line in found.cases}


def decide(
    workplace: Workplace, case: str, act: Act, opinion: str = "", *, seen: int = 1, content: str = ""
) -> CaseView | Notice:
    """A reviewer's step, and what came of it. ``content``: the digest of what was shown."""
    assert workplace.session.account.deciding is not None
    answers: list[CaseView | Notice] = []
    told = Seen(steps=seen, content=content)
    workplace.session.account.deciding.take_step(CaseId(case), act, opinion, told, answers.append)
    workplace.wait_for(lambda: answers, "what came of it")
    (answer,) = answers
    return answer


def row_of(workplace: Workplace, case: str) -> CaseRow:
    """The case in the clerk's list."""
    lists: list[tuple[CaseRow, ...]] = []
    workplace.session.cases.load(lists.append)
    return next(row for row in lists[0] if row.case == case)


class Lane:
    """Holds what goes aside until it is let go, as a slow line does."""

    def __init__(self, workplace: Workplace) -> None:
        tools, at_once = workplace.session.tools, workplace.session.tools.run_aside
        self._jobs: list[Callable[[], None]] = []
        object.__setattr__(tools, "run_aside", lambda *job: self._jobs.append(partial(at_once, *job)))

    def let_go(self) -> None:
        """Do all that was held, in its order."""
        while self._jobs:
            self._jobs.pop(0)()


def returned(clerk: Workplace, reviewer: Workplace, number: int) -> str:
    """A case that was sent back; its clerk has left the counter."""
    case = submitted(clerk, number)
    reviewer.login(REVIEWER, PASSWORD)
    assert isinstance(decide(reviewer, case, Act.RETURN, "请补户口簿"), CaseView)
    return case
