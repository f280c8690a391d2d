"""What may happen next to a case and who may do it: the whole table, and the four-eyes rule."""

from __future__ import annotations

import itertools

import pytest

from domain.cases.values import Act, CaseStatus, Office, Step
from domain.catalogue.values import Stage, StageId
from domain.identity import PersonKey
from domain.refusals import Refusal, RefusalCode
from domain.workflow import Actor, acts_open_to, course_of, covers, decide, excluded_roles, task_of
from tests.helpers.builders import (
    APPLICANT,
    CITY,
    COUNTY,
    OFFICES,
    OTHER_COUNTY,
    OTHER_TOWNSHIP,
    TOWNSHIP,
    a_case,
    a_chain,
    a_step,
    an_actor,
    shipped_catalogue,
)

AGENT = PersonKey("person-agent")
A, P, R, X, S, W = Act.ACCEPT, Act.APPROVE, Act.RETURN, Act.REFUSE, Act.RESUBMIT, Act.WITHDRAW
CHAINS = sorted(shipped_catalogue().chains)

COURSES: list[tuple[str, tuple[Act, ...], CaseStatus, str | None]] = [
    ("CH2", (), CaseStatus.DRAFT, "PUB_BIZ"),
    ("CH0", (A,), CaseStatus.FINISHED, None),
    ("CH3P", (A,), CaseStatus.FINISHED, None),
    ("CH2", (A,), CaseStatus.IN_REVIEW, "PUB_CHK"),
    ("CH2P", (A,), CaseStatus.IN_REVIEW, "PEN_CHK"),
    ("CH2", (A, P), CaseStatus.FINISHED, None),
    ("CH2", (A, R), CaseStatus.RETURNED, "PUB_BIZ"),
    ("CH2", (A, X), CaseStatus.REFUSED, None),
    ("CH2", (A, R, S), CaseStatus.IN_REVIEW, "PUB_CHK"),
    ("CH2", (A, R, W), CaseStatus.WITHDRAWN, None),
    ("CH2", (A, R, S, P), CaseStatus.FINISHED, None),
    ("CH1", (A, P), CaseStatus.IN_APPROVAL, "DEP_DIR"),
    ("CH1", (A, P, P), CaseStatus.IN_APPROVAL, "DIR"),
    ("CH1", (A, P, P, P), CaseStatus.FINISHED, None),
    ("CH1", (A, P, P, R), CaseStatus.RETURNED, "PUB_BIZ"),
    ("CH1", (A, P, P, R, S), CaseStatus.IN_REVIEW, "PUB_CHK"),
    ("CH1", (A, P, P, X), CaseStatus.REFUSED, None),
    ("CH1U", (A, P, P, P), CaseStatus.IN_APPROVAL, "CITY_APP"),
    ("CH1UP", (A, P, P, P, P), CaseStatus.FINISHED, None),
]


@pytest.mark.parametrize(("chain", "acts", "status", "awaited"), COURSES)
def test_the_status_follows_from_the_steps(
    chain: str, acts: tuple[Act, ...], status: CaseStatus, awaited: str | None
) -> None:
    course = course_of(a_chain(chain), a_case(a_chain(chain), acts))

    assert (course.status, course.awaited and course.awaited.role) == (status, awaited)


@pytest.mark.parametrize("name", CHAINS)
def test_a_case_ends_when_every_role_of_its_chain_has_acted(name: str) -> None:
    chain = a_chain(name)
    acts = (A, *(P for _ in chain.roles[1:]))

    for done in range(1, len(chain.roles)):
        course = course_of(chain, a_case(chain, acts[:done]))
        assert (course.done, course.awaited) == (done, chain.stages[done])
    assert course_of(chain, a_case(chain, acts)).status is CaseStatus.FINISHED


def test_the_reason_of_a_return_is_told_until_the_case_comes_again() -> None:
    chain, said = a_chain(), {R: "户口簿首页不清楚", X: "不符合条件", W: "本人不办了"}

    assert course_of(chain, a_case(chain, (A, R), said)).reason == "户口簿首页不清楚"
    assert course_of(chain, a_case(chain, (A, R, S), said)).reason == ""
    assert course_of(chain, a_case(chain, (A, X), said)).reason == "不符合条件"
    assert course_of(chain, a_case(chain, (A, R, W), said)).reason == "本人不办了"


def test_a_return_to_an_earlier_stage_voids_the_later_signatures() -> None:
    chain = a_chain("CH1")
    back = a_step(R, "DIR", opinion="复核意见不全", target=StageId("review"))
    steps = (*a_case(chain, (A, P, P)), back)

    course = course_of(chain, steps)
    again = course_of(chain, (*steps, a_step(P, "PUB_CHK")))

    assert (course.status, course.awaited, course.reason) == (CaseStatus.IN_REVIEW, chain.stages[1], "复核意见不全")
    assert (again.status, again.awaited) == (CaseStatus.IN_APPROVAL, chain.stages[2])


