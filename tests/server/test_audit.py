"""The audit log cannot be changed by accident, and a change on purpose is found."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from server.storage.audit_chain import AuditEvent, AuditFault, AuditReport, Kind, append_event, check_chains, entry_hash
from server.storage.tables import audit_events
from tests.server.world import World


def _faults(world: World) -> tuple[AuditFault, ...]:
    return world.installation.database.read(check_chains).faults


def _as_administrator(world: World, *statements: str) -> None:
    """Change the log as somebody who owns the database can."""

    def act(connection: Connection) -> None:
        if connection.dialect.name == "sqlite":
            for verb in ("UPDATE", "DELETE"):
                connection.execute(text(f"DROP TRIGGER audit_event_no_{verb}"))
        else:
            connection.execute(text("SET LOCAL session_replication_role = replica"))
        for statement in statements:
            connection.execute(text(statement))

    world.installation.database.write(act)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_event SET account = 'sunli'",
        "DELETE FROM audit_event",
        "DELETE FROM audit_event WHERE number = (SELECT max(number) FROM audit_event)",
    ],
)
def test_the_log_is_append_only(world: World, statement: str) -> None:
    with pytest.raises(DBAPIError, match="append-only"):
        world.installation.database.write(lambda connection: connection.execute(text(statement)))


def test_an_untouched_log_is_whole(world: World) -> None:
    case = world.as_user("wangfang").accept()["case"]
    world.as_user("lijun").get(f"/cases/{case}")
    world.login("nobody", "x")

    assert _faults(world) == ()


WHERE = "WHERE county = '159999' AND number"
TAMPERINGS = {
    "account changed": [f"UPDATE audit_event SET account = 'sunli' {WHERE} = 3"],
    "time changed": [f"UPDATE audit_event SET at = at + 1 {WHERE} = 3"],
    "detail changed": [f"UPDATE audit_event SET detail = '{{}}' {WHERE} = 5"],
    "detail destroyed": [f"UPDATE audit_event SET detail = 'x' {WHERE} = 5"],
    "county changed": [f"UPDATE audit_event SET county = '150102' {WHERE} = 5"],
    "hash changed": [f"UPDATE audit_event SET sha256 = previous {WHERE} = 4"],
    "first removed": [f"DELETE FROM audit_event {WHERE} = 1"],
    "middle removed": [f"DELETE FROM audit_event {WHERE} = 4"],
    "middle removed and closed up": [
        f"DELETE FROM audit_event {WHERE} = 4",
        f"UPDATE audit_event SET number = 4 {WHERE} = 5",
    ],
    "last removed": [
        f"DELETE FROM audit_event {WHERE} = (SELECT max(number) FROM audit_event WHERE county = '159999')"
    ],
    "all removed": ["DELETE FROM audit_event"],
    "swapped": [
        f"UPDATE audit_event SET number = 1000 {WHERE} = 3",
        f"UPDATE audit_event SET number = 3 {WHERE} = 4",
        f"UPDATE audit_event SET number = 4 {WHERE} = 1000",
    ],
    "head changed": ["UPDATE audit_head SET length = length + 1"],
    "head removed": ["DELETE FROM audit_head"],
}


@pytest.mark.parametrize("statements", TAMPERINGS.values(), ids=TAMPERINGS.keys())
def test_tampering_is_found(world: World, statements: list[str]) -> None:
    assert _faults(world) == ()

    _as_administrator(world, *statements)

    assert _faults(world)


def test_a_last_entry_rewritten_with_a_fitting_hash_is_found(world: World) -> None:
    last = world.installation.database.read(
        lambda connection: connection.execute(
            audit_events.select().where(audit_events.c.county == "159999").order_by(audit_events.c.number.desc())
        ).first()
    )
    assert last is not None
    event = AuditEvent(
        county=last.county,
        at=last.at,
        account="sunli",
        office=last.office,
        action=last.action,
        kind=Kind(last.kind),
        object=last.object,
    )
    sha256 = entry_hash(event, number=last.number, previous=last.previous)

    _as_administrator(
        world,
        f"UPDATE audit_event SET account = 'sunli', detail = '{{}}', sha256 = '{sha256}' {WHERE} = {last.number}",
    )

    assert [fault.number for fault in _faults(world)] == [0]


def test_a_second_start_continues_the_chain(make_world: Callable[..., World]) -> None:
    make_world().as_user("wangfang")
    world = make_world()
    world.as_user("lijun")

    assert _faults(world) == ()


class _Interrupted:
    """A connection that lets somebody act between its first statement and the second."""

    def __init__(self, connection: Connection, act: Callable[[], object]) -> None:
        self._connection = connection
        self._acts = [lambda: None, act]

    def execute(self, statement: Any, **options: Any) -> Any:
        if self._acts:
            self._acts.pop(0)()
        return self._connection.execute(statement, **options)


def test_an_act_during_the_check_is_no_fault(world: World) -> None:
    def check(connection: Connection) -> AuditReport:
        return check_chains(cast(Connection, _Interrupted(connection, lambda: world.as_user("lijun"))))

    before = world.count(audit_events)
    report = world.installation.database.read(check)

    assert report == AuditReport(entries=before, faults=())
    assert world.count(audit_events) == before + 1


def test_a_read_cannot_write_on_postgres(world: World, database: str) -> None:
    if not database:
        return  # SQLite has no such transactions
    with pytest.raises(DBAPIError, match="read-only transaction"):
        world.installation.database.read(lambda connection: connection.execute(text("DELETE FROM login_failure")))


def test_S16_what_an_account_does_is_never_read_as_a_cases_course(world: World) -> None:
    """Also where both have the same id, as was possible before."""
    case = world.as_user("wangfang").accept()["case"]
    same = [("login", Kind.ACCOUNT), ("login", None), ("office_opened", None), ("read", Kind.CASE), ("read", None)]

    def write(connection: Connection) -> None:
        for action, kind in same:
            event = AuditEvent(
                county="159999",
                at=world.clock.now,
                account="lijun",
                office="159999",
                action=action,
                kind=kind,
                object=case,
                detail={"address": "10.0.0.1"},
            )
            append_event(connection, event)

    world.installation.database.write(write)

    trail = world.as_user("lijun").get(f"/cases/{case}/audit").json()["entries"]

    assert [entry["action"] for entry in trail] == ["accept", "read", "read", "read_trail"]
    assert _faults(world) == ()


def test_the_trail_of_a_case_comes_in_parts_and_says_whether_there_is_more(world: World) -> None:
    case = world.as_user("wangfang").accept()["case"]
    reviewer = world.as_user("lijun")
    for _ in range(3):
        reviewer.get(f"/cases/{case}")

    parts, after = [], 0
    while True:
        part = reviewer.get(f"/cases/{case}/audit?after={after}&limit=2").json()
        parts.append([entry["action"] for entry in part["entries"]])
        if not part["more"]:
            break
        after = part["entries"][-1]["number"]

    assert parts[:2] == [["accept", "read"], ["read", "read"]]
    assert {action for part in parts[2:] for action in part} == {"read_trail"}, (
        "each part that was read before is in it"
    )
    assert reviewer.get(f"/cases/{case}/audit?limit=201").status_code == 400
