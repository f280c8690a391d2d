"""What an account may see of a case: its content, its trail, its pages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice

from domain.business_time import business_day
from domain.cases.values import Act, BlobHash, CaseContent, Office, Step
from domain.catalogue.values import Chain, RoleId, StageId
from domain.codes import area_of
from domain.forms.parties import applicant_in
from domain.refusals import Refusal, RefusalCode
from domain.wire.audit import AuditLine, AuditTrail
from domain.wire.cases import CaseView, StageView, StepView
from domain.wire.codec import parse_stored
from domain.workdays import is_certain
from domain.workflow import Actor, acts_open_to, course_of, covers, targets_of
from server.service.checking import records_of
from server.service.progress import progress_path
from server.service.shape import is_id
from server.service.work import Installation, Work, transact
from server.storage.accounts import find_office
from server.storage.audit_chain import Kind, list_entries
from server.storage.blobs import BlobDamagedError, BlobMissingError, load_blob, parse_blob_hash
from server.storage.cases import (
    CaseRecord,
    find_case,
    get_content,
    list_bodies,
    list_parties,
    list_steps,
)
from server.storage.ink import count_others

AUDITOR = RoleId("AUDIT")
"""Reads everything of its area."""
READ = "read"
"""The action of the log under which a whole case was seen."""


def chain_of(work: Work, record: CaseRecord) -> Chain:
    """The chain that the case was accepted with."""
    return work.installation.catalogues.get(record.catalogue).chains[record.chain]


def content_of(work: Work, record: CaseRecord) -> CaseContent:
    """The newest content of a case."""
    return _parse_content(record, get_content(work.connection, record))


def revisions_of(work: Work, record: CaseRecord) -> tuple[CaseContent, ...]:
    """The contents of all revisions of a case, the first one first."""
    return tuple(_parse_content(record, body) for body in list_bodies(work.connection, record))


def _parse_content(record: CaseRecord, body: str) -> CaseContent:
    content = parse_stored(CaseContent, body.encode())
    if isinstance(content, Refusal):
        raise ValueError(f"a stored content of case {record.id} is not readable: {dict(content.facts)}")
    return content


def find_readable(work: Work, actor: Actor, case: str, *, lock: bool = False) -> CaseRecord | Refusal:
    """A case that the actor may see. Refuses with NOT_FOUND, WRONG_OFFICE or NOT_ALLOWED."""
    record = find_case(work.connection, case, area=area_of(actor.office.code), lock=lock) if is_id(case) else None
    if record is None:
        return Refusal(code=RefusalCode.NOT_FOUND)
    if not covers(actor.office, Office(code=record.office, name="", level="")):
        return Refusal(code=RefusalCode.WRONG_OFFICE, facts={"office": office_name(work, record)})
    if not actor.roles & {*chain_of(work, record).roles, AUDITOR}:
        return Refusal(code=RefusalCode.NOT_ALLOWED, facts={"role": record.awaited or chain_of(work, record).roles[-1]})
    return record


def read_case(installation: Installation, actor: Actor, case: str) -> CaseView | Refusal:
    """A case with the full ID number, which is logged. Refuses as ``find_readable``."""

    def act(work: Work) -> CaseView | Refusal:
        record = open_to_read(work, actor, case, READ)
        return record if isinstance(record, Refusal) else view_case(work, actor, record)

    return transact(installation, act)


def open_to_read(work: Work, actor: Actor, case: str, what: str) -> CaseRecord | Refusal:
    """As ``find_readable``; what is read, or that it may not be, goes into the log."""
    record = find_readable(work, actor, case)
    if not isinstance(record, Refusal):
        work.audit(actor, what, record.id, {"receipt_no": record.receipt_no})
    elif is_id(case):
        work.audit(actor, f"{what}_refused", case, {"code": record.code.value})
    return record


def view_case(work: Work, actor: Actor, record: CaseRecord) -> CaseView:
    """The case as the actor sees it."""
    steps = list_steps(work.connection, record)
    chain, revisions = chain_of(work, record), revisions_of(work, record)
    catalogue = work.installation.catalogues.get(record.catalogue)
    module = catalogue.modules[record.module]
    names = {stage.id: stage.name for stage in chain.stages}
    signature = revisions[-1].signature
    acts = acts_open_to(chain, steps, actor, parties=list_parties(work.connection, record))
    targets = targets_of(chain, course_of(chain, steps)) if Act.RETURN in acts else ()
    return CaseView(
        case=record.id,
        receipt_no=record.receipt_no,
        module=record.module,
        applicant=applicant_in(module, revisions[-1].form).name,
        status=record.status,
        awaited=record.awaited,
        risk=record.risk,
        reason=record.reason,
        accepted_at=record.accepted_at,
        due_on=record.due_on,
        steps=tuple(_view_step(step, names, chain.stages[0].id) for step in steps),
        acts=acts,
        targets=tuple(StageView(id=stage, name=names[stage]) for stage in targets),
        content=revisions[-1],
        former=revisions[:-1],
        archive=record.archive if record.archived else "",
        progress=progress_path(work.installation.secret, record.receipt_no),
        due_certain=is_certain(
            business_day(record.accepted_at),
            record.due_on,
            days_off=catalogue.days_off,
        ),
        told=records_of(work, catalogue, record.applicant, record.id),
        ink_shared=count_others(work.connection, record, signature.png_sha256) if signature else 0,
    )


def read_trail(installation: Installation, actor: Actor, case: str, *, after: int, limit: int) -> AuditTrail | Refusal:
    """What was done to a case after an entry's number, this reading too. Refuses as ``find_readable``."""

    def act(work: Work) -> AuditTrail | Refusal:
        record = open_to_read(work, actor, case, "read_trail")
        if isinstance(record, Refusal):
            return record
        found = tuple(islice(trail_of(work, record, after=after), limit + 1))
        return AuditTrail(case=record.id, entries=found[:limit], more=len(found) > limit)

    return transact(installation, act)


