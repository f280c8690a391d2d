"""Golden bytes of the reader's protocol, and hostile ones. IM-5b."""

from __future__ import annotations

from functools import reduce
from operator import xor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hardware.drivers.sam.frames import MAX_FRAME_BYTES, Command, FrameHunter, SamAnswer, build_request, parse_sam_id

PREAMBLE = bytes.fromhex("AAAAAA9669")
NO_CARD = bytes.fromhex("AAAAAA9669 0004 000080 84")
CARD_FOUND = bytes.fromhex("AAAAAA9669 0008 00009F 00000000 97")


def a_frame(*, status: int = 0x90, payload: bytes = b"") -> bytes:
    body = (len(payload) + 4).to_bytes(2, "big") + bytes((0, 0, status)) + payload
    return PREAMBLE + body + bytes((reduce(xor, body),))


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        (Command.RESET, "AAAAAA9669 0003 10FF EC"),
        (Command.STATUS, "AAAAAA9669 0003 11FF ED"),
        (Command.SAM_ID, "AAAAAA9669 0003 12FF EE"),
        (Command.FIND, "AAAAAA9669 0003 2001 22"),
        (Command.SELECT, "AAAAAA9669 0003 2002 21"),
        (Command.READ, "AAAAAA9669 0003 3001 32"),
    ],
)
def test_requests_are_the_bytes_of_the_protocol_im_5b(command: Command, expected: str) -> None:
    assert build_request(command) == bytes.fromhex(expected)


def test_published_answers_are_understood_im_5b() -> None:
    assert FrameHunter().feed(NO_CARD) == SamAnswer(status=0x80)
    assert FrameHunter().feed(CARD_FOUND) == SamAnswer(status=0x9F, payload=bytes(4))
    assert FrameHunter().feed(bytes.fromhex("AAAAAA9669 0004 000090 94")) == SamAnswer(status=0x90)


@pytest.mark.parametrize(
    "noise", [b"\x00\xff\x55", b"\xaa", b"\xaa\xaa\xaa\xaa", b"\xaa\xaa\xaa\x96", b"\xaa\x96\x69" * 9]
)
def test_noise_before_an_answer_is_skipped(noise: bytes) -> None:
    hunter = FrameHunter()

    answer = hunter.feed(noise + CARD_FOUND)

    assert answer == SamAnswer(status=0x9F, payload=bytes(4))
    assert hunter.damaged == 0


def test_an_answer_may_arrive_byte_by_byte() -> None:
    hunter = FrameHunter()

    answers = [hunter.feed(bytes((byte,))) for byte in CARD_FOUND]

    assert answers[:-1] == [None] * (len(CARD_FOUND) - 1)
    assert answers[-1] == SamAnswer(status=0x9F, payload=bytes(4))


@pytest.mark.parametrize("at", range(5, len(CARD_FOUND)))
def test_one_wrong_byte_behind_the_preamble_never_gives_an_answer(at: int) -> None:
    spoilt = CARD_FOUND[:at] + bytes((CARD_FOUND[at] ^ 0x10,)) + CARD_FOUND[at + 1 :]

    assert FrameHunter().feed(spoilt) is None


@pytest.mark.parametrize("length", [0, 1, 3, 3001, 0xFFFF])
def test_an_impossible_length_is_damage_and_the_next_frame_is_found(length: int) -> None:
    hunter = FrameHunter()

    answer = hunter.feed(PREAMBLE + length.to_bytes(2, "big") + NO_CARD)

    assert answer == SamAnswer(status=0x80)
    assert hunter.damaged == 1


def test_the_longest_allowed_frame_is_taken() -> None:
    answer = FrameHunter().feed(a_frame(payload=bytes(2996)))

    assert answer is not None
    assert len(answer.payload) == 2996


@settings(deadline=None)
@given(st.lists(st.binary(max_size=600), max_size=12))
def test_random_bytes_never_raise_and_never_pile_up(chunks: list[bytes]) -> None:
    hunter = FrameHunter()

    for chunk in chunks:
        hunter.feed(chunk)

    assert len(hunter._pending) <= MAX_FRAME_BYTES


@settings(deadline=None)
@given(st.lists(st.sampled_from([b"\xaa", b"\x96", b"\x69", b"\x00", b"\x04", b"\x90", NO_CARD]), max_size=60))
def test_bytes_like_the_protocol_never_raise(pieces: list[bytes]) -> None:
    hunter = FrameHunter()

    for piece in pieces:
        hunter.feed(piece)


@settings(deadline=None)
@given(st.binary(max_size=40), st.integers(0, 255), st.binary(max_size=300))
def test_whatever_precedes_it_a_repeated_answer_is_found(noise: bytes, status: int, payload: bytes) -> None:
    hunter = FrameHunter()
    hunter.feed(noise)

    # A false preamble in the noise may swallow answers, but no more than one frame's worth of them.
    frame = a_frame(status=status, payload=payload)
    answers = [hunter.feed(frame) for _ in range(MAX_FRAME_BYTES // len(frame) + 2)]

    assert SamAnswer(status=status, payload=payload) in answers


def test_the_readers_number_is_written_as_on_its_label() -> None:
    payload = bytes.fromhex("0500 0300 27DB3201 40E20100 15CD5B07")

    assert parse_sam_id(payload) == "05.03-20110119-0000123456-0123456789"
    assert parse_sam_id(payload[:-1]) == ""


def test_an_answer_hides_its_payload() -> None:
    assert "secret" not in repr(SamAnswer(status=0x90, payload=b"secret"))
