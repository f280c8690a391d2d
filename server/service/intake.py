"""Accepting a case: township counters submit, the receipt number is the agency's word (IM-6c, IM-7a)."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import date

from domain.cases.values import Act, BlobHash, CaseStatus, Step, content_digest
from domain.codes import ReceiptNo, county_of
from domain.identity import Mask, mask
from domain.refusals import Refusal, RefusalCode
from domain.wire.cases import Receipt, SubmitCase
from domain.wire.codec import dump
from domain.workdays import due_date, is_certain
from domain.workflow import Actor, course_of, decide
from server.service.archive import archive_case, archive_name
from server.service.checking import Frame, check_content, frame_of
from server.service.deciding import keep_step, new_step
from server.service.finding import note_names
from server.service.once import Made, Request, once
from server.service.pages import Found, examine, note_signature
from server.service.progress import progress_path
from server.service.shape import is_id, malformed
from server.service.work import Installation, Work
from server.storage.cases import CaseRecord, add_case
from server.storage.counters import next_value, receipt_counter
from server.storage.operations import KeptAnswer

_log = logging.getLogger(__name__)


def accept_case(
    installation: Installation, actor: Actor, request: SubmitCase, *, body: bytes, too_old: Refusal | None = None
) -> KeptAnswer:
    """The answer to a submission, once; a case without review is archived at once. See ``submit`` and ``Request``."""
    if not is_id(request.case) or not is_id(request.step):
        return malformed("case", "id")
    asked = Request(key=request.step, action="accept", about=request.case, value=request, body=body, too_old=too_old)
    found = {} if too_old else examine(installation.blobs, request.content)
    outcome = once(installation, actor, asked, lambda work, now: submit(work, now, request, found))
    if outcome.record:
        _note(installation, outcome.record)
    if outcome.record and outcome.record.status is CaseStatus.FINISHED:
        archive_case(installation, outcome.record)
    return outcome.answer


def _note(installation: Installation, record: CaseRecord) -> None:
    """Write the number down beside the database before anybody is told of it."""
    try:
        installation.journal.note(record.receipt_no)
    except OSError as error:  # the case is accepted all the same
        _log.error("receipt number %s not noted: %s", record.receipt_no, type(error).__name__)


def submit(work: Work, actor: Actor, request: SubmitCase, found: Mapping[BlobHash, Found]) -> Made | Refusal:
    """The receipt of a new case, whose blobs were ``found`` so.

    Refuses with REQUEST_MALFORMED, CATALOGUE_UNKNOWN, MODULE_UNKNOWN, NOT_ALLOWED, OWN_BUSINESS, FORM_INVALID,
    RULE_BLOCKED, MATERIALS_MISSING, SIGNATURE_MISSING, SIGNATURE_STALE, PAGES_MISSING, PAGE_DAMAGED,
    PAGE_UNREADABLE, and with STEP_NOT_NOW when the case was accepted before.
    """
    frame = frame_of(work, actor, request.content)
    if isinstance(frame, Refusal):
        return frame
    stage = decide(frame.chain, (), Act.ACCEPT, actor, opinion="", parties=frame.parties)
    if isinstance(stage, Refusal):
        return stage
    refusal = check_content(work, actor, request.content, frame, found)
    if refusal:
        return refusal
    step = new_step(work, actor, request.step, Act.ACCEPT, stage, seen=content_digest(request.content))
    record = _new_record(work, actor, request, frame, step)
    if not add_case(work.connection, record, dump(request.content).decode()):
        return Refusal(code=RefusalCode.STEP_NOT_NOW, facts={"act": Act.ACCEPT.value, "status": record.status.value})
    note_signature(work, record, request.content)
    note_names(work, record, request.content)
    refusal = keep_step(
        work, actor, record, frame.chain, (step,), parties=frame.parties, detail=_accepted(request, record)
    )
    if refusal:
        return refusal
    return Made(value=_receipt(work, record, frame), record=record)


def masked_applicant(frame: Frame) -> str:
    """The applicant's name for lists: the surname only."""
    return mask(frame.named.name, Mask.SURNAME)


def _new_record(work: Work, actor: Actor, request: SubmitCase, frame: Frame, step: Step) -> CaseRecord:
    county = county_of(actor.office.code)
    course = course_of(frame.chain, (step,))
    receipt_no = _next_receipt_no(work, county, actor.office.code)
    return CaseRecord(
        county=county,
        id=request.case,
        office=actor.office.code,
        receipt_no=receipt_no,
        module=frame.module.id,
        catalogue=frame.catalogue.sha256,
        chain=frame.chain.id,
        risk=frame.risk,
        applicant=frame.applicant,
        applicant_masked=masked_applicant(frame),
        revision=1,
        steps=1,
        status=course.status,
        awaited=course.awaited.role if course.awaited else None,
        reason=course.reason,
        accepted_at=work.now,
        due_on=_due_on(work.today, frame),
        archive=archive_name(course.status, work.today, county, receipt_no),
    )


def _next_receipt_no(work: Work, county: str, office: str) -> str:
    number = next_value(work.connection, county=county, office=office, kind=receipt_counter(work.today))
    return str(ReceiptNo(office=office, day=work.today, number=number))


def _due_on(today: date, frame: Frame) -> date:
    """The promised limit; a case of raised risk is no longer done while the applicant waits and gets the legal one."""
    raised = frame.risk != frame.module.risk
    days = frame.module.legal_days if raised else frame.module.promise_days
    return due_date(today, days, days_off=frame.catalogue.days_off, days_worked=frame.catalogue.days_worked)


def _accepted(request: SubmitCase, record: CaseRecord) -> dict[str, str]:
    return {
        "receipt_no": record.receipt_no,
        "module": record.module,
        "chain": record.chain,
        "risk": str(record.risk),
        "made_at": request.made_at.isoformat(),
    }


def _receipt(work: Work, record: CaseRecord, frame: Frame) -> Receipt:
    return Receipt(
        case=record.id,
        receipt_no=record.receipt_no,
        accepted_at=record.accepted_at,
        due_on=record.due_on,
        due_certain=is_certain(work.today, record.due_on, days_off=frame.catalogue.days_off),
        status=record.status,
        awaited=record.awaited,
        risk=record.risk,
        chain_name=frame.chain.name,
        progress=progress_path(work.installation.secret, record.receipt_no),
    )
