"""Cases, their contents and their steps."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, exists, false, func, insert, or_, select, tuple_, update
from sqlalchemy.exc import IntegrityError

from domain.business_time import business_day
from domain.cases.values import Act, CaseId, CaseStatus, Office, Step, StepId
from domain.catalogue.values import ChainId, ModuleId, RoleId, StageId
from domain.codes import COUNTY_DIGITS, county_of
from domain.identity import PersonKey
from server.storage.statements import change_where, of, rows_where
from server.storage.tables import UNARCHIVED, case_contents, case_parties, case_steps, cases, registrations

_STEPS = rows_where(case_steps, "county", "case_id").order_by(case_steps.c.number)


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseRecord:
    """A case without content and steps. ``chain`` and ``catalogue`` are pinned at the acceptance.

    ``archive`` names the dossier of a finished case; ``archived`` says that it lies there.
    """

    county: str
    id: CaseId
    office: str
    receipt_no: str
    module: ModuleId
    catalogue: str
    chain: ChainId
    risk: int
    applicant: PersonKey = dataclasses.field(repr=False)
    applicant_masked: str = dataclasses.field(repr=False)
    revision: int
    steps: int
    status: CaseStatus
    awaited: RoleId | None
    reason: str = dataclasses.field(repr=False)
    accepted_at: datetime
    due_on: date
    archive: str = ""
    archived: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A case's place in a list ordered by acceptance."""

    accepted_at: datetime
    id: CaseId


def add_case(connection: Connection, record: CaseRecord, body: str) -> bool:
    """Add a case with its content; false when the id exists, in whatever county: offices above see several."""
    if connection.execute(rows_where(cases, "id"), of(id=record.id)).first() is not None:
        return False
    values = dataclasses.asdict(record)
    values["due_on"] = record.due_on.isoformat()
    try:
        with connection.begin_nested():
            connection.execute(insert(cases), values)
    except IntegrityError:
        return False
    add_content(connection, record, body)
    return True


def add_content(connection: Connection, record: CaseRecord, body: str) -> None:
    """Keep the content of a revision; earlier ones stay."""
    key = {"county": record.county, "case_id": record.id, "revision": record.revision}
    connection.execute(insert(case_contents), {**key, "body": body})


def find_case(connection: Connection, case: str, *, area: str, lock: bool = False) -> CaseRecord | None:
    """A case by its id, within the counties of an area. ``lock`` keeps it from others until the transaction ends."""
    query = select(cases).where((cases.c.id == case) & within(cases.c.county, area))
    row = connection.execute(query.with_for_update() if lock else query).one_or_none()
    return None if row is None else read_case_row(row)


def find_case_by_receipt(connection: Connection, receipt_no: str) -> CaseRecord | None:
    """A case by its receipt number, which begins with the office's code."""
    this = of(county=county_of(receipt_no), receipt_no=receipt_no)
    row = connection.execute(rows_where(cases, "county", "receipt_no"), this).one_or_none()
    return None if row is None else read_case_row(row)


def has_cases(connection: Connection) -> bool:
    """Whether there is any case."""
    return connection.execute(select(cases.c.id).limit(1)).first() is not None


def newest_day(connection: Connection) -> date:
    """The day of the newest receipt number of any office; the first day of all when there is none."""
    newest = connection.execute(select(func.max(cases.c.accepted_at))).scalar()
    return date.min if newest is None else business_day(newest)


def find_known_receipts(connection: Connection, receipt_numbers: Collection[str]) -> frozenset[str]:
    """Those of the numbers that belong to a case."""
    counties = sorted({county_of(one) for one in receipt_numbers})
    wanted = cases.c.county.in_(counties) & cases.c.receipt_no.in_(sorted(receipt_numbers))
    return frozenset(connection.scalars(select(cases.c.receipt_no).where(wanted)))


def get_content(connection: Connection, record: CaseRecord) -> str:
    """The content of the case's newest revision, as wire JSON."""
    this = of(county=record.county, case_id=record.id, revision=record.revision)
    return str(connection.execute(rows_where(case_contents, "county", "case_id", "revision"), this).one().body)


def list_bodies(connection: Connection, record: CaseRecord) -> tuple[str, ...]:
    """The contents of all revisions of a case as wire JSON, the first one first."""
    wanted = (case_contents.c.county == record.county) & (case_contents.c.case_id == record.id)
    query = select(case_contents.c.body).where(wanted).order_by(case_contents.c.revision)
    return tuple(str(body) for body in connection.scalars(query))


