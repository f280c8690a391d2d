"""What a counter lives through: killed processes, a server that goes away, a screen that is unplugged."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from tests.e2e.counter import Counter, running_counter, wait_until
from tests.e2e.play import ANSWERS, Play, capture, confirm_and_sign, enter, fill_in, identify, log_in
from tests.helpers.central_server import CLERK, running_server
from tests.helpers.simulators import RunningSimulators, running_simulators
from tests.helpers.xvfb import VirtualDisplay, two_screen_display

pytestmark = pytest.mark.timeout(300)


@pytest.fixture(scope="module")
def simulators() -> Iterator[RunningSimulators]:
    """Devices for all tests of this module."""
    with running_simulators() as running:
        yield running


@pytest.fixture(scope="module")
def display() -> Iterator[VirtualDisplay]:
    """Two screens for all tests of this module."""
    with two_screen_display() as running:
        yield running


@pytest.fixture(autouse=True)
def _both_screens(display: VirtualDisplay) -> Iterator[None]:
    """Whatever a test unplugged and did not come to plug in again."""
    yield
    if not display.is_plugged("CUSTOMER"):
        display.plug("CUSTOMER")


@pytest.fixture(autouse=True)
def _nobodys_card_lies_there(simulators: RunningSimulators) -> None:
    """A card that the last test left would be taken for the next applicant's, laid down early."""
    simulators.send({"do": "lift_card"})


@pytest.fixture
def played(tmp_path: Path) -> Play:
    """Takes the pictures of a test."""
    return Play(out=tmp_path, say=lambda text: None)


def _visit(counter: Counter) -> dict[str, object]:
    return counter.ask("visit")


def test_killing_device_process_and_client_in_mid_visit_loses_nothing(
    tmp_path: Path, played: Play, simulators: RunningSimulators, display: VirtualDisplay
) -> None:
    data = tmp_path / "counter"
    with running_server(tmp_path / "server") as server:
        counter = partial(
            running_counter, server=server.base_url, data=data, name="01", devices=simulators.endpoints, display=display
        )
        with counter() as first:
            log_in(played, first, CLERK)
            identify(played, first, simulators)
            fill_in(played, first)
            host = first.ask("host")["pid"]
            os.kill(host, signal.SIGKILL)
            wait_until(lambda: first.ask("host")["pid"] not in (None, host), "a new device process", 15)
            capture(played, first, simulators)
            first.click("clerk", "step_form")
            first.wait_for("clerk", "AAC003")
            first.key("alt+t")  # to the section that holds it
            first.write("clerk", "AAE013", "typed just before")
            time.sleep(1.0)  # the promise: a killed program loses at most the last second
            first.process.kill()
            first.process.wait(10)
        with counter() as second:
            log_in(played, second, CLERK)
            second.click("clerk", "resume")
            wait_until(lambda: _visit(second).get("pages") == 3, "all pages are back", 20)
            kept = second.ask("answers")["answers"]
            assert kept["AAE005"] == ANSWERS["AAE005"]
            assert kept["AAE006"].endswith("东升嘎查" + ANSWERS["AAE006"]), "begun by the village, gone on by hand"
            assert kept["AAE013"] == "typed just before"
            second.click("clerk", "step_materials")
            second.wait_for("clerk", "take_page")
            confirm_and_sign(played, second)


def test_IM_3_without_the_server_the_visit_ends_as_saved_and_goes_out_by_itself(
    tmp_path: Path, played: Play, simulators: RunningSimulators, display: VirtualDisplay
) -> None:
    with running_server(tmp_path / "server") as server:
        port = int(server.base_url.rsplit(":", 1)[1])
        counter = running_counter(
            server=server.base_url, data=tmp_path / "counter", name="01", devices=simulators.endpoints, display=display
        )
        clerk = counter.__enter__()
        try:
            log_in(played, clerk, CLERK)
            identify(played, clerk, simulators)
            fill_in(played, clerk)
            capture(played, clerk, simulators)
            confirm_and_sign(played, clerk)
            server.process.terminate()
            server.process.join(30)
            clerk.click("clerk", "next")
            clerk.wait_for("customer", text="待发送")
            played.pictures(clerk, "待发送")
            with running_server(tmp_path / "server", port=port):
                receipt = wait_until(lambda: _visit(clerk).get("receipt_no"), "the case goes out by itself", 60)
                clerk.wait_for("customer", text="已受理")
        finally:
            counter.__exit__(None, None, None)
    assert str(receipt).startswith("159999001-")


def test_IM_5f_customers_screen_is_unplugged_and_plugged(
    tmp_path: Path, played: Play, simulators: RunningSimulators, display: VirtualDisplay
) -> None:
    with (
        running_server(tmp_path / "server") as server,
        running_counter(
            server=server.base_url, data=tmp_path / "counter", name="01", devices=simulators.endpoints, display=display
        ) as clerk,
    ):
        log_in(played, clerk, CLERK)
        clerk.wait_for("customer", text="请出示身份证")
        display.unplug("CUSTOMER")
        wait_until(lambda: clerk.find("customer", text="请出示身份证") is None, "hidden at once", 20)
        clerk.wait_for("clerk", "show_customer")
        display.plug("CUSTOMER")
        back = clerk.wait_for("customer", text="请出示身份证")
        assert back["x"] > 1366
        wait_until(lambda: clerk.find("clerk", "show_customer") is None, "the offer is withdrawn", 20)


def test_IM_5f_customers_screen_comes_after_the_program_and_its_part_is_shown_here_until_then(
    tmp_path: Path, simulators: RunningSimulators, display: VirtualDisplay
) -> None:
    display.unplug("CUSTOMER")
    with (
        running_server(tmp_path / "server") as server,
        running_counter(
            server=server.base_url, data=tmp_path / "counter", name="01", devices=simulators.endpoints, display=display
        ) as clerk,
    ):
        enter(clerk, CLERK)
        clerk.wait_for("clerk", "show_customer")
        clerk.wait_for("clerk", "begin")
        assert clerk.find("customer", text="请出示身份证") is None

        clerk.key("F9")
        assert clerk.wait_for("customer", text="请出示身份证")["x"] < 1366
        clerk.picture("CLERK", tmp_path / "群众画面在本屏.png")
        clerk.click("clerk", "show_customer")
        wait_until(lambda: clerk.find("customer", text="请出示身份证") is None, "her screen is hers again", 20)

        display.plug("CUSTOMER")
        assert clerk.wait_for("customer", text="请出示身份证")["x"] > 1366
        clerk.wait_gone("clerk", "show_customer")
