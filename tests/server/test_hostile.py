"""Whatever arrives, the answer is a refusal with a reason: never a fault."""

from __future__ import annotations

import json
from typing import Any

import anyio
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.requests import Request
from starlette.types import Message

from domain.refusals import RefusalCode
from domain.wire.codec import MAX_REQUEST_BYTES
from domain.wire.envelope import IDEMPOTENCY_HEADER
from server.http import blobs as blobs_module
from server.http import requests as requests_module
from tests.helpers.noise import ExpectedNoise
from tests.server.world import World, new_id

ROUTES = [
    ("POST", "/v1/login"),
    ("POST", "/v1/logout"),
    ("GET", "/v1/me"),
    ("GET", "/v1/clock"),
    ("GET", "/v1/catalogue"),
    ("GET", "/v1/catalogue/{}"),
    ("PUT", "/v1/blobs/{}"),
    ("HEAD", "/v1/blobs/{}"),
    ("POST", "/v1/cases"),
    ("GET", "/v1/cases"),
    ("GET", "/v1/cases/{}"),
    ("GET", "/v1/cases/{}/audit"),
    ("GET", "/v1/cases/{}/blobs/{}"),
    ("POST", "/v1/cases/{}/steps"),
    ("GET", "/v1/tasks"),
    ("GET", "/v1/changes"),
    ("GET", "/v1/progress/{}/{}"),
    ("OPTIONS", "/v1/cases"),
    ("DELETE", "/v1/cases/{}"),
    ("TRACE", "/v1/login"),
]
_LEAF = st.none() | st.booleans() | st.integers() | st.floats() | st.text()
_JSON = st.recursive(_LEAF, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=8)
_NAMES = st.sampled_from(["user", "password", "counter", "case", "step", "act", "content", "made_at", "seen_steps"])
_BODIES = (
    st.binary(max_size=200)
    | _JSON.map(lambda value: json.dumps(value).encode())
    | st.dictionaries(_NAMES, _JSON).map(lambda value: json.dumps(value).encode())
)
_QUOTED_ALREADY = ("%00", "%2e%2e%2f", "%ff%fe")
_SEGMENT = st.text(max_size=30) | st.sampled_from(["..", *_QUOTED_ALREADY, "a" * 3000, new_id(), "0" * 64])


@given(data=st.data())
@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
def test_arbitrary_bytes_never_make_a_fault(world: World, data: st.DataObject) -> None:
    token = _token(world)
    method, pattern = data.draw(st.sampled_from(ROUTES))
    path = pattern
    while "{}" in path:
        path = path.replace("{}", _quoted(data.draw(_SEGMENT)), 1)
    query = data.draw(st.dictionaries(st.sampled_from(["after", "limit", "x"]), st.text(max_size=20), max_size=2))
    headers = {
        "Authorization": f"Bearer {token}",
        "Content-Type": data.draw(st.sampled_from(["application/json", "application/json; charset=x", "text/html"])),
        IDEMPOTENCY_HEADER: data.draw(st.sampled_from(["", '"', "key", new_id()])),
    }

    reply = world.client.request(method, path, params=query, headers=headers, content=data.draw(_BODIES))

    assert reply.status_code < 500, reply.text
    if reply.status_code >= 400 and method != "HEAD" and "progress" not in path:
        assert reply.json()["code"] in set(RefusalCode)


_TOKENS: dict[int, str] = {}


def _token(world: World) -> str:
    """One login for all examples of a test."""
    if id(world) not in _TOKENS:
        _TOKENS.clear()
        _TOKENS[id(world)] = world.as_user("wangfang").token
    return _TOKENS[id(world)]


def _quoted(text: str) -> str:
    """As a client must send it: no client sends control characters as they are, not even after a percent sign."""
    return text if text in _QUOTED_ALREADY else "".join(f"%{byte:02X}" for byte in text.encode("utf-8", "replace"))


HOSTILE_BODIES: dict[str, bytes] = {
    "empty": b"",
    "not utf-8": b'{"user":"\xff\xfe"}',
    "lone surrogate": b'{"user":"\\ud800","password":"x","counter":"1"}',
    "nested two thousand times": b"[" * 2000 + b"]" * 2000,
    "nested objects": b'{"user":' * 500,
    "huge number": b'{"user":' + b"9" * 4000 + b"}",
    "wrong type": b'{"user":1,"password":"x","counter":"1"}',
    "unknown field": b'{"user":"a","password":"x","counter":"1","admin":true}',
    "NaN": b'{"user":NaN}',
    "trailing": b'{"user":"a","password":"x","counter":"1"} {}',
    "bom": b'\xef\xbb\xbf{"user":"a","password":"x","counter":"1"}',
}


@pytest.mark.parametrize("body", HOSTILE_BODIES.values(), ids=HOSTILE_BODIES.keys())
def test_a_body_that_is_no_request_is_refused_without_echo(world: World, body: bytes) -> None:
    reply = world.client.post("/v1/login", content=body, headers={"Content-Type": "application/json"})

    assert (reply.status_code, reply.json()["code"]) == (400, "request_malformed")
    assert len(reply.content) < 1000


