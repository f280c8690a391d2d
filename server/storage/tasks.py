"""What waits for a person: a row for each open case, written in the transaction of the step that made it.

Who may take it is worked out by ``domain.workflow.task_of``; here it is only kept and looked up.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlalchemy import Connection, and_, exists, insert, or_, select

from domain.catalogue.values import RoleId
from domain.identity import PersonKey
from domain.workflow import Task
from server.storage.cases import CaseRecord, Place, in_area, read_case_row
from server.storage.statements import delete_where, of
from server.storage.tables import cases, task_bars, tasks


@dataclass(frozen=True, slots=True, kw_only=True)
class Worker:
    """Whose tasks are wanted. ``area``: the leading digits of all office codes below the office."""

    person: PersonKey = field(repr=False)
    roles: frozenset[RoleId]
    office: str
    area: str


def replace_task(connection: Connection, record: CaseRecord, task: Task | None) -> None:
    """Put what waits now in the place of what waited before."""
    key = {"county": record.county, "case_id": record.id}
    for table in (task_bars, tasks):
        connection.execute(delete_where(table, "county", "case_id"), of(**key))
    if task is None:
        return
    connection.execute(
        insert(tasks),
        {
            **key,
            "stage": task.stage.id,
            "role": task.stage.role,
            "office": task.accepted_by.code,
            "own": task.own,
            "assignee": task.assignee,
            "accepted_at": record.accepted_at,
            "due_on": record.due_on.isoformat(),
        },
    )
    connection.execute(insert(task_bars), [{**key, "person": person} for person in sorted(task.barred)])


def list_tasks(connection: Connection, worker: Worker, *, after: Place | None, limit: int) -> tuple[CaseRecord, ...]:
    """The cases that wait for this person, oldest first."""
    this = (tasks.c.county == cases.c.county) & (tasks.c.case_id == cases.c.id)
    barred = exists().where(
        (task_bars.c.county == tasks.c.county)
        & (task_bars.c.case_id == tasks.c.case_id)
        & (task_bars.c.person == worker.person)
    )
    here = tasks.c.office == worker.office
    wanted = and_(
        in_area(tasks.c.county, tasks.c.office, worker.area),
        tasks.c.role.in_(sorted(worker.roles)),
        or_(and_(tasks.c.own, here), and_(~tasks.c.own, ~here)),
        ~barred,
    )
    if after:
        same = tasks.c.accepted_at == after.accepted_at
        wanted = and_(wanted, or_(tasks.c.accepted_at > after.accepted_at, and_(same, tasks.c.case_id > after.id)))
    query = select(cases).join(tasks, this).where(wanted).order_by(tasks.c.accepted_at, tasks.c.case_id).limit(limit)
    return tuple(read_case_row(row) for row in connection.execute(query))
