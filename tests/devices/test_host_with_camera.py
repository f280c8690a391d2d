"""The document camera through everything: stream, driver, page finder, host, shared memory, client (IM-5a)."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from hardware.client import host_command
from hardware.device import DeviceConfig, DeviceState
from hardware.kinds.document_camera import (
    DOCUMENT_CAMERA,
    WHOLE_PICTURE,
    CapturedPage,
    CapturePage,
    HeldPicture,
    HoldPicture,
    PreviewFrame,
    StartPreview,
    StopPreview,
    TakeHeld,
)
from hardware.outcomes import OutcomeCode
from tests.devices.host_client import Counter


class CameraServer:
    """The simulated camera as a process; its stream stands at ``url``."""

    def __init__(self, scenes: Path) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "hardware.simulators.mjpeg", "--port", "0", "--scenes", str(scenes)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        self.url = str(self._read()["url"])

    def send(self, **command: object) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(command).encode() + b"\n")
        self._process.stdin.flush()
        assert self._read().get("ok")

    def end(self) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(20)
        self._process.stdout.close()

    def _read(self) -> dict[str, object]:
        assert self._process.stdout is not None
        loaded: dict[str, object] = json.loads(self._process.stdout.readline())
        return loaded


@pytest.fixture(scope="module")
def scenes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("scenes")
    command = [sys.executable, "-m", "hardware.simulators.scenes", "--out", str(folder)]
    subprocess.run(command, check=True, capture_output=True)
    return folder


@pytest.fixture
def camera(scenes: Path) -> Iterator[CameraServer]:
    server = CameraServer(scenes)
    yield server
    server.end()


@pytest.fixture
def counter(camera: CameraServer) -> Iterator[Counter]:
    config = DeviceConfig(kind=DOCUMENT_CAMERA, driver="document_camera.opencv", options={"source": camera.url})
    with Counter(config, command=host_command()) as started:
        started.wait_state(DeviceState.READY)
        yield started


def wait_hint(counter: Counter, hint: OutcomeCode) -> PreviewFrame:
    """The next frame with that hint, of those that come from now on."""
    seen = len(counter.of(PreviewFrame))
    counter.wait_until(lambda: any(event.hint is hint for event in counter.of(PreviewFrame)[seen:]))
    return next(event for event in counter.of(PreviewFrame)[seen:] if event.hint is hint)


def test_im_5a_a_page_is_previewed_with_its_corners_and_captured(counter: Counter, camera: CameraServer) -> None:
    camera.send(do="paper", scene="registration_form")
    assert counter.ask(StartPreview(width_px=1280)).ok
    frame = wait_hint(counter, OutcomeCode.OK)
    assert frame.corners is not None

    outcome = counter.ask(CapturePage())

    assert isinstance(outcome.value, CapturedPage)
    assert outcome.value.simulated
    assert 0 <= outcome.value.age_s < 20
    page = outcome.value
    assert page.jpeg.startswith(b"\xff\xd8")
    assert page.taken_ns > 0
    assert page.device == "document_camera.opencv"
    assert len(page.jpeg) > 50_000
    assert counter.ask(StopPreview()).ok


@pytest.mark.parametrize(
    ("scene", "code"),
    [
        ("empty", OutcomeCode.PAGE_NOT_FOUND),
        ("dark", OutcomeCode.PAGE_TOO_DARK),
        ("cut_off", OutcomeCode.PAGE_CUT_OFF),
    ],
)
def test_im_5a_a_bad_picture_is_refused_with_its_reason(
    counter: Counter, camera: CameraServer, scene: str, code: OutcomeCode
) -> None:
    camera.send(do="paper", scene=scene)

    assert counter.ask(CapturePage()).code is code


def test_im_5a_killing_the_host_costs_the_preview_a_moment_and_nothing_else(
    counter: Counter, camera: CameraServer
) -> None:
    camera.send(do="paper", scene="household_self")
    counter.begin(StartPreview(width_px=640))
    frame = wait_hint(counter, OutcomeCode.OK)
    pid = counter.client.host_pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)

    counter.wait_until(lambda: counter.of(PreviewFrame)[-1].ring != frame.ring)

    assert wait_hint(counter, OutcomeCode.OK).corners is not None
    assert isinstance(counter.ask(CapturePage()).value, CapturedPage)


def test_im_5a_a_camera_that_goes_away_is_absent_and_a_capture_says_so(counter: Counter, camera: CameraServer) -> None:
    camera.send(do="fault", kind="close")
    counter.begin(StartPreview())
    counter.wait_state(DeviceState.ABSENT)

    assert counter.ask(CapturePage()).code in (OutcomeCode.NO_DEVICE, OutcomeCode.DEVICE_GONE)

    camera.send(do="clear")
    counter.wait_for(PreviewFrame)
    counter.wait_state(DeviceState.READY, times=2)


def test_F20_a_held_picture_is_taken_with_a_persons_corners_though_the_sheet_has_gone(
    counter: Counter, camera: CameraServer
) -> None:
    camera.send(do="paper", scene="cut_off")
    assert counter.ask(StartPreview()).ok
    wait_hint(counter, OutcomeCode.PAGE_CUT_OFF)
    held = counter.ask(HoldPicture()).value
    assert isinstance(held, HeldPicture)
    assert held.reason is OutcomeCode.PAGE_CUT_OFF
    camera.send(do="empty")
    wait_hint(counter, OutcomeCode.PAGE_NOT_FOUND)

    page = counter.ask(TakeHeld(corners=WHOLE_PICTURE)).value

    assert isinstance(page, CapturedPage)
    assert page.by_hand
    assert counter.ask(TakeHeld(corners=WHOLE_PICTURE)).code is OutcomeCode.PICTURE_GONE


def test_F20_a_held_picture_ends_with_the_preview(counter: Counter, camera: CameraServer) -> None:
    camera.send(do="paper", scene="registration_form")
    assert counter.ask(StartPreview()).ok
    assert counter.ask(HoldPicture()).ok

    assert counter.ask(StopPreview()).ok

    assert counter.ask(TakeHeld(corners=WHOLE_PICTURE)).code is OutcomeCode.PICTURE_GONE
