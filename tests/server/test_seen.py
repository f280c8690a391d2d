"""Whoever reads anything of a person is in the log, also by a key that is used again (S5, S17)."""

from __future__ import annotations

import pytest
from sqlalchemy import delete, select

from domain.cases.values import Act
from server.http import login
from server.storage.tables import audit_events, grants
from tests.helpers.pictures import a_jpeg
from tests.server.world import World, new_id, sha256


def _log_of(world: World, case: str) -> list[tuple[str, str]]:
    query = select(audit_events).where(audit_events.c.object == case).order_by(audit_events.c.number)
    rows = world.installation.database.read(lambda connection: connection.execute(query).all())
    return [(row.account, row.action) for row in rows]


@pytest.mark.parametrize(
    ("part", "action"), [("", "read"), ("/audit", "read_trail"), (f"/blobs/{sha256(a_jpeg(b'1'))}", "read_page")]
)
def test_S5_what_is_read_is_logged(world: World, part: str, action: str) -> None:
    case = world.as_user("wangfang").accept()["case"]

    assert world.as_user("lijun").get(f"/cases/{case}{part}").status_code == 200

    assert _log_of(world, case)[-1] == ("lijun", action)


@pytest.mark.parametrize(
    ("part", "action"), [("", "read"), ("/audit", "read_trail"), (f"/blobs/{sha256(a_jpeg(b'1'))}", "read_page")]
)
def test_S5_what_is_refused_to_a_reader_is_logged(world: World, part: str, action: str) -> None:
    case = world.as_user("wangfang").accept()["case"]

    assert world.as_user("zhaomin").get(f"/cases/{case}{part}").status_code == 403

    assert _log_of(world, case)[-1] == ("zhaomin", f"{action}_refused")


def test_S17_a_key_that_is_used_again_reads_the_case_again(world: World) -> None:
    case, step = world.as_user("wangfang").accept()["case"], new_id()
    reviewer = world.as_user("lijun")
    first = reviewer.act(case, Act.APPROVE, step=step)

    again = reviewer.act(case, Act.APPROVE, step=step)

    assert again.content == first.content
    assert _log_of(world, case)[-1] == ("lijun", "read")


def test_S17_a_key_tells_nothing_to_who_may_no_longer_read(world: World) -> None:
    case, step = world.as_user("wangfang").accept()["case"], new_id()
    reviewer = world.as_user("lijun")
    assert reviewer.act(case, Act.APPROVE, step=step).status_code == 201
    world.installation.database.write(lambda c: c.execute(delete(grants).where(grants.c.user == "lijun")))

    again = reviewer.act(case, Act.APPROVE, step=step)

    assert (again.status_code, again.json()["code"]) == (403, "not_allowed")
    assert "159999197111050240" not in again.text
    assert _log_of(world, case)[-1] == ("lijun", "read_refused")


def test_S10_wrong_logins_are_answered_slower_and_slower() -> None:
    pauses = [login.pause_s(tries) for tries in (0, 9, 10, 20, 200)]

    assert pauses[:2] == [0, 0]
    assert 0 < pauses[2] < pauses[3] < pauses[4] == 3


def test_S10_guesses_from_many_addresses_lock_the_account_in_the_end(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(login, "pause_s", lambda _tries: 0.0)
    codes = []
    for number in range(1, 60):
        elsewhere = world.from_elsewhere(f"10.0.0.{number}")
        codes.append(elsewhere.login("lijun", "wrong").json()["code"])

    assert codes[:49] == ["login_wrong"] * 49
    assert codes[49:] == ["login_locked"] * 10
    assert world.login("lijun").json()["code"] == "login_locked"
    world.clock.forward(minutes=31)
    assert world.login("lijun").status_code == 200


def test_S10_the_owner_who_logs_in_begins_anew(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(login, "pause_s", lambda _tries: 0.0)
    for number in range(1, 60):
        world.from_elsewhere(f"10.0.0.{number}").login("lijun", "wrong")
        if number % 20 == 0:
            assert world.login("lijun").status_code == 200

    assert world.login("lijun").status_code == 200


@pytest.mark.parametrize("reason", ["\u00ad", "\u3164\u3164", "\u2800", "\u2066x\u2069", "\u200b", "a\u0085", "\uffa0"])
def test_S12_a_reason_that_nobody_can_see_is_none(world: World, reason: str) -> None:
    case = world.as_user("wangfang").accept()["case"]

    reply = world.as_user("lijun").act(case, Act.RETURN, opinion=reason)

    assert (reply.status_code, reply.json()["code"]) == (400, "request_malformed")
