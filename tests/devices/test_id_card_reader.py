"""The ID reader's driver against a simulated reader in another process, over a real serial line. IM-5b."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Event

import pytest

from hardware.drivers.sam_serial import SamSerialReader
from hardware.kinds.id_card_reader import CardType, IdCard
from hardware.outcomes import Outcome, OutcomeCode
from hardware.simulators.persons import load_persons
from tests.helpers.simulators import RunningSimulators, running_simulators

DEADLINE_S = 20.0
ANSWER_BYTES = 1295
HEADER = range(1, 12)
"""Preamble, length, status, first bytes of the lengths of text and photo."""

PERSONS = load_persons()


@pytest.fixture(scope="module")
def simulators() -> Iterator[RunningSimulators]:
    with running_simulators(camera=False) as running:
        yield running


@pytest.fixture
def counter(simulators: RunningSimulators) -> RunningSimulators:
    """The simulators with everything plugged in, no card and no fault."""
    simulators.send({"do": "fault", "device": "id_card_reader", "kind": "none"})
    simulators.send({"do": "lift_card"})
    simulators.send({"do": "plug", "device": "id_card_reader"})
    return simulators


@pytest.fixture
def reader(counter: RunningSimulators) -> Iterator[SamSerialReader]:
    driver = SamSerialReader({"port": counter.id_card_reader})
    opened = driver.open()
    assert opened.ok, opened
    yield driver
    driver.close()


def read(reader: SamSerialReader) -> Outcome[IdCard]:
    return reader.read_card(Event())


def spoil(counter: RunningSimulators, kind: str, **more: object) -> None:
    counter.send({"do": "fault", "device": "id_card_reader", "kind": kind, **more})


def test_opening_tells_port_and_number_of_the_reader_im_5b(counter: RunningSimulators) -> None:
    driver = SamSerialReader({"port": counter.id_card_reader, "baud": "115200"})

    outcome = driver.open()
    driver.close()

    assert outcome.ok
    number = "05.03-20240115-0000159999-0020260001"
    assert outcome.facts == {"port": counter.id_card_reader, "sam_id": number, "simulated": number}


def test_an_empty_reader_has_no_card_im_5b(reader: SamSerialReader) -> None:
    outcome = read(reader)

    assert outcome.code is OutcomeCode.CARD_ABSENT
    assert outcome.facts == {"sw": "80"}


@pytest.mark.parametrize("person", sorted(PERSONS))
def test_every_kind_of_card_is_read_whole_im_5b(
    counter: RunningSimulators, reader: SamSerialReader, person: str
) -> None:
    expected = PERSONS[person]
    counter.send({"do": "lay_card", "card": person})
    before_ns = time.monotonic_ns()

    card = read(reader).value

    assert card is not None
    assert card.card_type == expected["type"]
    assert card.name == (expected["name"] or expected["english_name"])
    assert (card.sex, card.id_number) == (expected["sex"], expected["id_number"])
    assert card.nation == expected.get("nation", "")
    assert card.address == expected.get("address", "")
    assert card.birth_date == date.fromisoformat(expected["birth_date"])
    until = expected["valid_until"]
    assert card.valid_until == (None if until == "长期" else date.fromisoformat(until))
    assert card.photo_decoded
    assert card.photo.startswith(b"\xff\xd8")
    assert before_ns < card.received_at_ns <= time.monotonic_ns()


def test_the_sample_cards_cover_all_kinds_im_5b() -> None:
    assert {person["type"] for person in PERSONS.values()} == set(CardType)


def test_a_read_card_is_absent_until_it_is_lifted_im_5b(counter: RunningSimulators, reader: SamSerialReader) -> None:
    counter.send({"do": "lay_card", "card": "p1"})

    first, second = read(reader), read(reader)
    counter.send({"do": "lift_card"})
    counter.send({"do": "lay_card", "card": "p2"})
    third = read(reader)

    assert [first.code, second.code, third.code] == [OutcomeCode.OK, OutcomeCode.CARD_ABSENT, OutcomeCode.OK]


def test_connecting_anew_reads_a_card_that_still_lies_there(
    counter: RunningSimulators, reader: SamSerialReader
) -> None:
    counter.send({"do": "lay_card", "card": "p1"})
    assert read(reader).ok

    assert reader.open().ok

    assert read(reader).ok


@pytest.mark.parametrize("at", [*HEADER, 12, 267, 800, ANSWER_BYTES - 1])
def test_one_truncated_answer_is_made_good_within_the_read(
    counter: RunningSimulators, reader: SamSerialReader, at: int
) -> None:
    counter.send({"do": "lay_card", "card": "p1"})
    spoil(counter, "truncate", at=at)

    assert read(reader).ok


@pytest.mark.parametrize("at", [1, 6, 9, 500, ANSWER_BYTES - 1])
def test_a_read_truncated_twice_is_damaged_and_the_next_one_works(
    counter: RunningSimulators, reader: SamSerialReader, at: int
) -> None:
    counter.send({"do": "lay_card", "card": "p1"})
    spoil(counter, "truncate", at=at, times=2)

    outcome, following = read(reader), read(reader)

    assert outcome.code is OutcomeCode.FRAME_DAMAGED
    assert following.ok


@pytest.mark.parametrize("at", [0, 4, *range(5, 14), 14, 100, 268, 269, 1000, ANSWER_BYTES - 1])
def test_one_corrupted_answer_is_made_good_within_the_read(
    counter: RunningSimulators, reader: SamSerialReader, at: int
) -> None:
    counter.send({"do": "lay_card", "card": "p1"})
    spoil(counter, "corrupt", at=at)

    assert read(reader).ok


@pytest.mark.parametrize("at", [2, 5, 6, 9, 13, 700])
def test_a_read_corrupted_twice_is_damaged_and_the_next_one_works(
    counter: RunningSimulators, reader: SamSerialReader, at: int
) -> None:
    counter.send({"do": "lay_card", "card": "p1"})
    spoil(counter, "corrupt", at=at, times=2)

    outcome, following = read(reader), read(reader)

    assert outcome.code is OutcomeCode.FRAME_DAMAGED
    assert following.ok


@pytest.mark.parametrize("command", ["find", "select", "read"])
@pytest.mark.parametrize("kind", ["bad_check", "noise", "slow"])
def test_trouble_on_the_line_at_any_step_does_not_stop_the_read(
    counter: RunningSimulators, reader: SamSerialReader, command: str, kind: str
) -> None:
    counter.send({"do": "lay_card", "card": "p1"})
    spoil(counter, kind, on=command)

    assert read(reader).ok


@pytest.mark.parametrize("noise_bytes", [1, 3, 15, 200])
def test_noise_before_the_answer_is_skipped(
    counter: RunningSimulators, reader: SamSerialReader, noise_bytes: int
) -> None:
    counter.send({"do": "lay_card", "card": "p1"})
    spoil(counter, "noise", at=noise_bytes)

    assert read(reader).ok


@pytest.mark.parametrize("command", ["find", "select", "read"])
def test_a_silent_reader_times_out_and_works_again_when_it_speaks(
    counter: RunningSimulators, reader: SamSerialReader, command: str
) -> None:
    counter.send({"do": "lay_card", "card": "p1"})
    spoil(counter, "silent", on=command)

    outcome, following = read(reader), read(reader)

    assert outcome.code is OutcomeCode.TIMEOUT
    assert following.ok


def test_a_silent_reader_is_not_opened(counter: RunningSimulators) -> None:
    spoil(counter, "silent", on="any")
    driver = SamSerialReader({"port": counter.id_card_reader})

    outcome, following = driver.open(), driver.open()
    driver.close()

    assert outcome.code is OutcomeCode.TIMEOUT
    assert outcome.facts == {"port": counter.id_card_reader}
    assert following.ok


def test_a_card_lifted_while_reading_is_told_from_an_unreadable_one_im_5b(
    counter: RunningSimulators, reader: SamSerialReader
) -> None:
    counter.send({"do": "lay_card", "card": "p1"})
    spoil(counter, "lift_while_reading")
    lifted = read(reader)
    counter.send({"do": "lay_card", "card": "p1"})
    spoil(counter, "status", at=0x41)
    unreadable = read(reader)

    assert (lifted.code, lifted.facts) == (OutcomeCode.CARD_LIFTED, {"sw": "41"})
    assert (unreadable.code, unreadable.facts) == (OutcomeCode.CARD_UNREADABLE, {"sw": "41"})
    assert read(reader).ok


@pytest.mark.parametrize(
    ("command", "status", "code"),
    [
        ("find", 0x80, OutcomeCode.CARD_ABSENT),
        ("find", 0x60, OutcomeCode.DEVICE_FAULT),
        ("find", 0x66, OutcomeCode.DEVICE_FAULT),
        ("find", 0x21, OutcomeCode.UNSUPPORTED),
        ("find", 0xEE, OutcomeCode.DEVICE_FAULT),
        ("select", 0x31, OutcomeCode.CARD_UNREADABLE),
        ("select", 0x32, OutcomeCode.CARD_UNREADABLE),
        ("select", 0x81, OutcomeCode.CARD_UNREADABLE),
        ("read", 0x33, OutcomeCode.CARD_UNREADABLE),
        ("read", 0x40, OutcomeCode.CARD_UNREADABLE),
        ("read", 0x47, OutcomeCode.CARD_UNREADABLE),
        ("read", 0x80, OutcomeCode.CARD_UNREADABLE),
        ("read", 0x66, OutcomeCode.DEVICE_FAULT),
    ],
)
def test_every_status_has_its_outcome_and_the_next_read_works(
    counter: RunningSimulators, reader: SamSerialReader, command: str, status: int, code: OutcomeCode
) -> None:
    counter.send({"do": "lay_card", "card": "p1"})
    spoil(counter, "status", on=command, at=status)

    outcome, following = read(reader), read(reader)

    assert (outcome.code, outcome.facts) == (code, {"sw": f"{status:02X}"})
    assert following.ok


@pytest.mark.parametrize("status", [0x10, 0x11])
def test_a_request_that_the_reader_got_damaged_is_sent_again(
    counter: RunningSimulators, reader: SamSerialReader, status: int
) -> None:
    counter.send({"do": "lay_card", "card": "p1"})
    spoil(counter, "status", on="find", at=status)

    assert read(reader).ok


@pytest.mark.parametrize(
    ("nonsense", "field"),
    [
        ({"birth_date": "19991332"}, "birth_date"),
        ({"name": "\ud800"}, "name"),
        ({"raw_text": "00" * 256}, "name"),
        ({"raw_text": "20" * 10}, "length"),
        ({"raw_text": ""}, "length"),
    ],
)
def test_a_card_with_nonsense_on_it_is_invalid_until_it_is_lifted(
    counter: RunningSimulators, reader: SamSerialReader, nonsense: dict[str, str], field: str
) -> None:
    counter.send({"do": "lay_card", "person": {**PERSONS["p1"], **nonsense}})

    outcome, following = read(reader), read(reader)

    assert (outcome.code, outcome.facts) == (OutcomeCode.CARD_DATA_INVALID, {"field": field})
    assert following.code is OutcomeCode.CARD_ABSENT


def test_a_wlt_photo_stays_undecoded_and_the_text_is_complete(
    counter: RunningSimulators, reader: SamSerialReader
) -> None:
    counter.send({"do": "lay_card", "person": {**PERSONS["p1"], "raw_photo": "574C66"}})

    card = read(reader).value

    assert card is not None
    assert (card.name, card.photo, card.photo_decoded) == (PERSONS["p1"]["name"], b"", False)


def test_unplugged_between_reads_and_plugged_again_im_5b(counter: RunningSimulators, reader: SamSerialReader) -> None:
    counter.send({"do": "lay_card", "card": "p1"})
    counter.send({"do": "unplug", "device": "id_card_reader"})

    gone, absent = read(reader), reader.open()
    counter.send({"do": "plug", "device": "id_card_reader"})
    back = reader.open()

    assert (gone.code, gone.facts) == (OutcomeCode.DEVICE_GONE, {"port": counter.id_card_reader})
    assert absent.code is OutcomeCode.NO_DEVICE
    assert back.ok
    assert read(reader).ok


def test_unplugged_in_the_middle_of_an_answer_im_5b(counter: RunningSimulators, reader: SamSerialReader) -> None:
    counter.send({"do": "lay_card", "card": "p1"})
    spoil(counter, "slow", at=300)
    before = reads_so_far(counter)

    with ThreadPoolExecutor(1) as pool:
        reading = pool.submit(read, reader)
        deadline = time.monotonic() + DEADLINE_S
        while reads_so_far(counter) == before:
            assert time.monotonic() < deadline
        counter.send({"do": "unplug", "device": "id_card_reader"})
        outcome = reading.result(DEADLINE_S)

    assert outcome.code is OutcomeCode.DEVICE_GONE
    assert read(reader).code is OutcomeCode.DEVICE_GONE


def test_a_port_is_held_by_one_program_only(counter: RunningSimulators, reader: SamSerialReader) -> None:
    second = SamSerialReader({"port": counter.id_card_reader})

    refused = second.open()
    reader.close()
    taken = second.open()
    second.close()

    assert (refused.code, refused.facts) == (OutcomeCode.PORT_IN_USE, {"port": counter.id_card_reader})
    assert taken.ok


def test_waiting_ends_soon_when_it_is_told_to(counter: RunningSimulators, reader: SamSerialReader) -> None:
    spoil(counter, "silent", on="find")
    stop = Event()

    with ThreadPoolExecutor(1) as pool:
        reading = pool.submit(reader.read_card, stop)
        stop.set()
        outcome = reading.result(DEADLINE_S)

    assert outcome.code is OutcomeCode.CANCELLED


@pytest.mark.parametrize(
    ("options", "code", "facts"),
    [
        ({}, OutcomeCode.NOT_CONFIGURED, {"option": "port"}),
        ({"port": "COM1", "baud": "fast"}, OutcomeCode.BAD_REQUEST, {"option": "baud"}),
        ({"port": "/no/such/port"}, OutcomeCode.NO_DEVICE, {"port": "/no/such/port"}),
        ({"port": "/dev/null"}, OutcomeCode.DEVICE_FAULT, {"port": "/dev/null", "reason": "open"}),
        ({"port": "nonsense://x"}, OutcomeCode.BAD_REQUEST, {"port": "nonsense://x", "reason": "port"}),
    ],
)
def test_wrong_options_are_refused_by_name(options: dict[str, str], code: OutcomeCode, facts: dict[str, str]) -> None:
    outcome = SamSerialReader(options).open()

    assert (outcome.code, outcome.facts) == (code, facts)


def test_closing_twice_and_reading_closed_are_harmless(reader: SamSerialReader) -> None:
    reader.close()
    reader.close()

    assert read(reader).code is OutcomeCode.DEVICE_GONE


def reads_so_far(counter: RunningSimulators) -> int:
    status = counter.send({"do": "status"})["id_card_reader"]
    assert isinstance(status, dict)
    return int(status["reads"])
