"""Every act on a case after its acceptance: approve, return, refuse, resubmit, withdraw (IM-6b, IM-6c)."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

from domain.cases.values import Act, CaseContent, CaseStatus, Step
from domain.refusals import Refusal, RefusalCode
from domain.wire import TakeStep, dump
from domain.workflow import Actor, course_of, decide
from server.service.archive import archive_case, archive_name
from server.service.checking import Frame, check_content, check_opinion, frame_of, is_id, malformed
from server.service.intake import masked_applicant, tell
from server.service.once import DECISIONS, Made, Request, once, tell_more
from server.service.reading import chain_of, find_readable, view_case
from server.service.registering import register_if_finished
from server.service.work import Installation, Work
from server.storage.cases import CaseRecord, add_content, add_parties, add_step, list_parties, list_steps, update_case
from server.storage.operations import Reply


def act_on_case(
    installation: Installation, actor: Actor, case: str, request: TakeStep, answer: Callable[[Refusal], Reply]
) -> Reply:
    """The answer to a step, once; a case that finishes is archived at once. See ``take_step``."""
    refusal = _check_shape(case, request)
    if refusal:
        return answer(refusal)
    asked = Request(key=request.step, action="step", about=case, value=request, stored=DECISIONS)
    outcome = once(installation, actor, asked, lambda work: take_step(work, actor, case, request), answer)
    if outcome.record and outcome.record.status is CaseStatus.FINISHED and archive_case(installation, outcome.record):
        archived = dataclasses.replace(outcome.record, archived=True)
        return tell_more(installation, outcome, lambda work: view_case(work, actor, archived))
    return outcome.reply


def take_step(work: Work, actor: Actor, case: str, request: TakeStep) -> Made | Refusal:
    """The case after the step.

    Refuses as ``reading.find_readable``, with CASE_CHANGED (fact ``steps``), as ``domain.workflow.decide``, as
    ``checking.check_content`` for a new content, and with RULE_BLOCKED when the person was registered meanwhile.
    """
    record = find_readable(work, actor, case, lock=True)
    if isinstance(record, Refusal):
        return record
    steps = list_steps(work.connection, record)
    if request.seen_steps != len(steps):
        return Refusal(code=RefusalCode.CASE_CHANGED, facts={"steps": str(len(steps))})
    parties = list_parties(work.connection, record)
    role = decide(chain_of(work, record), steps, request.act, actor, opinion=request.opinion, parties=parties)
    if isinstance(role, Refusal):
        return role
    changed = _with_content(work, actor, record, request.content) if request.content else record
    if isinstance(changed, Refusal):
        return changed
    step = Step(
        id=request.step,
        act=request.act,
        role=role,
        person=actor.person,
        account=actor.account,
        actor_name=actor.name,
        office=actor.office,
        taken_at=work.now,
        opinion=request.opinion.strip(),
    )
    return _keep(work, actor, changed, (*steps, step))


def _check_shape(case: str, request: TakeStep) -> Refusal | None:
    if not is_id(case):
        return Refusal(code=RefusalCode.NOT_FOUND)
    if not is_id(request.step):
        return malformed("step", "id")
    if (request.content is not None) != (request.act is Act.RESUBMIT):
        return malformed("content", "only_with_resubmit")
    return check_opinion(request.opinion)


def _with_content(work: Work, actor: Actor, record: CaseRecord, content: CaseContent) -> CaseRecord | Refusal:
    """The record with a corrected content, judged as at the first time; chain and risk follow the new facts."""
    if content.module != record.module:
        return malformed("content.module", "another_module")
    frame = frame_of(work, actor, content)
    if isinstance(frame, Refusal):
        return frame
    refusal = _own_business(actor, frame) or check_content(work, content, frame)
    if refusal:
        return refusal
    if frame.applicant != record.applicant:
        return Refusal(code=RefusalCode.APPLICANT_CHANGED)
    add_parties(work.connection, record, frame.parties)
    changed = dataclasses.replace(
        record,
        revision=record.revision + 1,
        catalogue=frame.catalogue.sha256,
        chain=frame.chain.id,
        risk=frame.risk,
        applicant_masked=masked_applicant(frame),
    )
    add_content(work.connection, changed, dump(content).decode())
    return changed


def _own_business(actor: Actor, frame: Frame) -> Refusal | None:
    return Refusal(code=RefusalCode.OWN_BUSINESS) if actor.person in frame.parties else None


def _keep(work: Work, actor: Actor, record: CaseRecord, steps: tuple[Step, ...]) -> Made | Refusal:
    """Write the last of the steps and everything that follows from it."""
    step = steps[-1]
    course = course_of(chain_of(work, record), steps)
    record = dataclasses.replace(
        record,
        steps=len(steps),
        status=course.status,
        awaited=course.awaited,
        reason=course.reason,
        archive=archive_name(course.status, work.today, record.county, record.receipt_no),
    )
    before = len(steps) - 1
    if not update_case(work.connection, record, seen_steps=before):
        return Refusal(code=RefusalCode.CASE_CHANGED, facts={"steps": str(len(steps))})
    if not add_step(work.connection, record, step, number=len(steps)):
        return Refusal(code=RefusalCode.KEY_REUSED)
    refusal = register_if_finished(work, record)
    if refusal:
        return refusal
    tell(work, record, actor)
    work.audit(actor, step.act.value, record.id, {"step": step.id, "role": step.role, "status": record.status.value})
    return Made(value=view_case(work, actor, record), location=f"/v1/cases/{record.id}", record=record)
