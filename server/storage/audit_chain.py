"""The append-only audit log, chained by SHA-256 within each county (docs/decisions/0003-audit-chain.md).

An entry holds the hash of the one before; the head row holds length and hash of the last. Entries are written in the
business transaction. Triggers of the first migration forbid UPDATE and DELETE.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Row, insert, select
from sqlalchemy.exc import IntegrityError

from domain.catalogue.parse import canonical_json
from resources import line
from server.storage.statements import change_where, of, rows_where
from server.storage.tables import audit_events, audit_heads

START = "0" * 64
"""What stands in the place of the hash before the first entry."""
_AT_ONCE = 500
_ADVANCE = change_where(audit_heads, "county").values(length=audit_heads.c.length + 1)


class Kind(StrEnum):
    """What an entry is about. Objects of two kinds may have the same id: they are never taken for each other."""

    CASE = "case"
    ACCOUNT = "account"
    OFFICE = "office"


_ABOUT_ACCOUNTS = (
    "account_opened",
    "grant_refused",
    "role_granted",
    "role_imported",
    "login",
    "logout",
    "login_failed",
    "login_locked",
)
_ABOUT_OFFICES = ("office_opened", "numbers_lost")
"""Entries from before kinds were written tell them by their action."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEvent:
    """Who did what to which object, when. ``detail`` holds codes, numbers and digests, never data of applicants.

    ``kind`` is none in entries from before kinds were written.
    """

    county: str
    at: datetime
    account: str
    office: str
    action: str
    kind: Kind | None
    object: str
    detail: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEntry:
    """An event in its place in the chain."""

    number: int
    event: AuditEvent
    previous: str
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditFault:
    """A place where the log, or what it speaks of, is not what was written.

    ``number`` 0: no entry, or the head itself. ``about``: what of another table is meant, in Chinese.
    """

    county: str
    number: int
    why: str
    about: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditReport:
    """What checking all chains gave: how many entries there were, and every fault."""

    entries: int
    faults: tuple[AuditFault, ...]


def append_event(connection: Connection, event: AuditEvent) -> None:
    """Add an event at the end of its county's chain. The county's head stays locked until the transaction ends."""
    length, previous = _advance_head(connection, event.county)
    sha256 = entry_hash(event, number=length, previous=previous)
    connection.execute(
        insert(audit_events),
        {
            "county": event.county,
            "number": length,
            "at": event.at,
            "account": event.account,
            "office": event.office,
            "action": event.action,
            "kind": event.kind or "",
            "object": event.object,
            "detail": canonical_json(dict(event.detail)).decode(),
            "previous": previous,
            "sha256": sha256,
        },
    )
    connection.execute(change_where(audit_heads, "county"), {**of(county=event.county), "sha256": sha256})


def entry_hash(event: AuditEvent, *, number: int, previous: str) -> str:
    """The seal of an entry: SHA-256 of its canonical JSON, the hash before included."""
    sealed = {
        "county": event.county,
        "number": number,
        "at": event.at.isoformat(timespec="microseconds"),
        "account": event.account,
        "office": event.office,
        "action": event.action,
        "object": event.object,
        "detail": dict(event.detail),
        "previous": previous,
        **({"kind": event.kind} if event.kind else {}),
    }
    return hashlib.sha256(canonical_json(sealed)).hexdigest()


def _advance_head(connection: Connection, county: str) -> tuple[int, str]:
    this = of(county=county)
    if not connection.execute(_ADVANCE, this).rowcount:
        try:
            with connection.begin_nested():
                connection.execute(insert(audit_heads), {"county": county, "length": 1, "sha256": START})
                return 1, START
        except IntegrityError:  # another transaction made the head meanwhile
            connection.execute(_ADVANCE, this)
    row = connection.execute(rows_where(audit_heads, "county"), this).one()
    return int(row.length), str(row.sha256)


def list_entries(
    connection: Connection, *, county: str, kind: Kind, object_id: str, after: int = 0
) -> Iterator[AuditEntry]:
    """The entries about one object behind a number, oldest first; read as they are taken, some at a time."""
    this = (audit_events.c.county == county) & (audit_events.c.object == object_id)
    query = select(audit_events).where(this).order_by(audit_events.c.number).limit(_AT_ONCE)
    while True:
        rows = connection.execute(query.where(audit_events.c.number > after)).all()
        entries = (entry_of(row) for row in rows)
        yield from (entry for entry in entries if kind_of(entry.event) is kind)
        if len(rows) < _AT_ONCE:
            return
        after = rows[-1].number


def kind_of(event: AuditEvent) -> Kind:
    """What an entry is about."""
    if event.kind:
        return event.kind
    if event.action in _ABOUT_ACCOUNTS:
        return Kind.ACCOUNT
    return Kind.OFFICE if event.action in _ABOUT_OFFICES else Kind.CASE


def check_chains(connection: Connection) -> AuditReport:
    """Find every place where an entry was changed, removed, added or swapped."""
    faults: list[AuditFault] = []
    entries = 0
    heads = {row.county: row for row in connection.execute(select(audit_heads))}
    expected: dict[str, tuple[int, str]] = {}
    rows = connection.execute(
        select(audit_events).order_by(audit_events.c.county, audit_events.c.number),
        execution_options={"yield_per": _AT_ONCE},
    )
    for row in rows:
        number, previous = expected.get(row.county, (1, START))
        faults += _faults_of(row, number, previous)
        entries += 1
        expected[row.county] = row.number + 1, row.sha256
    for county in sorted(heads.keys() | expected.keys()):
        number, last = expected.get(county, (1, START))
        head = heads.get(county)
        if head is None or head.length != number - 1 or head.sha256 != last:
            faults.append(AuditFault(county=county, number=0, why=line("server/audit_check", "tail")))
    return AuditReport(entries=entries, faults=tuple(faults))


def _faults_of(row: Row[Any], number: int, previous: str) -> Iterator[AuditFault]:
    if row.number != number:
        yield AuditFault(county=row.county, number=number, why=line("server/audit_check", "missing", number=number))
    elif row.previous != previous:
        yield AuditFault(county=row.county, number=number, why=line("server/audit_check", "apart"))
    try:
        entry = entry_of(row)
        intact = entry.sha256 == entry_hash(entry.event, number=row.number, previous=row.previous)
    except (ValueError, TypeError, AttributeError):
        intact = False
    if not intact:
        yield AuditFault(county=row.county, number=row.number, why=line("server/audit_check", "changed"))


def entry_of(row: Row[Any]) -> AuditEntry:
    """A row of the log as a value. Raises ValueError for one that nobody wrote so."""
    return AuditEntry(
        number=row.number,
        event=AuditEvent(
            county=row.county,
            at=row.at,
            account=row.account,
            office=row.office,
            action=row.action,
            kind=Kind(row.kind) if row.kind else None,
            object=row.object,
            detail=json.loads(row.detail),
        ),
        previous=row.previous,
        sha256=row.sha256,
    )
