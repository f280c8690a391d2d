"""Random histories: whatever is accepted, nobody acts in two roles and the case stays in a legal state."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from domain.cases.values import Act, CaseStatus, Step
from domain.catalogue.values import Chain, RoleId, StageId
from domain.identity import PersonKey
from domain.refusals import Refusal
from domain.workflow import Actor, acts_open_to, course_of, decide, targets_of, task_of
from tests.helpers.builders import APPLICANT, OFFICES, a_step, shipped_catalogue

CHAINS = tuple(shipped_catalogue().chains.values())
ROLES = tuple(sorted({role for chain in CHAINS for role in chain.roles}))
PEOPLE = ("person-1", "person-2", "person-3", "person-4", "person-5", APPLICANT)

actors = st.builds(
    Actor,
    account=st.sampled_from(["a", "b", "c"]),
    name=st.just("李测试"),
    person=st.sampled_from(PEOPLE).map(PersonKey),
    roles=st.frozensets(st.sampled_from(ROLES), min_size=3).map(lambda roles: frozenset(RoleId(r) for r in roles)),
    office=st.sampled_from(OFFICES),
)
STAGES = sorted({stage.id for chain in CHAINS for stage in chain.stages})
Try = tuple[Act, Actor, str, StageId | None]
attempts = st.lists(
    st.tuples(st.sampled_from(list(Act)), actors, st.sampled_from(["", "理由"]), st.none() | st.sampled_from(STAGES)),
    max_size=40,
)
ENDED = (CaseStatus.FINISHED, CaseStatus.REFUSED, CaseStatus.WITHDRAWN)


def accepted_of(chain: Chain, tries: list[Try]) -> tuple[Step, ...]:
    """The steps that the workflow lets through, checked one by one."""
    steps: tuple[Step, ...] = ()
    for act, actor, opinion, wanted in tries:
        target = wanted if act is Act.RETURN else None
        before = course_of(chain, steps)
        answer = decide(chain, steps, act, actor, opinion=opinion, parties={APPLICANT}, target=target)
        open_acts = acts_open_to(chain, steps, actor, parties={APPLICANT})
        if isinstance(answer, Refusal):
            assert opinion == "" or act not in open_acts or target not in targets_of(chain, before)
            continue
        assert before.status not in ENDED
        assert act in open_acts
        assert answer == before.awaited
        assert answer.role in actor.roles
        steps = (*steps, a_step(act, answer.role, actor=actor, opinion=opinion, stage=answer.id, target=target))
    return steps


@given(st.sampled_from(CHAINS), attempts)
def test_accepted_steps_never_break_the_four_eyes_rule(chain: Chain, tries: list[Try]) -> None:
    steps = accepted_of(chain, tries)
    course = course_of(chain, steps)

    roles_of: dict[str, set[str]] = {}
    for step in steps:
        roles_of.setdefault(step.person, set()).add(step.role)
    assert all(len(roles) == 1 for roles in roles_of.values())
    assert APPLICANT not in roles_of
    assert (course.awaited is None) == (course.status in ENDED)
    assert course.done <= len(chain.stages)


@given(st.sampled_from(CHAINS), attempts)
def test_a_finished_case_was_signed_by_every_role_in_turn(chain: Chain, tries: list[Try]) -> None:
    steps = accepted_of(chain, tries)
    if course_of(chain, steps).status is CaseStatus.FINISHED:
        valid: list[Step] = []
        for step in steps:
            valid = [*valid, step] if step.act is not Act.RETURN else valid[: _place(chain, step.target)]
        assert [step.role for step in valid] == list(chain.roles)
        assert [step.act for step in valid[1:]] == [Act.APPROVE] * (len(chain.roles) - 1)
        assert len({step.person for step in valid}) == len(chain.roles)


def _place(chain: Chain, target: StageId | None) -> int:
    return [stage.id for stage in chain.stages].index(target) if target else 0


@given(st.sampled_from(CHAINS), attempts, actors)
def test_a_task_fits_whoever_may_act_and_nobody_else(chain: Chain, tries: list[Try], actor: Actor) -> None:
    steps = accepted_of(chain, tries)
    task = task_of(chain, steps, parties={APPLICANT})
    if steps:
        fits = task is not None and task.fits(actor)
        assert fits == bool(acts_open_to(chain, steps, actor, parties={APPLICANT}))


@given(st.sampled_from(CHAINS), st.lists(st.sampled_from(list(Act)), max_size=8))
def test_any_stored_list_of_steps_has_a_course(chain: Chain, acts: list[Act]) -> None:
    course = course_of(chain, [a_step(act, chain.roles[0]) for act in acts])

    assert course.status in CaseStatus
    assert course.awaited is None or course.awaited in chain.stages
