"""Plain data of a dataclass are read as strictly as what a stranger sends."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any

import pytest

from domain.records import RecordError, from_plain, to_plain


class Colour(StrEnum):
    RED = "red"


@dataclass(frozen=True, kw_only=True)
class Inner:
    number: int


@dataclass(frozen=True, kw_only=True)
class Whole:
    text: str
    share: float
    colour: Colour
    body: bytes
    day: date
    at: datetime
    inner: tuple[Inner, ...]
    flags: Mapping[str, bool]
    maybe: Inner | None = None
    more: list[str] = field(default_factory=list, init=False)
    made: Mapping[str, int] = field(default_factory=dict)


WHOLE = Whole(
    text="x",
    share=1.5,
    colour=Colour.RED,
    body=b"\x00\xff",
    day=date(2026, 11, 29),
    at=datetime(2026, 11, 29, 8, tzinfo=UTC),
    inner=(Inner(number=1), Inner(number=2)),
    flags={"a": True},
)
PLAIN: dict[str, Any] = {
    "text": "x",
    "share": 1.5,
    "colour": "red",
    "body": "AP8=",
    "day": "2026-11-29",
    "at": "2026-11-29T08:00:00+00:00",
    "inner": [{"number": 1}, {"number": 2}],
    "flags": {"a": True},
    "maybe": None,
    "made": {},
}


def test_a_record_comes_back_as_it_was() -> None:
    assert to_plain(WHOLE) == PLAIN
    assert from_plain(Whole, PLAIN) == WHOLE
    assert from_plain(Whole, PLAIN | {"share": 2, "maybe": {"number": 3}}).maybe == Inner(number=3)


def test_what_is_left_out_takes_its_default_and_only_what_is_chosen_is_read() -> None:
    needed = {name: value for name, value in PLAIN.items() if name not in ("maybe", "made")}

    assert from_plain(Whole, needed) == WHOLE
    assert to_plain(WHOLE, ["text"]) == {"text": "x"}
    assert from_plain(Whole, needed, needed.keys()) == WHOLE
    with pytest.raises(RecordError, match=r"^record: unknown field$"):
        from_plain(Whole, PLAIN, needed.keys())


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"text": None}, ".text: not a str"),
        ({"share": "1"}, ".share: not a float"),
        ({"share": True}, ".share: not a float"),
        ({"colour": "blue"}, ".colour: not a Colour"),
        ({"body": "A"}, ".body: not a bytes"),
        ({"body": "A P8="}, ".body: not a bytes"),
        ({"day": "29.11."}, ".day: not a date"),
        ({"at": 5}, ".at: not a str"),
        ({"inner": {}}, ".inner: not a list"),
        ({"inner": [{"number": 1}, {"number": True}]}, ".inner[1].number: not a int"),
        ({"inner": [{}]}, ".inner[0].number: missing"),
        ({"inner": [[]]}, ".inner[0]: not an object"),
        ({"flags": {"a": 1}}, ".flags[]: not a bool"),
        ({"flags": []}, ".flags: not a dict"),
        ({"maybe": {"number": 1, "x": 2}}, ".maybe: unknown field"),
        ({"more": []}, "record: unknown field"),
    ],
)
def test_what_is_no_such_record_is_told_with_its_place(changes: dict[str, Any], told: str) -> None:
    with pytest.raises(RecordError) as raised:
        from_plain(Whole, PLAIN | changes)

    assert str(raised.value) == told


@pytest.mark.parametrize("value", [[1], {1}, Whole, object()], ids=["list", "set", "class", "object"])
def test_what_has_no_plain_form_is_a_fault_of_the_program(value: object) -> None:
    with pytest.raises(TypeError, match="no plain form"):
        to_plain(value)
