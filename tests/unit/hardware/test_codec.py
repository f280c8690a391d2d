"""The wire format of the device host: everything comes back as it was, and nothing else comes in."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.codec import (
    BLOB_FROM_BYTES,
    LINE_LIMIT_BYTES,
    Ask,
    AskEnded,
    Beat,
    BlobTaken,
    CodecError,
    Finish,
    FromHost,
    Greeting,
    ToHost,
    encode_line,
    find_ask_id,
    parse_from_host,
    parse_to_host,
)
from hardware.device import DeviceConfig, DeviceState, Health
from hardware.frames import BlobShelf, segment_prefix, take_blob
from hardware.kinds.barcode_scanner import Scan, Scanned
from hardware.kinds.document_camera import (
    CapturedPage,
    CapturePage,
    HeldPicture,
    HoldPicture,
    PageShape,
    PreviewFrame,
    StartPreview,
    StopPreview,
    TakeHeld,
)
from hardware.kinds.id_card_reader import CardFailed, CardGone, CardRead, CardType, IdCard, LookAgain
from hardware.kinds.signature_pad import FinishSignature, Signature, SignatureStrokes, StrokePoint
from hardware.messages import Configure, HealthChanged, HostDown, HostUp
from hardware.outcomes import OutcomeCode
from hardware.table import KINDS, spoken

PREFIX = segment_prefix(os.getpid(), 78)
SHARED_MEMORY = Path("/dev/shm")
TEXT = st.text(max_size=20)
WHOLE = st.integers(-(2**63), 2**63 - 1)
NUMBER = st.floats(-1e12, 1e12)
FACTS = st.dictionaries(TEXT, TEXT, max_size=3)
CODE = st.sampled_from(OutcomeCode)
KIND = st.sampled_from(sorted(KINDS))
CORNERS = st.tuples(*[st.tuples(NUMBER, NUMBER)] * 4)
PAGE = st.builds(
    CapturedPage, jpeg=st.binary(), width_px=WHOLE, height_px=WHOLE, sharpness=NUMBER, corners=CORNERS, taken_ns=WHOLE
)
HELD = st.builds(HeldPicture, jpeg=st.binary(), width_px=WHOLE, height_px=WHOLE, corners=CORNERS, reason=CODE)
SIGNATURE = st.builds(Signature, png=st.binary(), strokes_json=st.binary(), width_px=WHOLE, height_px=WHOLE)
POINT = st.builds(StrokePoint, x_px=NUMBER, y_px=NUMBER, t_ms=WHOLE, pressure=NUMBER)
STROKES = st.builds(
    SignatureStrokes,
    strokes=st.lists(st.lists(POINT, max_size=3).map(tuple), max_size=3).map(tuple),
    width_px=WHOLE,
    height_px=WHOLE,
    source=TEXT,
)
CARD = st.builds(
    IdCard,
    card_type=st.sampled_from(CardType),
    name=TEXT,
    sex=TEXT,
    nation=TEXT,
    birth_date=st.dates(),
    address=TEXT,
    id_number=TEXT,
    issuer=TEXT,
    valid_from=st.dates(),
    valid_until=st.none() | st.dates(),
    photo=st.binary(),
    photo_decoded=st.booleans(),
    received_at_ns=WHOLE,
)
CONFIG = st.builds(DeviceConfig, kind=KIND, driver=TEXT, options=FACTS, id=TEXT, host=TEXT, simulated=st.booleans())
HEALTH = st.builds(Health, kind=KIND, state=st.sampled_from(DeviceState), outcome=CODE, driver=TEXT, facts=FACTS)
SHAPE = st.sampled_from(PageShape)
REQUEST = (
    st.builds(StartPreview, width_px=WHOLE, shape=SHAPE)
    | st.just(StopPreview())
    | st.just(LookAgain())
    | st.builds(CapturePage, shape=SHAPE)
    | st.builds(FinishSignature, strokes=STROKES)
    | st.builds(HoldPicture, shape=SHAPE)
    | st.builds(TakeHeld, corners=CORNERS, shape=SHAPE)
)
TO_HOST = (
    st.builds(Configure, devices=st.lists(CONFIG, max_size=3).map(tuple))
    | st.builds(Ask, id=WHOLE, request=REQUEST, device=TEXT)
    | st.builds(BlobTaken, name=TEXT)
    | st.just(Finish())
)
FROM_HOST = (
    st.builds(Greeting, version=WHOLE, pid=WHOLE)
    | st.just(Beat())
    | st.builds(AskEnded, id=WHOLE, code=CODE, value=st.none() | PAGE | HELD | SIGNATURE, facts=FACTS)
    | st.builds(HostUp, generation=WHOLE, pid=WHOLE)
    | st.builds(HostDown, generation=WHOLE, reason=TEXT)
    | st.builds(HealthChanged, health=HEALTH)
    | st.builds(CardRead, card=CARD, device=TEXT)
    | st.builds(CardFailed, code=CODE, facts=FACTS)
    | st.just(CardGone())
    | st.builds(Scanned, scan=st.builds(Scan, text=TEXT, received_at_ns=WHOLE))
    | st.builds(
        PreviewFrame,
        sequence=WHOLE,
        ring=TEXT,
        slot=WHOLE,
        width_px=WHOLE,
        height_px=WHOLE,
        corners=st.none() | CORNERS,
        hint=CODE,
    )
)
JSON = st.recursive(
    st.none() | st.booleans() | WHOLE | st.floats() | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT | st.just("type"), inner, max_size=4),
    max_leaves=12,
)


def line_of(message: Any, *, generation: Any = 1) -> bytes:
    return json.dumps({"generation": generation, "message": message}).encode()


@given(TO_HOST, st.integers(0, 10**6))
def test_every_message_to_the_host_comes_back_as_it_was(message: ToHost, generation: int) -> None:
    line = encode_line(message, generation=generation)

    assert parse_to_host(line) == (generation, message)
    assert line.count(b"\n") == 1
    assert line.isascii()


@given(FROM_HOST, st.integers(0, 10**6))
def test_every_message_from_the_host_comes_back_as_it_was(message: FromHost, generation: int) -> None:
    assert parse_from_host(encode_line(message, generation=generation)) == (generation, message)


@given(st.binary(max_size=300))
def test_arbitrary_bytes_raise_nothing_but_the_codec_error(line: bytes) -> None:
    with pytest.raises(CodecError):
        parse_from_host(line)
    assert find_ask_id(line) is None


@given(JSON)
def test_arbitrary_json_raises_nothing_but_the_codec_error(message: Any) -> None:
    with pytest.raises(CodecError):
        parse_to_host(json.dumps(message).encode())
    with pytest.raises(CodecError):
        parse_to_host(line_of(message))


@given(FROM_HOST, st.data())
def test_a_message_with_one_part_replaced_is_refused_or_still_well_typed(message: FromHost, data: Any) -> None:
    record = json.loads(encode_line(message, generation=1))["message"]
    record[data.draw(st.sampled_from(sorted(record)))] = data.draw(JSON)
    try:
        _, parsed = parse_from_host(line_of(record))
    except CodecError:
        return

    assert parse_from_host(encode_line(parsed, generation=1)) == (1, parsed)


@given(TO_HOST, st.data())
def test_a_damaged_line_raises_nothing_but_the_codec_error(message: ToHost, data: Any) -> None:
    line = bytearray(encode_line(message, generation=1))
    line[data.draw(st.integers(0, len(line) - 1))] = data.draw(st.integers(0, 255))
    with suppress(CodecError):
        parse_to_host(bytes(line))


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"null",
        b"[" * 100_000,
        b'{"generation":' + b"9" * 5000 + b',"message":{"type":"Beat"}}',
        b'{"generation":1,"message":{"type":"Beat"},"more":1}',
        b'{"generation":1,"generation":1,"message":{"type":"Beat"}}',
        b'{"generation":true,"message":{"type":"Beat"}}',
        b'{"generation":1.0,"message":{"type":"Beat"}}',
        b'{"generation":1,"message":{"type":"Beat","extra":0}}',
        b'{"generation":1,"message":{"type":["Beat"]}}',
        b'{"generation":1,"message":{"type":"Finish"}}',
        b'{"generation":1,"message":{"type":"Greeting","version":1}}',
        b'{"generation":1,"message":{"type":"CardFailed","code":true}}',
        b'{"generation":1,"message":{"type":"CardFailed","code":999}}',
        b'{"generation":1,"message":{"type":"CardFailed","code":0,"facts":{"a":1}}}',
        b'{"generation":1,"message":{"type":"HostDown","generation":1,"reason":"\\ud800"}}',
        b" " * (LINE_LIMIT_BYTES + 1),
    ],
)
def test_what_is_almost_a_message_is_refused(line: bytes) -> None:
    with pytest.raises(CodecError):
        parse_from_host(line)


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999", "true", '"1"', "null", "1e300"])
def test_numbers_that_are_none_are_refused(number: str) -> None:
    point = f'{{"type":"StrokePoint","x_px":{number},"y_px":1,"t_ms":0}}'
    strokes = f'{{"type":"SignatureStrokes","strokes":[[{point}]],"width_px":1,"height_px":1,"source":"pen"}}'
    ask = f'{{"type":"Ask","id":1,"request":{{"type":"FinishSignature","strokes":{strokes}}}}}'

    with pytest.raises(CodecError):
        parse_to_host(f'{{"generation":1,"message":{ask}}}'.encode())


def test_large_bytes_travel_as_blobs_and_small_ones_in_the_line() -> None:
    shelf: dict[str, bytes] = {}

    def put(content: bytes) -> str:
        shelf["blob"] = content
        return "blob"

    signature = Signature(png=b"x" * BLOB_FROM_BYTES, strokes_json=b"small", width_px=1, height_px=1)
    answer = AskEnded(id=1, code=OutcomeCode.OK, value=signature)

    line = encode_line(answer, generation=1, put_blob=put)

    assert len(line) < 1000
    assert parse_from_host(line, take_blob=lambda name, size: shelf[name][:size]) == (1, answer)
    with pytest.raises(CodecError):
        parse_from_host(line, take_blob=lambda name, size: None)
    with pytest.raises(CodecError):
        parse_from_host(line)


@pytest.mark.parametrize("spoil", [lambda page: bytes(len(page)), lambda page: page[:-1] + b"y"])
def test_a_blob_that_is_not_what_was_laid_down_is_gone(spoil: Callable[[bytes], bytes]) -> None:
    # On Windows a name that is gone with its host opens as a mapping of zeros.
    shelf = BlobShelf(prefix=PREFIX)
    page = Signature(png=b"x" * BLOB_FROM_BYTES, strokes_json=b"", width_px=1, height_px=1)
    line = encode_line(AskEnded(id=1, code=OutcomeCode.OK, value=page), generation=1, put_blob=shelf.put)
    shared = SHARED_MEMORY / f"{PREFIX}blob1"
    shared.write_bytes(spoil(shared.read_bytes()))

    with pytest.raises(CodecError, match="blob: gone"):
        parse_from_host(line, take_blob=take_blob)
    shelf.clear()


def test_a_signature_at_the_limit_of_points_fits_into_a_line() -> None:
    point = StrokePoint(x_px=1234.5678901234567, y_px=1234.5678901234567, t_ms=3_600_000, pressure=0.12345678901234568)
    strokes = SignatureStrokes(strokes=((point,) * 20_000,), width_px=9999, height_px=9999, source="finger")
    message = Ask(id=1, request=FinishSignature(strokes=strokes))

    line = encode_line(message, generation=1)

    assert len(line) < LINE_LIMIT_BYTES
    assert parse_to_host(line) == (1, message)


def test_an_unreadable_request_can_still_be_answered_under_its_number() -> None:
    assert find_ask_id(line_of({"type": "Ask", "id": 7, "request": {"type": "Explode"}})) == 7
    assert find_ask_id(line_of({"type": "Ask", "id": -7})) is None
    assert find_ask_id(line_of({"type": "Ask", "id": "7"})) is None
    assert find_ask_id(line_of([1])) is None


def test_errors_do_not_repeat_what_the_line_said() -> None:
    line = line_of({"type": "CardGone", "张测试": "159999196403150011"})

    with pytest.raises(CodecError) as caught:
        parse_from_host(line)

    assert "张" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_no_message_with_personal_data_shows_it_in_its_repr() -> None:
    told = [spoken(row.module) for row in KINDS.values()]
    of_kinds = [one for kind in told for group in (kind.requests, kind.events, kind.answers) for one in group.values()]
    values = (IdCard, Scan, SignatureStrokes, *of_kinds)
    assert {CapturedPage, HeldPicture, Signature, CardRead, Scanned, FinishSignature} < {*of_kinds}
    for member in (*get_args(FromHost), *get_args(ToHost), *values):
        if not is_dataclass(member):
            continue
        for one in fields(member):
            if one.name in {"card", "scan", "strokes", "value", "jpeg", "png", "photo", "name", "id_number", "text"}:
                assert not one.repr or (member is BlobTaken and one.name == "name"), f"{member}.{one.name}"
