"""Test cards: what a card's chip holds, built from the published layout of its 256 bytes of text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from hardware.simulators.photo import photo_block

_TEXT_CHARACTERS = 128

# Field and its width in characters, as GA 467 and its supplements draw the block. "" is a reserved place.
_CITIZEN = (
    ("name", 15), ("sex", 1), ("nation", 2), ("birth_date", 8), ("address", 35), ("id_number", 18),
    ("issuer", 15), ("valid_from", 8), ("valid_until", 8), ("", 18),
)  # fmt: skip
_PERMIT = (
    ("name", 15), ("sex", 1), ("", 2), ("birth_date", 8), ("address", 35), ("id_number", 18),
    ("issuer", 15), ("valid_from", 8), ("valid_until", 8),
    ("pass_number", 9), ("issue_count", 2), ("", 3), ("flag", 1), ("", 3),
)  # fmt: skip
_FOREIGN_2017 = (
    ("english_name", 60), ("sex", 1), ("id_number", 15), ("nationality", 3), ("name", 15),
    ("valid_from", 8), ("valid_until", 8), ("birth_date", 8), ("version", 2), ("issuer", 4),
    ("flag", 1), ("", 3),
)  # fmt: skip
_FOREIGN_2023 = (
    ("name", 15), ("sex", 1), ("renewals", 2), ("birth_date", 8), ("english_name_1", 35), ("id_number", 18),
    ("", 15), ("valid_from", 8), ("valid_until", 8), ("english_name_2", 11), ("nationality", 3),
    ("flag", 1), ("old_link", 3),
)  # fmt: skip
_LAYOUTS = {
    "citizen": ("", _CITIZEN),
    "residence_permit": ("J", _PERMIT),
    "foreign_2017": ("I", _FOREIGN_2017),
    "foreign_2023": ("Y", _FOREIGN_2023),
}


class CardError(Exception):
    """The description of a card cannot be put on one. The text is Chinese, for the person at the simulator."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """What a reader finds on a card: 256 bytes of text, 1,024 of photo."""

    text: bytes = field(repr=False)
    photo: bytes = field(repr=False)


def build_card(person: Mapping[str, str]) -> Card:
    """The card of a person described as in ``persons.toml``.

    ``raw_text`` (hex of 256 bytes) and ``raw_photo`` (hex, padded to 1,024 bytes) replace what would be built.
    """
    try:
        text = bytes.fromhex(person["raw_text"]) if "raw_text" in person else _text_block(person)
        photo = bytes.fromhex(person["raw_photo"]).ljust(1024, b"\0") if "raw_photo" in person else photo_block()
    except ValueError as error:
        raise CardError("十六进制内容无法识别") from error
    return Card(text=text, photo=photo)


def _text_block(person: Mapping[str, str]) -> bytes:
    kind = person.get("type", "citizen")
    if kind not in _LAYOUTS:
        raise CardError(f"没有这种证件：{kind}")
    flag, layout = _LAYOUTS[kind]
    english = person.get("english_name", "")
    values = {"version": "01", **person, "flag": flag, "english_name_1": english[:35], "english_name_2": english[35:]}
    block = b"".join(_cell(values.get(name, ""), width, name) for name, width in layout)
    if len(block) != 2 * _TEXT_CHARACTERS:
        raise AssertionError(kind)
    return block


def _cell(text: str, width: int, name: str) -> bytes:
    raw = text.encode("utf-16-le", errors="surrogatepass")
    if len(raw) > 2 * width:
        raise CardError(f"字段太长：{name}")
    return raw + " ".encode("utf-16-le") * (width - len(raw) // 2)
