"""A clerk's session while the central server is away: work goes on and goes out by itself."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

from app.session.state import LineState, SessionState
from app.visit.scene import Done
from tests.helpers.central_server import CLERK, PASSWORD, running_server
from tests.helpers.fault_proxy import CAPTIVE_PAGE, Fault, fault_proxy
from tests.helpers.session_harness import Workplace, a_person, a_workplace


def submit_while_away(clerk: Workplace, number: int) -> None:
    """A whole visit; the applicant leaves with "saved"."""
    clerk.fill_visit(a_person(number))
    clerk.sign_and_submit()
    clerk.wait_for(lambda: clerk.session.state.waiting == 1, "waiting")
    clerk.timers.fire()
    done = clerk.shown[-1].scene
    assert isinstance(done, Done)
    assert done.receipt_no == ""


def test_im3_with_the_server_away_work_goes_on_and_goes_out_by_itself(tmp_path: Path) -> None:
    with running_server(tmp_path / "server") as server:
        url = server.base_url
    port = urlsplit(url).port or 0
    with a_workplace(tmp_path / "clerk", url) as clerk:
        clerk.session.account.login(CLERK, PASSWORD)
        assert (clerk.code, clerk.session.state.clerk) == ("no_network", None)  # a first login needs the server

        with running_server(tmp_path / "server", port=port):
            clerk.login(CLERK, PASSWORD)
            clerk.wait_for(lambda: clerk.session.state.line is LineState.ONLINE, "online")
        submit_while_away(clerk, 1)
        clerk.wait_for(lambda: clerk.session.state.line is LineState.OFFLINE, "offline")

        with running_server(tmp_path / "server", port=port):
            assert clerk.wait_for_receipt()
            clerk.wait_for(lambda: clerk.session.state.line is LineState.ONLINE, "online again")
            assert clerk.session.state.waiting == 0


def test_im3_the_password_opens_the_account_offline_and_a_login_later_sends(tmp_path: Path) -> None:
    with running_server(tmp_path / "server") as server:
        url = server.base_url
        with a_workplace(tmp_path / "clerk", url) as clerk:
            clerk.login(CLERK, PASSWORD)
            clerk.fill_visit(a_person(1))
    with a_workplace(tmp_path / "clerk", url) as clerk:
        clerk.session.account.login(CLERK, "wrong")
        assert (clerk.code, clerk.session.state.clerk) == ("password_wrong", None)
        clerk.login(CLERK, PASSWORD)
        state = clerk.session.state
        assert state.line is LineState.OFFLINE
        assert state.clerk is not None
        assert (state.clerk.name, state.clerk.office.name) == ("王芳", "测试镇便民服务中心")
        assert len(state.drafts) == 1
        submit_while_away(clerk, 2)

        with running_server(tmp_path / "server", port=urlsplit(url).port or 0):
            clerk.wait_for(lambda: clerk.session.state.line is LineState.LOGIN_NEEDED, "asked to log in")
            clerk.session.account.login_again(PASSWORD)
            assert clerk.wait_for_receipt()


def test_a_line_that_needs_somebody_is_told_once_with_its_cause_and_taken_back_when_it_is_well(tmp_path: Path) -> None:
    with (
        running_server(tmp_path / "server") as server,
        fault_proxy(server.base_url) as proxy,
        a_workplace(tmp_path / "clerk", proxy.url) as clerk,
    ):
        clerk.login(CLERK, PASSWORD)
        clerk.wait_for(lambda: clerk.session.state.line is LineState.ONLINE, "online")
        proxy.plan(then=Fault(reply_with=CAPTIVE_PAGE))
        clerk.session.account.wake()
        clerk.wait_for(lambda: clerk.code == "not_our_server", "the cause, to be told")
        clerk.session.dismiss_notice()
        states: list[SessionState] = []
        clerk.session.observe(states.append)
        clerk.session.account.wake()
        clerk.wait_for(lambda: len(states) > 1, "another round")
        assert (clerk.session.state.line, clerk.code) == (LineState.OFFLINE, ""), "told once"

        proxy.plan()
        clerk.session.account.wake()
        clerk.wait_for(lambda: clerk.session.state.line is LineState.ONLINE, "well")
        assert clerk.session.state.line_fault is None
