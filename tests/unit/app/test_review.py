"""The reviewer's work without a display: what is open, looked at, asked once, or late."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

import pytest

from app.notices.notice import Notice, Tone
from app.review.review import Review
from app.review.state import GoesOn, Listed, Question, ReviewState
from app.session.deciding import Deciding, Seen
from app.session.lookup import Lookup
from domain.business_time import business_day
from domain.cases.values import Act, BlobHash, CaseId, CaseStatus
from domain.catalogue.values import Catalogue, RoleId, StageId
from domain.wire.cases import CaseView, StageView
from domain.wire.lists import CaseLine, CaseList
from tests.helpers.builders import M01, NOW, TOWNSHIP, a_content, shipped_catalogue

AWAY = Notice(tone=Tone.WARNING, what="现在连不上服务器", why="没有网络", next="请稍后再试", code="away")
REFUSED = Notice(
    tone=Tone.ERROR, what="不能由同一人办理这一步", why="受审要分开", next="请交由另一人办理", code="same_person"
)
FIRST, SECOND, THIRD = (CaseId(f"case-{number}") for number in (1, 2, 3))
EVERYTHING = (Act.APPROVE, Act.RETURN, Act.REFUSE)


def a_view(case: CaseId, *, acts: tuple[Act, ...] = EVERYTHING, status: CaseStatus = CaseStatus.IN_REVIEW) -> CaseView:
    return CaseView(
        case=case,
        receipt_no=f"1599990001-20261115-{case[-1]}",
        module=M01,
        applicant="张测试",
        status=status,
        awaited=RoleId("PUB_CHK"),
        risk=2,
        reason="",
        accepted_at=NOW,
        due_on=business_day(NOW),
        steps=(),
        acts=acts,
        content=a_content(),
    )


def a_line(case: CaseId) -> CaseLine:
    return CaseLine(
        case=case,
        receipt_no="",
        module=M01,
        status=CaseStatus.IN_REVIEW,
        awaited=RoleId("PUB_CHK"),
        risk=2,
        applicant="张**",
        office=TOWNSHIP.name,
        accepted_at=NOW,
        due_on=business_day(NOW),
    )


def a_list(*cases: CaseId, after: str = "") -> CaseList:
    return CaseList(cases=tuple(a_line(case) for case in cases), after=after)


class Server(Lookup, Deciding):
    """Answers when it is told to, in the order that the test wants."""

    def __init__(self) -> None:
        """Nothing was asked yet."""
        self.lists: list[Callable[[CaseList | Notice], None]] = []
        self.cases: list[tuple[CaseId, Callable[[CaseView | Notice], None]]] = []
        self.targets: list[StageId | None] = []
        self.steps: list[tuple[CaseId, Act, str, Callable[[CaseView | Notice], None]]] = []

    def load_tasks(self, done: Callable[[CaseList | Notice], None]) -> None:
        """Asked."""
        self.lists.append(done)

    def load_case(self, case: CaseId, done: Callable[[CaseView | Notice], None]) -> None:
        """Asked."""
        self.cases.append((case, done))

    def take_step(
        self,
        case: CaseId,
        act: Act,
        opinion: str,
        seen: Seen,
        done: Callable[[CaseView | Notice], None],
        *,
        target: StageId | None = None,
    ) -> None:
        """Kept."""
        self.targets.append(target)
        self.steps.append((case, act, opinion, done))

    def list_these(self, *cases: CaseId, after: str = "") -> None:
        """Answer the last question for the tasks."""
        self.lists[-1](a_list(*cases, after=after))

    def open(self, view: CaseView | Notice) -> CaseId:
        """Answer the last question for a case; which one it was."""
        case, done = self.cases.pop()
        done(view)
        return case


class Desk:
    """A review, its server, and everything that was told."""

    def __init__(self) -> None:
        self.server = Server()
        self.review = Review(self.find)
        self.told: list[ReviewState] = []
        self.review.observe(self.told.append)
        self.log_in()

    @staticmethod
    def find(_sha256: str, done: Callable[[Catalogue | Notice], None]) -> None:
        done(shipped_catalogue())

    def log_in(self) -> None:
        self.review.begin(self.server, self.server)
        self.review.reload()

    @property
    def state(self) -> ReviewState:
        return self.review.state

    @property
    def shown(self) -> CaseId | None:
        return self.state.open.view.case if self.state.open else None

    def decide(self, act: Act = Act.APPROVE) -> None:
        assert self.state.open is not None
        self.review.take_step(self.state.open.view, act, "同意")


@pytest.fixture
def desk() -> Desk:
    """Somebody who has three tasks and reads the first."""
    desk = Desk()
    desk.server.list_these(FIRST, SECOND, THIRD)
    desk.server.open(a_view(FIRST))
    return desk


def test_after_a_login_the_first_task_opens_by_itself(desk: Desk) -> None:
    assert desk.shown == FIRST
    assert desk.state.open is not None
    assert desk.state.open.by_itself == GoesOn()
    assert (desk.state.goes_on, desk.state.opening, desk.state.acts) == (None, None, EVERYTHING)


def test_after_a_decision_the_task_in_its_place_opens(desk: Desk) -> None:
    desk.review.choose(SECOND)
    desk.server.open(a_view(SECOND))
    desk.decide()
    assert desk.state.sending

    desk.server.steps[0][3](a_view(SECOND, acts=()))
    desk.server.list_these(FIRST, THIRD)
    opened = desk.server.open(a_view(THIRD))

    assert opened == desk.shown == THIRD
    assert desk.state.open is not None
    assert desk.state.open.by_itself == GoesOn(row=1, decided=True)
    assert desk.state.notice is not None
    assert "请继续看自动打开的下一件" in desk.state.notice.next


def test_after_the_last_decision_a_new_task_opens_as_after_a_login(desk: Desk) -> None:
    desk.server.list_these(FIRST)
    desk.decide()
    desk.server.steps[0][3](a_view(FIRST, acts=(), status=CaseStatus.FINISHED))
    assert desk.state.notice is not None
    assert (desk.state.notice.why, desk.state.notice.next[:8]) == ("本件已办结，案卷自动归档", "没有其他业务在等")

    desk.server.list_these()
    assert desk.state.goes_on == GoesOn()
    assert desk.shown == FIRST
    desk.review.reload()
    desk.server.list_these(SECOND)

    assert desk.server.open(a_view(SECOND)) == desk.shown == SECOND


def test_a_step_is_taken_once_and_only_on_what_is_open(desk: Desk) -> None:
    assert desk.state.open is not None
    before = desk.state.open.view
    desk.decide()
    desk.decide()
    assert [step[:3] for step in desk.server.steps] == [(FIRST, Act.APPROVE, "同意")]

    desk.review.choose(SECOND)
    desk.server.open(a_view(SECOND))
    desk.review.take_step(before, Act.REFUSE, "不符")

    assert len(desk.server.steps) == 1


def test_a_case_that_was_returned_and_mended_opens_again(desk: Desk) -> None:
    desk.decide(Act.RETURN)
    desk.server.steps[0][3](a_view(FIRST, acts=()))
    desk.server.list_these()
    desk.review.choose(FIRST)  # what is open is not read again
    assert not desk.server.cases

    desk.review.reload()
    desk.server.list_these(FIRST)

    assert desk.server.open(a_view(FIRST)) == FIRST
    assert (desk.state.opening, desk.state.goes_on, desk.state.acts) == (None, None, EVERYTHING)


def test_a_case_that_is_open_without_acts_is_read_again_when_it_waits(desk: Desk) -> None:
    desk.review.choose(SECOND)
    desk.server.open(a_view(SECOND, acts=()))
    desk.review.reload()

    desk.server.list_these(SECOND)

    assert [case for case, _ in desk.server.cases] == [SECOND]


def test_a_list_that_was_asked_for_before_the_decision_is_not_shown(desk: Desk) -> None:
    late = desk.server.lists[-1]
    desk.decide()
    desk.server.steps[0][3](a_view(FIRST, acts=()))
    desk.server.list_these(SECOND)

    late(a_list(FIRST, SECOND))

    assert [line.case for line in desk.state.lines] == [SECOND]


def test_a_case_that_comes_after_another_was_chosen_is_not_shown(desk: Desk) -> None:
    desk.review.choose(SECOND)
    _, late = desk.server.cases.pop()
    desk.review.choose(THIRD)
    desk.server.open(a_view(THIRD))

    late(a_view(SECOND))

    assert desk.shown == THIRD


def test_what_belongs_to_the_login_before_changes_nothing(desk: Desk) -> None:
    lists = desk.server.lists[-1]
    desk.review.choose(SECOND)
    _, case = desk.server.cases.pop()
    desk.review.begin(None, None)

    lists(a_list(FIRST))
    case(a_view(SECOND))

    assert desk.state == ReviewState()


def test_what_was_not_looked_at_is_asked_for_once_each_time_a_case_opens(desk: Desk) -> None:
    review = desk.review
    assert desk.state.open is not None
    assert len(desk.state.unseen) == len(desk.state.open.captured) > 1
    asked = [review.question_before(act) for act in (Act.RETURN, Act.APPROVE, Act.APPROVE, Act.REFUSE, Act.REFUSE)]

    review.choose(SECOND)
    desk.server.open(a_view(SECOND))

    assert asked == [None, Question.UNSEEN, None, Question.REFUSE, Question.REFUSE]
    assert review.question_before(Act.APPROVE) is Question.UNSEEN


def test_who_has_looked_at_everything_is_asked_nothing(desk: Desk) -> None:
    assert desk.state.open is not None
    for captured in desk.state.open.captured:
        desk.review.look_at(captured)

    assert desk.state.unseen == frozenset()
    assert desk.review.question_before(Act.APPROVE) is None


def test_a_case_of_which_something_in_red_is_said_is_asked_about_at_each_try_to_pass_it(desk: Desk) -> None:
    desk.review.choose(SECOND)
    desk.server.open(dataclasses.replace(a_view(SECOND), ink_shared=1))
    asked = [desk.review.question_before(Act.APPROVE) for _ in range(3)]

    assert asked == [Question.UNSEEN, Question.RED, Question.RED]
    assert desk.review.question_before(Act.RETURN) is None


def test_where_a_return_may_lead_to_several_stages_it_is_asked_and_the_one_is_sent(desk: Desk) -> None:
    stages = tuple(StageView(id=StageId(name), name=name) for name in ("accept", "review"))
    assert desk.review.question_before(Act.RETURN) is None
    desk.review.choose(SECOND)
    desk.server.open(dataclasses.replace(a_view(SECOND), targets=stages))
    assert desk.state.open is not None

    assert desk.review.question_before(Act.RETURN) is Question.TARGET
    desk.review.take_step(desk.state.open.view, Act.RETURN, "请再核", stages[1].id)

    assert desk.server.targets == ["review"]


def test_a_step_that_is_kept_offers_nothing_more_and_goes_out_by_itself(desk: Desk) -> None:
    desk.decide()

    desk.server.steps[0][3](AWAY)

    assert (desk.state.acts, desk.state.sending, desk.state.notice) == ((), False, AWAY)
    assert desk.shown == FIRST


def test_a_refused_step_is_explained_and_what_may_be_done_now_is_offered(desk: Desk) -> None:
    before = desk.state.open
    desk.decide()
    desk.server.steps[0][3](REFUSED)
    assert desk.state.sending

    desk.server.open(a_view(FIRST, acts=(Act.RETURN,)))

    assert (desk.state.acts, desk.state.sending, desk.state.notice) == ((Act.RETURN,), False, REFUSED)
    assert desk.state.open is before


def test_a_list_that_could_not_be_read_says_so_only_where_there_is_none(desk: Desk) -> None:
    desk.review.reload()
    desk.server.lists[-1](AWAY)
    assert (desk.state.listed, len(desk.state.lines), desk.state.notice) == (Listed.READ, 3, AWAY)

    desk.log_in()
    assert desk.state.listed is Listed.READING
    desk.server.lists[-1](AWAY)

    assert (desk.state.listed, desk.state.goes_on) == (Listed.FAILED, GoesOn())


def test_a_case_that_could_not_be_read_leaves_the_open_one(desk: Desk) -> None:
    desk.review.choose(SECOND)
    desk.server.open(AWAY)

    assert (desk.shown, desk.state.marked, desk.state.notice) == (FIRST, FIRST, AWAY)
    desk.review.choose(SECOND)
    assert [case for case, _ in desk.server.cases] == [SECOND]


def test_who_is_told_and_changes_something_by_it_hears_of_that_next(desk: Desk) -> None:
    heard: list[int] = []

    def look(state: ReviewState) -> None:
        heard.append(len(state.looked_at))
        if len(state.looked_at) < 2:
            desk.review.look_at(BlobHash(str(len(state.looked_at))))

    desk.review.observe(look)
    desk.review.tell(AWAY)

    assert sorted(heard) == heard
    assert desk.told[-1] == desk.state


def test_a_list_that_does_not_hold_all_tasks_says_so() -> None:
    desk = Desk()
    desk.server.list_these(FIRST, SECOND, after="1.x")
    assert desk.state.more

    desk.review.reload()
    desk.server.list_these(FIRST)

    assert not desk.state.more
