"""The process that decodes pictures from elsewhere may die, hang or run out of memory, and costs nobody else (S1)."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from hardware.client import host_command
from hardware.device import DeviceConfig
from hardware.hosts import Hosts
from hardware.kinds.picture_decoder import PICTURE_DECODER, DecodePicture, Pixels
from hardware.messages import Event, HostDown, HostUp
from hardware.outcomes import Outcome, OutcomeCode
from tests.devices.host_client import HOST, Counter

DECODER = DeviceConfig(kind=PICTURE_DECODER, driver="picture_decoder.opencv")


def a_photograph(width_px: int = 2480, height_px: int = 3508) -> bytes:
    """A page of noise and lines, as large as a sheet at 300 dpi."""
    noise = np.random.default_rng(7).integers(150, 250, (height_px // 8, width_px // 8, 3), np.uint8)
    return bytes(cv2.imencode(".jpg", cv2.resize(noise, (width_px, height_px)))[1].tobytes())


def ask(content: bytes, width_px: int = 900, height_px: int = 1200) -> DecodePicture:
    return DecodePicture(content=content, width_px=width_px, height_px=height_px)


def decoder_that(name: str) -> DeviceConfig:
    return DeviceConfig(kind=PICTURE_DECODER, driver=f"tests.devices.decoder_drivers:{name}")


@pytest.fixture(autouse=True)
def _find_test_drivers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[2]))


def segments_of(pid: int) -> list[str]:
    return [path.name for path in Path("/dev/shm").glob(f"zonggui-{pid}-*")]


def test_S1_a_page_comes_back_as_pixels_of_the_asked_size_and_leaves_no_memory_behind() -> None:
    page = a_photograph()
    with Counter(DECODER, command=host_command()) as counter:
        pid = counter.wait_up()
        for _ in range(3):
            pixels = counter.ask(ask(page)).value
            assert isinstance(pixels, Pixels)
            assert (pixels.width_px, pixels.height_px) == (848, 1200)
            assert len(pixels.bgra) == 848 * 1200 * 4
        whole = counter.ask(ask(page, 9999, 9999)).value
        assert isinstance(whole, Pixels)
        assert (whole.width_px, whole.full_width_px) == (2480, 2480)
        counter.wait_until(lambda: not segments_of(pid) and not segments_of(os.getpid()))


def test_S1_a_decoder_that_dies_is_replaced_and_the_next_page_is_seen() -> None:
    with Counter(decoder_that("DyingDecoder"), command=HOST) as counter:
        counter.wait_up()

        died = counter.ask(ask(b"die"))
        seen = counter.ask(ask(b"live"))

    assert (died.code, seen.code) == (OutcomeCode.HOST_RESTARTED, OutcomeCode.OK)


def test_S1_a_decoder_that_hangs_is_ended_at_its_deadline_and_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(DecodePicture, "deadline_s", 1.0)
    with Counter(decoder_that("DyingDecoder"), command=HOST) as counter:
        counter.wait_up()

        began = time.monotonic()
        hung = counter.ask(ask(b"hang"))
        took = time.monotonic() - began
        assert counter.wait_down().reason == "late"
        counter.wait_up(times=2)
        seen = counter.ask(ask(b"live"))

    assert (hung.code, seen.code) == (OutcomeCode.TIMEOUT, OutcomeCode.OK)
    assert took < 5


def test_S1_a_decoder_gets_no_more_memory_than_its_bound() -> None:
    with Counter(decoder_that("GreedyDecoder"), command=HOST) as counter:
        counter.wait_up()

        outcome = counter.ask(ask(b"3000"))
        less = counter.ask(ask(b"100"))

    assert (outcome.code, outcome.facts) == (OutcomeCode.DEVICE_FAULT, {"fault": "MemoryError"})
    assert less.ok


def test_S1_the_process_is_started_by_the_first_picture_and_killed_alone() -> None:
    events: list[Event] = []
    outcomes: list[Outcome[Any]] = []
    decoder = DeviceConfig(kind=PICTURE_DECODER, driver="picture_decoder.opencv", host="pictures", when_asked=True)
    hosts = Hosts(command=lambda _name: host_command(), devices=[decoder], on_event=events.append)
    hosts.start()
    try:
        client = hosts.clients["pictures"]
        assert client.generation == 0

        hosts.ask(ask(a_photograph(800, 1000)), outcomes.append)
        _wait_for(lambda: len(outcomes) == 1)
        assert client.host_pid is not None
        os.kill(client.host_pid, signal.SIGKILL)
        _wait_for(lambda: len([event for event in events if isinstance(event, HostUp)]) == 2)
        hosts.ask(ask(a_photograph(800, 1000)), outcomes.append)
        _wait_for(lambda: len(outcomes) == 2)
    finally:
        hosts.stop()

    assert [outcome.code for outcome in outcomes] == [OutcomeCode.OK] * 2
    assert [event.host for event in events if isinstance(event, HostDown)] == ["pictures"]


def _wait_for(condition: Any) -> None:
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.005)
