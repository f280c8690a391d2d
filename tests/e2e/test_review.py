"""Review at another counter: not by the same person; a returned case comes back with its reason and is mended."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.counter import Counter, running_counter, wait_until
from tests.e2e.play import Play, capture, confirm_and_sign, fill_in, identify, log_in, look_through
from tests.helpers.central_server import CLERK, CLERK_AS_REVIEWER, REVIEWER, RunningServer, running_server
from tests.helpers.simulators import running_simulators

pytestmark = pytest.mark.timeout(300)
REASON = "户口簿首页看不清，请重拍"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RunningServer]:
    """A central server with the practice county."""
    with running_server(tmp_path / "server") as running:
        yield running


def test_IM_6b_same_person_is_not_offered_the_case_and_a_returned_case_is_mended_and_passes(
    tmp_path: Path, server: RunningServer
) -> None:
    played = Play(out=tmp_path, say=lambda text: None)
    with (
        running_simulators() as simulators,
        running_counter(
            server=server.base_url, data=tmp_path / "township", name="01", devices=simulators.endpoints
        ) as clerk,
        running_counter(server=server.base_url, data=tmp_path / "county", name="复核岗") as county,
    ):
        log_in(played, clerk, CLERK)
        identify(played, clerk, simulators)
        fill_in(played, clerk)
        capture(played, clerk, simulators)
        confirm_and_sign(played, clerk)
        _submit(clerk)
        clerk.click("clerk", "end_visit")

        log_in(played, county, CLERK_AS_REVIEWER)
        county.wait_for("clerk", text="现在没有待复核的业务")  # her own case is not offered to her other account
        county.click("clerk", "logout")
        county.wait_for("clerk", "login_button")

        log_in(played, county, REVIEWER)
        county.wait_for("clerk", "act_return")
        county.write("clerk", "opinion", REASON)
        county.key("alt+b")
        county.wait_for("clerk", text="已退回")

        wait_until(lambda: clerk.find("clerk", text="我的业务(1)"), "the return is announced", 60)
        clerk.click("clerk", "place_cases")
        clerk.wait_for("clerk", text=REASON)
        played.pictures(clerk, "退回原因")
        clerk.click("clerk", "reopen")
        wait_until(lambda: clerk.ask("visit").get("pages") == 3, "everything is back", 20)
        clerk.wait_for("clerk", "FormPane")
        clerk.click("clerk", "next")
        clerk.wait_for("clerk", "take_page")
        confirm_and_sign(played, clerk)
        _submit(clerk)

        county.click("clerk", "place_review")
        county.wait_for("clerk", "act_approve")
        look_through(county)
        county.click("clerk", "act_approve")
        county.wait_for("clerk", text="自动归档")


def _submit(clerk: Counter) -> None:
    clerk.click("clerk", "next")
    wait_until(lambda: clerk.ask("visit").get("receipt_no"), "receipt number", 30, lambda: str(clerk.texts("clerk")))
