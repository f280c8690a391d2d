"""The outbox never loses and never doubles, whatever the line does (real store, real HTTP, real faults)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.notices.faults import FaultCode
from app.store.outbox import EntryState
from app.sync import pull as pull_module
from app.sync.pace import Pace
from app.sync.report import SyncState
from domain.cases.values import CaseId, CaseStatus, StepId
from domain.refusals import Refusal, RefusalCode
from domain.wire.cases import SubmitCase
from tests.helpers.fault_proxy import CAPTIVE_PAGE, SERVER_ERROR, Fault, FaultProxy
from tests.helpers.stored import drafts_of
from tests.integration.builders import Counter, a_counter, an_entry, code_of
from tests.integration.small_server import SmallServer


@pytest.fixture
def counter(tmp_path: Path, proxy: FaultProxy) -> Iterator[Counter]:
    with a_counter(tmp_path / "store", proxy.url) as made:
        yield made


def enqueue(counter: Counter, number: int = 1, *, pages: int = 1, size_bytes: int = 20_000) -> None:
    counter.store.drafts.save(f"visit-{number}", b"draft")
    entry = an_entry(counter.store, number, pages=pages, size_bytes=size_bytes)
    counter.store.enqueue(entry, drop_draft=f"visit-{number}")


def test_a_submit_brings_pages_then_case_and_its_receipt_into_the_list(counter: Counter, server: SmallServer) -> None:
    enqueue(counter, pages=3)

    report = counter.rounds()

    assert report.state is SyncState.ONLINE
    assert [event.receipt_no for event in report.receipts] == ["R0001"]
    assert (report.waiting, report.refused) == (0, 0)
    assert server.cases == ["case-1"]
    assert len(server.blobs) == 3
    (row,) = counter.store.cases()
    assert (row.receipt_no, row.status, row.sending) == ("R0001", CaseStatus.IN_REVIEW, None)
    assert drafts_of(counter.store) == []


def test_im3_im9_with_the_server_away_the_case_waits_survives_a_restart_and_goes_out_by_itself(
    tmp_path: Path, server: SmallServer
) -> None:
    with a_counter(tmp_path / "store", "http://127.0.0.1:9") as away:
        enqueue(away)
        report = away.rounds(3)
        assert (report.state, code_of(report), report.waiting) == (SyncState.OFFLINE, FaultCode.NO_NETWORK, 1)
        (row,) = away.store.cases()
        assert (row.status, row.sending, row.applicant) == (None, EntryState.WAITING, "张**")

    with a_counter(tmp_path / "store", server.url) as back:
        back.clock.now += 1_000
        assert back.rounds().waiting == 0

    assert server.cases == ["case-1"]


FAULTS = {
    "request cut in the page": ((Fault(cut_request_at=9_000),), FaultCode.NO_NETWORK),
    "answer to the page lost": ((Fault(cut_response_at=0),), FaultCode.NO_NETWORK),
    "answer cut in its headers": ((Fault(cut_response_at=30),), FaultCode.NOT_OUR_SERVER),
    "captive portal": ((Fault(reply_with=CAPTIVE_PAGE),), FaultCode.NOT_OUR_SERVER),
    "garbage": ((Fault(reply_with=b"\x00\x01garbage\r\n\r\n"),), FaultCode.NO_NETWORK),
    "server answers 500": ((Fault(reply_with=SERVER_ERROR),), FaultCode.SERVER_FAULT),
    "black hole": ((Fault(swallow=True),), FaultCode.TIMEOUT),
}


@pytest.mark.parametrize("name", FAULTS)
def test_im3_a_fault_is_named_and_the_case_arrives_once_afterwards(
    name: str, counter: Counter, server: SmallServer, proxy: FaultProxy
) -> None:
    faults, code = FAULTS[name]
    enqueue(counter)
    proxy.plan(*faults)

    broken = counter.rounds()
    mended = counter.rounds(2)

    assert code_of(broken) is code
    assert broken.waiting == 1
    assert mended.state is SyncState.ONLINE
    assert mended.waiting == 0
    assert server.cases == ["case-1"]


def test_im3_wherever_the_answers_are_cut_there_is_exactly_one_case(
    counter: Counter, server: SmallServer, proxy: FaultProxy
) -> None:
    """Among the cuts are lost acknowledgements: the server has the case and the client does not know."""
    lost_acknowledgements = 0
    for number, cut in enumerate(range(0, 1200, 75), start=1):
        enqueue(counter, number)
        proxy.plan(Fault(cut_response_at=cut))
        counter.rounds()
        waiting = counter.store.outbox.counts()[EntryState.WAITING]
        lost_acknowledgements += waiting == 1 and f"case-{number}" in server.cases
        proxy.plan()
        counter.rounds(2)

    assert lost_acknowledgements >= 2
    assert sorted(server.cases) == sorted(f"case-{number}" for number in range(1, 17))
    assert counter.store.outbox.counts()[EntryState.SENT] == 16
    assert len({row.receipt_no for row in counter.store.cases()}) == 16


def test_im3_wherever_the_request_is_cut_there_is_exactly_one_case(
    counter: Counter, server: SmallServer, proxy: FaultProxy
) -> None:
    for number, cut in enumerate((0, 1, 100, 400, 10_000, 20_100, 20_300, 20_500, 21_000), start=1):
        enqueue(counter, number)
        proxy.plan(Fault(cut_request_at=cut))
        counter.rounds()
        proxy.plan()
        counter.rounds(2)

    assert sorted(server.cases) == sorted(f"case-{number}" for number in range(1, 10))


def test_a_refusal_stays_in_sight_with_its_reason_and_others_go_on(counter: Counter, server: SmallServer) -> None:
    def refuse_first(submit: SubmitCase) -> Refusal | None:
        return Refusal(code=RefusalCode.RULE_BLOCKED, facts={"rule": "R7"}) if submit.case == "case-1" else None

    server.refuse = refuse_first
    enqueue(counter, 1)
    enqueue(counter, 2)

    report = counter.rounds()

    assert (report.waiting, report.refused) == (0, 1)
    refused = next(row for row in counter.store.cases() if row.case == "case-1")
    assert refused.sending is EntryState.REFUSED
    assert refused.refusal == Refusal(code=RefusalCode.RULE_BLOCKED, facts={"rule": "R7"})
    assert server.cases == ["case-2"]


def test_a_corrected_case_takes_the_place_of_the_refused_one(counter: Counter, server: SmallServer) -> None:
    server.refuse = lambda submit: Refusal(code=RefusalCode.FORM_INVALID) if submit.step == "step-1" else None
    enqueue(counter, 1)
    counter.rounds()

    corrected = an_entry(counter.store, 2)
    counter.store.enqueue(corrected, drop_draft=None, replaces=StepId("step-1"))
    report = counter.rounds()

    assert (report.waiting, report.refused) == (0, 0)
    assert [entry.step for entry in counter.store.outbox.entries()] == ["step-2"]


def test_an_expired_token_stops_the_loop_and_a_new_one_sends_everything(counter: Counter, server: SmallServer) -> None:
    server.token = "new"
    enqueue(counter, 1)
    enqueue(counter, 2)

    expired = counter.rounds(2)
    counter.loop.set_token("new")
    fresh = counter.rounds()

    assert expired.state is SyncState.LOGIN_NEEDED
    assert expired.waiting == 2
    assert fresh.state is SyncState.ONLINE
    assert sorted(server.cases) == ["case-1", "case-2"]


def test_a_case_that_the_server_stumbles_over_does_not_hold_up_the_others(
    counter: Counter, server: SmallServer, proxy: FaultProxy
) -> None:
    enqueue(counter, 1)
    enqueue(counter, 2)
    proxy.plan(Fault(reply_with=SERVER_ERROR))

    report = counter.rounds()

    assert code_of(report) is FaultCode.SERVER_FAULT
    assert report.waiting == 1
    assert server.cases == ["case-2"]


def test_a_busy_server_is_asked_again(counter: Counter, server: SmallServer) -> None:
    server.refuse = lambda _submit: Refusal(code=RefusalCode.SERVER_BUSY)
    enqueue(counter)
    busy = counter.rounds()
    server.refuse = lambda _submit: None

    calm = counter.rounds(2)

    assert (busy.waiting, busy.refused) == (1, 0)
    assert (calm.waiting, calm.refused) == (0, 0)


def test_a_page_that_the_disk_lost_is_shown_and_not_sent_for_ever(
    counter: Counter, server: SmallServer, tmp_path: Path
) -> None:
    enqueue(counter)
    for path in (tmp_path / "store" / "pages").iterdir():
        path.write_bytes(b"x" * 100)

    report = counter.rounds()

    assert (report.waiting, report.refused) == (0, 1)
    refusal = counter.store.outbox.entries()[0].refusal
    assert refusal is not None
    assert refusal.code is RefusalCode.PAGE_DAMAGED


def test_a_return_with_its_reason_reaches_the_clerk(counter: Counter, server: SmallServer) -> None:
    enqueue(counter)
    counter.rounds()
    server.say_returned(CaseId("case-1"), "缺少户口簿首页")

    report = counter.rounds()

    assert [(event.status, event.reason) for event in report.changes] == [(CaseStatus.RETURNED, "缺少户口簿首页")]
    (row,) = counter.store.cases()
    assert (row.status, row.reason, row.applicant) == (CaseStatus.RETURNED, "缺少户口簿首页", "张**")
    assert counter.store.cursor() == 2


def test_news_of_others_wait_for_their_poll_and_not_longer_while_cases_go_out(
    counter: Counter, server: SmallServer
) -> None:
    counter.loop.run_round()
    for number, passed_s, known in ((1, 1, 0), (2, 28, 0), (3, 1, 3), (4, -3_600, 4)):
        counter.clock.now += passed_s  # the last time somebody sets the clock back
        enqueue(counter, number)
        report = counter.loop.run_round()
        assert (report.state, len(report.receipts), counter.store.cursor()) == (SyncState.ONLINE, 1, known)
    enqueue(counter, 5)
    counter.loop.run_round()

    counter.loop.run_round()  # nothing to send: somebody asked, or the poll came

    assert counter.store.cursor() == len(server.changes) == 5


def test_news_that_did_not_all_come_are_not_held_back_by_the_next_answer(
    counter: Counter, server: SmallServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pull_module, "_MOST_PAGES", 1)
    monkeypatch.setattr(pull_module, "_PAGE", 10)
    server.cases.append(CaseId("case-of-a-colleague"))
    for _ in range(15):
        server.say_returned(CaseId("case-of-a-colleague"), "")
    counter.loop.run_round()
    enqueue(counter)

    counter.loop.run_round()

    assert counter.store.cursor() == len(server.changes) == 16


def test_im3_sending_a_page_may_take_far_longer_than_connecting(
    tmp_path: Path, server: SmallServer, proxy: FaultProxy
) -> None:
    """A page of 500 KB at 64 KB/s with a connect timeout of 1 s stands for one at 64 kbit/s with one of 5 s."""
    with a_counter(tmp_path / "slow", proxy.url, pace=Pace(connect_s=1.0)) as counter:
        enqueue(counter, size_bytes=500_000)
        proxy.plan(then=Fault(bytes_per_s=64_000))

        report = counter.rounds()

    assert report.fault is None
    assert server.cases == ["case-1"]


def test_im3_when_the_line_is_back_nobody_waits_for_the_end_of_the_back_off(
    counter: Counter, server: SmallServer, proxy: FaultProxy
) -> None:
    enqueue(counter)
    proxy.plan(then=Fault(cut_request_at=0))
    counter.loop.run_round()
    proxy.plan()

    resting = counter.loop.run_round()  # the entry is not due, but the line is found to be back
    sent = counter.loop.run_round()

    assert (resting.state, resting.waiting) == (SyncState.ONLINE, 1)
    assert sent.waiting == 0
    assert server.cases == ["case-1"]


@pytest.mark.parametrize("says_more", [True, False])
def test_many_changes_arrive_in_one_round(counter: Counter, server: SmallServer, says_more: bool) -> None:
    """Also from a server of before ``more``: then a full page means that there are others."""
    server.says_more = says_more
    enqueue(counter)
    counter.rounds()
    colleagues = CaseId("case-of-a-colleague")
    server.cases.append(colleagues)
    for number in range(250):
        server.say_returned(CaseId("case-1"), str(number))
        server.say_returned(colleagues, "passed over")

    report = counter.rounds()

    assert [change.reason for change in report.changes][-250:] == [str(number) for number in range(250)]
    assert counter.store.cursor() == len(server.changes)


def test_a_case_that_is_over_is_forgotten_after_90_days_and_not_before(
    counter: Counter, server: SmallServer, tmp_path: Path
) -> None:
    enqueue(counter)
    counter.rounds()
    server.say_finished(CaseId("case-1"))
    counter.rounds()
    counter.clock.now += 89 * 86_400
    counter.rounds()
    assert len(counter.store.outbox.entries()) == 1

    counter.clock.now += 2 * 86_400
    counter.rounds()

    assert counter.store.outbox.entries() == []
    assert list((tmp_path / "store" / "pages").iterdir()) == []


def test_a_clock_that_was_set_back_holds_nothing_up(counter: Counter, server: SmallServer, proxy: FaultProxy) -> None:
    enqueue(counter)
    proxy.plan(Fault(reply_with=SERVER_ERROR))
    counter.loop.run_round()
    counter.clock.now -= 86_400

    assert counter.rounds().waiting == 0
    assert server.cases == ["case-1"]


def test_im3_the_next_endpoint_is_tried_when_the_first_is_dead(tmp_path: Path, server: SmallServer) -> None:
    with a_counter(tmp_path / "store", "http://127.0.0.1:9", server.url) as counter:
        enqueue(counter)

        report = counter.rounds()

    assert report.state is SyncState.ONLINE
    assert server.cases == ["case-1"]


def test_without_login_nothing_is_asked(tmp_path: Path, server: SmallServer) -> None:
    with a_counter(tmp_path / "store", server.url, token=None) as counter:
        enqueue(counter)

        report = counter.rounds()

    assert report.state in (SyncState.IDLE, SyncState.LOGIN_NEEDED)
    assert report.waiting == 1
    assert server.submits == 0
