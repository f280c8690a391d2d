"""What may happen next to a case, and who may do it: one table that the client shows and the server enforces."""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import dataclass, field

from domain.cases.values import Act, CaseStatus, Office, Step
from domain.catalogue.values import Catalogue, Chain, RoleId
from domain.codes import area_of
from domain.identity import PersonKey
from domain.refusals import Refusal, RefusalCode

_NEXT: dict[CaseStatus, tuple[Act, ...]] = {
    CaseStatus.DRAFT: (Act.ACCEPT,),
    CaseStatus.IN_REVIEW: (Act.APPROVE, Act.RETURN, Act.REFUSE),
    CaseStatus.IN_APPROVAL: (Act.APPROVE, Act.RETURN, Act.REFUSE),
    CaseStatus.RETURNED: (Act.RESUBMIT, Act.WITHDRAW),
    CaseStatus.FINISHED: (),
    CaseStatus.REFUSED: (),
    CaseStatus.WITHDRAWN: (),
}
_NEEDS_OPINION = (Act.RETURN, Act.REFUSE, Act.WITHDRAW)
_ACCEPTING = (Act.ACCEPT, Act.RESUBMIT, Act.WITHDRAW)


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Who wants to act: an account, the person behind it, what the person may do, and where."""

    account: str
    name: str
    person: PersonKey = field(repr=False)
    roles: frozenset[RoleId]
    office: Office


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """Where a case stands. ``stage`` counts the roles of the chain that are done; ``awaited`` is the next one."""

    status: CaseStatus
    stage: int
    awaited: RoleId | None
    reason: str = ""


def course_of(chain: Chain, steps: Sequence[Step]) -> Course:
    """The state that follows from the steps. A return voids every signature after the acceptance."""
    status, stage, reason = CaseStatus.DRAFT, 0, ""
    for step in steps:
        status, stage = _after(chain, step.act, stage)
        reason = step.opinion if step.act in _NEEDS_OPINION else ""
    if status is CaseStatus.RETURNED:
        return Course(status=status, stage=0, awaited=chain.roles[0], reason=reason)
    awaited = chain.roles[stage] if _NEXT[status] else None
    return Course(status=status, stage=stage, awaited=awaited, reason=reason)


def _after(chain: Chain, act: Act, stage: int) -> tuple[CaseStatus, int]:
    if act is Act.RETURN:
        return CaseStatus.RETURNED, 0
    if act is Act.REFUSE:
        return CaseStatus.REFUSED, stage
    if act is Act.WITHDRAW:
        return CaseStatus.WITHDRAWN, stage
    done = 1 if act in (Act.ACCEPT, Act.RESUBMIT) else stage + 1
    if done >= len(chain.roles):
        return CaseStatus.FINISHED, done
    return (CaseStatus.IN_REVIEW if done == 1 else CaseStatus.IN_APPROVAL), done


def decide(
    chain: Chain, steps: Sequence[Step], act: Act, actor: Actor, *, opinion: str, parties: Set[PersonKey]
) -> RoleId | Refusal:
    """The role in which the actor may do this now, or why not. ``parties``: everybody whose business it is.

    Refuses with STEP_NOT_NOW, NOT_ALLOWED, SAME_PERSON, OWN_BUSINESS, WRONG_OFFICE or REASON_MISSING.
    Persons are compared, never accounts (内人社办发〔2022〕98号：杜绝一人通岗、受审一体).
    """
    course = course_of(chain, steps)
    if act not in _NEXT[course.status] or course.awaited is None:
        return Refusal(code=RefusalCode.STEP_NOT_NOW, facts={"status": course.status.value, "act": act.value})
    if course.awaited not in actor.roles:
        return Refusal(code=RefusalCode.NOT_ALLOWED, facts={"role": course.awaited})
    if actor.person in parties:
        return Refusal(code=RefusalCode.OWN_BUSINESS)
    refusal = _unfit(steps, act, actor, course.awaited)
    if refusal:
        return refusal
    if act in _NEEDS_OPINION and not opinion.strip():
        return Refusal(code=RefusalCode.REASON_MISSING, facts={"act": act.value})
    return course.awaited


def _unfit(steps: Sequence[Step], act: Act, actor: Actor, role: RoleId) -> Refusal | None:
    """Same person in two duties of one case, or an office that has no say over it."""
    if not steps:
        return None
    accepted = steps[0].office
    if act in _ACCEPTING:
        fits = actor.office.code == accepted.code
    else:
        fits = actor.office.code != accepted.code and covers(actor.office, accepted)
    if not fits:
        return Refusal(code=RefusalCode.WRONG_OFFICE, facts={"office": accepted.name})
    same = next((step for step in steps if step.person == actor.person and step.role != role), None)
    if same:
        return Refusal(code=RefusalCode.SAME_PERSON, facts={"act": same.act.value, "account": same.account})
    return None


def covers(above: Office, below: Office) -> bool:
    """Whether ``above`` is the office itself or stands over ``below`` in the tree of GB/T 2260 codes."""
    return below.code.startswith(area_of(above.code))


def acts_open_to(chain: Chain, steps: Sequence[Step], actor: Actor, *, parties: Set[PersonKey]) -> tuple[Act, ...]:
    """The acts that the actor may do now, in the order of the table."""
    status = course_of(chain, steps).status
    return tuple(
        act
        for act in _NEXT[status]
        if not isinstance(decide(chain, steps, act, actor, opinion="-", parties=parties), Refusal)
    )


def excluded_roles(catalogue: Catalogue, roles: frozenset[RoleId]) -> frozenset[RoleId] | None:
    """Two roles among these that one person must never hold together, if any."""
    return next((pair for pair in catalogue.exclusions if pair <= roles), None)
