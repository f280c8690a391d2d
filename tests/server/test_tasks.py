"""What waits for a person is written with each step, and is exactly what the person may do."""

from __future__ import annotations

import random
from collections.abc import Mapping, Set
from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from sqlalchemy import Connection

from domain.cases.values import Act, CaseId, CaseStatus, Step
from domain.catalogue.values import Catalogue, Chain, ModuleId, RoleId, StageId
from domain.codes import area_of
from domain.identity import PersonKey
from domain.refusals import Refusal
from domain.workflow import Actor, Task, acts_open_to, course_of, decide, targets_of, task_of
from server.storage.cases import CaseRecord, add_case
from server.storage.tables import tasks
from server.storage.tasks import Worker, list_tasks, replace_task
from tests.helpers.builders import NOW, OFFICES, a_step, home_of
from tests.server.conftest import parsed_catalogue
from tests.server.world import World

COURSES = 1_000
OFTEN = {
    CaseStatus.DRAFT: [Act.ACCEPT],
    CaseStatus.IN_REVIEW: [Act.APPROVE, Act.APPROVE, Act.APPROVE, Act.RETURN, Act.REFUSE],
    CaseStatus.IN_APPROVAL: [Act.APPROVE, Act.APPROVE, Act.APPROVE, Act.RETURN, Act.REFUSE],
    CaseStatus.RETURNED: [Act.RESUBMIT, Act.RESUBMIT, Act.RESUBMIT, Act.WITHDRAW],
}
PEOPLE = [PersonKey(f"person-{number}") for number in range(8)]


def _random_actor(chance: random.Random, catalogue: Catalogue, *, role: RoleId | None = None) -> Actor:
    """Anybody; with a role, often somebody who may act in it where cases of the first office are handled."""
    roles = sorted({role for chain in catalogue.chains.values() for role in chain.roles})
    held = frozenset(chance.sample(roles, chance.randint(1, 4))) | ({role} if role else frozenset())
    return Actor(
        account=chance.choice("abc"),
        name="李测试",
        person=chance.choice(PEOPLE),
        roles=held,
        office=home_of(role) if role and chance.random() < 0.8 else chance.choice(OFFICES),
    )


def _random_course(
    chance: random.Random, catalogue: Catalogue, chain: Chain, parties: frozenset[PersonKey]
) -> tuple[Step, ...]:
    """Steps that the workflow lets through; most tries are by somebody who may, so that courses get long."""
    steps: tuple[Step, ...] = ()
    for _ in range(chance.randint(4, 16)):
        course = course_of(chain, steps)
        if course.awaited is None:
            break
        act = chance.choice(OFTEN[course.status])
        target = chance.choice([None, *targets_of(chain, course)]) if act is Act.RETURN else None
        actor = _random_actor(chance, catalogue, role=course.awaited.role)
        stage = decide(chain, steps, act, actor, opinion="理由", parties=parties, target=target)
        if not isinstance(stage, Refusal):
            steps = (*steps, a_step(act, stage.role, actor=actor, opinion="理由", stage=stage.id, target=target))
    return steps


def _record(number: int, chain: Chain, steps: tuple[Step, ...], catalogue: Catalogue) -> CaseRecord:
    office, course = steps[0].office.code, course_of(chain, steps)
    return CaseRecord(
        county=office[:6],
        id=CaseId(f"case-{number:05d}"),
        office=office,
        receipt_no=f"{office}-20261124-{number:04d}",
        module=ModuleId("M01"),
        catalogue=catalogue.sha256,
        chain=chain.id,
        risk=3,
        applicant=PersonKey("-"),
        applicant_masked="张*",
        revision=1,
        steps=len(steps),
        status=course.status,
        awaited=course.awaited.role if course.awaited else None,
        reason=course.reason,
        accepted_at=NOW + timedelta(seconds=number % 97),
        due_on=date(2026, 12, 24),
    )


@dataclass(frozen=True, kw_only=True)
class Courses:
    """Random cases, and people who each may act in some of them."""

    records: tuple[CaseRecord, ...]
    waiting: Mapping[CaseId, tuple[Task | None, Task | None]]
    """What waited after the first step, and what waits at the end."""
    may: tuple[tuple[Actor, Set[CaseId]], ...]


@pytest.fixture(scope="module")
def courses() -> Courses:
    """1,000 courses, drawn once for both databases."""
    chance, catalogue = random.Random(20261128), parsed_catalogue()
    chains = sorted(catalogue.chains.values(), key=lambda chain: chain.id)
    ran: dict[CaseId, tuple[Chain, tuple[Step, ...], frozenset[PersonKey]]] = {}
    records, waiting = [], {}
    while len(ran) < COURSES:
        chain, parties = chance.choice(chains), frozenset(chance.sample(PEOPLE, chance.randint(1, 2)))
        steps = _random_course(chance, catalogue, chain, parties)
        if steps:
            records.append(record := _record(len(ran), chain, steps, catalogue))
            first, last = (task_of(chain, steps[:end], parties=parties) for end in (1, len(steps)))
            waiting[record.id] = first, last
            ran[record.id] = chain, steps, parties
    assert len({course_of(chain, steps).status for chain, steps, _ in ran.values()}) == len(CaseStatus) - 1
    actors = [_random_actor(chance, catalogue) for _ in range(40)]
    may = [
        {case for case, (chain, steps, own) in ran.items() if acts_open_to(chain, steps, actor, parties=own)}
        for actor in actors
    ]
    return Courses(records=tuple(records), waiting=waiting, may=tuple(zip(actors, may, strict=True)))