@pytest.mark.parametrize(
    ("act", "target", "right"),
    [
        (R, None, True),
        (R, "accept", True),
        (R, "review", True),
        (R, "deputy", False),
        (R, "city", False),
        (R, "nowhere", False),
        (P, "accept", False),
    ],
)
def test_a_case_goes_back_only_to_a_stage_before(act: Act, target: str | None, right: bool) -> None:
    steps = a_case(a_chain("CH1"), (A, P))
    wanted = None if target is None else StageId(target)

    answer = decide(a_chain("CH1"), steps, act, an_actor("DEP_DIR"), opinion="理由", parties={APPLICANT}, target=wanted)

    assert isinstance(answer, Stage) is right
    assert refused(answer) is (None if right else RefusalCode.REQUEST_MALFORMED)


def test_a_task_remembers_who_had_the_stage_in_hand() -> None:
    chain = a_chain("CH1")

    def assignee(*acts: Act) -> str:
        task = task_of(chain, a_case(chain, acts), parties={APPLICANT})
        assert task is not None
        return task.assignee

    assert assignee(A) == ""
    assert assignee(A, R) == "account-PUB_BIZ"
    assert assignee(A, R, S) == "account-PUB_CHK"


STATES: dict[CaseStatus, tuple[Act, ...]] = {
    CaseStatus.DRAFT: (),
    CaseStatus.IN_REVIEW: (A,),
    CaseStatus.IN_APPROVAL: (A, P),
    CaseStatus.RETURNED: (A, R),
    CaseStatus.FINISHED: (A, P, P, P),
    CaseStatus.REFUSED: (A, X),
    CaseStatus.WITHDRAWN: (A, R, W),
}
DECISIONS = (P, R, X)
ALLOWED: dict[tuple[CaseStatus, Act], tuple[str, frozenset[Office]]] = {
    (CaseStatus.DRAFT, A): ("PUB_BIZ", frozenset(OFFICES)),
    **{(CaseStatus.IN_REVIEW, act): ("PUB_CHK", frozenset({COUNTY, CITY})) for act in DECISIONS},
    **{(CaseStatus.IN_APPROVAL, act): ("DEP_DIR", frozenset({COUNTY, CITY})) for act in DECISIONS},
    **{(CaseStatus.RETURNED, act): ("PUB_BIZ", frozenset({TOWNSHIP})) for act in (S, W)},
}
ROLES = sorted(shipped_catalogue().roles)


@pytest.mark.parametrize(("status", "act"), list(itertools.product(STATES, Act)))
def test_role_act_and_office_must_all_fit(status: CaseStatus, act: Act) -> None:
    chain = a_chain("CH1")
    steps = a_case(chain, STATES[status])
    allowed = ALLOWED.get((status, act))
    for role, office in itertools.product(ROLES, OFFICES):
        actor = an_actor(role, person="person-fresh", office=office)

        answer = decide(chain, steps, act, actor, opinion="理由", parties={APPLICANT})

        if allowed is None:
            assert refused(answer) is RefusalCode.STEP_NOT_NOW
        elif role != allowed[0]:
            assert refused(answer) is RefusalCode.NOT_ALLOWED
        elif office not in allowed[1]:
            assert refused(answer) is RefusalCode.WRONG_OFFICE
        else:
            assert isinstance(answer, Stage)
            assert answer.role == role


def refused(answer: Stage | Refusal) -> RefusalCode | None:
    return answer.code if isinstance(answer, Refusal) else None


def decided(
    steps: tuple[Step, ...], act: Act, actor: Actor, opinion: str = "理由", chain: str = "CH1"
) -> RefusalCode | None:
    return refused(decide(a_chain(chain), steps, act, actor, opinion=opinion, parties={APPLICANT}))


def test_one_person_never_acts_in_two_roles_of_a_case_whatever_the_account() -> None:
    steps = a_case(a_chain(), (A,))
    second_account = an_actor("PUB_CHK", person="person-PUB_BIZ", account="wangfang2")

    answer = decide(a_chain(), steps, P, second_account, opinion="", parties={APPLICANT})

    assert answer == Refusal(code=RefusalCode.SAME_PERSON, facts={"act": "accept", "account": "account-PUB_BIZ"})


def test_the_whole_history_of_a_case_counts_also_what_a_return_made_void() -> None:
    steps = a_case(a_chain("CH1"), (A, P, R, S, P))

    assert decided(steps, P, an_actor("DEP_DIR", person="person-PUB_CHK")) is RefusalCode.SAME_PERSON
    assert decided(steps, P, an_actor("DEP_DIR", person="person-PUB_BIZ")) is RefusalCode.SAME_PERSON
    assert decided(steps, P, an_actor("DEP_DIR")) is None


