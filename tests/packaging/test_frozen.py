"""The packed client starts without Python, reaches its login window, and its device host works without Qt (IM-2)."""

from __future__ import annotations

import ast
import re
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from app.session.press import Press
from domain.papers.order import PrintOutcome, PrintResult
from hardware.device import DeviceConfig, DeviceKind, DeviceState
from hardware.kinds.barcode_scanner import BARCODE_SCANNER, Scanned
from hardware.kinds.document_camera import DOCUMENT_CAMERA, PreviewFrame, StartPreview
from hardware.kinds.picture_decoder import PICTURE_DECODER, DecodePicture, Pixels
from hardware.kinds.signature_pad import SIGNATURE_PAD
from hardware.messages import HealthChanged
from hardware.outcomes import OutcomeCode
from hardware.table import drivers
from tests.devices.camera_stream import CameraStream
from tests.devices.host_client import Counter
from tests.helpers.kept_scenes import make_scenes
from tests.helpers.pictures import a_jpeg
from tests.helpers.print_spooler import QUEUE, running_spooler
from tests.helpers.screens import CONFIGURATION
from tests.helpers.source import ROOT
from tests.helpers.xvfb import VirtualDisplay
from tests.packaging.bundle import Bundle, build_bundle
from tests.unit.app.test_receipt import PAPER

pytestmark = pytest.mark.timeout(1500)  # the first test builds

_DEADLINE_S = 120.0
_POLL_S = 0.05

_OPTIONS = {
    # What each driver must be told to try to open something, which is not there.
    "id_card_reader.sam_serial": {"port": "/dev/ttyNONE"},
    "document_camera.opencv": {"source": "http://127.0.0.1:9/none"},
    "barcode_scanner.serial": {"port": "/dev/ttyNONE"},
    "signature_pad.screen": {},
    "picture_decoder.opencv": {},
}


@pytest.fixture(scope="session")
def bundle() -> Bundle:
    return build_bundle()


def _bare(tmp_path: Path) -> dict[str, str]:
    """The environment of a counter, which has no Python and no checkout."""
    return {"HOME": str(tmp_path), "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"}


@contextmanager
def _running(bundle: Bundle, tmp_path: Path, environment: dict[str, str]) -> Iterator[Path]:
    report = tmp_path / "painted"
    command = [str(bundle.client), "--data", str(tmp_path / "data"), "--report-painted", str(report)]
    with (tmp_path / "stderr").open("wb") as errors:
        client = subprocess.Popen(
            command, env=environment, cwd=tmp_path, stdin=subprocess.DEVNULL, stdout=errors, stderr=errors
        )
        try:
            _wait_for(report, client)
            yield report
        finally:
            client.terminate()
            client.wait(_DEADLINE_S)
    said = (tmp_path / "stderr").read_text(encoding="utf-8", errors="replace")
    assert "Traceback" not in said, said


