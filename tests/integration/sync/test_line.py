"""The line believes nobody: each strange reply of a real socket becomes a typed fault, and addresses switch."""

from __future__ import annotations

import json
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app.notices.faults import FaultCode
from app.notices.texts import refusal_notice
from app.settings import Endpoint
from app.sync.calls.blobs import get_blob, has_blob, put_blob
from app.sync.calls.cases import submit
from app.sync.calls.lists import list_changes, list_tasks
from app.sync.line import Line, LineConfig
from app.sync.pace import Pace
from app.sync.reply import LineFault
from app.sync.server_time import ServerTime
from domain.business_time import business_day
from domain.cases.values import BlobHash, CaseId, CaseStatus
from domain.refusals import Refusal, RefusalCode
from domain.wire.lists import CaseLine, CaseList
from domain.wire.login import Clock
from tests.helpers.builders import M01
from tests.helpers.fault_proxy import CAPTIVE_PAGE, Fault, FaultProxy
from tests.integration.builders import QUICK, a_counter, an_entry, ask_clock
from tests.integration.small_server import SmallServer

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def a_line(*urls: str, pace: Pace = QUICK) -> Line:
    endpoints = tuple(Endpoint(url=url, profile=url) for url in urls)
    line = Line(LineConfig(endpoints=endpoints, pace=pace), ServerTime(lambda: NOW))
    line.set_token("good")
    return line


def raw(status: str, body: bytes, *headers: str, ours: bool = True, length: int | None = None) -> Fault:
    """A reply made by hand."""
    lines = [f"HTTP/1.1 {status}", *headers, f"Content-Length: {len(body) if length is None else length}"]
    if ours:
        lines.append("X-Zonggui-Server: test")
    return Fault(reply_with="\r\n".join([*lines, "", ""]).encode() + body)


JSON = "Content-Type: application/json"
PROBLEM = "Content-Type: application/problem+json"
CLOCK = json.dumps({"now": "2026-11-23T09:00:00Z", "version": "1"}).encode()
UNHEARD_OF = json.dumps(
    {
        "type": "urn:zonggui:refusal:counter_closed",
        "title": "窗口已关闭",
        "status": 409,
        "detail": "窗口已关闭。今天的业务已经日结。",
        "code": "counter_closed",
        "facts": {"day": "2026-11-23"},
        "next": "请明天再来",
        "instance": "/v1/cases",
    }
).encode()


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        (Fault(reply_with=CAPTIVE_PAGE), FaultCode.NOT_OUR_SERVER),
        (raw("200 OK", CLOCK, JSON, ours=False), FaultCode.NOT_OUR_SERVER),
        (raw("200 OK", CLOCK, "Content-Type: text/html"), FaultCode.NOT_OUR_SERVER),
        (raw("302 Found", b"", "Location: http://127.0.0.1:9/login"), FaultCode.NOT_OUR_SERVER),
        (raw("204 No Content", b"", JSON), FaultCode.SERVER_FAULT),
        (raw("200 OK", b"", JSON), FaultCode.SERVER_FAULT),
        (raw("200 OK", b"{", JSON), FaultCode.SERVER_FAULT),
        (raw("200 OK", b"\xff\x00", JSON), FaultCode.SERVER_FAULT),
        (raw("200 OK", b"[" * 50_000, JSON), FaultCode.SERVER_FAULT),
        (raw("200 OK", b" " * 3_000_000, JSON), FaultCode.NOT_OUR_SERVER),
        (raw("200 OK", CLOCK, JSON, length=len(CLOCK) + 9), FaultCode.NO_NETWORK),
        (raw("500 Internal Server Error", b"oops"), FaultCode.SERVER_FAULT),
        (raw("502 Bad Gateway", b"<html>", "Content-Type: text/html", ours=False), FaultCode.NOT_OUR_SERVER),
        (raw("409 Conflict", b"{}", PROBLEM), FaultCode.SERVER_FAULT),
        (raw("409 Conflict", b'{"code":"unheard_of"}', PROBLEM), FaultCode.SERVER_FAULT),
        (raw("503 Service Unavailable", UNHEARD_OF, PROBLEM), FaultCode.SERVER_FAULT),
        (Fault(reply_with=b"SSH-2.0-OpenSSH\r\n"), FaultCode.NO_NETWORK),
        (Fault(reply_with=b""), FaultCode.NO_NETWORK),
        (Fault(swallow=True), FaultCode.TIMEOUT),
    ],
)
def test_bad_input_a_strange_reply_is_a_typed_fault(fault: Fault, code: FaultCode, proxy: FaultProxy) -> None:
    proxy.plan(then=fault)

    with pytest.raises(LineFault) as caught:
        ask_clock(a_line(proxy.url))

    assert caught.value.code is code


def test_a_problem_is_a_refusal_with_its_facts(server: SmallServer) -> None:
    line = a_line(server.url)
    line.set_token("stale")

    assert list_changes(line, 0) == Refusal(code=RefusalCode.TOKEN_EXPIRED)
    assert has_blob(line, BlobHash("0" * 64)) == Refusal(code=RefusalCode.TOKEN_EXPIRED)
    assert isinstance(ask_clock(line), Clock)


def test_a_reply_of_a_later_server_is_understood(proxy: FaultProxy) -> None:
    proxy.plan(then=raw("200 OK", CLOCK[:-1] + b',"zone":{"name":"CST"}}', JSON))

    assert ask_clock(a_line(proxy.url)) == Clock(now=NOW, version="1")


