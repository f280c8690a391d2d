"""Whether the tables still say what the log says that was done to them.

The log seals cases, steps, contents, accounts and offices (``storage.seals``), and tells grants. What lies in a table
without an entry, an entry whose row is gone, and a row that was changed are found here; so is a chain whose end was cut
off together with its head, by the rows that it spoke of. Entries from before seals were written are compared by what
they say in words.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import zip_longest
from typing import Any

from sqlalchemy import Connection, Select, exists, func, select, text, tuple_

from domain.cases.values import Act, Step
from domain.codes import county_of
from resources import line
from server.storage.accounts import list_accounts, list_grants, list_offices
from server.storage.audit_chain import AuditEntry, AuditFault, AuditReport, Kind, check_chains, entry_of, kind_of
from server.storage.cases import CaseRecord, list_bodies, list_parties, list_steps, read_case_row
from server.storage.seals import (
    seal_of_account,
    seal_of_case,
    seal_of_content,
    seal_of_office,
    seal_of_step,
)
from server.storage.tables import accounts, audit_events, audit_heads, cases, offices, sessions

_AT_ONCE = 200
_ACTS = frozenset(act.value for act in Act)
_MAKING = frozenset({Act.ACCEPT.value, Act.RESUBMIT.value})
_GRANTING = ("role_granted", "role_imported", "role_withdrawn")


def check_audit(connection: Connection) -> AuditReport:
    """Every place where the log itself, or what it speaks of, is not what was written."""
    report = check_chains(connection)
    faults = [*report.faults, *_check_triggers(connection)]
    gone = frozenset(_counties(connection) - set(connection.scalars(select(audit_heads.c.county))))
    faults += [
        AuditFault(county=county, number=0, why=line("server/audit_check", "chain_gone")) for county in sorted(gone)
    ]
    faults += [fault for check in _CHECKS for fault in check(connection) if fault.county not in gone]
    return AuditReport(entries=report.entries, faults=tuple(faults))


def _counties(connection: Connection) -> set[str]:
    return {county for table in (cases, accounts, offices) for county in connection.scalars(select(table.c.county))}


def _check_triggers(connection: Connection) -> Iterator[AuditFault]:
    """Only who owns the database can drop them, and nobody does by mistake."""
    if connection.dialect.name == "sqlite":
        found = text("SELECT name FROM sqlite_master WHERE type = 'trigger' AND sql LIKE '%RAISE(ABORT%'")
        wanted = {"audit_event_no_UPDATE", "audit_event_no_DELETE"}
    else:
        found = text(
            "SELECT tgname FROM pg_trigger JOIN pg_proc ON pg_proc.oid = tgfoid "
            "WHERE tgrelid = 'audit_event'::regclass AND tgenabled IN ('O', 'A') AND prosrc LIKE '%RAISE EXCEPTION%'"
        )
        wanted = {"audit_event_no_change"}
    for name in sorted(wanted - set(connection.scalars(found))):
        yield AuditFault(
            county=line("server/audit_check", "database"),
            number=0,
            about=line("server/audit_check", "trigger"),
            why=line("server/audit_check", "trigger_gone", name=name),
        )


def _check_cases(connection: Connection) -> Iterator[AuditFault]:
    after = ("", "")
    key = tuple_(cases.c.county, cases.c.id)
    while True:
        page = select(cases).where(key > tuple_(*after)).order_by(cases.c.county, cases.c.id).limit(_AT_ONCE)
        records = [read_case_row(row) for row in connection.execute(page)]
        entries = _entries_about(connection, Kind.CASE, records)
        for record in records:
            yield from _faults_of_case(connection, record, entries[record.county, record.id])
        if len(records) < _AT_ONCE:
            return
        after = records[-1].county, records[-1].id


def _entries_about(
    connection: Connection, kind: Kind, records: Sequence[CaseRecord]
) -> dict[tuple[str, str], list[AuditEntry]]:
    """The entries about some cases, by their keys, oldest first. Unreadable ones are faults of the chain itself."""
    found: dict[tuple[str, str], list[AuditEntry]] = defaultdict(list)
    wanted = tuple_(audit_events.c.county, audit_events.c.object).in_([(one.county, one.id) for one in records])
    for entry in _read(connection, select(audit_events).where(wanted).order_by(audit_events.c.number)):
        if kind_of(entry.event) is kind:
            found[entry.event.county, entry.event.object].append(entry)
    return found


def _read(connection: Connection, query: Select[Any]) -> Iterator[AuditEntry]:
    for row in connection.execute(query):
        try:
            yield entry_of(row)
        except (ValueError, TypeError):
            continue


def _faults_of_case(connection: Connection, record: CaseRecord, entries: Sequence[AuditEntry]) -> Iterator[AuditFault]:
    acts = [entry for entry in entries if entry.event.action in _ACTS]
    steps = list_steps(connection, record)
    for number, (step, entry) in enumerate(zip_longest(steps, acts), start=1):
        why = _fault_of_step(step, entry, number)
        if why:
            yield _fault(record, line("server/audit_check", "step", number=number, why=why), entry)
    bodies = list_bodies(connection, record)
    makers = [entry for entry in acts if entry.event.action in _MAKING]
    for number, (body, entry) in enumerate(zip_longest(bodies, makers), start=1):
        why = _fault_of_content(body, entry)
        if why:
            yield _fault(record, line("server/audit_check", "content", number=number, why=why), entry)
    if acts and len(acts) == len(steps):
        yield from _faults_of_record(connection, record, acts)
    archived = [entry.event.detail.get("archive") for entry in entries if entry.event.action == "archived"]
    if record.archived and record.archive not in archived:
        yield _fault(record, line("server/audit_check", "archived_unsaid"), None)


def _fault(record: CaseRecord, why: str, entry: AuditEntry | None) -> AuditFault:
    number = entry.number if entry else 0
    return AuditFault(
        county=record.county,
        number=number,
        about=line("server/audit_check", "case", receipt_no=record.receipt_no),
        why=why,
    )


def _fault_of_step(step: Step | None, entry: AuditEntry | None, number: int) -> str:
    if step is None:
        return line("server/audit_check", "row_gone")
    if entry is None:
        return line("server/audit_check", "no_entry")
    event, said = entry.event, entry.event.detail
    if "sealed_step" in said:
        same = said["sealed_step"] == seal_of_step(step, number=number)
    else:
        told = (event.action, event.account, event.office, event.at, said.get("step"), said.get("role", step.role))
        same = told == (step.act.value, step.account, step.office.code, step.taken_at, step.id, step.role)
    return "" if same else line("server/audit_check", "step_changed")


def _fault_of_content(body: str | None, entry: AuditEntry | None) -> str:
    if body is None:
        return line("server/audit_check", "row_gone")
    if entry is None:
        return line("server/audit_check", "no_entry")
    said = entry.event.detail
    if "sealed_content" in said:
        same = said["sealed_content"] == seal_of_content(body)
    else:
        same = "content" not in said or said["content"] == _signed_digest(body)
    return "" if same else line("server/audit_check", "content_changed")


def _signed_digest(body: str) -> str:
    try:
        return str((json.loads(body)["signature"] or {}).get("content_digest", ""))
    except (ValueError, KeyError, TypeError, AttributeError):
        return ""


def _faults_of_record(connection: Connection, record: CaseRecord, acts: Sequence[AuditEntry]) -> Iterator[AuditFault]:
    last = acts[-1].event.detail
    if "sealed_case" in last:
        same = last["sealed_case"] == seal_of_case(record, list_parties(connection, record))
    else:
        same = acts[0].event.detail.get("receipt_no") == record.receipt_no
        same = same and last.get("status", record.status.value) == record.status.value
    if not same:
        yield _fault(record, line("server/audit_check", "case_changed"), acts[-1])


def _check_lost_cases(connection: Connection) -> Iterator[AuditFault]:
    """Cases that the log says were accepted and that are not there."""
    there = exists().where((cases.c.county == audit_events.c.county) & (cases.c.id == audit_events.c.object))
    for entry in _read(connection, select(audit_events).where((audit_events.c.action == Act.ACCEPT.value) & ~there)):
        about = line("server/audit_check", "case", receipt_no=entry.event.detail.get("receipt_no", ""))
        yield AuditFault(
            county=entry.event.county, number=entry.number, about=about, why=line("server/audit_check", "case_gone")
        )


def _check_accounts(connection: Connection) -> Iterator[AuditFault]:
    opened = _opened(connection, "account_opened")
    for account in list_accounts(connection):
        entry = opened.pop(account.user, None)
        if entry is None:
            yield _about_account(account.office, account.user, line("server/audit_check", "account_unsaid"), None)
        elif entry.event.detail.get("sealed", "") not in ("", seal_of_account(account)):
            yield _about_account(account.office, account.user, line("server/audit_check", "account_changed"), entry)
    for user, lost in opened.items():
        yield _about_account(lost.event.county, user, line("server/audit_check", "row_gone"), lost)


def _check_offices(connection: Connection) -> Iterator[AuditFault]:
    opened = _opened(connection, "office_opened")
    for office in list_offices(connection):
        entry = opened.get(office.code)
        if entry is None:
            yield _about_office(office.code, line("server/audit_check", "office_unsaid"), None)
        elif entry.event.detail.get("sealed", "") not in ("", seal_of_office(office)):
            yield _about_office(office.code, line("server/audit_check", "office_changed"), entry)


def _check_grants(connection: Connection) -> Iterator[AuditFault]:
    """What is granted must be what the log has given and not taken back."""
    held: dict[tuple[str, str], tuple[AuditEntry, str]] = {}
    query = select(audit_events).where(audit_events.c.action.in_(_GRANTING))
    for entry in _read(connection, query.order_by(audit_events.c.county, audit_events.c.number)):
        said = entry.event.detail
        held[entry.event.object, said.get("role", "")] = entry, said.get("until", "")
    for grant in list_grants(connection):
        told = held.pop((grant.user, grant.role), None)
        if told is None:
            yield _about_account(
                grant.county, grant.user, line("server/audit_check", "grant_unsaid", role=grant.role), None
            )
        elif grant.ends_at != (datetime.fromisoformat(told[1]) if told[1] else None):
            yield _about_account(
                grant.county, grant.user, line("server/audit_check", "grant_changed", role=grant.role), told[0]
            )
    for (user, role), (entry, _) in held.items():
        yield _about_account(entry.event.county, user, line("server/audit_check", "grant_gone", role=role), entry)


def _check_logins(connection: Connection) -> Iterator[AuditFault]:
    entry = (
        (audit_events.c.county == sessions.c.county)
        & (audit_events.c.action == "login")
        & (audit_events.c.object == sessions.c.user)
        & (audit_events.c.at == sessions.c.begun_at)
    )
    query = select(sessions.c.county, sessions.c.user, func.count()).where(~exists().where(entry))
    for county, user, times in connection.execute(query.group_by(sessions.c.county, sessions.c.user)):
        yield _about_account(county, user, line("server/audit_check", "logins_unsaid", times=times), None)


def _opened(connection: Connection, action: str) -> dict[str, AuditEntry]:
    entries = _read(connection, select(audit_events).where(audit_events.c.action == action))
    return {entry.event.object: entry for entry in entries}


def _about_account(office: str, user: str, why: str, entry: AuditEntry | None) -> AuditFault:
    return _about(office, line("server/audit_check", "account", user=user), why, entry)


def _about_office(code: str, why: str, entry: AuditEntry | None) -> AuditFault:
    return _about(code, line("server/audit_check", "office", code=code), why, entry)


def _about(office: str, about: str, why: str, entry: AuditEntry | None) -> AuditFault:
    return AuditFault(county=county_of(office), number=entry.number if entry else 0, about=about, why=why)


_CHECKS = (_check_cases, _check_lost_cases, _check_accounts, _check_offices, _check_grants, _check_logins)
