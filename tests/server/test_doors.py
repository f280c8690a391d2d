"""Small doors that stood open (S12, S18, S19)."""

from __future__ import annotations

import asyncio
import dataclasses
import json
import socket
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text
from starlette.types import Receive, Scope, Send
from uvicorn import Config
from uvicorn.server import ServerState

from domain.cases.values import Act, StepId
from domain.refusals import Refusal, RefusalCode
from domain.wire.cases import TakeStep
from domain.wire.codec import dump
from domain.wire.envelope import IDEMPOTENCY_HEADER
from server.http import connections
from server.main import main
from server.service.accounts import NewAccount, open_account
from server.service.passwords import LONGEST_PASSWORD, SHORTEST_PASSWORD, is_weak
from server.service.samples import PASSWORD, TOWNSHIP
from server.service.work import Work, transact
from server.settings import SettingsError, load_settings
from server.storage.cases import list_cases
from tests.helpers.pictures import a_jpeg
from tests.server.test_pages import hire_far_clerk
from tests.server.world import MADE_AT, PNG, STROKES, World, new_id


@pytest.mark.parametrize("year", [1, 1999, 9999])
def test_S12_a_signature_of_another_age_is_refused(world: World, year: int) -> None:
    clerk = world.as_user("wangfang")
    clerk.upload(a_jpeg(b"1"), a_jpeg(b"2"), PNG, STROKES)
    content = world.content()
    assert content.signature is not None
    signature = dataclasses.replace(content.signature, signed_at=datetime(year, 12, 31, tzinfo=UTC))

    reply = clerk.submit(dataclasses.replace(content, signature=signature))

    assert (reply.status_code, reply.json()["facts"]) == (400, {"place": "content.signature.signed_at", "why": "time"})


@pytest.mark.parametrize("off", [timedelta(days=-400), timedelta(hours=20)])
def test_a_signature_of_a_slow_or_fast_clock_is_taken(world: World, off: timedelta) -> None:
    content = world.content()
    assert content.signature is not None
    signature = dataclasses.replace(content.signature, signed_at=world.clock.now + off)

    world.as_user("wangfang").accept(dataclasses.replace(content, signature=signature))


def test_S19_a_member_twice_is_refused(world: World) -> None:
    case, step = world.as_user("wangfang").accept()["case"], new_id()
    reviewer = world.as_user("lijun")
    asked = json.loads(dump(TakeStep(step=StepId(step), act=Act.REFUSE, seen_steps=1, opinion="x", made_at=MADE_AT)))
    body = json.dumps(asked)[:-1] + ',"act":"approve"}'

    reply = reviewer.send(
        "POST",
        f"/cases/{case}/steps",
        headers={"Content-Type": "application/json", IDEMPOTENCY_HEADER: step},
        content=body,
    )

    assert (reply.status_code, reply.json()["facts"]) == (400, {"place": "body", "why": "member_twice"})
    assert reviewer.get(f"/cases/{case}").json()["status"] == "in_review"


def test_S19_a_body_of_two_lengths_is_refused_and_the_line_closed(world: World) -> None:
    headers = {"Content-Type": "application/json", "Content-Length": "2", "Transfer-Encoding": "chunked"}

    reply = world.client.post("/v1/login", content=b"{}", headers=headers)

    assert (reply.status_code, reply.json()["facts"]) == (400, {"place": "headers", "why": "two_lengths"})
    assert reply.headers["connection"] == "close"


def test_S18_practice_people_never_stand_among_real_ones(
    world: World, database: str, capsys: pytest.CaptureFixture[str]
) -> None:
    def hire(work: Work) -> object:
        new = NewAccount(
            user="real", name="真", id_number="159999198701010024", password=PASSWORD, office=TOWNSHIP.code
        )
        return open_account(work, new, by="test", today=work.today)

    assert not isinstance(transact(world.installation, hire), Refusal)

    code = main(["init-sample", "--data", str(world.installation.settings.data), "--database", database])

    assert code == 2
    assert "演练人员不能混在其中" in capsys.readouterr().err