def add_parties(connection: Connection, record: CaseRecord, persons: Iterable[PersonKey]) -> None:
    """Note whose business the case is; those of earlier revisions stay."""
    known = list_parties(connection, record)
    key = {"county": record.county, "case_id": record.id}
    for person in sorted(set(persons) - known):
        connection.execute(insert(case_parties), {**key, "person": person})


def list_parties(connection: Connection, record: CaseRecord) -> frozenset[PersonKey]:
    """Everybody whose business the case is or ever was."""
    rows = connection.execute(
        rows_where(case_parties, "county", "case_id"), of(county=record.county, case_id=record.id)
    )
    return frozenset(PersonKey(row.person) for row in rows)


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptContent:
    """One revision of a case's content, as it lies there."""

    county: str
    case: str
    revision: int
    receipt_no: str
    body: str = dataclasses.field(repr=False)


def list_contents(connection: Connection, *, after: KeptContent | None, limit: int) -> tuple[KeptContent, ...]:
    """The contents of all cases, all revisions, in the order of their keys."""
    key = (case_contents.c.county, case_contents.c.case_id, case_contents.c.revision)
    joined = (cases.c.county == case_contents.c.county) & (cases.c.id == case_contents.c.case_id)
    query = select(case_contents, cases.c.receipt_no).join(cases, joined).order_by(*key).limit(limit)
    if after:
        query = query.where(tuple_(*key) > tuple_(after.county, after.case, after.revision))
    return tuple(
        KeptContent(
            county=row.county, case=row.case_id, revision=row.revision, receipt_no=row.receipt_no, body=row.body
        )
        for row in connection.execute(query)
    )


def update_case(connection: Connection, record: CaseRecord, *, seen_steps: int) -> bool:
    """Write what changed with a step; false when another step came first."""
    this = of(county=record.county, id=record.id, steps=seen_steps)
    changed = {
        "revision": record.revision,
        "steps": record.steps,
        "status": record.status,
        "awaited": record.awaited,
        "reason": record.reason,
        "archive": record.archive,
        "catalogue": record.catalogue,
        "chain": record.chain,
        "risk": record.risk,
        "applicant_masked": record.applicant_masked,
    }
    return connection.execute(change_where(cases, "county", "id", "steps"), {**this, **changed}).rowcount == 1


def mark_archived(connection: Connection, record: CaseRecord) -> bool:
    """Note that the dossier lies in its place, ``record.archive``; false when it was known that it lies somewhere."""
    wanted = (cases.c.county == record.county) & (cases.c.id == record.id) & cases.c.archived.is_(False)
    return connection.execute(update(cases).where(wanted).values(archived=True, archive=record.archive)).rowcount == 1


def list_mended(connection: Connection) -> tuple[CaseRecord, ...]:
    """Open cases of more than one revision."""
    wanted = (cases.c.revision > 1) & cases.c.awaited.is_not(None)
    return tuple(read_case_row(row) for row in connection.execute(select(cases).where(wanted)))


def list_archived(connection: Connection, *, after: CaseRecord | None, limit: int) -> tuple[CaseRecord, ...]:
    """Cases whose dossier lies in its place, in the order of their keys."""
    query = select(cases).where(cases.c.archived).order_by(cases.c.county, cases.c.id).limit(limit)
    if after:
        query = query.where(tuple_(cases.c.county, cases.c.id) > tuple_(after.county, after.id))
    return tuple(read_case_row(row) for row in connection.execute(query))


def list_unarchived(connection: Connection) -> tuple[CaseRecord, ...]:
    """Finished cases whose dossier was never confirmed."""
    return tuple(read_case_row(row) for row in connection.execute(select(cases).where(UNARCHIVED)))


def add_step(connection: Connection, record: CaseRecord, step: Step, *, number: int) -> bool:
    """Add a step; false when its id or its number is taken."""
    try:
        with connection.begin_nested():
            connection.execute(
                insert(case_steps),
                {
                    "county": record.county,
                    "case_id": record.id,
                    "number": number,
                    "id": step.id,
                    "act": step.act.value,
                    "role": step.role,
                    "person": step.person,
                    "account": step.account,
                    "actor_name": step.actor_name,
                    "office_code": step.office.code,
                    "office_name": step.office.name,
                    "office_level": step.office.level,
                    "taken_at": step.taken_at,
                    "opinion": step.opinion,
                    "stage": step.stage,
                    "target": step.target,
                    "seen": step.seen,
                    "counter": step.counter,
                },
            )
    except IntegrityError:
        return False
    return True


