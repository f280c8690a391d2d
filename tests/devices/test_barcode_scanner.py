"""The scanner's driver against a simulated scanner in another process, over a real serial line. IM-5d."""

from __future__ import annotations

import time
from collections.abc import Iterator
from threading import Event

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hardware.drivers.serial_scanner import MAX_CHARACTERS, SerialScanner, parse_scan
from hardware.kinds.barcode_scanner import Scan
from hardware.outcomes import Outcome, OutcomeCode
from tests.helpers.simulators import RunningSimulators, running_simulators

DEADLINE_S = 20.0
CODE = "1599992026112300017"


@pytest.fixture(scope="module")
def simulators() -> Iterator[RunningSimulators]:
    with running_simulators(camera=False) as running:
        yield running


@pytest.fixture
def counter(simulators: RunningSimulators) -> RunningSimulators:
    simulators.send({"do": "plug", "device": "barcode_scanner"})
    return simulators


@pytest.fixture
def scanner(counter: RunningSimulators) -> Iterator[SerialScanner]:
    driver = SerialScanner({"port": counter.barcode_scanner})
    opened = driver.open()
    assert opened.ok, opened
    yield driver
    driver.close()


def next_outcome(scanner: SerialScanner) -> Outcome[Scan]:
    """What comes, other than "nothing yet"."""
    deadline = time.monotonic() + DEADLINE_S
    while time.monotonic() < deadline:
        outcome = scanner.read_scan(Event())
        if outcome.code is not OutcomeCode.TIMEOUT:
            return outcome
    pytest.fail("nothing came from the scanner")


def next_text(scanner: SerialScanner) -> str:
    outcome = next_outcome(scanner)
    assert outcome.value is not None, outcome
    return outcome.value.text


def wait_for_silence(scanner: SerialScanner) -> None:
    """Read until the line has been quiet for well over the driver's limit."""
    quiet = 0
    while quiet < 4:
        quiet = quiet + 1 if scanner.read_scan(Event()).code is OutcomeCode.TIMEOUT else 0


@pytest.mark.parametrize("terminator", ["\r", "\n", "\r\n"])
def test_a_code_is_read_whatever_ends_it_im_5d(
    counter: RunningSimulators, scanner: SerialScanner, terminator: str
) -> None:
    before_ns = time.monotonic_ns()
    counter.send({"do": "scan", "text": CODE, "terminator": terminator})

    outcome = next_outcome(scanner)

    assert outcome.value is not None
    assert outcome.value.text == CODE
    assert before_ns < outcome.value.received_at_ns <= time.monotonic_ns()
    assert scanner.read_scan(Event()).code is OutcomeCode.TIMEOUT


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_chinese_is_read_in_both_encodings_im_5d(
    counter: RunningSimulators, scanner: SerialScanner, encoding: str
) -> None:
    counter.send({"do": "scan", "text": "受理号:城乡居民养老保险 2026", "encoding": encoding})

    assert next_text(scanner) == "受理号:城乡居民养老保险 2026"


def test_codes_scanned_in_a_row_come_one_by_one_im_5d(counter: RunningSimulators, scanner: SerialScanner) -> None:
    counter.send({"do": "scan", "text": "A1\rB2\r\n\r\nC3"})

    assert [next_text(scanner) for _ in range(3)] == ["A1", "B2", "C3"]


def test_separators_of_gs1_codes_are_kept(counter: RunningSimulators, scanner: SerialScanner) -> None:
    counter.send({"do": "scan", "text": "]C1010123\x1d10AB"})

    assert next_text(scanner) == "]C1010123\x1d10AB"


@pytest.mark.parametrize(
    ("payload", "reason"), [("00010203FF0D", "encoding"), ("414200430D", "control"), ("FFFEFD0D", "encoding")]
)
def test_binary_is_unreadable_and_the_next_code_is_read(
    counter: RunningSimulators, scanner: SerialScanner, payload: str, reason: str
) -> None:
    counter.send({"do": "scan", "hex": payload})
    counter.send({"do": "scan", "text": CODE})

    outcome = next_outcome(scanner)

    assert (outcome.code, outcome.facts) == (OutcomeCode.SCAN_UNREADABLE, {"reason": reason})
    assert next_text(scanner) == CODE


