"""The loop on its own thread: wakes, rests, stops, and survives what happens meanwhile."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app.notices.faults import FaultCode
from app.settings import Endpoint
from app.store.faults import StoreFault
from app.store.outbox import EntryState, OutboxEntry
from app.store.store import Store
from app.sync import pull as pull_module
from app.sync.line import Line, LineConfig
from app.sync.loop import SyncLoop
from app.sync.pace import Pace
from app.sync.report import SyncReport, SyncState
from app.sync.server_time import ServerTime
from domain.cases.values import CaseId
from domain.refusals import Refusal, RefusalCode
from tests.helpers.fault_proxy import Fault, FaultProxy
from tests.integration.builders import KEY, QUICK, an_entry, code_of
from tests.integration.small_server import SmallServer


class Running:
    """A loop with real time, and what it reported."""

    def __init__(self, folder: Path, url: str) -> None:
        self.store = Store.open(folder, KEY)
        self.reports: list[SyncReport] = []
        self.bugs: list[Exception] = []
        self._news = threading.Condition()
        line = Line(LineConfig(endpoints=(Endpoint(url=url),), pace=QUICK), ServerTime())
        self.loop = SyncLoop(self.store, line, self._take, time.time, random.Random(1).random, on_bug=self.bugs.append)

    def _take(self, report: SyncReport) -> None:
        with self._news:
            self.reports.append(report)
            self._news.notify_all()

    def wait_for(self, wanted: Callable[[SyncReport], bool], *, deadline_s: float = 60) -> SyncReport:
        """The first report, from the last one on, that fits."""
        with self._news:
            assert self._news.wait_for(lambda: any(wanted(one) for one in self.reports), deadline_s)
            found = next(one for one in self.reports if wanted(one))
            self.reports.clear()
            return found


@pytest.fixture
def running(tmp_path: Path, proxy: FaultProxy) -> Iterator[Running]:
    made = Running(tmp_path, proxy.url)
    made.loop.start()
    yield made
    made.loop.stop()
    made.store.close()


def test_a_woken_loop_sends_at_once_and_reports_the_receipt(running: Running, server: SmallServer) -> None:
    running.loop.set_token("good")
    running.wait_for(lambda report: report.state is SyncState.ONLINE)

    running.store.enqueue(an_entry(running.store), drop_draft=None)
    running.loop.wake()
    report = running.wait_for(lambda report: bool(report.receipts))

    assert report.receipts[0].receipt_no == "R0001"
    assert report.waiting == 0


def test_im3_after_an_outage_the_loop_sends_by_itself(running: Running, server: SmallServer, proxy: FaultProxy) -> None:
    proxy.plan(then=Fault(cut_request_at=0))
    running.store.enqueue(an_entry(running.store), drop_draft=None)
    running.loop.set_token("good")
    away = running.wait_for(lambda report: report.state is SyncState.OFFLINE)
    assert (away.waiting, code_of(away)) == (1, FaultCode.NO_NETWORK)

    proxy.plan()

    back = running.wait_for(lambda report: bool(report.receipts))
    assert back.waiting == 0
    assert server.cases == ["case-1"]


def test_a_token_that_expires_in_between_is_asked_for_and_a_new_one_wakes_the_loop(
    running: Running, server: SmallServer
) -> None:
    running.loop.set_token("good")
    running.wait_for(lambda report: report.state is SyncState.ONLINE)
    server.token = "new"
    running.store.enqueue(an_entry(running.store), drop_draft=None)
    running.loop.wake()
    running.wait_for(lambda report: report.state is SyncState.LOGIN_NEEDED and report.waiting == 1)

    running.loop.set_token("new")

    assert running.wait_for(lambda report: bool(report.receipts)).state is SyncState.ONLINE


def test_the_loop_stops_in_the_middle_of_a_black_hole(running: Running, proxy: FaultProxy) -> None:
    proxy.plan(then=Fault(swallow=True))
    running.store.enqueue(an_entry(running.store), drop_draft=None)
    running.loop.set_token("good")
    started = time.monotonic()

    running.loop.stop()

    assert time.monotonic() - started < 10
    assert running.store.outbox.counts()[EntryState.WAITING] == 1


def test_a_store_that_fails_is_reported_and_the_loop_goes_on(
    running: Running, server: SmallServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_values: object, **_more: object) -> bool:
        raise StoreFault(FaultCode.DISK_FULL)

    with monkeypatch.context() as patch:
        patch.setattr(running.store, "acknowledged", full)
        running.store.enqueue(an_entry(running.store), drop_draft=None)
        running.loop.set_token("good")
        running.wait_for(lambda report: code_of(report) is FaultCode.DISK_FULL)

    running.wait_for(lambda report: bool(report.receipts))
    assert server.cases == ["case-1"]


def test_im3_random_faults_for_many_cases_end_with_each_case_once(
    running: Running, server: SmallServer, proxy: FaultProxy
) -> None:
    chance = random.Random(7)
    faults = [
        chance.choice(
            [
                Fault(cut_request_at=chance.randint(0, 30_000)),
                Fault(cut_response_at=chance.randint(0, 800)),
                Fault(),
            ]
        )
        for _ in range(40)
    ]
    proxy.plan(*faults)
    numbers = range(1, 21)
    server.refuse = lambda submit: Refusal(code=RefusalCode.RULE_BLOCKED) if submit.case == "case-13" else None
    running.loop.set_token("good")
    for number in numbers:
        running.store.enqueue(an_entry(running.store, number), drop_draft=None)
        running.loop.wake()

    def all_answered(_report: SyncReport) -> bool:
        running.store.outbox.make_due()
        running.loop.wake()
        counts = running.store.outbox.counts()
        return counts[EntryState.WAITING] == 0 and sum(counts.values()) == 20

    running.wait_for(all_answered, deadline_s=90)
    assert sorted(server.cases) == sorted(f"case-{number}" for number in numbers if number != 13)
    assert running.store.outbox.counts()[EntryState.REFUSED] == 1


def test_im3_a_bug_or_a_disk_that_fails_between_rounds_never_ends_the_loop(
    running: Running, server: SmallServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_values: object, **_more: object) -> list[OutboxEntry]:
        raise faults.pop() if faults else StoreFault(FaultCode.DISK_FAULT)

    faults: list[Exception] = [ZeroDivisionError()]
    with monkeypatch.context() as patch:
        patch.setattr(running.store.outbox, "waiting", broken)
        running.store.enqueue(an_entry(running.store), drop_draft=None)
        running.loop.set_token("good")
        running.wait_for(lambda report: code_of(report) is FaultCode.DISK_FAULT)

    running.wait_for(lambda report: bool(report.receipts))
    assert [type(bug) for bug in running.bugs] == [ZeroDivisionError]
    assert server.cases == ["case-1"]


def test_changes_beyond_one_rounds_patience_come_in_the_next_which_follows_at_once(
    running: Running, server: SmallServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pull_module, "_MOST_PAGES", 2)
    monkeypatch.setattr(pull_module, "_PAGE", 10)
    server.cases.append(CaseId("case-1"))
    for number in range(95):
        server.say_returned(CaseId("case-1"), str(number))

    running.loop.set_token("good")

    assert running.wait_for(lambda _: running.store.cursor() == len(server.changes), deadline_s=20)


def test_a_server_that_takes_questions_and_never_answers_is_told_while_the_question_is_still_open(
    server: SmallServer, proxy: FaultProxy, tmp_path: Path
) -> None:
    """The clerk must not see 已联网 for the minute until the question is given up; what was done is told, and once."""
    patient, reports = Pace(silent_s=60.0), []
    store, told = Store.open(tmp_path, KEY), threading.Event()

    def take(report: SyncReport) -> None:
        reports.append(report)
        told.set()

    line = Line(LineConfig(endpoints=(Endpoint(url=proxy.url),), pace=patient), ServerTime())
    loop = SyncLoop(store, line, take, time.time, random.Random(1).random, on_bug=_raise, patience_s=0.2)
    loop.set_token("good")
    proxy.plan(then=Fault(swallow=True))
    store.enqueue(an_entry(store), drop_draft=None)
    round_ = threading.Thread(target=lambda: reports.append(loop.run_round()))
    begin = time.monotonic()
    round_.start()
    try:
        assert told.wait(20)
        took_s = time.monotonic() - begin
        assert round_.is_alive(), "it still waits for the server"
    finally:
        proxy.close()  # what hangs is cut
        round_.join(30)
        loop.stop()
        store.close()

    early, late = reports
    assert (early.state, code_of(early), early.waiting) == (SyncState.OFFLINE, FaultCode.TIMEOUT, 1)
    assert took_s < 10
    assert (early.unanswered, late.unanswered) == (("step-1",), ()), "each thing is told once"
    assert late.state is SyncState.OFFLINE


def _raise(error: Exception) -> None:
    raise error
