"""The client against hosts that are broken, hostile, deaf, mute or absent: small programs in place of the real one."""

from __future__ import annotations

import sys
import threading
import time

import pytest

from hardware.client import HostClient, host_command
from hardware.device import DeviceState
from hardware.kinds.barcode_scanner import BARCODE_SCANNER
from hardware.kinds.document_camera import PreviewFrame, StopPreview
from hardware.kinds.id_card_reader import CardGone
from hardware.kinds.signature_pad import FinishSignature, SignatureStrokes, StrokePoint
from hardware.messages import HealthChanged, HostDown, HostUp
from hardware.outcomes import OutcomeCode
from tests.devices.host_client import Counter

PRELUDE = """
import json, os, sys, time
generation = int(sys.argv[-1])
def say(message, generation=generation):
    line = json.dumps({"generation": generation, "message": message})
    sys.stdout.write(line + "\\n"); sys.stdout.flush()
def hear():
    line = sys.stdin.readline()
    if not line: sys.exit(0)
    return json.loads(line)["message"]
def greet(version=4):
    say({"type": "Greeting", "version": version, "pid": os.getpid()})
    hear()
    say({"type": "HostUp", "generation": generation, "pid": os.getpid()})
def answer(number, code=0, generation=generation):
    say({"type": "AskEnded", "id": number, "code": code, "facts": {}}, generation)
"""
"""Speaks the protocol from its description alone, without the production codec."""


def a_host(script: str) -> tuple[str, ...]:
    return (sys.executable, "-c", PRELUDE + script)


def test_a_host_that_cannot_be_started_makes_requests_unavailable() -> None:
    with Counter(command=("/no/such/program",)) as counter:
        assert "cannot start" in counter.wait_down().reason

        assert counter.ask(StopPreview()).code is OutcomeCode.HOST_UNAVAILABLE


def test_before_start_and_after_stop_requests_are_unavailable() -> None:
    counter = Counter()
    assert counter.ask(StopPreview()).code is OutcomeCode.HOST_UNAVAILABLE

    with counter:
        counter.wait_up()

    assert counter.ask(StopPreview()).code is OutcomeCode.HOST_UNAVAILABLE
    counter.client.stop()


def test_requests_made_before_the_host_is_up_wait_for_it() -> None:
    with Counter(command=a_host("time.sleep(0.5); greet()\nwhile True: answer(hear()['id'])")) as counter:
        assert counter.ask(StopPreview()).ok


def test_a_host_that_never_comes_up_leaves_requests_until_their_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(StopPreview, "deadline_s", 1.0)
    script = "while True: say({'type': 'Beat'}); time.sleep(0.1)"
    counter = Counter(command=a_host(script))
    with counter:
        counter.begin(StopPreview())

        counter.wait_until(lambda: bool(counter.outcomes))

    assert [outcome.code for outcome in counter.outcomes] == [OutcomeCode.HOST_UNAVAILABLE]


def test_a_mute_host_is_replaced() -> None:
    with Counter(command=a_host("greet(); time.sleep(600)")) as counter:
        assert counter.wait_down().reason == "silent"

        counter.wait_up(times=2)


def test_a_host_that_ends_at_once_is_started_ever_more_slowly() -> None:
    with Counter(command=a_host("sys.exit(5)")) as counter:
        began = time.monotonic()
        counter.wait_for(HostDown, times=4)
        took = time.monotonic() - began

    assert took >= 0.1 + 0.2 + 0.4
    assert counter.wait_down().reason == "ended with status 5"


def test_garbage_is_passed_over_and_too_much_of_it_is_the_end() -> None:
    few = "greet(); os.write(1, b'garbage\\n\\xff\\n{}\\n[]\\n'); say({'type': 'CardGone'}); hear(); hear()"
    with Counter(command=a_host(few)) as counter:
        counter.wait_for(CardGone)
        assert counter.client.generation == 1

    many = "greet()\nwhile True: os.write(1, b'garbage\\n' * 1000)"
    with Counter(command=a_host(many)) as counter:
        assert counter.wait_down().reason == "garbage"


def test_a_line_without_end_is_garbage_and_does_not_fill_the_memory() -> None:
    with Counter(command=a_host("greet()\nwhile True: os.write(1, b'x' * 65536)")) as counter:
        assert counter.wait_down().reason == "garbage"


def test_a_flood_of_events_neither_drowns_requests_nor_the_memory() -> None:
    script = """
greet()
import threading
def flood():
    while True: say({"type": "CardGone"})
threading.Thread(target=flood, daemon=True).start()
while True: answer(hear()["id"])
"""
    with Counter(command=a_host(script)) as counter:
        counter.wait_for(CardGone)

        assert counter.ask(StopPreview()).code in (OutcomeCode.OK, OutcomeCode.HOST_RESTARTED)