@pytest.mark.parametrize(
    ("user", "password", "counter"),
    [("\x00", "x", "1"), ("a" * 65, "x", "1"), ("wangfang", "x" * 1000, "1"), ("wangfang", "", "1")],
)
def test_hostile_logins_are_wrong_logins(world: World, user: str, password: str, counter: str) -> None:
    reply = world.client.post("/v1/login", json={"user": user, "password": password, "counter": counter})

    assert (reply.status_code, reply.json()["code"]) == (401, "login_wrong")


@pytest.mark.parametrize("counter", ["\x00", "x" * 65, "\u202e"])
def test_a_counter_that_cannot_be_is_refused(world: World, counter: str) -> None:
    reply = world.client.post("/v1/login", json={"user": "wangfang", "password": "x", "counter": counter})

    assert (reply.status_code, reply.json()["code"]) == (400, "request_malformed")


def test_a_large_body_is_refused_before_it_is_read(world: World) -> None:
    headers = {"Content-Type": "application/json", "Content-Length": str(MAX_REQUEST_BYTES + 1)}
    announced = world.client.post("/v1/login", content=iter([b"{}"]), headers=headers)
    flood = (b" " * 65536 for _ in range(40))
    streamed = world.client.post("/v1/login", content=flood, headers={"Content-Type": "application/json"})

    assert (announced.status_code, streamed.status_code) == (413, 413)
    assert streamed.json()["code"] == "request_too_large"


def test_a_login_is_short_or_it_is_not_read(world: World) -> None:
    headers = {"Content-Type": "application/json"}
    faults = b"{" + b",".join(b'"%d":1' % number for number in range(1000)) + b"}"
    longest = {"user": "\U00020000" * 64, "password": "\U00020000" * 256, "counter": "1" * 64}

    flooded = world.client.post("/v1/login", content=faults, headers=headers)
    heard = world.client.post("/v1/login", content=json.dumps(longest, ensure_ascii=False).encode(), headers=headers)

    assert (flooded.status_code, flooded.json()["facts"]) == (413, {"limit": "4096"})
    assert heard.json()["code"] == "login_wrong"


@pytest.mark.parametrize("kind", ["", "text/plain", "multipart/form-data; boundary=x"])
def test_another_content_type_is_refused(world: World, kind: str) -> None:
    reply = world.client.post("/v1/login", content=b"{}", headers={"Content-Type": kind})

    assert (reply.status_code, reply.json()["code"]) == (415, "request_malformed")


@pytest.mark.parametrize(("method", "path"), [("GET", "/v1/login"), ("OPTIONS", "/v1/tasks"), ("PUT", "/v1/cases")])
def test_a_wrong_method_is_refused_and_the_right_one_named(world: World, method: str, path: str) -> None:
    reply = world.client.request(method, path)

    assert (reply.status_code, reply.json()["code"]) == (405, "request_malformed")
    assert reply.headers["allow"]


def test_a_bug_gives_a_calm_problem_and_a_trace_without_data(
    world: World, monkeypatch: pytest.MonkeyPatch, expected_noise: ExpectedNoise, caplog: pytest.LogCaptureFixture
) -> None:
    expected_noise.log("fault in request .*KeyError < broken", reason="an administrator must hear of it")

    def broken(*_: object, **__: object) -> Any:
        raise KeyError("159999197111050240 张测试")

    monkeypatch.setattr("server.http.lists.read_tasks", broken)
    reply = world.as_user("lijun").get("/tasks")

    problem = reply.json()
    assert (reply.status_code, problem["code"]) == (500, "server_fault")
    assert problem["facts"]["request"] == reply.headers["x-request-id"]
    assert "张测试" not in reply.text + caplog.text
    assert "159999197111050240" not in reply.text + caplog.text


def test_a_body_that_trickles_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(requests_module, "BODY_TIMEOUT_S", 0.05)
    chunks = iter([{"type": "http.request", "body": b"{", "more_body": True}])

    async def receive() -> Message:
        for chunk in chunks:
            return chunk
        await anyio.sleep_forever()
        raise AssertionError("unreachable")

    scope = {"type": "http", "method": "POST", "headers": [(b"content-type", b"application/json")]}

    with pytest.raises(requests_module.DeclinedError) as declined:
        anyio.run(requests_module.read_body, Request(scope, receive))

    assert declined.value.status == 408
    assert declined.value.refusal.facts == {"place": "body", "why": "incomplete"}


def test_S12_an_upload_that_trickles_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blobs_module, "IDLE_TIMEOUT_S", 0.2)
    monkeypatch.setattr(blobs_module, "SLOWEST_BYTES_PER_S", 1000)

    async def receive() -> Message:
        await anyio.sleep(0.02)  # something always comes in time, but too little of it
        return {"type": "http.request", "body": b"x", "more_body": True}

    async def take() -> None:
        async for _ in blobs_module._receive(Request({"type": "http", "method": "PUT", "headers": []}, receive)):
            pass

    with pytest.raises(requests_module.DeclinedError) as declined:
        anyio.run(take)

    assert declined.value.status == 408
