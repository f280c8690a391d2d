"""The device host as a real process, with drivers that crash, hang and babble."""

from __future__ import annotations

import mmap
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from hardware.device import DeviceConfig, DeviceState
from hardware.kinds.barcode_scanner import BARCODE_SCANNER, Scanned
from hardware.kinds.document_camera import DOCUMENT_CAMERA, CapturePage, PreviewFrame, StartPreview, StopPreview
from hardware.kinds.id_card_reader import ID_CARD_READER, CardFailed, CardGone, CardRead
from hardware.kinds.signature_pad import SIGNATURE_PAD, FinishSignature, Signature, SignatureStrokes, StrokePoint
from hardware.messages import HealthChanged, HostUp
from hardware.outcomes import OutcomeCode
from tests.devices.host_client import DEADLINE_S, HOST, Counter, a_device, a_reader
from tests.devices.host_drivers import a_card

SIGNATURE = FinishSignature(strokes=SignatureStrokes(strokes=(), width_px=800, height_px=300, source="pen"))
SHARED_MEMORY = Path("/dev/shm")


@pytest.fixture(autouse=True)
def _find_test_drivers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[2]))


def a_pad(**options: str) -> DeviceConfig:
    return a_device(SIGNATURE_PAD, "SlowPad", **options)


def a_camera(**options: str) -> DeviceConfig:
    return a_device(DOCUMENT_CAMERA, "PlainCamera", **options)


def segments_of(pid: int) -> list[str]:
    return [path.name for path in SHARED_MEMORY.glob(f"zonggui-{pid}-*")]


