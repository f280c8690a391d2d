"""A request that arrives often is carried out once."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor

import pytest

from domain.cases.values import Act, CaseId, StepId
from domain.catalogue.values import RoleId
from domain.refusals import RefusalCode
from domain.wire.cases import TakeStep
from domain.wire.codec import dump
from domain.wire.envelope import IDEMPOTENCY_HEADER, Problem
from server.service.accounts import import_grant
from server.service.once import Request
from server.service.work import transact
from server.storage.tables import audit_events, case_steps, cases, changes, operations
from tests.helpers.pictures import a_jpeg
from tests.server.conftest import Older
from tests.server.world import MADE_AT, PNG, STROKES, World, new_id


def test_the_same_submission_gets_the_same_answer_byte_for_byte(world: World) -> None:  # IM-3
    clerk = world.as_user("wangfang")
    clerk.upload(a_jpeg(b"1"), a_jpeg(b"2"), PNG, STROKES)
    case, step = new_id(), new_id()
    content = world.content()

    first = clerk.submit(content, case=case, step=step)
    world.clock.forward(hours=1)
    second = clerk.submit(content, case=case, step=step)

    assert (second.status_code, second.content) == (first.status_code, first.content)
    assert second.headers["location"] == first.headers["location"] == f"/v1/cases/{case}"
    assert (world.count(cases), world.count(case_steps)) == (1, 1)


@pytest.mark.parametrize("user", ["wangfang", "lijun"])
def test_a_key_serves_one_request_only(world: World, user: str) -> None:
    clerk = world.as_user("wangfang")
    clerk.upload(a_jpeg(b"1"), a_jpeg(b"2"), PNG, STROKES)
    case, step = new_id(), new_id()
    clerk.submit(world.content(), case=case, step=step)

    changed = {"CAZ289": "300"} if user == "wangfang" else {}
    reply = world.as_user(user).submit(world.content(changed), case=case, step=step)

    assert (reply.status_code, reply.json()["code"]) == (422, "key_reused")


@pytest.mark.parametrize(("key", "code"), [("", "key_missing"), ("another-key", "request_malformed")])
def test_the_key_must_be_there_and_be_the_step(world: World, key: str, code: str) -> None:
    reply = world.as_user("wangfang").submit(world.content(), key=key)

    assert (reply.status_code, reply.json()["code"]) == (400, code)


def test_a_quoted_key_is_the_same_key(world: World) -> None:
    clerk = world.as_user("wangfang")
    clerk.upload(a_jpeg(b"1"), a_jpeg(b"2"), PNG, STROKES)
    step = new_id()

    assert clerk.submit(world.content(), step=step, key=f'"{step}"').status_code == 201


def test_missing_pages_may_follow_under_the_same_key(world: World) -> None:
    clerk = world.as_user("wangfang")
    case, step = new_id(), new_id()
    content = world.content()

    before = clerk.submit(content, case=case, step=step)
    clerk.upload(a_jpeg(b"1"), a_jpeg(b"2"), PNG, STROKES)
    after = clerk.submit(content, case=case, step=step)

    assert (before.status_code, after.status_code) == (409, 201)


def test_a_refused_act_stays_refused_when_rights_change(world: World) -> None:
    case = world.as_user("wangfang").accept()["case"]
    step = new_id()

    first = world.as_user("zhaomin").act(case, Act.APPROVE, step=step)
    transact(world.installation, lambda work: import_grant(work, "zhaomin", RoleId("PUB_CHK"), by="test"))
    second = world.as_user("zhaomin").act(case, Act.APPROVE, step=step)
    anew = world.as_user("zhaomin").act(case, Act.APPROVE)

    assert first.json()["code"] == "not_allowed"
    assert (second.status_code, second.content) == (first.status_code, first.content)
    assert anew.status_code == 201


def test_a_storm_of_copies_makes_one_case_each(world: World) -> None:  # server.md 1.6
    clerk = world.as_user("wangfang")
    clerk.upload(a_jpeg(b"1"), a_jpeg(b"2"), PNG, STROKES)
    asked = [(new_id(), new_id()) for _ in range(4)]
    bodies = [world.content(), world.content({"CAZ289": "300"})]

    def submit(turn: int) -> tuple[int, int, bytes]:
        case, step = asked[turn % 4]
        reply = clerk.submit(bodies[turn // 4 % 2], case=case, step=step)
        return turn % 4, reply.status_code, reply.content

    with ThreadPoolExecutor(8) as pool:
        replies = list(pool.map(submit, range(32)))

    for number in range(4):
        accepted = {body for which, status, body in replies if which == number and status == 201}
        refused = {status for which, status, _ in replies if which == number and status != 201}
        assert len(accepted) == 1
        assert refused <= {422}
    assert (world.count(cases), world.count(operations)) == (4, 4)
    rows = world.installation.database.read(lambda connection: connection.execute(changes.select()).all())
    assert sorted(row.sequence for row in rows if row.office == "159999001") == [1, 2, 3, 4]
    rows = world.installation.database.read(lambda connection: connection.execute(audit_events.select()).all())
    assert len([row for row in rows if row.action == "accept"]) == 4


def test_S12_equal_approvals_at_once_get_one_answer(world: World) -> None:
    case, step = world.as_user("wangfang").accept()["case"], new_id()
    reviewer = world.as_user("lijun")

    with ThreadPoolExecutor(8) as pool:
        replies = list(pool.map(lambda _: reviewer.act(case, Act.APPROVE, step=step), range(20)))

    assert {reply.status_code for reply in replies} == {201}
    assert len({reply.content for reply in replies}) == 1
    assert {reply.headers["location"] for reply in replies} == {f"/v1/cases/{case}"}
    assert reviewer.get(f"/cases/{case}").json()["archive"]


def test_what_was_kept_as_it_went_over_the_wire_is_told_as_before(older_database: Older) -> None:
    """A refused approval whose problem an earlier version kept: still refused, whatever the case allows now."""
    case, key = CaseId("af432308-47e5-48c8-bc07-768c3dc1248f"), new_id()
    step = TakeStep(step=StepId(key), act=Act.APPROVE, seen_steps=1, made_at=MADE_AT)
    facts = {"role": "PUB_CHK", "role_name": "经办复核"}
    problem = Problem(type="urn:x", title="x", status=403, detail="x", code=RefusalCode.NOT_ALLOWED.value, facts=facts)
    asked = Request(key=key, action="step", about=case, value=step)
    older_database.add_operation(key, "zhaomin", asked.fingerprint, 403, dump(problem).decode())
    world = older_database.open()

    again = world.as_user("zhaomin").act(case, Act.APPROVE, step=key)
    receipt = next(row for row in world.rows(operations) if row["account"] == "wangfang")

    assert (again.status_code, again.json()["code"], again.json()["facts"]["role"]) == (403, "not_allowed", "PUB_CHK")
    assert [json.loads(row["body"]) for row in world.rows(operations) if row["refusal"]] == [{"role": "PUB_CHK"}]
    assert json.loads(receipt["body"])["receipt_no"] == "159999001-20261123-0001"


def test_what_the_version_before_answered_is_told_to_who_sends_it_again(older_database: Older) -> None:
    """Its answers were lost on the way and the server was replaced meanwhile: the same bytes come once more."""
    sent = list(older_database.sent())
    assert {path.rpartition("/")[2] for _, path, _, _ in sent} == {"cases", "steps"}
    world = older_database.open()
    kept = {row["key"]: row["body"] for row in world.rows(operations)}

    for account, path, key, body in sent:
        headers = {"Content-Type": "application/json", IDEMPOTENCY_HEADER: key}
        again = world.as_user(account).send("POST", path, headers=headers, content=body)
        changed = world.as_user(account).send("POST", path, headers=headers, content=body.replace(b"02:29", b"02:30"))

        assert (again.status_code, again.text) == (201, kept[key])
        assert (changed.status_code, changed.json()["code"]) == (422, "key_reused")


def test_what_the_version_before_never_brought_is_still_of_its_form(older_database: Older) -> None:
    account, path, key, body = next(iter(older_database.sent()))
    fresh = new_id()
    world = older_database.open()

    headers = {"Content-Type": "application/json", IDEMPOTENCY_HEADER: fresh}
    reply = world.as_user(account).send(
        "POST", path, headers=headers, content=body.replace(key.encode(), fresh.encode())
    )

    assert (reply.status_code, reply.json()["code"]) == (422, "version_unknown")
    assert fresh not in {row["key"] for row in world.rows(operations)}
