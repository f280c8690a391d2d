"""The simulators by themselves: cards, the reader's protocol, the command line. They share no code with the drivers."""

from __future__ import annotations

import re
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from hardware.simulators.cards import CardError, build_card
from hardware.simulators.control import ControlError
from hardware.simulators.id_card_reader import Fault, IdCardReaderSimulator
from hardware.simulators.main import main, parse_commands
from hardware.simulators.persons import load_persons
from hardware.simulators.photo import photo_block

START = "AAAAAA9669"
FIND, SELECT, READ = (bytes.fromhex(START + rest) for rest in ("0003200122", "0003200221", "0003300132"))
NO_CARD = bytes.fromhex(START + "000400008084")
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


class Cable:
    """A reader with its answers collected."""

    def __init__(self) -> None:
        self.answers: list[bytes] = []
        self.reader = IdCardReaderSimulator(self.answers.append)

    def ask(self, request: bytes) -> bytes:
        self.answers.clear()
        self.reader.receive(request)
        return b"".join(self.answers)


@pytest.fixture
def cable() -> Cable:
    return Cable()


def test_a_read_card_is_answered_as_the_protocol_shows_it(cable: Cable) -> None:
    card = build_card(load_persons()["p1"])
    cable.reader.lay_card(card)

    assert cable.ask(FIND) == bytes.fromhex(START + "000800009F0000000097")
    assert cable.ask(SELECT) == bytes.fromhex(START + "000C0000900000000000000000" + "9C")
    answer = cable.ask(READ)

    assert len(answer) == 1295
    assert answer[:14] == bytes.fromhex(START + "0508" + "000090" + "01000400")
    assert answer[14:270] == card.text
    assert answer[270:1294] == card.photo
    assert cable.ask(FIND) == NO_CARD


def test_without_a_card_none_is_found_and_nothing_is_read(cable: Cable) -> None:
    assert cable.ask(FIND) == NO_CARD
    assert cable.ask(READ)[9] == 0x41


@pytest.mark.parametrize(
    ("request_hex", "status"),
    [("0003200123", 0x10), ("0003770074", 0x21), ("0FFF", 0x11), ("000110" + "11", 0x10)],
)
def test_wrong_requests_are_refused_with_the_protocols_status(cable: Cable, request_hex: str, status: int) -> None:
    assert cable.ask(bytes.fromhex(START + request_hex))[9] == status


def test_requests_in_pieces_and_behind_noise_are_answered(cable: Cable) -> None:
    assert cable.ask(b"\x00\xaa\xaa" + FIND[:6]) == b""
    assert cable.ask(FIND[6:]) == NO_CARD


@settings(deadline=None)
@given(st.lists(st.binary(max_size=80), max_size=8))
def test_random_requests_never_raise(chunks: list[bytes]) -> None:
    cable = Cable()

    for chunk in chunks:
        cable.reader.receive(chunk)


def test_a_fault_lasts_for_its_number_of_answers(cable: Cable) -> None:
    cable.reader.cause(Fault(kind="truncate", at=3, times=2, command="find"))

    assert [cable.ask(FIND) for _ in range(3)] == [NO_CARD[:3], NO_CARD[:3], NO_CARD]


def test_faults_change_just_what_they_say(cable: Cable) -> None:
    for kind, expected in {
        "corrupt": NO_CARD[:7] + b"\x5a" + NO_CARD[8:],
        "bad_check": NO_CARD[:-1] + bytes((NO_CARD[-1] ^ 0xFF,)),
        "silent": b"",
    }.items():
        cable.reader.cause(Fault(kind=kind, at=7, command="any"))
        assert cable.ask(FIND) == expected


def test_every_sample_card_can_be_built_and_fills_its_blocks() -> None:
    for person in load_persons().values():
        card = build_card(person)
        assert (len(card.text), len(card.photo)) == (256, 1024)


def test_sample_numbers_are_nobodys_and_only_one_is_wrong() -> None:
    numbers = {name: person["id_number"] for name, person in load_persons().items() if len(person["id_number"]) == 18}

    wrong = [
        name
        for name, number in numbers.items()
        if "10X98765432"[sum(int(digit) * weight for digit, weight in zip(number, WEIGHTS, strict=False)) % 11]
        != number[17]
    ]

    assert wrong == ["p8"]
    assert all(number.startswith(("159999", "810000199001010019", "915999198507080019")) for number in numbers.values())


@pytest.mark.parametrize(
    "person", [{"type": "passport"}, {"name": "名" * 16}, {"raw_text": "XYZ"}, {"raw_photo": "0"}, {"sex": "男女"}]
)
def test_what_does_not_fit_on_a_card_is_refused_in_chinese(person: dict[str, str]) -> None:
    with pytest.raises(CardError, match=r"[\u4e00-\u9fff]"):
        build_card(person)


def test_the_picture_is_a_small_gray_portrait() -> None:
    block = photo_block()

    picture = Image.open(BytesIO(block))

    assert len(block) == 1024
    assert (picture.size, picture.mode, picture.format) == ((102, 126), "L", "JPEG")


def test_commands_are_words_or_json() -> None:
    words = ["lay_card", "card=p2", "fault", "kind=truncate", "at=9", '{"do": "scan", "text": "a=b"}', "status"]

    assert parse_commands(words) == [
        {"do": "lay_card", "card": "p2"},
        {"do": "fault", "kind": "truncate", "at": 9},
        {"do": "scan", "text": "a=b"},
        {"do": "status"},
    ]


@pytest.mark.parametrize("words", [["card=p1"], ["{not json"]])
def test_wrong_commands_are_refused(words: list[str]) -> None:
    with pytest.raises(ControlError):
        parse_commands(words)


@pytest.mark.parametrize("arguments", [["--help"], ["run", "--help"], ["send", "--help"], ["panel", "--help"]])
def test_help_is_chinese(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)

    assert ended.value.code == 0
    text = capsys.readouterr().out
    assert "显示本说明" in text
    assert text.count("用法") == 1
    assert not re.search("usage|options|arguments|show this help", text)


def test_wrong_usage_is_said_in_chinese(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["send"])

    assert ended.value.code == 2
    assert "参数有误" in capsys.readouterr().err


def test_a_simulator_that_is_not_there_is_said_calmly(capsys: pytest.CaptureFixture[str]) -> None:
    status = main(["send", "--control", "127.0.0.1:1", "status"])

    assert status == 1
    assert "zonggui-sim run" in capsys.readouterr().err