def test_a_refusal_of_a_later_server_is_shown_in_its_words(proxy: FaultProxy) -> None:
    proxy.plan(then=raw("409 Conflict", UNHEARD_OF, PROBLEM))

    refusal = ask_clock(a_line(proxy.url))

    assert isinstance(refusal, Refusal)
    notice = refusal_notice(refusal)
    assert refusal.code is RefusalCode.UNKNOWN
    assert (notice.what, notice.why, notice.next) == ("窗口已关闭", "今天的业务已经日结", "请明天再来")


def test_a_reply_that_drips_is_given_up(server: SmallServer, proxy: FaultProxy) -> None:
    """A byte now and then keeps a read timeout alive for ever; the reply as a whole has a limit as well."""
    pace = Pace(silent_s=1.0, slowest_bytes_per_s=10**9)
    server.cases.append(CaseId("case-1"))
    for _ in range(200):
        server.say_returned(CaseId("case-1"), "缺页")
    proxy.plan(then=Fault(bytes_per_s=10_000))

    with pytest.raises(LineFault) as caught:
        list_changes(a_line(proxy.url, pace=pace), 0)

    assert caught.value.code is FaultCode.TIMEOUT


def test_the_line_holds_answers_about_another_case_for_a_fault(server: SmallServer, tmp_path: Path) -> None:
    with a_counter(tmp_path, server.url) as counter:
        entry = an_entry(counter.store, 1)
        other = an_entry(counter.store, 2)
        for sha256 in entry.blobs:
            put_blob(counter.line, sha256, counter.store.pages.load(sha256))
        submit(counter.line, entry)
        server.answers[other.step] = (other.body, server.answers[entry.step][1])

        with pytest.raises(LineFault) as caught:
            submit(counter.line, other)

    assert caught.value.code is FaultCode.SERVER_FAULT


def test_a_page_of_another_hash_is_a_fault(proxy: FaultProxy) -> None:
    proxy.plan(then=raw("200 OK", b"another page", "Content-Type: application/octet-stream"))

    with pytest.raises(LineFault) as caught:
        get_blob(a_line(proxy.url), CaseId("case-1"), BlobHash("0" * 64))

    assert caught.value.code is FaultCode.SERVER_FAULT


def test_changes_out_of_order_are_a_fault(server: SmallServer, proxy: FaultProxy) -> None:
    server.cases.append(CaseId("case-1"))
    server.say_returned(CaseId("case-1"), "缺页")

    server.changes.append(server.changes[0])

    with pytest.raises(LineFault):
        list_changes(a_line(server.url), 0)


def test_im3_a_captive_portal_on_the_first_way_leads_to_the_second(server: SmallServer, proxy: FaultProxy) -> None:
    proxy.plan(then=Fault(reply_with=CAPTIVE_PAGE))
    line = a_line(proxy.url, server.url)

    assert isinstance(ask_clock(line), Clock)
    asked = proxy.connections
    assert isinstance(ask_clock(line), Clock)
    assert proxy.connections == asked  # the way that answered is taken first from then on


def test_im4_the_line_moves_to_the_new_address_at_its_time(server: SmallServer) -> None:
    times = [NOW]
    endpoints = (
        Endpoint(url="http://127.0.0.1:9", profile="专网"),
        Endpoint(url=server.url, profile="专网", valid_from=NOW + timedelta(hours=1)),
    )
    line = Line(LineConfig(endpoints=endpoints), ServerTime(lambda: times[0]))

    with pytest.raises(LineFault):
        ask_clock(line)
    times[0] += timedelta(hours=1)

    assert isinstance(ask_clock(line), Clock)


def test_without_any_address_there_is_a_fault_that_says_so() -> None:
    with pytest.raises(LineFault) as caught:
        ask_clock(a_line())

    assert caught.value.code is FaultCode.NO_ENDPOINT


def test_the_line_can_be_asked_from_many_threads(server: SmallServer) -> None:
    line = a_line(server.url)
    answers: list[object] = []
    threads = [threading.Thread(target=lambda: answers.append(ask_clock(line))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert len(answers) == 8
    assert all(isinstance(answer, Clock) for answer in answers)


def test_no_proxy_of_the_environment_is_used_unless_configured(
    server: SmallServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    monkeypatch.setenv("no_proxy", "")

    assert isinstance(ask_clock(a_line(server.url)), Clock)


@pytest.mark.parametrize(("count", "listed"), [(450, 450), (10_000, 10_000), (10_001, 10_000)])
def test_4_15_all_tasks_come_however_many_pages_they_fill_and_the_list_says_where_it_ends(
    server: SmallServer, count: int, listed: int
) -> None:
    server.tasks = [
        CaseLine(
            case=CaseId(f"case-{number}"),
            receipt_no=f"R{number:04}",
            module=M01,
            status=CaseStatus.IN_REVIEW,
            awaited=None,
            risk=2,
            applicant="张**",
            office="测试镇",
            accepted_at=NOW,
            due_on=business_day(NOW),
        )
        for number in range(count)
    ]

    found = list_tasks(a_line(server.url))

    assert isinstance(found, CaseList)
    assert found.cases == tuple(server.tasks[:listed])
    assert bool(found.after) == (count > listed)