def test_who_returned_a_case_may_review_it_again() -> None:
    steps = a_case(a_chain("CH1"), (A, R, S))

    assert decided(steps, P, an_actor("PUB_CHK")) is None
    assert decided(steps, P, an_actor("PUB_CHK", person="person-colleague")) is None


def test_a_colleague_at_the_same_office_may_bring_a_returned_case_again() -> None:
    steps = a_case(a_chain("CH1"), (A, R))

    assert decided(steps, S, an_actor("PUB_BIZ", person="person-colleague")) is None
    assert decided(steps, S, an_actor("PUB_BIZ", person="person-PUB_CHK")) is RefusalCode.SAME_PERSON


@pytest.mark.parametrize("party", [APPLICANT, AGENT])
@pytest.mark.parametrize(("acts", "act", "role"), [((), A, "PUB_BIZ"), ((A,), P, "PUB_CHK"), ((A, P), R, "DEP_DIR")])
def test_nobody_handles_their_own_business(party: PersonKey, acts: tuple[Act, ...], act: Act, role: str) -> None:
    chain = a_chain("CH1")
    steps, own = a_case(chain, acts), an_actor(role, person=party)

    answer = decide(chain, steps, act, own, opinion="理由", parties={APPLICANT, AGENT})

    assert refused(answer) is RefusalCode.OWN_BUSINESS
    assert acts_open_to(chain, steps, own, parties={APPLICANT, AGENT}) == ()


@pytest.mark.parametrize(("acts", "act", "role"), [((A,), R, "PUB_CHK"), ((A,), X, "PUB_CHK"), ((A, R), W, "PUB_BIZ")])
def test_a_no_needs_a_reason(acts: tuple[Act, ...], act: Act, role: str) -> None:
    steps = a_case(a_chain("CH1"), acts)

    for empty in ("", " \n\t\u3000"):
        assert decided(steps, act, an_actor(role), empty) is RefusalCode.REASON_MISSING
    assert decided(steps, act, an_actor(role), "缺户口簿首页") is None


def test_a_yes_needs_no_reason() -> None:
    assert decided(a_case(a_chain("CH1"), (A,)), P, an_actor("PUB_CHK"), "") is None


def test_a_township_cannot_review_what_it_accepted_itself() -> None:
    steps = a_case(a_chain(), (A,))

    for office in (TOWNSHIP, OTHER_TOWNSHIP, OTHER_COUNTY):
        assert decided(steps, P, an_actor("PUB_CHK", office=office), chain="CH2") is RefusalCode.WRONG_OFFICE


@pytest.mark.parametrize(
    ("above", "below", "covered"),
    [
        ("159999", "159999001", True),
        ("159999001", "159999001", True),
        ("159900", "159999001", True),
        ("159900", "159999", True),
        ("150000", "159999", True),
        ("159999001", "159999", False),
        ("159999001", "159999002", False),
        ("159998", "159999001", False),
        ("150100", "159999", False),
        ("159999", "159900", False),
    ],
)
def test_an_office_covers_what_lies_below_it(above: str, below: str, covered: bool) -> None:
    over, under = (Office(code=code, name="", level="") for code in (above, below))

    assert covers(over, under) is covered


def test_what_is_open_to_somebody_is_what_would_be_decided() -> None:
    chain = a_chain("CH1")

    assert acts_open_to(chain, (), an_actor("PUB_BIZ"), parties={APPLICANT}) == (A,)
    assert acts_open_to(chain, a_case(chain, (A,)), an_actor("PUB_CHK"), parties={APPLICANT}) == (P, R, X)
    assert acts_open_to(chain, a_case(chain, (A,)), an_actor("PUB_BIZ"), parties={APPLICANT}) == ()
    assert acts_open_to(chain, a_case(chain, (A, R)), an_actor("PUB_BIZ"), parties={APPLICANT}) == (S, W)
    assert acts_open_to(chain, a_case(chain, (A, X)), an_actor("PUB_BIZ"), parties={APPLICANT}) == ()


def test_roles_that_exclude_each_other_are_found() -> None:
    both = an_actor("PUB_BIZ", "PEN_BIZ", "PUB_CHK").roles

    assert excluded_roles(shipped_catalogue(), both) == frozenset({"PUB_BIZ", "PUB_CHK"})
    assert excluded_roles(shipped_catalogue(), an_actor("PUB_BIZ", "PEN_BIZ").roles) is None


def test_a_person_is_not_to_be_read_from_a_step_or_an_actor() -> None:
    secret = PersonKey("person-secret")

    assert secret not in repr(an_actor("PUB_BIZ", person=secret))
    assert secret not in repr(a_step(A, "PUB_BIZ", actor=an_actor("PUB_BIZ", person=secret)))
