"""The whole way of a device value: simulator process, real transport, driver, device host, client."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator

import pytest

from hardware.client import host_command
from hardware.device import DeviceConfig, DeviceState
from hardware.kinds.barcode_scanner import BARCODE_SCANNER, Scanned
from hardware.kinds.id_card_reader import ID_CARD_READER, CardFailed, CardGone, CardRead, LookAgain
from hardware.messages import HealthChanged
from hardware.outcomes import OutcomeCode
from tests.devices.host_client import Counter
from tests.helpers.simulators import RunningSimulators, running_simulators


@pytest.fixture(scope="module")
def simulators() -> Iterator[RunningSimulators]:
    with running_simulators(camera=False) as running:
        yield running


@pytest.fixture
def counter(simulators: RunningSimulators) -> Iterator[Counter]:
    simulators.send({"do": "fault", "device": "id_card_reader", "kind": "none"})
    simulators.send({"do": "lift_card"})
    reader = DeviceConfig(
        kind=ID_CARD_READER,
        driver="id_card_reader.sam_serial",
        options={"port": simulators.id_card_reader},
    )
    scanner = DeviceConfig(
        kind=BARCODE_SCANNER,
        driver="barcode_scanner.serial",
        options={"port": simulators.barcode_scanner},
    )
    with Counter(reader, scanner, command=host_command()) as started:
        started.wait_state(DeviceState.READY, times=2)
        yield started


def test_im_5b_a_card_laid_down_arrives_and_the_next_one_too(counter: Counter, simulators: RunningSimulators) -> None:
    simulators.send({"do": "lay_card", "card": "p1"})
    first = counter.wait_for(CardRead).card
    simulators.send({"do": "lift_card"})
    simulators.send({"do": "lay_card", "card": "p2"})

    second = counter.wait_for(CardRead, times=2).card

    assert first.id_number.startswith("159999")
    assert second.id_number.startswith("159999")
    assert first.id_number != second.id_number
    assert first.simulated
    assert all(event.health.simulated for event in counter.of(HealthChanged) if _is_ready_reader(event))
    assert len(counter.of(CardGone)) == 1


def _is_ready_reader(event: HealthChanged) -> bool:
    return event.health.kind == ID_CARD_READER and event.health.state is DeviceState.READY


def test_im_5b_an_unreadable_card_is_told_once_with_its_reason(counter: Counter, simulators: RunningSimulators) -> None:
    simulators.send({"do": "fault", "device": "id_card_reader", "kind": "status", "at": 0x41, "times": 1000})
    simulators.send({"do": "lay_card", "card": "p1"})
    failed = counter.wait_for(CardFailed)

    simulators.send({"do": "fault", "device": "id_card_reader", "kind": "none"})

    assert failed.code is OutcomeCode.CARD_UNREADABLE
    counter.wait_for(CardRead)
    assert len(counter.of(CardFailed)) == 1


def test_im_5b_the_reader_is_unplugged_and_plugged_in_again(counter: Counter, simulators: RunningSimulators) -> None:
    simulators.send({"do": "unplug", "device": "id_card_reader"})
    gone = counter.wait_state(DeviceState.ABSENT).health
    assert gone.kind == ID_CARD_READER
    assert gone.outcome in (OutcomeCode.DEVICE_GONE, OutcomeCode.NO_DEVICE)

    simulators.send({"do": "plug", "device": "id_card_reader"})

    counter.wait_state(DeviceState.READY, times=3)
    simulators.send({"do": "lay_card", "card": "p3"})
    counter.wait_for(CardRead)


def test_im_5d_a_scan_arrives_as_text(counter: Counter, simulators: RunningSimulators) -> None:
    simulators.send({"do": "scan", "text": "受理-20260001"})

    assert counter.wait_for(Scanned).scan.text == "受理-20260001"


def test_im_5b_after_the_host_was_killed_the_card_that_still_lies_there_is_read(
    counter: Counter, simulators: RunningSimulators
) -> None:
    simulators.send({"do": "lay_card", "card": "p1"})
    counter.wait_for(CardRead)
    pid = counter.client.host_pid
    assert pid is not None
    killed = time.monotonic()
    os.kill(pid, signal.SIGKILL)

    counter.wait_for(CardRead, times=2)

    assert time.monotonic() - killed < 10
    ready = [event for event in counter.of(HealthChanged) if event.health.state is DeviceState.READY]
    assert len(ready) >= 3


def test_a_card_that_was_read_and_still_lies_there_is_told_again_when_it_is_looked_for(
    counter: Counter, simulators: RunningSimulators
) -> None:
    simulators.send({"do": "lay_card", "card": "p1"})
    first = counter.wait_for(CardRead).card

    assert counter.ask(LookAgain()).ok
    again = counter.wait_for(CardRead, times=2).card
    assert again.id_number == first.id_number
    simulators.send({"do": "lift_card"})
    assert counter.ask(LookAgain()).ok

    counter.wait_for(CardGone, times=2)
    assert len(counter.of(CardRead)) == 2, "nothing lies there any more"
