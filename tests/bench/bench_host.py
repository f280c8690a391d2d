"""From the death of the device process to a counter that works as before: ``python -m tests.bench --only host``."""

from __future__ import annotations

import os
import signal
import statistics
import time
from collections.abc import Sequence

from hardware.client import host_command
from hardware.device import DeviceConfig, DeviceState
from hardware.kinds.barcode_scanner import BARCODE_SCANNER
from hardware.kinds.document_camera import DOCUMENT_CAMERA, PreviewFrame, StartPreview
from hardware.kinds.id_card_reader import ID_CARD_READER
from hardware.messages import HealthChanged
from tests.bench.figure import Figure, Unit
from tests.devices.host_client import Counter
from tests.helpers.simulators import RunningSimulators, running_simulators

_GOAL_MS = 2000.0


def figures(runs: int) -> tuple[Figure, ...]:
    """The median of so many deaths; each host has a client of its own, which replaces the first to die at once."""
    with running_simulators() as simulators:
        devices = _devices(simulators)
        restarts = [_restart(devices) for _ in range(runs + 1)][1:]  # the first fills the disk cache
    whole = [max(times.values()) for times in restarts]
    return (
        Figure(
            name="host_restart",
            title="killed device process to all as before",
            value=statistics.median(whole),
            goal=_GOAL_MS,
            unit=Unit.MILLISECONDS,
            rounds=runs,
            raw_ms={
                **{f"{name}, median": statistics.median(times[name] for times in restarts) for name in restarts[0]},
                "longest": max(whole),
            },
        ),
    )


def _devices(simulators: RunningSimulators) -> tuple[DeviceConfig, ...]:
    wanted = (
        (ID_CARD_READER, "id_card_reader.sam_serial", {"port": simulators.id_card_reader}),
        (BARCODE_SCANNER, "barcode_scanner.serial", {"port": simulators.barcode_scanner}),
        (DOCUMENT_CAMERA, "document_camera.opencv", {"source": simulators.document_camera}),
    )
    return tuple(DeviceConfig(kind=kind, driver=driver, options=options) for kind, driver, options in wanted)


def _restart(devices: Sequence[DeviceConfig]) -> dict[str, float]:
    """Kill the host while it shows the preview; ms until each of its duties is done again."""
    with Counter(*devices, command=host_command()) as counter:
        counter.begin(StartPreview())
        pid = counter.wait_up()
        counter.wait_until(lambda: _all_ready(counter, devices, since=0) and bool(counter.of(PreviewFrame)))
        seen, ring = len(counter.events), counter.of(PreviewFrame)[-1].ring
        killed = time.monotonic()
        os.kill(pid, signal.SIGKILL)
        counter.wait_up(times=2)
        took = {"process up": _ms_since(killed)}
        counter.wait_until(lambda: _all_ready(counter, devices, since=seen))
        took["devices ready"] = _ms_since(killed)
        counter.wait_until(lambda: counter.of(PreviewFrame)[-1].ring != ring)
        took["preview goes on"] = _ms_since(killed)
    return took


def _all_ready(counter: Counter, devices: Sequence[DeviceConfig], *, since: int) -> bool:
    healths = [event.health for event in tuple(counter.events)[since:] if isinstance(event, HealthChanged)]
    ready = {health.kind for health in healths if health.state is DeviceState.READY}
    return ready >= {device.kind for device in devices}


def _ms_since(moment: float) -> float:
    return (time.monotonic() - moment) * 1000