def _wait_for(report: Path, client: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + _DEADLINE_S
    while not report.exists() or not report.read_text(encoding="utf-8").endswith("\n"):
        said = report.with_name("stderr").read_text(encoding="utf-8", errors="replace")
        assert client.poll() is None, f"ended with {client.returncode}: {said}"
        assert time.monotonic() < deadline, f"nothing was painted: {said}"
        time.sleep(_POLL_S)


def test_the_login_window_is_painted_without_a_display(bundle: Bundle, tmp_path: Path) -> None:
    environment = {**_bare(tmp_path), "QT_QPA_PLATFORM": f"offscreen:configfile={CONFIGURATION}"}

    with _running(bundle, tmp_path, environment) as report:
        painted_ns = int(report.read_text(encoding="utf-8"))

    assert painted_ns <= time.monotonic_ns()


def test_the_login_window_is_painted_on_a_real_x_server(
    bundle: Bundle, tmp_path: Path, xvfb_two_screens: VirtualDisplay
) -> None:
    environment = {**_bare(tmp_path), "DISPLAY": xvfb_two_screens.name}

    with _running(bundle, tmp_path, environment):
        found = subprocess.run(
            ["xdotool", "search", "--onlyvisible", "--name", "综柜"],
            env=environment,
            capture_output=True,
            text=True,
            timeout=_DEADLINE_S,
        )

    assert found.stdout.split(), "no visible window bears the program's name"


def test_the_command_line_explains_itself_in_chinese(bundle: Bundle, tmp_path: Path) -> None:
    result = subprocess.run(
        [bundle.client, "--help"],
        env=_bare(tmp_path),
        capture_output=True,
        text=True,
        timeout=_DEADLINE_S,
        check=True,
    )

    assert "综柜" in result.stdout


def test_the_device_host_greets_and_has_no_qt_in_its_memory(bundle: Bundle) -> None:
    with Counter(command=[str(bundle.devices)]) as counter:
        pid = counter.wait_up()
        maps = Path(f"/proc/{pid}/maps").read_text(encoding="utf-8")

    assert str(bundle.folder) in maps
    assert "Qt6" not in maps
    assert "PySide6" not in maps
    assert "shiboken" not in maps


def test_the_device_host_carries_every_driver_of_the_table(bundle: Bundle) -> None:
    devices = [
        DeviceConfig(kind=DeviceKind(name.partition(".")[0]), driver=name, options=_OPTIONS[name]) for name in drivers()
    ]

    with Counter(*devices, command=[str(bundle.devices)]) as counter:
        counter.wait_until(lambda: _judged(counter).keys() >= {device.kind for device in devices})
        judged = {device.kind: _judged(counter)[device.kind] for device in devices}

    # The screen pad and the decoder are always there; nothing else was plugged, and no library was missed.
    assert judged.pop(SIGNATURE_PAD) is OutcomeCode.OK
    assert judged.pop(PICTURE_DECODER) is OutcomeCode.OK
    assert set(judged.values()) == {OutcomeCode.NO_DEVICE}


def test_S1_the_device_host_decodes_pictures_from_elsewhere(bundle: Bundle) -> None:
    decoder = DeviceConfig(kind=PICTURE_DECODER, driver="picture_decoder.opencv")

    with Counter(decoder, command=[str(bundle.devices)]) as counter:
        outcome = counter.ask(DecodePicture(content=a_jpeg(), width_px=32, height_px=32))
        maps = Path(f"/proc/{counter.client.host_pid}/maps").read_text(encoding="utf-8")

    assert isinstance(outcome.value, Pixels)
    assert (outcome.value.width_px, outcome.value.height_px) == (32, 32)
    assert "Qt6" not in maps


@pytest.fixture
def network_camera(tmp_path: Path) -> Iterator[str]:
    make_scenes(tmp_path, "--megapixels", "1")
    stream = CameraStream(tmp_path)
    stream.send(do="paper", scene="registration_form")
    yield stream.url
    stream.end()


def test_im_5a_im_5d_the_device_host_reads_a_network_camera_and_a_network_scanner(
    bundle: Bundle, network_camera: str
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as scanner:
        scanner.settimeout(_DEADLINE_S)
        port = f"socket://127.0.0.1:{scanner.getsockname()[1]}"
        devices = (
            DeviceConfig(kind=BARCODE_SCANNER, driver="barcode_scanner.serial", options={"port": port}),
            DeviceConfig(kind=DOCUMENT_CAMERA, driver="document_camera.opencv", options={"source": network_camera}),
        )

        with Counter(*devices, command=[str(bundle.devices)]) as counter:
            counter.wait_until(lambda: set(_judged(counter).values()) == {OutcomeCode.OK})
            counter.begin(StartPreview())
            with scanner.accept()[0] as line:
                line.sendall(b"159999-20261124-0001\r\n")
                scanned = counter.wait_for(Scanned).scan.text
            counter.wait_until(lambda: any(frame.hint is OutcomeCode.OK for frame in counter.of(PreviewFrame)))
            maps = Path(f"/proc/{counter.client.host_pid}/maps").read_text(encoding="utf-8")

    assert re.search(f"{re.escape(str(bundle.folder))}/.*/libavcodec", maps)
    assert scanned == "159999-20261124-0001"


def test_im_5a_no_library_that_reads_network_cameras_is_left_out_on_windows() -> None:
    spec = ast.parse((ROOT / "build.spec").read_text(encoding="utf-8"))
    wanted = ("EDGE", "DROPPED")
    assigned: list[ast.stmt] = [
        one for one in spec.body if isinstance(one, ast.Assign) and ast.unparse(one.targets[0]) in wanted
    ]
    names: dict[str, list[str]] = {}
    exec(compile(ast.Module(assigned, []), "build.spec", "exec"), names)

    assert not [pattern for pattern in names["DROPPED"] if re.search(pattern, r"cv2\opencv_videoio_ffmpeg500_64.dll")]


def test_the_paper_program_prints_without_a_display(bundle: Bundle, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DISPLAY", raising=False)
    with running_spooler() as spooler:
        monkeypatch.setenv("CUPS_SERVER", spooler.address)
        outcome = Press([str(bundle.papers)]).print_receipt(PAPER)
        jobs = spooler.jobs()

    assert outcome == PrintOutcome(result=PrintResult.SENT, printer=QUEUE)
    assert [job[:8] for job in jobs] == [b"%PDF-1.4"]


def _judged(counter: Counter) -> dict[DeviceKind, OutcomeCode]:
    """What became of each device once its driver has tried to open it."""
    healths = [event.health for event in counter.of(HealthChanged)]
    return {h.kind: h.outcome for h in healths if h.driver and h.state is not DeviceState.STARTING}


def test_nothing_is_packed_that_no_counter_needs(bundle: Bundle) -> None:
    client, devices = bundle.modules(bundle.client), bundle.modules(bundle.devices)
    papers = bundle.modules(bundle.papers)

    strangers = (
        "hardware.simulators",
        "server",
        "tests",
        "pytest",
        "mypy",
        "sqlalchemy",
        "fastapi",
        "rich",
        "pygments",
    )
    assert not [name for name in client | devices | papers if name.startswith(strangers)]
    assert not [
        name for name in papers if name.partition(".")[0] in {"cv2", "numpy", "hardware", "requests", "keyring"}
    ]
    assert not [name for name in devices if name.partition(".")[0] in {"PySide6", "shiboken6", "app", "domain"}]
    assert {target.partition(":")[0] for target in drivers().values()} <= devices
    assert not [name for name in client if name.startswith("hardware.drivers")]
