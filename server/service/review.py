"""Every act on a case after its acceptance: approve, return, refuse, resubmit, withdraw (IM-6b, IM-6c)."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Set
from dataclasses import dataclass

from domain.cases.values import Act, BlobHash, CaseContent, CaseStatus, Step, content_digest
from domain.identity import PersonKey
from domain.refusals import Refusal, RefusalCode
from domain.wire.cases import TakeStep
from domain.wire.codec import dump
from domain.workflow import Actor, course_of, decide
from server.service.archive import archive_case, archive_name
from server.service.checking import Frame, check_content, check_opinion, frame_of
from server.service.deciding import keep_step, new_step
from server.service.finding import note_names
from server.service.intake import masked_applicant
from server.service.once import DECISIONS, Made, Request, once
from server.service.pages import Found, examine, note_signature
from server.service.reading import READ, chain_of, content_of, find_readable, open_to_read, view_case
from server.service.shape import is_id, malformed
from server.service.work import Installation, Work
from server.storage.cases import CaseRecord, add_content, list_parties, list_steps, update_case
from server.storage.operations import KeptAnswer


def act_on_case(
    installation: Installation,
    actor: Actor,
    case: str,
    request: TakeStep,
    *,
    body: bytes,
    too_old: Refusal | None = None,
) -> KeptAnswer:
    """The answer to a step, once; a case that finishes is archived at once. See ``take_step``, ``Request``."""
    refusal = _check_shape(case, request)
    if refusal:
        return refusal
    asked = Request(
        key=request.step, action="step", about=case, value=request, stored=DECISIONS, body=body, too_old=too_old
    )
    found = examine(installation.blobs, request.content) if request.content and not too_old else {}
    outcome = once(
        installation,
        actor,
        asked,
        lambda work, now: take_step(work, now, case, request, found),
        again=lambda work, now: _check_again(work, now, case),
    )
    if outcome.record and outcome.record.status is CaseStatus.FINISHED:
        archive_case(installation, outcome.record)
    return outcome.answer


def _check_again(work: Work, actor: Actor, case: str) -> Refusal | None:
    """The answer holds the whole case: to tell it again is to read the case."""
    record = open_to_read(work, actor, case, READ)
    return record if isinstance(record, Refusal) else None


def take_step(
    work: Work, actor: Actor, case: str, request: TakeStep, found: Mapping[BlobHash, Found]
) -> Made | Refusal:
    """The case after the step. ``found``: the blobs of a new content.

    Refuses as ``reading.find_readable``, with CASE_CHANGED (fact ``steps``), as ``domain.workflow.decide``, as
    ``checking.check_content`` for a new content, with APPLICANT_CHANGED for one of somebody else, and with RULE_BLOCKED
    when the person was registered meanwhile.
    """
    record = find_readable(work, actor, case, lock=True)
    if isinstance(record, Refusal):
        return record
    steps = list_steps(work.connection, record)
    if request.seen_steps != len(steps):
        return Refusal(code=RefusalCode.CASE_CHANGED, facts={"steps": str(len(steps))})
    if request.seen and request.seen != content_digest(request.content or content_of(work, record)):
        return Refusal(code=RefusalCode.CASE_CHANGED, facts={"steps": str(len(steps))})
    parties = list_parties(work.connection, record)
    stage = decide(
        chain_of(work, record),
        steps,
        request.act,
        actor,
        opinion=request.opinion,
        parties=parties,
        target=request.target,
    )
    if isinstance(stage, Refusal):
        return stage
    change = _with_content(work, actor, record, request.content, found) if request.content else _Change(record=record)
    if isinstance(change, Refusal):
        return change
    seen = content_digest(request.content) if request.content else request.seen
    step = new_step(
        work, actor, request.step, request.act, stage, seen=seen, opinion=request.opinion, target=request.target
    )
    return _keep(work, actor, change.record, (*steps, step), parties | change.parties)


def _check_shape(case: str, request: TakeStep) -> Refusal | None:
    if not is_id(case):
        return Refusal(code=RefusalCode.NOT_FOUND)
    if not is_id(request.step):
        return malformed("step", "id")
    if (request.content is not None) != (request.act is Act.RESUBMIT):
        return malformed("content", "only_with_resubmit")
    return check_opinion(request.opinion)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Change:
    """The record as it is from now on, and whose business the case is besides."""

    record: CaseRecord
    parties: frozenset[PersonKey] = frozenset()


def _with_content(
    work: Work, actor: Actor, record: CaseRecord, content: CaseContent, found: Mapping[BlobHash, Found]
) -> _Change | Refusal:
    """The record with a corrected content, judged as at the first time; chain and risk follow the new facts."""
    if content.module != record.module:
        return malformed("content.module", "another_module")
    frame = frame_of(work, actor, content)
    if isinstance(frame, Refusal):
        return frame
    if frame.applicant and frame.applicant != record.applicant:
        return Refusal(code=RefusalCode.APPLICANT_CHANGED)
    refusal = _own_business(actor, frame) or check_content(work, actor, content, frame, found)
    if refusal:
        return refusal
    changed = dataclasses.replace(
        record,
        revision=record.revision + 1,
        catalogue=frame.catalogue.sha256,
        chain=frame.chain.id,
        risk=frame.risk,
        applicant_masked=masked_applicant(frame),
    )
    add_content(work.connection, changed, dump(content).decode())
    note_signature(work, changed, content)
    note_names(work, changed, content)
    return _Change(record=changed, parties=frame.parties)


def _own_business(actor: Actor, frame: Frame) -> Refusal | None:
    return Refusal(code=RefusalCode.OWN_BUSINESS) if actor.person in frame.parties else None


def _keep(
    work: Work, actor: Actor, record: CaseRecord, steps: tuple[Step, ...], parties: Set[PersonKey]
) -> Made | Refusal:
    """Write the last of the steps and everything that follows from it."""
    chain = chain_of(work, record)
    course = course_of(chain, steps)
    record = dataclasses.replace(
        record,
        steps=len(steps),
        status=course.status,
        awaited=course.awaited.role if course.awaited else None,
        reason=course.reason,
        archive=archive_name(course.status, work.today, record.county, record.receipt_no),
    )
    before = len(steps) - 1
    if not update_case(work.connection, record, seen_steps=before):
        return Refusal(code=RefusalCode.CASE_CHANGED, facts={"steps": str(len(steps))})
    refusal = keep_step(work, actor, record, chain, steps, parties=parties, detail={})
    if refusal:
        return refusal
    return Made(value=view_case(work, actor, record), record=record)