def is_alive(pid: int) -> bool:
    try:
        state = Path("/proc", str(pid), "stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state not in "ZX"


def wait_gone(pid: int, *, within_s: float = DEADLINE_S) -> None:
    deadline = time.monotonic() + within_s
    while is_alive(pid):
        assert time.monotonic() < deadline, f"process {pid} lives on"
        time.sleep(0.02)


def wait_until_unmapped(pid: int) -> None:
    """Until the process has let go of its blobs, which others have long removed."""
    deadline = time.monotonic() + DEADLINE_S
    while "zonggui-" in Path("/proc", str(pid), "maps").read_text():
        assert time.monotonic() < deadline, "the host keeps what was taken"
        time.sleep(0.02)


def test_im_5_a_host_without_devices_refuses_requests() -> None:
    with Counter() as counter:
        assert counter.ask(CapturePage()).code is OutcomeCode.NOT_CONFIGURED
        assert not counter.of(HealthChanged)
        assert counter.threads == {"device host client"}


def test_im_5b_a_card_comes_through_as_it_was_read_and_only_once() -> None:
    with Counter(a_reader(script="CARD_ABSENT,OK,CARD_ABSENT,CARD_ABSENT,CARD_UNREADABLE,CARD_ABSENT")) as counter:
        assert counter.wait_for(CardRead).card == a_card()
        counter.wait_for(CardGone, times=2)

        order = [type(event) for event in counter.events if isinstance(event, CardRead | CardFailed | CardGone)]
        assert order == [CardRead, CardGone, CardFailed, CardGone]


def test_im_5b_the_same_failure_is_told_once_per_card() -> None:
    script = "CARD_UNREADABLE,CARD_UNREADABLE,CARD_LIFTED,CARD_UNREADABLE,CARD_ABSENT,CARD_UNREADABLE"
    with Counter(a_reader(script=script)) as counter:
        counter.wait_for(CardFailed, times=3)

        codes = [event.code for event in counter.of(CardFailed)]
        assert codes == [OutcomeCode.CARD_UNREADABLE, OutcomeCode.CARD_LIFTED, OutcomeCode.CARD_UNREADABLE]


def test_im_5b_an_absent_reader_becomes_ready_when_it_is_plugged_in() -> None:
    with Counter(a_reader(open="NO_DEVICE,NO_DEVICE,OK")) as counter:
        assert counter.wait_state(DeviceState.ABSENT).health.outcome is OutcomeCode.NO_DEVICE
        counter.wait_state(DeviceState.READY)

        states = [event.health.state for event in counter.of(HealthChanged) if event.health.driver]
        assert states == [DeviceState.STARTING, DeviceState.ABSENT, DeviceState.READY]


def test_im_5b_an_unplugged_reader_is_absent_and_comes_back() -> None:
    with Counter(a_reader(script="CARD_ABSENT,DEVICE_GONE,CARD_ABSENT")) as counter:
        assert counter.wait_state(DeviceState.ABSENT).health.outcome is OutcomeCode.DEVICE_GONE
        counter.wait_state(DeviceState.READY, times=2)


def test_im_5d_scans_come_through_and_unreadable_ones_show_in_the_health() -> None:
    scanner = a_device(BARCODE_SCANNER, "ScriptedScanner", script="SCAN_UNREADABLE,OK,TIMEOUT")
    with Counter(scanner) as counter:
        assert counter.wait_for(Scanned).scan.text == "6901234567892"

        outcomes = [event.health.outcome for event in counter.of(HealthChanged) if event.health.driver]
        assert outcomes == [OutcomeCode.OK, OutcomeCode.OK, OutcomeCode.SCAN_UNREADABLE, OutcomeCode.OK]


def test_a_missing_driver_library_is_an_error_of_that_device_alone() -> None:
    missing = DeviceConfig(kind=ID_CARD_READER, driver="tests.devices.no_such_module:Reader")
    with Counter(missing, a_pad()) as counter:
        health = counter.wait_state(DeviceState.ERROR).health

        assert (health.kind, health.outcome) == (ID_CARD_READER, OutcomeCode.LIBRARY_MISSING)
        assert counter.ask(SIGNATURE).ok


def test_foreign_drivers_need_the_flag() -> None:
    with Counter(a_reader(), command=(sys.executable, "-m", "hardware.host")) as counter:
        health = counter.wait_state(DeviceState.NOT_CONFIGURED).health

        assert health.outcome is OutcomeCode.DRIVER_UNKNOWN


def test_an_exception_in_a_driver_is_a_fault_without_its_text() -> None:
    with Counter(a_reader("RaisingReader"), a_pad()) as counter:
        health = counter.wait_state(DeviceState.ERROR).health
        assert counter.ask(SIGNATURE).ok

        notes = "\n".join(counter.client.notes)

    assert health.outcome is OutcomeCode.DEVICE_FAULT
    assert health.facts == {"fault": "RuntimeError"}
    assert "RuntimeError" in notes
    assert "张" not in notes
    assert "1599" not in notes


def test_a_driver_that_prints_and_reads_cannot_reach_the_protocol() -> None:
    with Counter(a_reader("ChattyReader", script="CARD_ABSENT,CARD_ABSENT,OK,CARD_ABSENT"), a_pad()) as counter:
        counter.wait_for(CardRead)

        assert counter.ask(SIGNATURE).ok
        assert not counter.of(CardGone)
        assert counter.client.generation == 1


def test_a_crash_is_followed_by_a_new_host_each_time() -> None:
    with Counter(a_reader("DyingReader")) as counter:
        counter.wait_up(times=3)

        assert [event.generation for event in counter.of(HostUp)][:3] == [1, 2, 3]
        assert counter.wait_down().reason == "ended with status -9"


def test_a_killed_host_is_replaced_and_its_devices_are_ready_again() -> None:
    with Counter(a_reader()) as counter:
        pid = counter.wait_up()
        counter.wait_state(DeviceState.READY)
        os.kill(pid, signal.SIGKILL)

        counter.wait_state(DeviceState.READY, times=2)

        assert counter.client.host_pid not in (None, pid)


def test_a_host_cuts_into_no_window_with_any_of_its_threads() -> None:
    """A page is found on every core there is; its share of them stays that of every program."""
    with Counter(a_reader()) as counter:
        pid = counter.wait_up()
        counter.wait_state(DeviceState.READY)
        tasks = [int(task.name) for task in Path(f"/proc/{pid}/task").iterdir()]

        assert {os.sched_getscheduler(task) for task in tasks} == {os.SCHED_BATCH}
        assert {os.getpriority(os.PRIO_PROCESS, task) for task in tasks} == {os.getpriority(os.PRIO_PROCESS, 0)}


def test_a_request_in_flight_when_the_host_is_killed_is_answered_once() -> None:
    with Counter(a_pad(seconds="60")) as counter:
        pid = counter.wait_up()
        counter.begin(SIGNATURE)
        counter.begin(SIGNATURE)
        os.kill(pid, signal.SIGKILL)
        counter.wait_up(times=2)

    assert [outcome.code for outcome in counter.outcomes] == [OutcomeCode.HOST_RESTARTED] * 2


def test_a_request_that_no_driver_answers_ends_at_its_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(FinishSignature, "deadline_s", 0.5)
    with Counter(a_pad(seconds="60")) as counter:
        counter.wait_up()

        assert counter.ask(SIGNATURE).code is OutcomeCode.TIMEOUT


def test_a_blocking_driver_does_not_hold_up_the_others_or_the_end() -> None:
    with Counter(a_reader("HangingReader"), a_pad()) as counter:
        pid = counter.wait_up()
        assert counter.ask(SIGNATURE).ok
        ending = time.monotonic()

    assert time.monotonic() - ending < 10
    assert not is_alive(pid)


def test_a_driver_that_stops_the_whole_interpreter_makes_the_client_replace_the_host() -> None:
    with Counter(a_reader("GreedyReader")) as counter:
        pid = counter.wait_up()

        assert counter.wait_down().reason == "silent"

        wait_gone(pid)
        counter.wait_up(times=2)


def test_a_driver_that_does_not_come_back_is_reported_and_then_costs_the_host() -> None:
    sooner = "import hardware.host as host; host.DRIVER_HUNG_S = 0.5; host.DRIVER_LOST_S = 2.0; host.main()"
    with Counter(a_reader("HangingReader"), command=(sys.executable, "-c", sooner, "--foreign-drivers")) as counter:
        assert counter.wait_state(DeviceState.ERROR).health.outcome is OutcomeCode.TIMEOUT

        assert counter.wait_down().reason == "ended with status 3"


@pytest.mark.parametrize("driver", ["ScriptedReader", "HangingReader", "GreedyReader"])
def test_the_host_ends_when_its_client_dies(driver: str) -> None:
    sooner = "import hardware.host as host; host.INTERPRETER_BLOCKED_S = 2.0; host.main()"
    script = (
        "import sys, time\n"
        "from hardware.device import DeviceState\n"
        "from tests.devices.host_client import Counter, a_reader\n"
        f"counter = Counter(a_reader({driver!r}), command=(sys.executable, '-c', {sooner!r}, '--foreign-drivers'))\n"
        "counter.client.start()\n"
        "pid = counter.wait_up()\n"
        "counter.wait_state(DeviceState.READY)\n"
        "print(pid, flush=True)\n"
        "time.sleep(600)\n"
    )
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        parent.kill()

    wait_gone(pid, within_s=60)


def test_im_5a_preview_frames_are_whole_and_of_the_asked_width() -> None:
    with Counter(a_camera()) as counter:
        assert counter.ask(StartPreview(width_px=320)).ok
        whole = 0
        for number in range(1, 13):
            event = counter.wait_for(PreviewFrame, times=number)
            view = counter.client.find_frame(event)
            if view is None:  # overwritten, on a busy machine
                continue
            assert view.readonly
            assert view.nbytes == event.width_px * event.height_px * 3 == 320 * 240 * 3
            pixels = bytes(view)
            whole += pixels == pixels[:1] * len(pixels)
        assert whole >= 3
        assert counter.of(PreviewFrame)[0].hint is not OutcomeCode.OK

        assert counter.ask(StopPreview()).ok


def test_im_5a_a_running_preview_goes_on_in_the_next_host_and_old_frames_are_gone() -> None:
    with Counter(a_camera()) as counter:
        pid = counter.wait_up()
        counter.begin(StartPreview(width_px=320))
        old = counter.wait_for(PreviewFrame)
        view = counter.client.find_frame(old)
        os.kill(pid, signal.SIGKILL)
        counter.wait_up(times=2)

        counter.wait_until(lambda: counter.of(PreviewFrame)[-1].ring != old.ring)

        assert counter.client.find_frame(old) is None
        assert view is None or len(bytes(view)) == 320 * 240 * 3
        assert segments_of(pid) == []


def test_K9_nothing_of_the_last_picture_stays_in_shared_memory_when_the_preview_ends() -> None:
    with Counter(a_camera()) as counter:
        pid = counter.wait_up()
        assert counter.ask(StartPreview(width_px=320)).ok
        frame = counter.wait_for(PreviewFrame, times=6)
        ring = next(SHARED_MEMORY.glob(f"zonggui-{pid}-*ring*"))
        with ring.open("rb") as handle:
            kept = mmap.mmap(handle.fileno(), 0, access=mmap.ACCESS_READ)
        assert frame.ring == ring.name
        assert any(kept[:])

        assert counter.ask(StopPreview()).ok
        deadline = time.monotonic() + DEADLINE_S
        while any(kept[:]):
            assert time.monotonic() < deadline, "a picture is still there"
        assert segments_of(pid) == []

        assert counter.ask(StartPreview(width_px=320)).ok
        counter.wait_until(lambda: counter.of(PreviewFrame)[-1].ring != frame.ring)


def test_im_5a_a_preview_comes_back_by_itself_after_the_camera_was_away() -> None:
    with Counter(a_camera(fail_after="40")) as counter:
        counter.begin(StartPreview(width_px=320))
        counter.wait_state(DeviceState.ABSENT)
        seen = len(counter.of(PreviewFrame))

        counter.wait_for(PreviewFrame, times=seen + 2)

        assert [outcome.code for outcome in counter.outcomes] == [OutcomeCode.OK]


def test_im_5a_a_page_is_refused_with_its_reason_when_none_lies_there() -> None:
    with Counter(a_camera()) as counter:
        outcome = counter.ask(CapturePage())

        assert outcome.code not in (OutcomeCode.OK, OutcomeCode.DEVICE_FAULT, OutcomeCode.TIMEOUT)
        assert not counter.of(PreviewFrame)


def test_im_5a_a_capture_without_camera_says_so_at_once() -> None:
    with Counter(a_camera(open="NO_DEVICE")) as counter:
        outcome = counter.ask(CapturePage())

        assert outcome.code is OutcomeCode.NO_DEVICE
        assert outcome.facts == {"source": "test"}


def test_a_preview_of_impossible_width_is_refused() -> None:
    with Counter(a_camera()) as counter:
        assert counter.ask(StartPreview(width_px=100_000)).code is OutcomeCode.BAD_REQUEST


@pytest.mark.parametrize("size", [0, 1000, 3_000_000])
def test_im_5e_a_result_of_any_size_comes_whole_and_leaves_no_memory_behind(size: int) -> None:
    with Counter(a_pad(bytes=str(size))) as counter:
        pid = counter.wait_up()
        outcome = counter.ask(SIGNATURE)

        assert isinstance(outcome.value, Signature)
        assert outcome.value.png == (bytes(range(256)) * (size // 256 + 1))[:size]
        assert segments_of(pid) == []
        wait_until_unmapped(pid)


def test_im_5e_a_signature_is_drawn_in_the_host() -> None:
    line = tuple(StrokePoint(x_px=50.0 + 10 * i, y_px=100.0 + (i % 5) * 9, t_ms=i * 8, pressure=0.5) for i in range(60))
    strokes = SignatureStrokes(strokes=(line,), width_px=800, height_px=300, source="pen")
    with Counter(DeviceConfig(kind=SIGNATURE_PAD, driver="signature_pad.screen")) as counter:
        outcome = counter.ask(FinishSignature(strokes=strokes))

    assert isinstance(outcome.value, Signature)
    assert outcome.value.png.startswith(b"\x89PNG")


def test_the_end_is_orderly_and_leaves_nothing() -> None:
    with Counter(a_reader(), a_camera(), a_pad()) as counter:
        pid = counter.wait_up()
        counter.begin(StartPreview())
        counter.wait_for(PreviewFrame)

    assert not is_alive(pid)
    assert segments_of(pid) == []
    assert counter.client.host_pid is None


def test_the_host_loads_no_window_library_and_no_image_library_before_it_must() -> None:
    code = "import sys, hardware.host; print(sorted({'PySide6', 'cv2', 'numpy'} & set(sys.modules)))"

    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True).stdout

    assert printed == "[]\n"


def test_the_host_answers_hostile_lines_with_refusals_and_lives_on() -> None:
    lines = [
        b"garbage\n",
        b"\xff\xfe\x00\n",
        b'{"generation":1,"message":{"type":"Ask","id":7,"request":{"type":"Explode"}}}\n',
        b'{"generation":1,"message":{"type":"Configure","devices":[{"type":"DeviceConfig"}]}}\n',
        b"[" * 100_000 + b"\n",
        b"x" * 6_000_000 + b"\n",
        b'{"generation":1,"message":{"type":"Ask","id":8,"request":{"type":"StopPreview"}}}\n',
    ]

    done = subprocess.run(HOST, input=b"".join(lines), capture_output=True, timeout=DEADLINE_S, check=True)

    answers = [line for line in done.stdout.splitlines() if b"AskEnded" in line]
    assert [b'"id":7' in answers[0], b'"code":407' in answers[0]] == [True, True]
    assert [b'"id":8' in answers[1], b'"code":401' in answers[1]] == [True, True]
    assert len(answers) == 2
    assert b"Explode" not in done.stderr
