"""Login, lock, tokens."""

from __future__ import annotations

import os
import threading
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import anyio
import httpx2
import pytest

from domain.wire.envelope import SERVER_HEADER
from server.http import turns
from server.service.login import count_failures, log_out
from server.service.passwords import Passwords
from server.storage.accounts import find_account
from server.storage.tables import audit_events, sessions
from tests.server.world import World


def test_login_gives_a_token_that_opens_the_account(world: World) -> None:  # IM-1
    reply = world.login("wangfang")
    user = world.as_user("wangfang")
    me = user.get("/me").json()

    assert reply.json()["catalogue_sha256"] == world.installation.catalogues.current.sha256
    assert me == {
        "user": "wangfang",
        "name": "王芳",
        "office": {"code": "159999001", "name": "测试镇便民服务中心", "level": "乡镇", "phone": "0471-0000001"},
        "roles": ["PEN_BIZ", "PUB_BIZ"],
    }


def test_the_token_is_stored_only_as_a_hash(world: World) -> None:
    token = world.as_user("wangfang").token

    rows = world.installation.database.read(lambda connection: connection.execute(sessions.select()).all())

    assert rows
    assert all(token not in str(tuple(row)) for row in rows)


@pytest.mark.parametrize("user", ["wangfang", "nobody"])
def test_a_wrong_password_is_refused_alike_for_known_and_unknown_names(world: World, user: str) -> None:
    reply = world.login(user, "wrong")

    problem = reply.json()
    assert reply.status_code == 401
    assert reply.headers["content-type"] == "application/problem+json"
    assert reply.headers["www-authenticate"] == "Bearer"
    assert (problem["code"], problem["facts"]) == ("login_wrong", {"left": "4"})
    assert "密码" in problem["detail"]
    assert problem["next"]


@pytest.mark.parametrize("user", ["wangfang", "nobody"])
def test_five_failures_lock_for_thirty_minutes_even_with_the_right_password(world: World, user: str) -> None:
    failures = [world.login(user, "wrong") for _ in range(5)]
    locked = world.login(user)
    world.clock.forward(minutes=29)
    still = world.login(user)
    world.clock.forward(minutes=1)
    after = world.login(user)

    assert [reply.status_code for reply in failures] == [401, 401, 401, 401, 423]
    assert (locked.status_code, locked.json()["facts"]) == (423, {"minutes": "30"})
    assert "30 分钟" in locked.json()["next"]
    assert still.json()["facts"] == {"minutes": "1"}
    assert after.status_code == (200 if user == "wangfang" else 401)


@pytest.mark.parametrize("counter", ["1", "测试镇01号窗口"])
def test_a_stranger_cannot_lock_an_account_where_it_is_used(world: World, counter: str) -> None:
    stranger = world.from_elsewhere("10.9.9.9")
    body = {"user": "wangfang", "password": "wrong", "counter": counter}

    tries = [stranger.client.post("/v1/login", json=body).status_code for _ in range(6)]

    assert tries == [401, 401, 401, 401, 423, 423]
    assert stranger.login("wangfang").status_code == 423
    assert world.login("wangfang").status_code == 200
    assert stranger.login("wangfang").status_code == 423  # the user's success forgives the stranger nothing


def test_another_counters_name_gives_no_more_guesses(world: World) -> None:
    tries = [
        world.client.post("/v1/login", json={"user": "wangfang", "password": "x", "counter": str(number)}).status_code
        for number in range(6)
    ]

    assert tries == [401, 401, 401, 401, 423, 423]


def test_a_lock_of_two_days_outlasts_what_is_forgotten_after_one(make_world: Callable[..., World]) -> None:
    world = make_world(lock_minutes=2880)
    for _ in range(5):
        world.login("wangfang", "wrong")
    world.clock.forward(hours=25)
    world.as_user("lijun")
    locked = world.login("wangfang")
    world.clock.forward(hours=23)

    assert (locked.status_code, locked.json()["facts"]) == (423, {"minutes": "1380"})
    assert world.login("wangfang").status_code == 200


