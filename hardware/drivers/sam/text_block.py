"""The 256 bytes of text on a resident card (GA 467): UTF-16LE, fixed widths, four layouts told apart by one letter.

Only the form is checked: a field that cannot be what it should be gives CARD_DATA_INVALID with the field's name.
Whether an ID number's check digit is right or the card has expired is for the reader of the values to say.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import date
from itertools import accumulate
from types import MappingProxyType

from hardware.kinds.id_card_reader import CardType, IdCard
from hardware.outcomes import Outcome, OutcomeCode

TEXT_BYTES = 256
_TYPE_FLAG = slice(248, 250)
_LONG_TERM = "长期"

_TYPES = MappingProxyType({"J": CardType.RESIDENCE_PERMIT, "I": CardType.FOREIGN_2017, "Y": CardType.FOREIGN_2023})
# Widths in bytes, in the order of the card. A field that we do not use is named with a leading underscore.
_LAYOUTS: Mapping[CardType, Mapping[str, int]] = MappingProxyType(
    {
        CardType.CITIZEN: {
            "name": 30, "sex": 2, "nation": 4, "birth_date": 16, "address": 70, "id_number": 36,
            "issuer": 30, "valid_from": 16, "valid_until": 16,
        },
        CardType.RESIDENCE_PERMIT: {
            "name": 30, "sex": 2, "_reserved": 4, "birth_date": 16, "address": 70, "id_number": 36,
            "issuer": 30, "valid_from": 16, "valid_until": 16,
        },
        CardType.FOREIGN_2017: {
            "english_name": 120, "sex": 2, "id_number": 30, "_nationality": 6, "name": 30,
            "valid_from": 16, "valid_until": 16, "birth_date": 16, "_version": 4, "issuer": 8,
        },
        CardType.FOREIGN_2023: {
            "name": 30, "sex": 2, "_renewals": 4, "birth_date": 16, "english_name": 70, "id_number": 36,
            "_reserved": 30, "valid_from": 16, "valid_until": 16, "english_name_rest": 22,
        },
    }
)  # fmt: skip
_SEX = re.compile(r"[0129]")
_NATION = re.compile(r"[0-9]{2}")
_NUMBERS = MappingProxyType(
    {
        CardType.CITIZEN: re.compile(r"[0-9]{17}[0-9X]"),
        CardType.RESIDENCE_PERMIT: re.compile(r"[0-9]{17}[0-9X]"),
        CardType.FOREIGN_2017: re.compile(r"[A-Z]{3}[0-9]{12}"),
        CardType.FOREIGN_2023: re.compile(r"9[0-9]{16}[0-9X]"),
    }
)
_DATE = re.compile(r"[0-9]{8}")
_NOT_TEXT = frozenset(("Cc", "Cf", "Cs", "Zl", "Zp"))
"""Categories that no printed card shows; private-use characters are allowed, old cards write rare names with them."""


class _FieldError(Exception):
    """The named field is not what the card's layout allows."""


def parse_text_block(block: bytes) -> Outcome[IdCard]:
    """The card's text, without photo and time. CARD_DATA_INVALID with fact ``field`` when it is malformed."""
    try:
        return Outcome(code=OutcomeCode.OK, value=_parse(block))
    except _FieldError as error:
        return Outcome(code=OutcomeCode.CARD_DATA_INVALID, facts={"field": str(error)})


def _parse(block: bytes) -> IdCard:
    if len(block) != TEXT_BYTES:
        raise _FieldError("length")
    card_type = _card_type(block)
    cells = _split(block, _LAYOUTS[card_type])
    texts = {field: cell.strip() for field, cell in cells.items()}
    # The two halves are joined before they are stripped: the break may fall on a space of the name.
    english_name = " ".join((cells.get("english_name", "") + cells.get("english_name_rest", "")).split())
    valid_until = texts["valid_until"]
    return IdCard(
        card_type=card_type,
        name=_required("name", texts["name"] or english_name),
        sex=_matched("sex", texts["sex"], _SEX),
        nation=_matched("nation", texts["nation"], _NATION) if card_type is CardType.CITIZEN else "",
        birth_date=_date("birth_date", texts["birth_date"]),
        address=texts.get("address", ""),
        id_number=_matched("id_number", texts["id_number"].upper(), _NUMBERS[card_type]),
        issuer=texts.get("issuer", ""),
        valid_from=_date("valid_from", texts["valid_from"]),
        valid_until=None if valid_until == _LONG_TERM else _date("valid_until", valid_until),
    )


def _card_type(block: bytes) -> CardType:
    flag = int.from_bytes(block[_TYPE_FLAG], "little")
    letter = chr(flag) if flag < 0x80 else ""
    if letter in _TYPES:
        return _TYPES[letter]
    # On a citizen's card this place is reserved. A letter that we do not know is a kind of card that came later.
    if letter.isalpha():
        raise _FieldError("card_type")
    return CardType.CITIZEN


def _split(block: bytes, layout: Mapping[str, int]) -> dict[str, str]:
    ends = accumulate(layout.values())
    return {
        field: _text(field, block[end - width : end])
        for (field, width), end in zip(layout.items(), ends, strict=True)
        if not field.startswith("_")
    }


def _text(field: str, raw: bytes) -> str:
    try:
        text = raw.decode("utf-16-le").rstrip("\0")
    except UnicodeDecodeError:
        raise _FieldError(field) from None  # the error would carry the bytes
    if any(unicodedata.category(character) in _NOT_TEXT or character in "\ufffe\uffff" for character in text):
        raise _FieldError(field)
    return text


def _required(field: str, text: str) -> str:
    if not text:
        raise _FieldError(field)
    return text


def _matched(field: str, text: str, pattern: re.Pattern[str]) -> str:
    if not pattern.fullmatch(text):
        raise _FieldError(field)
    return text


def _date(field: str, text: str) -> date:
    digits = _matched(field, text, _DATE)
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        raise _FieldError(field) from None  # the error would carry the digits
