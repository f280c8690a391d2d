"""What every step on a case leaves behind: the step itself, the task that follows, the news and the log entry."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set

from domain.cases.values import Act, Step, StepId
from domain.catalogue.values import Chain, Stage, StageId
from domain.identity import PersonKey
from domain.refusals import Refusal, RefusalCode
from domain.workflow import Actor, task_of
from server.service.registering import register_if_finished
from server.service.work import Work
from server.storage.cases import CaseRecord, add_parties, add_step, get_content
from server.storage.feed import announce
from server.storage.seals import seal_of_case, seal_of_content, seal_of_step
from server.storage.tasks import replace_task


def new_step(
    work: Work,
    actor: Actor,
    step: StepId,
    act: Act,
    stage: Stage,
    *,
    seen: str,
    opinion: str = "",
    target: StageId | None = None,
) -> Step:
    """The step that this actor takes now."""
    return Step(
        id=step,
        act=act,
        stage=stage.id,
        role=stage.role,
        person=actor.person,
        account=actor.account,
        actor_name=actor.name,
        office=actor.office,
        taken_at=work.now,
        opinion=opinion.strip(),
        target=target,
        seen=seen,
        counter=actor.counter,
    )


def keep_step(
    work: Work,
    actor: Actor,
    record: CaseRecord,
    chain: Chain,
    steps: Sequence[Step],
    *,
    parties: Set[PersonKey],
    detail: Mapping[str, str],
) -> Refusal | None:
    """Write the last of the steps and all that follows from it. ``record`` is written and stands as after the step.

    Refuses with KEY_REUSED, or with RULE_BLOCKED when the person was registered meanwhile.
    """
    step = steps[-1]
    if not add_step(work.connection, record, step, number=len(steps)):
        return Refusal(code=RefusalCode.KEY_REUSED)
    add_parties(work.connection, record, parties)
    replace_task(work.connection, record, task_of(chain, steps, parties=parties))
    refusal = register_if_finished(work, record)
    if refusal:
        return refusal
    for office in sorted({record.office, record.county, actor.office.code}):
        announce(work.connection, record, office=office, at=work.now)
    body = get_content(work.connection, record)
    told = {
        "step": step.id,
        "role": step.role,
        "stage": step.stage,
        "status": record.status.value,
        "revision": str(record.revision),
        "content": step.seen,
        "sealed_step": seal_of_step(step, number=len(steps)),
        "sealed_case": seal_of_case(record, parties),
        "sealed_content": seal_of_content(body),
    }
    work.audit(actor, step.act.value, record.id, {**told, **detail})
    return None