def test_a_hundred_kilobytes_without_an_end_are_dropped_and_said_once(
    counter: RunningSimulators, scanner: SerialScanner
) -> None:
    counter.send({"do": "scan", "hex": "41" * 1000, "repeat": 100})

    outcome = next_outcome(scanner)
    wait_for_silence(scanner)
    counter.send({"do": "scan", "text": CODE})

    assert (outcome.code, outcome.facts) == (OutcomeCode.SCAN_UNREADABLE, {"reason": "too_long"})
    assert next_text(scanner) == CODE


def test_a_line_that_never_ends_is_not_glued_to_the_next_code(
    counter: RunningSimulators, scanner: SerialScanner
) -> None:
    counter.send({"do": "scan", "text": "HALF", "terminator": ""})

    outcome = next_outcome(scanner)
    counter.send({"do": "scan", "text": CODE})

    assert (outcome.code, outcome.facts) == (OutcomeCode.SCAN_UNREADABLE, {"reason": "unfinished"})
    assert next_text(scanner) == CODE


@pytest.mark.parametrize(("length", "ok"), [(MAX_CHARACTERS, True), (MAX_CHARACTERS + 1, False)])
def test_the_longest_code_is_read_and_a_longer_one_refused(
    counter: RunningSimulators, scanner: SerialScanner, length: int, ok: bool
) -> None:
    counter.send({"do": "scan", "text": "7" * length})

    assert next_outcome(scanner).ok is ok


def test_unplugged_and_plugged_again_im_5d(counter: RunningSimulators, scanner: SerialScanner) -> None:
    counter.send({"do": "unplug", "device": "barcode_scanner"})

    gone, absent = next_outcome(scanner), scanner.open()
    counter.send({"do": "plug", "device": "barcode_scanner"})
    back = scanner.open()
    counter.send({"do": "scan", "text": CODE})

    assert (gone.code, gone.facts) == (OutcomeCode.DEVICE_GONE, {"port": counter.barcode_scanner})
    assert absent.code is OutcomeCode.NO_DEVICE
    assert back.ok
    assert next_text(scanner) == CODE


def test_a_port_is_held_by_one_program_only(counter: RunningSimulators, scanner: SerialScanner) -> None:
    second = SerialScanner({"port": counter.barcode_scanner})

    assert second.open().code is OutcomeCode.PORT_IN_USE


def test_waiting_ends_when_it_is_told_to(scanner: SerialScanner) -> None:
    stop = Event()
    stop.set()

    assert scanner.read_scan(stop).code is OutcomeCode.CANCELLED


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({}, OutcomeCode.NOT_CONFIGURED),
        ({"port": "COM1", "baud": "-1"}, OutcomeCode.BAD_REQUEST),
        ({"port": "/no/such/port"}, OutcomeCode.NO_DEVICE),
        ({"port": "/dev/null"}, OutcomeCode.DEVICE_FAULT),
    ],
)
def test_wrong_options_are_refused(options: dict[str, str], code: OutcomeCode) -> None:
    assert SerialScanner(options).open().code is code


@settings(deadline=None)
@given(st.binary(min_size=1, max_size=5000))
def test_random_lines_never_raise_and_never_give_control_characters(line: bytes) -> None:
    outcome = parse_scan(line, received_at_ns=1)

    assert outcome.code in (OutcomeCode.OK, OutcomeCode.SCAN_UNREADABLE)
    assert outcome.value is None or "\0" not in outcome.value.text


def test_a_scan_hides_its_text() -> None:
    assert CODE not in repr(parse_scan(CODE.encode(), received_at_ns=1).value)