def test_lock_is_configured(make_world: Callable[..., World]) -> None:
    world = make_world(login_failures=2, lock_minutes=7)

    world.login("wangfang", "wrong")
    locked = world.login("wangfang", "wrong")

    assert locked.json()["facts"] == {"minutes": "7"}


def test_a_success_forgets_earlier_failures(world: World) -> None:
    for _ in range(4):
        world.login("wangfang", "wrong")
    world.as_user("wangfang")

    assert world.login("wangfang", "wrong").json()["facts"] == {"left": "4"}


def test_failures_are_forgotten_after_a_day(world: World) -> None:
    world.login("wangfang", "wrong")
    found = []
    for delta in ({"hours": 24}, {"seconds": 1}):
        world.clock.forward(**delta)
        world.as_user("lijun")  # whoever logs in sweeps
        found.append(count_failures(world.installation, "wangfang"))

    assert found == [1, 0]


def test_guesses_at_the_same_moment_are_all_counted(world: World) -> None:
    with ThreadPoolExecutor(8) as pool:
        statuses = list(pool.map(lambda _: world.login("wangfang", "wrong").status_code, range(8)))

    assert sorted(statuses) == [401] * 4 + [423] * 4
    assert world.login("wangfang").status_code == 423


def test_an_unknown_name_costs_a_hash_too(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    matches = Passwords.matches

    def spy(self: Passwords, stored: str | None, password: str) -> bool:
        asked.append(stored)
        return matches(self, stored, password)

    monkeypatch.setattr(Passwords, "matches", spy)
    world.login("nobody", "wrong")

    assert asked == [None]


async def _log_in_often(
    world: World, times: int, meanwhile: Callable[[httpx2.AsyncClient], Awaitable[None]]
) -> Counter[int]:
    """The statuses of logins that all wait while ``meanwhile`` runs."""
    statuses: Counter[int] = Counter()
    transport = httpx2.ASGITransport(app=world.client.app)

    async def log_in() -> None:
        body = {"user": "wangfang", "password": "x", "counter": "1"}
        statuses[(await client.post("/v1/login", json=body)).status_code] += 1

    async with (
        httpx2.AsyncClient(transport=transport, base_url="http://server.test", timeout=60) as client,
        anyio.create_task_group() as group,
    ):
        for _ in range(times):
            group.start_soon(log_in)
            await anyio.wait_all_tasks_blocked()
        await meanwhile(client)
    return statuses


@pytest.fixture
def cores_free(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """No password is found right or wrong before this is set."""
    free = threading.Event()
    monkeypatch.setattr(Passwords, "matches", lambda *_: free.wait(60) and False)
    yield free
    free.set()


def test_logins_that_wait_for_a_core_hold_nobody_up(world: World, cores_free: threading.Event) -> None:
    async def ask(client: httpx2.AsyncClient) -> None:
        try:
            with anyio.fail_after(20):
                assert (await client.get("/v1/clock")).status_code == 200
        finally:
            cores_free.set()

    statuses = anyio.run(_log_in_often, world, 60, ask)

    assert statuses == {401: 4, 423: 56}


def test_more_logins_than_can_be_answered_in_time_are_told_to_come_later(
    world: World, cores_free: threading.Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(turns, "MOST_LOGINS_WAITING", 3)

    async def let_go(_client: httpx2.AsyncClient) -> None:
        cores_free.set()

    statuses = anyio.run(_log_in_often, world, 40, let_go)

    served = 3 + 2 * (os.cpu_count() or 1)
    assert statuses[503] == 40 - served
    assert statuses[401] + statuses[423] == served


def test_a_token_ends_after_its_time_and_says_so(world: World) -> None:
    user = world.as_user("wangfang")
    world.clock.forward(hours=12)

    reply = user.get("/me")

    assert (reply.status_code, reply.json()["code"]) == (401, "token_expired")
    assert "保留" in reply.json()["next"]


def test_an_ended_token_is_known_as_such_for_a_month_and_then_forgotten(world: World) -> None:
    user = world.as_user("wangfang")
    world.clock.forward(hours=12 + 30 * 24)
    world.as_user("lijun")
    known = user.get("/me").json()["code"]
    world.clock.forward(hours=1)
    world.as_user("lijun")

    assert (known, user.get("/me").json()["code"]) == ("token_expired", "token_missing")


def test_logout_revokes_the_token(world: World) -> None:
    user = world.as_user("wangfang")

    left = user.send("POST", "/logout")
    reply = user.get("/me")

    assert left.status_code == 204
    assert (reply.status_code, reply.json()["code"]) == (401, "token_missing")


def test_a_logout_of_what_is_no_login_any_more_changes_nothing(world: World) -> None:
    """Two can come at the same moment; the door asks before either is carried out."""
    user = world.as_user("wangfang")

    for token in ("x" * 43, user.token, user.token):
        log_out(world.installation, token)

    assert [row["action"] for row in world.rows(audit_events)].count("logout") == 1


@pytest.mark.parametrize("value", ["", "Bearer", "Bearer x", "Basic d2FuZw==", "Bearer " + "长".encode().hex() * 2000])
def test_no_token_is_refused(world: World, value: str) -> None:
    reply = world.client.get("/v1/tasks", headers={"Authorization": value})

    assert (reply.status_code, reply.json()["code"]) == (401, "token_missing")


def test_outdated_hashes_are_made_anew_at_login(make_world: Callable[..., World]) -> None:
    make_world()
    world = make_world(argon2_rounds=2)

    world.as_user("wangfang")
    account = world.installation.database.read(lambda connection: find_account(connection, "wangfang"))

    assert account is not None
    assert "$m=64,t=2,p=1$" in account.password


def test_logins_and_failures_are_in_the_log_without_what_was_typed(world: World) -> None:
    world.login("wangfang", "wrong-secret")
    world.login("typed-my-password-here", "x")
    world.as_user("wangfang")

    rows = world.installation.database.read(lambda connection: connection.execute(audit_events.select()).all())
    actions = [row.action for row in rows]

    assert actions.count("login_failed") == 2
    assert actions.count("login") == 1
    assert "wrong-secret" not in str(rows)
    assert "typed-my-password-here" not in str(rows)


def test_every_reply_says_that_it_is_the_real_server(world: World) -> None:  # IM-3
    for reply in (world.client.get("/v1/clock"), world.client.get("/v1/nothing"), world.login("wangfang")):
        assert reply.headers[SERVER_HEADER] == "zonggui/1"
        assert reply.headers["date"] == "Mon, 23 Nov 2026 02:30:00 GMT"
        assert len(reply.headers["x-request-id"]) == 36


def test_a_request_id_is_kept(world: World) -> None:
    reply = world.client.get("/v1/clock", headers={"X-Request-Id": "abcdefgh-1"})

    assert reply.headers["x-request-id"] == "abcdefgh-1"


def test_the_catalogue_comes_with_its_hash_and_only_once(world: World) -> None:
    user = world.as_user("wangfang")
    sha256 = world.installation.catalogues.current.sha256

    full = user.get("/catalogue")
    again = user.send("GET", "/catalogue", headers={"If-None-Match": full.headers["etag"]})

    assert full.json()["sha256"] == sha256
    assert {module["id"] for item in full.json()["data"]["items"] for module in item["modules"]} >= {"M01"}
    assert (again.status_code, again.content) == (304, b"")
    assert user.get(f"/catalogue/{sha256}").json() == full.json()
    assert user.get(f"/catalogue/{'0' * 64}").status_code == 404
