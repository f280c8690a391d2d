"""The simulators' process: its announcement, its control socket, its end."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from urllib.error import URLError

import pytest
from PIL import Image, ImageStat

from hardware.simulators.control import call
from hardware.simulators.main import main
from tests.helpers.simulators import RunningSimulators, running_simulators

DEADLINE_S = 20.0
RUN = [sys.executable, "-m", "hardware.simulators.main", "run", "--no-camera"]


@contextmanager
def started(*options: str) -> Iterator[tuple[subprocess.Popen[bytes], dict[str, str]]]:
    process = subprocess.Popen([*RUN, *options], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        yield process, json.loads(process.stdout.readline())
    finally:
        if process.poll() is None:
            process.terminate()
        process.wait(DEADLINE_S)
        process.stdin.close()
        process.stdout.close()


@pytest.fixture(scope="module")
def simulators() -> Iterator[RunningSimulators]:
    with running_simulators(camera=False) as running:
        yield running


def test_sigterm_ends_it_and_leaves_nothing_behind(tmp_path: Path) -> None:
    file = tmp_path / "endpoints.json"
    with started("--endpoints", str(file)) as (process, endpoints):
        assert json.loads(file.read_text(encoding="utf-8")) == endpoints
        folder = Path(endpoints["id_card_reader"]).parent
        assert folder.is_dir()

        process.send_signal(signal.SIGTERM)

        assert process.wait(DEADLINE_S) == 0
        assert not folder.exists()
        assert not file.exists()


def test_quit_is_answered_and_ends_it() -> None:
    with started() as (process, endpoints):
        assert call(endpoints["control"], {"do": "quit"}) == {"ok": True}
        assert process.wait(DEADLINE_S) == 0


def test_with_parent_it_ends_when_its_input_is_closed() -> None:
    with started("--with-parent") as (process, _):
        assert process.stdin is not None
        process.stdin.close()

        assert process.wait(DEADLINE_S) == 0


def test_without_a_parent_it_outlives_its_input() -> None:
    with started() as (process, endpoints):
        assert process.stdin is not None
        process.stdin.close()

        assert call(endpoints["control"], {"do": "status"})["ok"]


@pytest.mark.parametrize(
    "line",
    [
        b"garbage",
        b"[]",
        b"\xff\xfe",
        b'{"do": "dance"}',
        b'{"do": "\\ud800"}',
        b'{"do": ["status"]}',
        b'{"do": "lay_card", "card": "nobody"}',
        b'{"do": "lay_card", "card": ["p1"]}',
        b'{"do": "lay_card", "person": {"name": "0123456789012345"}}',
        b'{"do": "scan", "text": 5}',
        b'{"do": "scan", "text": "a", "encoding": "klingon"}',
        b'{"do": "scan", "hex": "xx"}',
        b'{"do": "scan", "text": "a", "repeat": 99999999}',
        b'{"do": "scan", "text": "a", "repeat": -1}',
        b'{"do": "fault", "device": "barcode_scanner", "kind": "silent"}',
        b'{"do": "fault", "device": "id_card_reader", "kind": "explode"}',
        b'{"do": "unplug", "device": "toaster"}',
        b'{"do": "paper", "scene": "form"}',
    ],
)
def test_nonsense_is_refused_in_chinese_and_the_connection_lives_on(simulators: RunningSimulators, line: bytes) -> None:
    host, _, port = simulators.endpoints["control"].rpartition(":")
    with socket.create_connection((host, int(port)), timeout=DEADLINE_S) as connection:
        lines = connection.makefile("rwb")
        lines.write(line + b"\n" + b'{"do": "status"}\n')
        lines.flush()
        refusal, status = json.loads(lines.readline()), json.loads(lines.readline())
        lines.close()

    assert refusal["ok"] is False
    assert any("\u4e00" <= character <= "\u9fff" for character in refusal["error"])
    assert status["ok"] is True


def test_a_port_keeps_its_name_when_it_is_unplugged_and_plugged(simulators: RunningSimulators) -> None:
    link = Path(simulators.barcode_scanner)
    assert link.is_char_device()

    simulators.send({"do": "unplug", "device": "barcode_scanner"})
    simulators.send({"do": "unplug", "device": "barcode_scanner"})
    assert not link.exists()
    simulators.send({"do": "plug", "device": "barcode_scanner"})
    simulators.send({"do": "plug", "device": "barcode_scanner"})

    assert link.is_char_device()


def test_commands_can_be_sent_from_the_command_line(
    simulators: RunningSimulators, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "endpoints.json"
    file.write_text(json.dumps(dict(simulators.endpoints)), encoding="utf-8")

    done = main(["send", "--endpoints", str(file), "lay_card", "card=p3", "status"])
    answers = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    refused = main(["send", "--control", simulators.endpoints["control"], "dance"])

    assert (done, refused) == (0, 1)
    assert answers[1]["id_card_reader"]["card"] == "p3"


@pytest.fixture(scope="module")
def scenes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two small pictures in place of the camera's photographs."""
    folder = tmp_path_factory.mktemp("scenes")
    for name, gray in (("form", 250), ("empty", 90)):
        Image.new("RGB", (320, 240), (gray, gray, gray)).save(folder / f"{name}.jpg")
    entries = {"form": {"file": "form.jpg", "paper": "form"}, "empty": {"file": "empty.jpg", "paper": None}}
    (folder / "scenes.json").write_text(json.dumps({"scenes": entries}), encoding="utf-8")
    return folder