def trail_of(work: Work, record: CaseRecord, *, after: int = 0) -> Iterator[AuditLine]:
    """The log entries about a case behind a number."""
    for entry in list_entries(work.connection, county=record.county, kind=Kind.CASE, object_id=record.id, after=after):
        yield AuditLine(
            number=entry.number,
            at=entry.event.at,
            account=entry.event.account,
            office=entry.event.office,
            action=entry.event.action,
            detail=dict(entry.event.detail),
            sha256=entry.sha256,
        )


def read_blob(installation: Installation, actor: Actor, case: str, sha256: str) -> bytes | Refusal:
    """A page or signature of any revision of a case, whole; each reading is logged.

    Refuses as ``find_readable``, with NOT_FOUND for any other blob, and with PAGE_LOST when the disk lost it.
    """

    def act(work: Work) -> BlobHash | Refusal:
        record = open_to_read(work, actor, case, "read_page")
        if isinstance(record, Refusal):
            return record
        wanted = parse_blob_hash(sha256)
        held = {sha256 for content in revisions_of(work, record) for sha256 in content.blobs}
        return wanted if wanted and wanted in held else Refusal(code=RefusalCode.NOT_FOUND)

    wanted = transact(installation, act)
    if isinstance(wanted, Refusal):
        return wanted
    try:
        return load_blob(installation.blobs, wanted)
    except (BlobMissingError, BlobDamagedError):
        return Refusal(code=RefusalCode.PAGE_LOST, facts={"sha256": wanted})


def office_name(work: Work, record: CaseRecord) -> str:
    """What the office that accepted a case is called."""
    office = find_office(work.connection, record.office)
    return office.name if office else record.office


def _view_step(step: Step, names: Mapping[StageId, str], first: StageId) -> StepView:
    return StepView(
        id=step.id,
        act=step.act,
        role=step.role,
        actor_name=step.actor_name,
        office=step.office.name,
        taken_at=step.taken_at,
        opinion=step.opinion,
        stage=names.get(step.stage, ""),
        target=names.get(step.target or first, "") if step.act is Act.RETURN else "",
    )
