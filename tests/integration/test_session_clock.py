"""F6: a workstation whose clock is wrong says so, and counts its days by the server's, against the real server."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app.visit.state import Phase
from domain.business_time import business_day
from tests.helpers.builders import M01, a_card, at
from tests.helpers.central_server import CLERK, PASSWORD, RunningServer
from tests.helpers.session_harness import Workplace, a_person, a_workplace


@pytest.mark.parametrize(
    ("off", "code", "amount"),
    [
        (timedelta(days=-4000, hours=-12), "clock_slow", "4000 天"),
        (timedelta(days=400, hours=12), "clock_fast", "400 天"),
    ],
)
def test_F6_a_wrong_clock_is_told_and_the_visit_goes_by_the_servers_day(
    clerk: Workplace, off: timedelta, code: str, amount: str
) -> None:
    clerk.machine_is_off = off
    clerk.login(CLERK, PASSWORD)
    clerk.wait_for(lambda: clerk.code, "the word about the clock")
    assert clerk.code == code
    assert clerk.session.state.notice is not None
    assert amount in clerk.session.state.notice.what

    visit = clerk.fill_visit(a_person(71 if off > timedelta() else 72))
    assert visit.state.answers[at("AAC030")].value == business_day(datetime.now(UTC)).isoformat()
    clerk.sign_and_submit()
    assert clerk.wait_for_receipt()
    assert visit.state.signature is not None
    assert abs(visit.state.signature.signed_at - datetime.now(UTC)) < timedelta(minutes=1)


def test_F6_a_clock_that_becomes_wrong_while_the_program_runs_is_told_then(clerk: Workplace) -> None:
    clerk.login(CLERK, PASSWORD)
    clerk.machine_is_off = timedelta(days=-30)
    clerk.session.account.wake()
    clerk.wait_for(lambda: clerk.code == "clock_slow", "the word about the clock")

    clerk.session.dismiss_notice()
    visit = clerk.session.new_visit()
    assert visit is not None
    visit.identifying.take_card(a_card(a_person(73)))
    visit.choosing.choose(M01)

    assert visit.state.phase is Phase.FORM
    assert visit.tools.today == business_day(datetime.now(UTC))
    assert clerk.code == "", "told once"


def test_F6_every_reply_tells_the_servers_time_refusals_too(clerk: Workplace) -> None:
    clerk.machine_is_off = timedelta(days=9)

    clerk.session.account.login(CLERK, "wrong")

    assert clerk.time.doubt is not None
    assert clerk.time.doubt.off.days == 9


@pytest.mark.parametrize(
    ("off", "code", "amount"),
    [(timedelta(days=-400), "clock_before", "400 天"), (timedelta(days=400, hours=12), "clock_far", "400 天")],
)
def test_F6_a_login_without_the_server_holds_the_clock_against_the_last_time_heard(
    tmp_path: Path, server: RunningServer, off: timedelta, code: str, amount: str
) -> None:
    with a_workplace(tmp_path / "counter", server.base_url) as before:
        before.login(CLERK, PASSWORD)

    with a_workplace(tmp_path / "counter", "http://127.0.0.1:9") as clerk:
        clerk.machine_is_off = off
        clerk.session.account.login(CLERK, PASSWORD)
        clerk.wait_for(lambda: clerk.code, "the word about the clock")

        assert clerk.session.state.clerk is not None, "work goes on"
        assert clerk.session.state.notice is not None
        assert (clerk.code, amount in clerk.session.state.notice.what) == (code, True)
        assert clerk.time.now() >= datetime.now(UTC) - timedelta(minutes=5), "no day before the last one heard"
