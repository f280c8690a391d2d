"""Roles are given and taken in the log, from when until when, and asked for at the time of the act."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from domain.cases.values import Act, StepId
from domain.catalogue.values import RoleId
from domain.refusals import Refusal, RefusalCode
from domain.wire.cases import TakeStep
from server.service.accounts import NewAccount, grant_role, open_account, withdraw_role
from server.service.login import find_actor
from server.service.review import act_on_case
from server.service.samples import COUNTY, PASSWORD
from server.service.work import Work, transact
from server.storage.tables import audit_events
from tests.helpers.builders import an_id_number
from tests.server.world import MADE_AT, World, new_id

FIN = RoleId("FIN")
PUB_CHK = RoleId("PUB_CHK")


def _roles(world: World, user: str) -> list[str]:
    roles: list[str] = world.as_user(user).get("/me").json()["roles"]
    return roles


def _entries(world: World, user: str) -> list[dict[str, Any]]:
    rows = sorted(world.rows(audit_events), key=lambda row: (row["county"], row["number"]))
    return [row for row in rows if row["object"] == user and row["action"].startswith("role_")]


def _grant(
    world: World, user: str, role: RoleId, begins_at: datetime | None = None, ends_at: datetime | None = None
) -> Refusal | None:
    return transact(
        world.installation,
        lambda work: grant_role(work, user, role, by="test", begins_at=begins_at, ends_at=ends_at),
    )


def _withdraw(world: World, user: str, role: RoleId) -> Refusal | None:
    return transact(world.installation, lambda work: withdraw_role(work, user, role, by="test"))


def test_a_grant_holds_from_its_beginning_until_its_end(world: World) -> None:
    begins, ends = (world.clock.now + timedelta(hours=hours) for hours in (1, 2))
    assert _grant(world, "sunli", FIN, begins, ends) is None
    seen = []
    for _ in range(3):
        seen.append("FIN" in _roles(world, "sunli"))
        world.clock.forward(hours=1)

    granted = _entries(world, "sunli")[-1]
    assert seen == [False, True, False]
    assert (granted["action"], granted["kind"]) == ("role_granted", "account")
    assert f'"from":"{begins.isoformat()}","role":"FIN","until":"{ends.isoformat()}"' in granted["detail"]


def test_a_role_that_is_withdrawn_is_gone_at_once_and_the_log_says_so(world: World) -> None:
    assert _withdraw(world, "lijun", PUB_CHK) is None
    again = _withdraw(world, "lijun", PUB_CHK)

    assert "PUB_CHK" not in _roles(world, "lijun")
    assert again is not None
    assert again.code is RefusalCode.NOT_FOUND
    assert [row["action"] for row in _entries(world, "lijun")][-1] == "role_withdrawn"
    assert world.clock.now.isoformat() in _entries(world, "lijun")[-1]["detail"]
    assert _grant(world, "lijun", PUB_CHK) is None
    assert "PUB_CHK" in _roles(world, "lijun")


def test_a_role_that_was_withdrawn_excludes_no_other_any_more(world: World) -> None:
    refused = _grant(world, "lijun", RoleId("AUDIT"))
    assert [_withdraw(world, "lijun", role) for role in (PUB_CHK, RoleId("PEN_CHK"))] == [None, None]

    assert refused is not None
    assert _grant(world, "lijun", RoleId("AUDIT")) is None


def test_a_grant_that_begins_later_excludes_others_already(world: World) -> None:
    assert _grant(world, "sunli", FIN, world.clock.now + timedelta(days=30)) is None

    refused = _grant(world, "sunli", RoleId("AUDIT"))

    assert refused is not None
    assert refused.facts["excludes"] == "AUDIT FIN"


def test_rights_are_asked_at_the_time_of_the_act(world: World) -> None:
    """The role is withdrawn after the token was looked up and before the step is taken."""
    case = world.as_user("wangfang").accept()["case"]
    actor = find_actor(world.installation, world.as_user("lijun").token)
    assert not isinstance(actor, Refusal)
    assert _withdraw(world, "lijun", PUB_CHK) is None
    step = TakeStep(step=StepId(new_id()), act=Act.APPROVE, seen_steps=1, made_at=MADE_AT)

    answer = act_on_case(world.installation, actor, case, step, body=b"")

    assert isinstance(answer, Refusal)
    assert answer.code is RefusalCode.NOT_ALLOWED
    assert world.record_of(case).steps == 1


@pytest.mark.parametrize("user", ["2f0b5348-a850-45ed-9c3a-b39582495ecb", "", "a b", "x" * 65])
def test_S16_no_user_name_has_the_form_of_a_case(world: World, user: str) -> None:
    def act(work: Work) -> object:
        new = NewAccount(
            user=user,
            name="新",
            id_number=an_id_number("15999919790612003"),
            password=PASSWORD,
            office=COUNTY.code,
        )
        return open_account(work, new, by="test", today=work.today)

    made = transact(world.installation, act)

    assert isinstance(made, Refusal)
    assert made.facts["place"] == "user"


@pytest.mark.parametrize("case", ["wangfang2", "WANGFANG-0001", "case-000000001"])
def test_S16_no_case_has_the_form_of_a_user_name(world: World, case: str) -> None:
    reply = world.as_user("wangfang").submit(world.content(), case=case)

    assert (reply.status_code, reply.json()["code"]) == (400, "request_malformed")
