"""Several device hosts: each group of devices in a process of its own, which falls and comes back alone."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from hardware.device import DeviceConfig, DeviceId, DeviceState
from hardware.hosts import Hosts
from hardware.kinds.document_camera import DOCUMENT_CAMERA, PreviewFrame, StartPreview
from hardware.kinds.id_card_reader import ID_CARD_READER, CardRead
from hardware.kinds.signature_pad import FinishSignature, SignatureStrokes
from hardware.messages import Event, HealthChanged, HostDown, HostUp
from hardware.outcomes import Outcome, OutcomeCode
from hardware.table import KINDS
from tests.devices.host_client import DEADLINE_S, HOST

SIGNATURE = FinishSignature(strokes=SignatureStrokes(strokes=(), width_px=800, height_px=300, source="pen"))
LEFT, RIGHT = DeviceId("左"), DeviceId("右")


def a_reader(device: DeviceId, host: str, script: str = "CARD_ABSENT") -> DeviceConfig:
    driver = "tests.devices.host_drivers:ScriptedReader"
    return DeviceConfig(kind=ID_CARD_READER, id=device, driver=driver, options={"script": script}, host=host)


def a_camera(host: str) -> DeviceConfig:
    return DeviceConfig(kind=DOCUMENT_CAMERA, driver="tests.devices.host_drivers:PlainCamera", host=host)


class Told:
    """All that the hosts said, with the moment of each."""

    def __init__(self) -> None:
        self.events: list[tuple[float, Event]] = []
        self._news = threading.Condition()

    def note(self, event: Event) -> None:
        with self._news:
            self.events.append((time.monotonic(), event))
            self._news.notify_all()

    def wait(self, wanted: Callable[[Event], bool], *, times: int = 1) -> tuple[float, Any]:
        def found() -> list[tuple[float, Event]]:
            return [(at, event) for at, event in tuple(self.events) if wanted(event)]

        with self._news:
            assert self._news.wait_for(lambda: len(found()) >= times, DEADLINE_S), self.events[-8:]
        return found()[times - 1]


def is_ready(device: DeviceId) -> Callable[[Event], bool]:
    return lambda event: (
        isinstance(event, HealthChanged) and (event.health.device, event.health.state) == (device, DeviceState.READY)
    )


def is_up(host: str) -> Callable[[Event], bool]:
    return lambda event: isinstance(event, HostUp) and event.host == host


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> Told:
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[2]))
    return Told()


def hosts_of(told: Told, *devices: DeviceConfig) -> Hosts:
    return Hosts(command=lambda _name: HOST, devices=devices, on_event=told.note)


def test_a_killed_host_comes_back_alone_within_two_seconds_and_the_other_never_stops(told: Told) -> None:
    camera = DeviceId(DOCUMENT_CAMERA)
    hosts = hosts_of(told, a_reader(LEFT, "旧"), a_camera("新"))
    started_at = time.monotonic()
    hosts.start()
    try:
        up_at, up = told.wait(is_up("旧"))
        first = up.pid
        other = told.wait(is_up("新"))[1].pid
        told.wait(is_ready(LEFT))
        hosts.ask(StartPreview(width_px=320), lambda _outcome: None)
        told.wait(lambda event: isinstance(event, PreviewFrame))
        killed_at = time.monotonic()
        os.kill(first, signal.SIGKILL)

        back_at, up = told.wait(is_up("旧"), times=2)
        ready_at, _ = told.wait(is_ready(LEFT), times=2)
        seen_by_then = len([event for _, event in told.events if isinstance(event, PreviewFrame)])
        told.wait(lambda event: isinstance(event, PreviewFrame), times=seen_by_then + 2)
        frames = [at for at, event in told.events if isinstance(event, PreviewFrame)]
        seen = [hosts.find_frame(event) for _, event in told.events if isinstance(event, PreviewFrame)][-1]
    finally:
        hosts.stop()

    limit_s = max(2.0, 2 * (up_at - started_at))  # on a starved machine every start is slow
    assert back_at - killed_at < limit_s, f"{back_at - killed_at:.2f} s"
    assert ready_at - killed_at < limit_s + 0.5
    assert up.pid not in (first, other)
    assert [event.host for _, event in told.events if isinstance(event, HostDown)] == ["旧"]
    assert [event.pid for _, event in told.events if isinstance(event, HostUp) and event.host == "新"] == [other]
    assert any(killed_at < at < back_at for at in frames), "the other host's preview stood still"
    assert seen is not None
    starting = [one.health.device for _, one in told.events if isinstance(one, HealthChanged) and not one.health.driver]
    assert camera not in starting
    assert LEFT in starting


def test_two_devices_of_a_kind_are_told_apart_in_what_they_say_and_how_they_are(told: Told) -> None:
    hosts = hosts_of(told, a_reader(LEFT, "", "CARD_ABSENT,OK,CARD_ABSENT"), a_reader(RIGHT, "", "CARD_ABSENT"))
    hosts.start()
    try:
        card = told.wait(lambda event: isinstance(event, CardRead))[1]
        told.wait(is_ready(LEFT))
        told.wait(is_ready(RIGHT))
    finally:
        hosts.stop()

    assert card.device == LEFT
    assert len([event for _, event in told.events if isinstance(event, HostUp)]) == 1


def test_im_5_kinds_that_a_counter_has_none_of_are_told_and_refused(told: Told) -> None:
    hosts = hosts_of(told)
    outcomes: list[Outcome[Any]] = []
    hosts.start()
    hosts.ask(SIGNATURE, outcomes.append)
    hosts.ask(SIGNATURE, outcomes.append, DeviceId("nowhere"))
    hosts.stop()

    healths = [event.health for _, event in told.events if isinstance(event, HealthChanged)]
    assert {health.kind for health in healths} == set(KINDS)
    assert {health.outcome for health in healths} == {OutcomeCode.NOT_CONFIGURED}
    assert [outcome.code for outcome in outcomes] == [OutcomeCode.NOT_CONFIGURED] * 2