@pytest.mark.parametrize("password", ["", "1", "12345678", "abcdefgh1", "Abc-1", "Lijun-2026!", "A" * 300 + "b1"])
def test_S18_a_weak_password_is_refused(world: World, password: str) -> None:
    def hire(work: Work) -> object:
        new = NewAccount(
            user="lijun", name="李", id_number="159999198701010024", password=password, office=TOWNSHIP.code
        )
        return open_account(work, new, by="test", today=work.today)

    refused = transact(world.installation, hire)

    assert isinstance(refused, Refusal)
    assert refused.code is RefusalCode.PASSWORD_WEAK


def test_S18_a_good_password_is_taken() -> None:
    assert not is_weak(PASSWORD, user="wangfang")
    assert not is_weak("柜台Abc-2026", user="x1")


@pytest.mark.parametrize(
    ("password", "weak"),
    [
        ("Ab1" + "c" * (SHORTEST_PASSWORD - 4), True),
        ("Ab1" + "c" * (SHORTEST_PASSWORD - 3), False),
        ("Ab1" + "c" * (LONGEST_PASSWORD - 3), False),
        ("Ab1" + "c" * (LONGEST_PASSWORD - 2), True),
        ("abcdefgh1", True),
        ("abcdefgh-1", False),
    ],
)
def test_S18_both_sides_of_what_makes_a_password_weak(password: str, weak: bool) -> None:
    assert is_weak(password, user="lijun") is weak


def test_S18_the_password_of_the_database_stands_in_the_file(tmp_path: Path) -> None:
    (tmp_path / "server.toml").write_text('database = "postgresql://zonggui:secret@h/d"')

    settings = load_settings(tmp_path)

    assert settings.database_url == "postgresql+psycopg://zonggui:secret@h/d"
    assert "secret" not in repr(settings)
    assert load_settings(tmp_path, database="postgres://h/other").database == "postgres://h/other"
    (tmp_path / "server.toml").write_text("database = 5")
    with pytest.raises(SettingsError, match="database"):
        load_settings(tmp_path)


def test_S18_a_client_that_never_reads_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "READ_TIMEOUT_S", 0.05)
    asyncio.run(_ask_and_never_read())


async def _large(_scope: Scope, _receive: Receive, send: Send) -> None:
    body = bytes(32 * 1024 * 1024)
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": body})


async def _ask_and_never_read() -> None:
    config, state = Config(_large, log_config=None, lifespan="off"), ServerState()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: connections.Connection(config, state, {}), "127.0.0.1", 0)
    with socket.create_connection(server.sockets[0].getsockname()) as line:
        line.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        async with asyncio.timeout(30):
            while not state.connections:
                await asyncio.sleep(0.01)
            while state.connections:
                await asyncio.sleep(0.01)
    server.close()


def test_a_county_list_walks_an_index_and_sorts_nothing(world: World, database: str) -> None:
    clerk = world.as_user("wangfang")
    numbers = [clerk.accept()["receipt_no"] for _ in range(2)]
    asked: list[str] = []

    for area in ("159999", "1599", "15", "159999001"):
        found = world.installation.database.read(
            lambda connection: list_cases(connection, area=area, chains=None, after=None, limit=10)  # noqa: B023
        )
        asked += [one.receipt_no for one in found]
    for area in ("159998", "1598", "159999002", "16"):
        assert not world.installation.database.read(
            lambda connection: list_cases(connection, area=area, chains=None, after=None, limit=10)  # noqa: B023
        )

    assert sorted(asked) == sorted(numbers * 4)
    if not database:
        plan = world.installation.database.read(
            lambda connection: connection.execute(
                text(
                    "EXPLAIN QUERY PLAN SELECT * FROM service_case WHERE county = '159999' "
                    "ORDER BY accepted_at DESC, id DESC LIMIT 50"
                )
            ).all()
        )
        assert "service_case_county" in str(plan)
        assert "TEMP B-TREE" not in str(plan)


def test_S19_an_id_that_another_county_has_is_taken(world: World) -> None:
    transact(world.installation, hire_far_clerk)
    case = world.as_user("wangfang").accept()["case"]
    stranger = world.as_user("far_clerk")
    stranger.upload(a_jpeg(b"1"), a_jpeg(b"2"), PNG, STROKES)

    again = stranger.submit(world.content(), case=case)

    assert (again.status_code, again.json()["code"]) == (409, "step_not_now")
