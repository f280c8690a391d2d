"""The document camera: photographs with known corners, and the real driver on the simulated stream (IM-5a)."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from hardware.drivers.opencv_camera import OpenCvCamera
from hardware.kinds.document_camera import CapturedPage, PageShape
from hardware.outcomes import Outcome, OutcomeCode
from hardware.pages.find import find_page
from hardware.pages.finish import finish_page
from tests.devices.camera_stream import CameraStream, Photograph, load_photographs, wait_for
from tests.helpers.kept_scenes import kept_scenes, make_scenes

pytestmark = pytest.mark.timeout(400)


@pytest.fixture(scope="module")
def scenes() -> Path:
    return kept_scenes(40)


@pytest.fixture(scope="module")
def photographs(scenes: Path) -> list[Photograph]:
    return load_photographs(scenes)


@pytest.fixture
def stream(scenes: Path) -> Iterator[CameraStream]:
    camera = CameraStream(scenes)
    yield camera
    camera.end()


class SilentHandler(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        pass


class DecodingCamera(OpenCvCamera):
    """As a stream that is no Motion JPEG, and a device, are read: decoded by the backend."""

    def _ways(self) -> Sequence[tuple[int, list[int]]]:
        return super()._ways()[1:]


KINDS = [OpenCvCamera, DecodingCamera]


@pytest.fixture(params=KINDS)
def camera(stream: CameraStream, request: pytest.FixtureRequest) -> Iterator[OpenCvCamera]:
    opened: OpenCvCamera = request.param({"source": stream.url})
    assert opened.open().ok
    yield opened
    opened.close()


def capture(camera: OpenCvCamera) -> Outcome[CapturedPage]:
    frame = camera.read_frame()
    if frame.value is None:
        return Outcome(code=frame.code)
    image = frame.value.whole()
    return Outcome(code=OutcomeCode.FRAME_DAMAGED) if image is None else finish_page(image, PageShape.ANY)


def wait_for_code(camera: OpenCvCamera, code: OutcomeCode) -> Outcome[CapturedPage]:
    return wait_for(lambda: capture(camera), lambda outcome: outcome.code is code)


def test_im_5a_pages_are_found_on_every_desk_to_a_hundredth_of_the_diagonal(photographs: list[Photograph]) -> None:
    pages = [photograph for photograph in photographs if photograph.paper and not photograph.fault]
    wrong: dict[str, object] = {}

    for photograph in pages:
        image = photograph.load()
        found = find_page(image, PageShape.ANY)
        if found.value is None:
            wrong[photograph.name] = found.code
        elif photograph.corner_error(found.value, image) > 0.01:
            wrong[photograph.name] = photograph.corner_error(found.value, image)

    assert len(pages) >= 40
    assert len({photograph.desk for photograph in pages}) >= 6
    assert len(wrong) <= 0.05 * len(pages), wrong
    assert all(isinstance(reason, OutcomeCode) for reason in wrong.values()), wrong  # missed, but never wrong


def test_im_5a_a_preview_sized_picture_is_enough_to_find_the_page(photographs: list[Photograph]) -> None:
    pages = [photograph for photograph in photographs if photograph.paper and not photograph.fault]
    missed = []

    for photograph in pages:
        image = photograph.load()
        small = np.asarray(cv2.resize(image, (640, 480), interpolation=cv2.INTER_AREA), dtype=np.uint8)
        found = find_page(small, PageShape.ANY)
        if found.value is None or photograph.corner_error(found.value, image) > 0.01:
            missed.append(photograph.name)

    assert len(missed) <= 0.1 * len(pages), missed


def test_im_5a_a_finished_page_is_straight_to_a_few_pixels_and_decodes(photographs: list[Photograph]) -> None:
    errors = []

    for photograph in [photograph for photograph in photographs if photograph.paper and not photograph.fault][::4]:
        image = photograph.load()
        page = finish_page(image, PageShape.ANY).value
        assert page is not None, photograph.name
        errors.append(photograph.corner_error(page.corners, image))
        decoded = cv2.imdecode(np.frombuffer(page.jpeg, dtype=np.uint8), cv2.IMREAD_COLOR)
        assert decoded is not None
        assert decoded.shape == (page.height_px, page.width_px, 3)

    assert max(errors) < 0.002


def test_im_5a_an_empty_desk_is_never_taken_for_a_page(photographs: list[Photograph]) -> None:
    empty = [photograph for photograph in photographs if photograph.paper is None]

    accepted = [
        (photograph.name, shape)
        for photograph in empty
        for shape in PageShape
        if find_page(photograph.load(), shape).ok
    ]

    assert len(empty) >= 8
    assert accepted == []


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        ("cut_off", OutcomeCode.PAGE_CUT_OFF),
        ("blurred", OutcomeCode.PAGE_BLURRED),
        ("dark", OutcomeCode.PAGE_TOO_DARK),
    ],
)
def test_im_5a_a_bad_photograph_is_refused_with_its_reason(
    photographs: list[Photograph], fault: str, code: OutcomeCode
) -> None:
    bad = [photograph for photograph in photographs if photograph.fault == fault]

    codes = {photograph.name: finish_page(photograph.load(), PageShape.ANY).code for photograph in bad}

    assert codes
    assert set(codes.values()) == {code}, codes


def test_scenes_are_the_same_every_time_and_made_once(tmp_path: Path) -> None:
    first, second = tmp_path / "a", tmp_path / "b"
    small = ("--count", "2", "--megapixels", "0.5")
    make_scenes(first, *small)
    make_scenes(second, *small)

    assert ", 0 made" in make_scenes(first, *small)
    assert (first / "page_02.jpg").read_bytes() == (second / "page_02.jpg").read_bytes()
    (first / "page_02.jpg").unlink()
    assert ", 1 made" in make_scenes(first, *small)


def test_im_5a_a_page_under_the_camera_is_captured(stream: CameraStream, camera: OpenCvCamera) -> None:
    assert wait_for_code(camera, OutcomeCode.PAGE_NOT_FOUND)
    stream.send(do="paper", scene="registration_form")

    page = wait_for_code(camera, OutcomeCode.OK).value

    assert page is not None
    assert min(page.width_px, page.height_px) >= 1200
    assert abs(page.height_px / page.width_px - 2**0.5) < 0.01


def test_im_5a_after_a_rest_the_first_frame_shows_what_lies_there_now(
    stream: CameraStream, camera: OpenCvCamera
) -> None:
    stream.send(do="paper", scene="household_first")
    before = wait_for_code(camera, OutcomeCode.OK).value
    assert before is not None
    time.sleep(1.0)  # the rest; pictures of the page fill every buffer on the way

    stream.send(do="empty")

    assert capture(camera).code is OutcomeCode.PAGE_NOT_FOUND


def test_im_5a_a_camera_that_went_away_in_a_rest_is_gone(stream: CameraStream, camera: OpenCvCamera) -> None:
    wait_for_code(camera, OutcomeCode.PAGE_NOT_FOUND)
    stream.send(do="fault", kind="close")
    time.sleep(1.0)  # the rest

    assert camera.read_frame().code is OutcomeCode.DEVICE_GONE
    assert camera.read_frame().code is OutcomeCode.NO_DEVICE


@pytest.mark.parametrize(("kind", "code"), [("black", OutcomeCode.PAGE_TOO_DARK), ("blur", OutcomeCode.PAGE_BLURRED)])
def test_im_5a_a_covered_or_unfocused_lens_is_told_and_passes(
    stream: CameraStream, camera: OpenCvCamera, kind: str, code: OutcomeCode
) -> None:
    stream.send(do="paper", scene="household_first")
    stream.send(do="fault", kind=kind)

    wait_for_code(camera, code)

    stream.send(do="clear")
    wait_for_code(camera, OutcomeCode.OK)


def test_im_5a_a_frame_cut_short_is_damaged_and_never_joined_to_the_last_paper(
    stream: CameraStream, camera: OpenCvCamera
) -> None:
    stream.send(do="paper", scene="household_first")
    wait_for_code(camera, OutcomeCode.OK)
    stream.send(do="fault", kind="truncated")
    stream.send(do="paper", scene="special_status_proof")

    wait_for_code(camera, OutcomeCode.FRAME_DAMAGED)
    codes = {capture(camera).code for _ in range(8)}

    assert codes == {OutcomeCode.FRAME_DAMAGED}
    stream.send(do="clear")
    wait_for_code(camera, OutcomeCode.OK)


@pytest.mark.parametrize("kind", KINDS)
def test_im_5a_a_camera_that_opens_on_a_frame_cut_short_gives_no_page(
    stream: CameraStream, kind: type[OpenCvCamera]
) -> None:
    stream.send(do="paper", scene="household_first")
    stream.send(do="fault", kind="truncated")
    camera = kind({"source": stream.url})

    camera.open()
    codes = {capture(camera).code for _ in range(4)}
    camera.close()

    assert OutcomeCode.OK not in codes


@pytest.mark.parametrize("kind", ["garbage", "stall", "close"])
def test_im_5a_garbage_stall_and_unplugging_end_the_connection_and_opening_again_works(
    stream: CameraStream, camera: OpenCvCamera, kind: str
) -> None:
    stream.send(do="paper", scene="household_first")
    wait_for_code(camera, OutcomeCode.OK)
    stream.send(do="fault", kind=kind)

    wait_for_code(camera, OutcomeCode.DEVICE_GONE)
    assert camera.read_frame().code is OutcomeCode.NO_DEVICE
    assert camera.open().code in (OutcomeCode.NO_DEVICE, OutcomeCode.DEVICE_FAULT)

    stream.send(do="clear")
    wait_for(camera.open, lambda outcome: outcome.ok)
    wait_for_code(camera, OutcomeCode.OK)


def test_im_5a_a_stream_that_is_no_motion_jpeg_is_decoded(tmp_path: Path) -> None:
    film = tmp_path / "desk.avi"
    writer = cv2.VideoWriter(str(film), cv2.VideoWriter.fourcc(*"mp4v"), 8.0, (640, 480))
    for _ in range(20):
        writer.write(np.repeat(np.tile(np.linspace(0, 255, 640, dtype=np.uint8), (480, 1))[:, :, None], 3, axis=2))
    writer.release()
    handler = partial(SilentHandler, directory=tmp_path)
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        camera = OpenCvCamera({"source": f"http://127.0.0.1:{server.server_address[1]}/desk.avi"})

        opened, frame = camera.open(), camera.read_frame().value
        camera.close()
        server.shutdown()

    assert opened.ok
    assert frame is not None
    image = frame.whole()
    assert image is not None
    assert image.shape == (480, 640, 3)
    assert abs(float(image[:, 320].mean()) - 127) < 6


def test_im_5a_a_forty_megapixel_camera_works_within_the_limit_of_a_page(stream: CameraStream) -> None:
    stream.send(do="paper", scene="household_first")
    stream.send(do="fault", kind="huge")
    camera = OpenCvCamera({"source": stream.url})
    assert camera.open().ok

    frame = wait_for(camera.read_frame, lambda outcome: outcome.ok).value
    assert frame is not None
    image = frame.whole()
    assert image is not None
    page = finish_page(image, PageShape.ANY).value
    camera.close()

    assert image.shape == (5472, 7296, 3)
    assert page is not None
    assert page.width_px * page.height_px <= 12_000_000


def test_im_5a_a_camera_over_fifty_megapixels_is_refused(stream: CameraStream) -> None:
    stream.send(do="fault", kind="oversize")
    camera = OpenCvCamera({"source": stream.url})
    assert camera.open().ok

    assert wait_for(camera.read_frame, lambda outcome: not outcome.ok).code is OutcomeCode.PAGE_TOO_LARGE
    camera.close()


def test_a_camera_that_is_not_there_is_no_device_and_closing_twice_is_safe() -> None:
    camera = OpenCvCamera({"source": "http://127.0.0.1:9/stream.mjpg"})

    assert camera.open().code is OutcomeCode.NO_DEVICE
    assert camera.read_frame().code is OutcomeCode.NO_DEVICE
    camera.close()
    camera.close()


@pytest.mark.parametrize(
    "options",
    [{}, {"source": ""}, {"source": "file:///etc/passwd"}, {"source": "-1"}, {"source": "0", "width_px": "wide"}],
)
def test_options_that_make_no_sense_are_refused_when_the_driver_is_made(options: dict[str, str]) -> None:
    with pytest.raises((ValueError, KeyError)):
        OpenCvCamera(options)


@pytest.mark.parametrize("line", ["garbage", "[]", '{"do": "dance"}', '{"do": "paper", "scene": "none"}', "{}", ""])
def test_the_simulator_refuses_nonsense_and_lives_on(stream: CameraStream, line: str) -> None:
    assert stream.send_line(line)["ok"] is False
    assert "household_first" in str(stream.send(do="scenes")["scenes"])


def test_the_simulator_ends_when_its_input_closes(scenes: Path) -> None:
    assert CameraStream(scenes).end() == 0