def test_a_host_of_another_version_is_not_used() -> None:
    with Counter(command=a_host("greet(version=99)\nwhile True: hear()")) as counter:
        assert counter.wait_down().reason == "speaks version 99"

        assert not counter.of(HostUp)


def test_late_answers_of_a_dead_generation_and_second_answers_are_ignored() -> None:
    script = """
greet()
while True:
    number = hear()["id"]
    answer(number, 407, generation - 1)
    answer(number + 1000, 407)
    answer(number, 201)
    answer(number, 0)
"""
    with Counter(command=a_host(script)) as counter:
        first, second = counter.ask(StopPreview()), counter.ask(StopPreview())

    assert (first.code, second.code) == (OutcomeCode.CARD_ABSENT, OutcomeCode.CARD_ABSENT)
    assert len(counter.outcomes) == 2


def test_a_deaf_host_does_not_block_the_caller() -> None:
    """The request is larger than what a pipe takes in while nobody reads."""
    points = tuple(StrokePoint(x_px=float(n % 700), y_px=5.0, t_ms=n) for n in range(5000))
    strokes = SignatureStrokes(strokes=(points,), width_px=800, height_px=300, source="pen")
    script = "greet()\nwhile True: say({'type': 'Beat'}); time.sleep(0.1)"
    counter = Counter(command=a_host(script))
    with counter:
        counter.wait_up()
        began = time.monotonic()
        counter.begin(FinishSignature(strokes=strokes))
        assert time.monotonic() - began < 1.0

    assert [outcome.code for outcome in counter.outcomes] == [OutcomeCode.CANCELLED]


def test_frames_and_blobs_with_names_that_are_not_the_hosts_are_not_opened() -> None:
    with Counter(command=a_host("greet()\nhear()")) as counter:
        counter.wait_up()
        for name in ("../etc/passwd", "zonggui-1-1-ring1-4x100", "", "zonggui-1-1-ring1-4x100/../x", "\x00"):
            event = PreviewFrame(sequence=1, ring=name, slot=0, width_px=10, height_px=3)
            assert counter.client.find_frame(event) is None


def test_a_bug_in_a_callback_is_reported_and_the_client_lives_on(monkeypatch: pytest.MonkeyPatch) -> None:
    reported: list[type[BaseException]] = []
    seen = threading.Event()

    def on_event(event: object) -> None:
        if isinstance(event, HostUp):
            raise LookupError("bug of the window")
        if isinstance(event, CardGone):
            seen.set()

    monkeypatch.setattr(threading, "excepthook", lambda fault: reported.append(fault.exc_type))
    client = HostClient(command=a_host("greet(); say({'type': 'CardGone'}); hear()"), devices=(), on_event=on_event)
    try:
        client.start()
        assert seen.wait(30)
    finally:
        client.stop()

    assert reported == [LookupError]


def test_stopping_from_a_callback_does_not_wait_for_itself() -> None:
    stopped = threading.Event()

    def on_event(event: object) -> None:
        if isinstance(event, HostUp):
            client.stop()
            stopped.set()

    client = HostClient(command=a_host("greet(); hear()"), devices=(), on_event=on_event)
    client.start()

    assert stopped.wait(30)
    client.stop()


def test_the_last_words_of_a_host_are_kept_for_a_fault_report() -> None:
    script = "greet(); sys.stderr.write('one\\n' * 100 + 'last words' + 'x' * 1000 + '\\n'); sys.stderr.flush(); hear()"
    with Counter(command=a_host(script)) as counter:
        counter.wait_up()
        deadline = time.monotonic() + 30
        while not any("last words" in note for note in counter.client.notes):
            assert time.monotonic() < deadline

        assert len(counter.client.notes) <= 40
        assert max(map(len, counter.client.notes)) <= 300


def test_the_host_is_this_interpreter_or_the_program_beside_this_one(monkeypatch: pytest.MonkeyPatch) -> None:
    assert host_command() == [sys.executable, "-m", "hardware.host"]

    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "executable", "/opt/zonggui/zonggui")

    assert host_command() == ["/opt/zonggui/zonggui-devices"]


def test_events_of_unknown_kinds_of_devices_do_not_reach_the_program() -> None:
    script = """
greet()
health = {"type": "Health", "kind": "teleporter", "state": "ready", "outcome": 0, "driver": "", "facts": {}}
say({"type": "HealthChanged", "health": health})
say({"type": "HealthChanged", "health": health | {"kind": "barcode_scanner"}})
hear()
"""
    with Counter(command=a_host(script)) as counter:
        health = counter.wait_for(HealthChanged).health

    assert (health.kind, health.state) == (BARCODE_SCANNER, DeviceState.READY)