def test_the_list_of_tasks_is_what_may_be_done_in_1000_random_courses(world: World, courses: Courses) -> None:
    def fill(connection: Connection) -> None:
        for record in courses.records:
            add_case(connection, record, "{}")
            for task in courses.waiting[record.id]:  # a task replaces the one before it
                replace_task(connection, record, task)

    world.installation.database.write(fill)
    read = world.installation.database.read
    found = read(lambda connection: [_tasks_of(connection, actor) for actor, _ in courses.may])

    assert found == [may for _, may in courses.may]
    assert sum(map(len, found)) > COURSES / 2


def _tasks_of(connection: Connection, actor: Actor) -> set[CaseId]:
    worker = Worker(person=actor.person, roles=actor.roles, office=actor.office.code, area=area_of(actor.office.code))
    listed = list_tasks(connection, worker, after=None, limit=COURSES)
    assert list(listed) == sorted(listed, key=lambda record: (record.accepted_at, record.id))
    return {record.id for record in listed}


def test_a_step_says_at_which_stage_and_counter_it_was_taken_and_what_was_seen(world: World) -> None:
    reviewer = world.as_user("lijun")
    case = world.as_user("wangfang").accept()["case"]
    assert reviewer.act(case, Act.APPROVE, seen_content="sha256:other").json()["code"] == "case_changed"
    seen = world.digest_of(case)
    assert reviewer.act(case, Act.APPROVE, seen_content=seen).status_code == 201

    steps = world.steps_of(case)

    assert [(step.stage, step.counter, step.seen) for step in steps] == [("accept", "1", seen), ("review", "1", seen)]


def test_a_case_goes_back_to_the_stage_that_is_named(world: World) -> None:
    elder = world.content({"AAC002": "159999196403150011", "AAC004": "1", "AAC006": "1964-03-15"})
    case = world.as_user("wangfang").accept(elder)["case"]
    reviewer, deputy = world.as_user("lijun"), world.as_user("zhaomin")
    reviewer.act(case, Act.APPROVE)
    open_to_deputy = deputy.get(f"/cases/{case}").json()

    wrong = deputy.act(case, Act.RETURN, seen=2, opinion="请再核", target=StageId("director"))
    back = deputy.act(case, Act.RETURN, seen=2, opinion="请再核", target=StageId("review"))
    waiting = reviewer.get("/tasks").json()["cases"]
    again = reviewer.act(case, Act.APPROVE, seen=3)

    assert [stage["name"] for stage in open_to_deputy["targets"]] == ["受理", "复核"]
    assert [step["stage"] for step in open_to_deputy["steps"]] == ["受理", "复核"]
    assert [step["target"] for step in back.json()["steps"]] == ["", "", "复核"]
    assert wrong.json()["facts"] == {"place": "target", "why": "not_before"}
    assert (back.json()["status"], back.json()["awaited"]) == ("in_review", "PUB_CHK")
    assert [(line["case"], line["reason"]) for line in waiting] == [(case, "请再核")]
    assert (again.json()["status"], again.json()["awaited"]) == ("in_approval", "DEP_DIR")


def test_the_open_cases_of_the_version_before_have_their_tasks(older_world: World) -> None:
    """Cases of 5798e1d: one finished, one returned, one half approved, one brought again without its agent."""
    clerk, reviewer, deputy = (older_world.as_user(user) for user in ("wangfang", "lijun", "zhaomin"))
    rows = older_world.rows(tasks)
    mine = {user: user.get("/tasks").json()["cases"] for user in (clerk, reviewer, deputy)}

    done = deputy.act(mine[deputy][0]["case"], Act.APPROVE, seen=2)

    assert [(row["stage"], row["role"], row["own"], row["assignee"]) for row in rows] == [
        ("PUB_BIZ", "PUB_BIZ", True, "wangfang"),
        ("DEP_DIR", "DEP_DIR", False, ""),
        ("PUB_CHK", "PUB_CHK", False, "lijun"),
    ]
    assert [line["status"] for lines in mine.values() for line in lines] == ["returned", "in_review", "in_approval"]
    assert (done.json()["status"], done.json()["awaited"]) == ("in_approval", "DIR")
    assert [step["stage"] for step in done.json()["steps"]] == ["PUB_BIZ", "PUB_CHK", "DEP_DIR"]
