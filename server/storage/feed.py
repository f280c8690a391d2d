"""The feed of changes of each office, numbered without gaps by a counter row of the office."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Connection, insert, select

from domain.cases.values import CaseId, CaseStatus
from domain.codes import county_of
from domain.wire.lists import Change
from server.storage.cases import CaseRecord
from server.storage.counters import next_value
from server.storage.tables import cases, changes


def announce(connection: Connection, record: CaseRecord, *, office: str, at: datetime) -> None:
    """Tell an office that something happened to a case."""
    county = county_of(office)
    connection.execute(
        insert(changes),
        {
            "county": county,
            "office": office,
            "sequence": next_value(connection, county=county, office=office, kind="feed"),
            "case_id": record.id,
            "receipt_no": record.receipt_no,
            "status": record.status.value,
            "reason": record.reason,
            "at": at,
        },
    )


def list_changes(connection: Connection, *, office: str, after: int, limit: int) -> tuple[Change, ...]:
    """The changes after a number, oldest first."""
    wanted = (changes.c.county == county_of(office)) & (changes.c.office == office) & (changes.c.sequence > after)
    case = (cases.c.county == changes.c.county) & (cases.c.id == changes.c.case_id)
    found = select(changes, cases.c.due_on).select_from(changes.join(cases, case))
    rows = connection.execute(found.where(wanted).order_by(changes.c.sequence).limit(limit))
    return tuple(
        Change(
            sequence=row.sequence,
            case=CaseId(row.case_id),
            receipt_no=row.receipt_no,
            status=CaseStatus(row.status),
            reason=row.reason,
            at=row.at,
            due_on=date.fromisoformat(row.due_on),
        )
        for row in rows
    )
