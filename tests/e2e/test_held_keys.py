"""Keys that are held down, and pressed twice: one press, one act; key repeat is on, as on every counter."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e.counter import Counter, running_counter, wait_until
from tests.e2e.play import SIGNATURE, Play, capture, confirm_and_sign, fill_in, identify, log_in, look_through
from tests.helpers.central_server import CLERK, PASSWORD, REVIEWER, running_server
from tests.helpers.print_spooler import running_spooler
from tests.helpers.simulators import running_simulators

HELD_S = 1.5
"""X waits 0.66 s before it repeats a key, then does so 25 times a second."""


@pytest.mark.timeout(300)
def test_F1_F2_what_is_held_down_or_pressed_twice_acts_once(tmp_path: Path) -> None:
    played = Play(out=tmp_path, say=lambda text: None)
    with (
        running_server(tmp_path / "server") as server,
        running_simulators() as simulators,
        running_spooler() as spooler,
        running_counter(
            server=server.base_url, data=tmp_path / "clerk", name="01", devices=simulators.endpoints, spooler=spooler
        ) as clerk,
    ):
        _a_wrong_password_with_enter_held_is_one_attempt(clerk)
        log_in(played, clerk, CLERK)
        identify(played, clerk, simulators)
        fill_in(played, clerk)
        simulators.send({"do": "paper", "scene": "household_first"})
        clerk.hold("space", HELD_S)
        wait_until(lambda: clerk.ask("visit")["pages"], "the first page", 20)
        clerk.wait_for("clerk", "drop_page")
        assert clerk.ask("visit")["pages"] == 1
        capture(played, clerk, simulators, taken=1)
        confirm_and_sign(played, clerk)

        clerk.hold("ctrl+Return", HELD_S)
        wait_until(lambda: clerk.ask("visit").get("receipt_no"), "the number", 30)
        assert clerk.find("clerk", "receipt_no"), "the page with the number stays"
        clerk.hold("ctrl+p", HELD_S)
        clerk.wait_for("clerk", text="已送往打印机")
        assert len(spooler.jobs()) == 1
        clerk.key("ctrl+Return")
        wait_until(lambda: clerk.ask("visit") == {}, "a fresh press ends the visit", 20)


def _a_wrong_password_with_enter_held_is_one_attempt(clerk: Counter) -> None:
    clerk.write("clerk", "user", CLERK)
    clerk.write("clerk", "password", PASSWORD + "x")
    clerk.hold("Return", HELD_S)
    clerk.wait_for("clerk", text="不正确")
    clerk.hold("Return", HELD_S)


@pytest.mark.timeout(300)
def test_F2_a_double_press_at_the_submission_does_not_skip_the_page_with_the_number(tmp_path: Path) -> None:
    played = Play(out=tmp_path, say=lambda text: None)
    with (
        running_server(tmp_path / "server") as server,
        running_simulators() as simulators,
        running_counter(
            server=server.base_url, data=tmp_path / "clerk", name="01", devices=simulators.endpoints
        ) as clerk,
        running_counter(server=server.base_url, data=tmp_path / "county", name="复核岗") as county,
    ):
        log_in(played, clerk, CLERK)
        for person, signature in (("p6", SIGNATURE), ("p5", SIGNATURE[1:])):
            simulators.send({"do": "lift_card"})
            identify(played, clerk, simulators, person)
            fill_in(played, clerk)
            capture(played, clerk, simulators)
            confirm_and_sign(played, clerk, signature)
            clerk.key("ctrl+Return", "ctrl+Return", "ctrl+Return")
            wait_until(lambda: clerk.ask("visit").get("receipt_no"), "the number", 30)
            clerk.click("clerk", "end_visit")
            wait_until(lambda: clerk.ask("visit") == {}, "the visit has ended", 20)

        log_in(played, county, REVIEWER)
        county.wait_for("clerk", "act_approve")
        look_through(county)
        county.hold("alt+Return", HELD_S)
        county.wait_for("clerk", text="自动归档")
        county.wait_for("clerk", "act_approve")
        assert "没有待复核" not in "".join(county.texts("clerk")), "one of the two still waits"
