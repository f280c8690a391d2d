"""What may happen next to a case, and who may do it: one table that the client shows and the server enforces."""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import dataclass, field

from domain.cases.values import Act, CaseStatus, Office, Step
from domain.catalogue.values import Catalogue, Chain, RoleId, Stage, StageId, StageKind
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
_WAITING = {
    StageKind.ACCEPT: CaseStatus.RETURNED,
    StageKind.REVIEW: CaseStatus.IN_REVIEW,
    StageKind.APPROVE: CaseStatus.IN_APPROVAL,
}
_NEEDS_OPINION = (Act.RETURN, Act.REFUSE, Act.WITHDRAW)


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Who wants to act: an account, the person behind it, what the person may do, where, and at which counter."""

    account: str
    name: str
    person: PersonKey = field(repr=False)
    roles: frozenset[RoleId]
    office: Office
    counter: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """Where a case stands. ``done`` counts the stages of the chain that hold; ``awaited`` is the next one."""

    status: CaseStatus
    done: int
    awaited: Stage | None
    reason: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """A stage of a case that waits for a person: of which role, where, and who must keep out of it.

    ``accepted_by`` is the accepting office; ``own`` says that only people of that office may act, otherwise only those
    of the offices above it. ``barred`` are the parties of the case and whoever acted on it in another role.
    """

    stage: Stage
    accepted_by: Office
    own: bool
    barred: frozenset[PersonKey] = field(repr=False)
    assignee: str = ""
    """The account that had this stage in hand before, if any; others with the role may act all the same."""

    def fits(self, actor: Actor) -> bool:
        """Whether the actor may do this task, the same as ``decide`` says."""
        return self.stage.role in actor.roles and self.is_for(actor.office) and actor.person not in self.barred

    def is_for(self, office: Office) -> bool:
        """Whether the task is one of this office."""
        if self.own:
            return office.code == self.accepted_by.code
        return office.code != self.accepted_by.code and covers(office, self.accepted_by)


def course_of(chain: Chain, steps: Sequence[Step]) -> Course:
    """The state that follows from the steps. A return voids the signatures from the stage it leads to on."""
    status, done, reason = CaseStatus.DRAFT, 0, ""
    for step in steps:
        status, done = _after(chain, step, done)
        reason = step.opinion if step.act in _NEEDS_OPINION else ""
    awaited = chain.stages[done] if _NEXT[status] else None
    return Course(status=status, done=done, awaited=awaited, reason=reason)


def _after(chain: Chain, step: Step, done: int) -> tuple[CaseStatus, int]:
    if step.act is Act.REFUSE:
        return CaseStatus.REFUSED, done
    if step.act is Act.WITHDRAW:
        return CaseStatus.WITHDRAWN, done
    if step.act is Act.RETURN:
        done = next((place for place, stage in enumerate(chain.stages) if stage.id == step.target), 0)
    else:
        done = 1 if step.act in (Act.ACCEPT, Act.RESUBMIT) else done + 1
    if done >= len(chain.stages):
        return CaseStatus.FINISHED, done
    return _WAITING[chain.stages[done].kind], done


def task_of(chain: Chain, steps: Sequence[Step], *, parties: Set[PersonKey]) -> Task | None:
    """What waits for a person after these steps. ``parties``: everybody whose business the case ever was."""
    course = course_of(chain, steps)
    if course.awaited is None or not steps:
        return None
    stage = course.awaited
    return Task(
        stage=stage,
        accepted_by=steps[0].office,
        own=stage.kind is StageKind.ACCEPT,
        barred=frozenset(parties) | {step.person for step in steps if step.role != stage.role},
        assignee=next((step.account for step in reversed(steps) if step.role == stage.role), ""),
    )


def decide(
    chain: Chain,
    steps: Sequence[Step],
    act: Act,
    actor: Actor,
    *,
    opinion: str,
    parties: Set[PersonKey],
    target: StageId | None = None,
) -> Stage | Refusal:
    """The stage at which the actor may do this now, or why not.

    ``parties``: everybody whose business the case ever was. ``target``: the stage to which a RETURN leads, by default
    the first. Refuses with STEP_NOT_NOW, NOT_ALLOWED, SAME_PERSON, OWN_BUSINESS, WRONG_OFFICE or REASON_MISSING, and
    with REQUEST_MALFORMED for a target that is none.
    Persons are compared, never accounts (内人社办发〔2022〕98号：杜绝一人通岗、受审一体).
    """
    course = course_of(chain, steps)
    if act not in _NEXT[course.status] or course.awaited is None:
        return Refusal(code=RefusalCode.STEP_NOT_NOW, facts={"status": course.status.value, "act": act.value})
    if course.awaited.role not in actor.roles:
        return Refusal(code=RefusalCode.NOT_ALLOWED, facts={"role": course.awaited.role})
    if actor.person in parties:
        return Refusal(code=RefusalCode.OWN_BUSINESS)
    task = task_of(chain, steps, parties=parties)
    refusal = _unfit(task, steps, actor) if task else None
    if refusal:
        return refusal
    if target is not None and (act is not Act.RETURN or target not in targets_of(chain, course)):
        return Refusal(code=RefusalCode.REQUEST_MALFORMED, facts={"place": "target", "why": "not_before"})
    if act in _NEEDS_OPINION and not opinion.strip():
        return Refusal(code=RefusalCode.REASON_MISSING, facts={"act": act.value})
    return course.awaited


def _unfit(task: Task, steps: Sequence[Step], actor: Actor) -> Refusal | None:
    """An office that has no say over the case, or the same person in two duties of it."""
    if not task.is_for(actor.office):
        return Refusal(code=RefusalCode.WRONG_OFFICE, facts={"office": task.accepted_by.name})
    if actor.person in task.barred:
        same = next(step for step in steps if step.person == actor.person and step.role != task.stage.role)
        return Refusal(code=RefusalCode.SAME_PERSON, facts={"act": same.act.value, "account": same.account})
    return None


def targets_of(chain: Chain, course: Course) -> tuple[StageId, ...]:
    """The stages to which the case can be returned now."""
    open_to_return = Act.RETURN in _NEXT[course.status]
    return tuple(stage.id for stage in chain.stages[: course.done]) if open_to_return else ()


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