def brightness(url: str) -> float:
    """Of the next picture in the camera's stream."""
    with urllib.request.urlopen(url, timeout=DEADLINE_S) as stream:
        while not stream.readline().startswith(b"Content-Length"):
            pass
        stream.readline()
        picture = Image.open(BytesIO(stream.read(1000) + stream.read(60_000)))
        return ImageStat.Stat(picture.convert("L")).mean[0]


def test_paper_faults_and_plug_reach_the_camera(scenes: Path) -> None:
    with running_simulators(scenes=scenes) as running:
        dark = brightness(running.document_camera)
        running.send({"do": "paper", "scene": "form"})
        bright = brightness(running.document_camera)
        state = running.send({"do": "status"})["document_camera"]
        running.send({"do": "unplug", "device": "document_camera"})
        with pytest.raises((URLError, ConnectionError)):
            brightness(running.document_camera)
        running.send({"do": "plug", "device": "document_camera"})
        running.send({"do": "empty"})
        dark_again = brightness(running.document_camera)
        refusal = call(running.endpoints["control"], {"do": "paper", "scene": "nothing such"})

    assert dark < 120 < bright
    assert dark_again < 120
    assert state == {"plugged": True, "scene": "form", "scenes": ["empty", "form"]}
    assert refusal == {
        "ok": False,
        "error": "模拟高拍仪不接受这个命令：没有这种纸：nothing such。可用的有：empty、form",
    }


def test_the_camera_ends_with_the_simulators_even_when_they_are_killed(
    scenes: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))  # who is killed leaves a folder behind
    with running_simulators(scenes=scenes) as running:
        children = Path(f"/proc/{running.pid}/task/{running.pid}/children").read_text().split()
        os.kill(running.pid, signal.SIGKILL)

        deadline = time.monotonic() + DEADLINE_S
        while any(Path(f"/proc/{child}").exists() for child in children):
            assert time.monotonic() < deadline

    assert len(children) == 1


def test_a_camera_that_cannot_start_is_said_and_ends_the_program(tmp_path: Path) -> None:
    (tmp_path / "scenes.json").write_text("not json", encoding="utf-8")

    ended = subprocess.run(
        [*RUN[:-1], "--scenes", str(tmp_path)], capture_output=True, text=True, timeout=60, check=False
    )

    assert ended.returncode == 1
    assert "模拟高拍仪没有回答" in ended.stderr


def test_many_sessions_leave_no_open_files(simulators: RunningSimulators) -> None:
    files = Path(f"/proc/{simulators.pid}/fd")
    simulators.send({"do": "status"})
    before = len(os.listdir(files))

    for _ in range(20):
        simulators.send({"do": "unplug", "device": "barcode_scanner"})
        simulators.send({"do": "plug", "device": "barcode_scanner"})

    deadline = time.monotonic() + DEADLINE_S
    while len(os.listdir(files)) > before + 1:
        assert time.monotonic() < deadline, os.listdir(files)