def list_steps(connection: Connection, record: CaseRecord) -> tuple[Step, ...]:
    """The steps of a case, in order."""
    rows = connection.execute(_STEPS, of(county=record.county, case_id=record.id))
    return tuple(_step(row) for row in rows)


def register_person(connection: Connection, record: CaseRecord, kind: str) -> bool:
    """Note that a person is registered by this finished case; false when another case was first, in any county."""
    try:
        with connection.begin_nested():
            connection.execute(
                insert(registrations),
                {"person": record.applicant, "kind": kind, "county": record.county, "case_id": record.id},
            )
    except IntegrityError:
        return False
    return True


def is_registered(connection: Connection, person: PersonKey, kind: str, *, but_by: str = "") -> bool:
    """Whether a finished case, another than ``but_by``, registered the person."""
    wanted = exists().where(
        (registrations.c.person == person) & (registrations.c.kind == kind) & (registrations.c.case_id != but_by)
    )
    return bool(connection.execute(select(wanted)).scalar())


def list_cases(
    connection: Connection,
    *,
    area: str,
    chains: Mapping[str, Sequence[ChainId]] | None,
    after: Place | None,
    limit: int,
    among: ColumnElement[bool] | None = None,
) -> tuple[CaseRecord, ...]:
    """Cases accepted in an area, newest first; unless it is None, those of ``chains`` by the catalogue's hash only.

    ``among`` is another condition on the case.
    """
    wanted = in_area(cases.c.county, cases.c.office, area)
    if among is not None:
        wanted = wanted & among
    if chains is not None:
        of_chains = [(cases.c.catalogue == sha256) & cases.c.chain.in_(ids) for sha256, ids in chains.items() if ids]
        wanted = and_(wanted, or_(false(), *of_chains))
    if after:
        same = cases.c.accepted_at == after.accepted_at
        wanted = and_(wanted, or_(cases.c.accepted_at < after.accepted_at, and_(same, cases.c.id < after.id)))
    order = (cases.c.accepted_at.desc(), cases.c.id.desc())
    rows = connection.execute(select(cases).where(wanted).order_by(*order).limit(limit))
    return tuple(read_case_row(row) for row in rows)


def within(column: ColumnElement[str], area: str) -> ColumnElement[bool]:
    """Whether a code begins with the digits of an area, as a range that an index can walk."""
    digits = county_of(area) if column.key == "county" else area
    if len(digits) == COUNTY_DIGITS and column.key == "county":
        return column == digits
    if not digits.strip("9"):  # everything from here on, or everything at all
        return column >= digits
    return (column >= digits) & (column < str(int(digits) + 1).zfill(len(digits)))


def in_area(county: ColumnElement[str], office: ColumnElement[str], area: str) -> ColumnElement[bool]:
    """Whether an office lies in an area; all offices of a county do."""
    if len(area) <= COUNTY_DIGITS:
        return within(county, area)
    return within(county, area) & within(office, area)


def read_case_row(row: Row[Any]) -> CaseRecord:
    """A row of the table of cases as a value."""
    return CaseRecord(
        county=row.county,
        id=CaseId(row.id),
        office=row.office,
        receipt_no=row.receipt_no,
        module=ModuleId(row.module),
        catalogue=row.catalogue,
        chain=ChainId(row.chain),
        risk=row.risk,
        applicant=PersonKey(row.applicant),
        applicant_masked=row.applicant_masked,
        revision=row.revision,
        steps=row.steps,
        status=CaseStatus(row.status),
        awaited=None if row.awaited is None else RoleId(row.awaited),
        reason=row.reason,
        accepted_at=row.accepted_at,
        due_on=date.fromisoformat(row.due_on),
        archive=row.archive,
        archived=row.archived,
    )


def _step(row: Row[Any]) -> Step:
    return Step(
        id=StepId(row.id),
        act=Act(row.act),
        stage=StageId(row.stage),
        role=RoleId(row.role),
        person=PersonKey(row.person),
        account=row.account,
        actor_name=row.actor_name,
        office=Office(code=row.office_code, name=row.office_name, level=row.office_level),
        taken_at=row.taken_at,
        opinion=row.opinion,
        target=None if row.target is None else StageId(row.target),
        seen=row.seen,
        counter=row.counter,
    )
