"""Identity of natural persons: citizen ID numbers (GB 11643-1999) and masking."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import NewType

from domain.refusals import Refusal, RefusalCode

PersonKey = NewType("PersonKey", str)
"""Opaque key of a natural person, equal for equal ID numbers; made by the server with its own secret."""

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK_DIGITS = "10X98765432"
_LENGTH = 18
_OLDEST_BIRTH_YEAR = 1900
_PROVINCES = frozenset(
    int(province)
    for province in [
        "11",
        "12",
        "13",
        "14",
        "15",
        "21",
        "22",
        "23",
        "31",
        "32",
        "33",
        "34",
        "35",
        "36",
        "37",
        "41",
        "42",
        "43",
        "44",
        "45",
        "46",
        "50",
        "51",
        "52",
        "53",
        "54",
        "61",
        "62",
        "63",
        "64",
        "65",
        "71",
        "81",
        "82",
        "83",
    ]
)
_PERMANENT_RESIDENT = "9"
"""First digit of a foreign permanent resident's number (2023 card)."""


class Sex(StrEnum):
    """GB/T 2261.1."""

    UNKNOWN = "0"
    MALE = "1"
    FEMALE = "2"
    UNSPECIFIED = "9"


@dataclass(frozen=True, slots=True, kw_only=True)
class IdNumber:
    """A valid citizen ID number of 18 characters with the facts that it carries."""

    text: str = field(repr=False)
    birth_date: date = field(repr=False)
    sex: Sex = field(repr=False)


def check_digit(first_17: str) -> str:
    """The 18th character for 17 digits (ISO 7064 MOD 11-2)."""
    total = sum(int(digit) * weight for digit, weight in zip(first_17, _WEIGHTS, strict=True))
    return _CHECK_DIGITS[total % 11]


def parse_id_number(text: str, *, today: date) -> IdNumber | Refusal:
    """An ID number from typed or read text; blanks are dropped and a small x is raised.

    Refuses with ID_NUMBER_LENGTH (fact ``length``), _CHARACTERS, _REGION, _DATE or _CHECK_DIGIT.
    The district within a province is not checked: old people carry districts that no longer exist.
    """
    number = plain_number(text)
    if len(number) != _LENGTH:
        return Refusal(code=RefusalCode.ID_NUMBER_LENGTH, facts={"length": str(len(number))})
    body = number[:17]
    if not (body.isascii() and body.isdigit()) or number[17] not in "0123456789X":
        return Refusal(code=RefusalCode.ID_NUMBER_CHARACTERS)
    if int(body[:2]) not in _PROVINCES and body[0] != _PERMANENT_RESIDENT:
        return Refusal(code=RefusalCode.ID_NUMBER_REGION)
    birth_date = _birth_date(body[6:14])
    if birth_date is None or not birth_date.year >= _OLDEST_BIRTH_YEAR or birth_date > today:
        return Refusal(code=RefusalCode.ID_NUMBER_DATE)
    if check_digit(body) != number[17]:
        return Refusal(code=RefusalCode.ID_NUMBER_CHECK_DIGIT)
    sex = Sex.MALE if int(body[16]) % 2 else Sex.FEMALE
    return IdNumber(text=number, birth_date=birth_date, sex=sex)


def _birth_date(digits: str) -> date | None:
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return None


_DOTS = "·•‧・･．⋅∙·⸱⸳᛫"
"""Code points that print as the dot between the parts of a name; the first is the one that GB 18030 has for it."""
_ONE_DOT = str.maketrans(_DOTS, _DOTS[0] * len(_DOTS))
_LETTERS = frozenset(("Lu", "Lo", "Lm", "Nl", "Mn", "Mc", "Co"))
"""Kinds of characters that names are written with: capitals, Chinese and other letters, 々, 〇, marks that follow a
letter, and private-use characters, with which older cards write rare names."""
_CAPITAL, _SMALL = "Lu", "Ll"
_FOREIGN = frozenset((_CAPITAL, _SMALL, "Mn"))
_BETWEEN = frozenset(_DOTS + " ,-.'’()（）")
"""What stands between the parts of a name; foreign residents' cards have comma, hyphen and brackets."""
LONGEST_NAME = 60
"""English name on a card of 2017."""


def plain_number(text: str) -> str:
    """An ID number for comparing: without blanks, with a capital X; whether it is one is another question."""
    return "".join(text.split()).upper()


def plain_name(name: str) -> str:
    """A name for comparing: one dot however it was written, one blank between words, capitals as on most cards. What
    is not typed is kept as it was written.
    """
    letters = name.translate(_ONE_DOT)
    raised = (char.upper() if unicodedata.category(char) == _SMALL else char for char in letters)
    return " ".join("".join(raised).split())


def is_name(text: str) -> bool:
    """Whether this can be a person's name as cards write them.

    Small letters stand in foreign names only, behind a capital; anything else is pinyin that was not turned.
    """
    if not 0 < len(text) <= LONGEST_NAME or text[0] in _BETWEEN or text[-1] in _BETWEEN - set(".)）"):
        return False
    kinds = {unicodedata.category(char) for char in text if char not in _BETWEEN}
    return _CAPITAL in kinds and kinds <= _FOREIGN if _SMALL in kinds else kinds <= _LETTERS


def is_common_name(text: str) -> bool:
    """Whether printers and other agencies' systems can take a name: no private-use character, no small letter, more
    than one letter.

    What is no name at all is not for this to say.
    """
    unusual = any(unicodedata.category(char) in ("Co", _SMALL) for char in text)
    return not is_name(text) or (len(text) > 1 and not unusual)


class Mask(StrEnum):
    """How a value is shown where not everybody may read it (mask matrix: PIPL art. 51)."""

    NONE = "none"
    FIRST6_LAST4 = "first6_last4"
    FIRST3_LAST4 = "first3_last4"
    FIRST3_LAST2 = "first3_last2"
    LAST4 = "last4"
    LAST3 = "last3"
    TOWNSHIP = "township"
    SURNAME = "surname"


_MOST_STARS = {Mask.SURNAME: 3}
"""A name does not tell its length: a long foreign one would be a row of stars."""
_KEPT = {
    Mask.FIRST6_LAST4: (6, 4),
    Mask.FIRST3_LAST4: (3, 4),
    Mask.FIRST3_LAST2: (3, 2),
    Mask.LAST4: (0, 4),
    Mask.LAST3: (0, 3),
    Mask.SURNAME: (1, 0),
}
_TOWNSHIP_ENDS = ("苏木", "街道", "乡", "镇")
_PREFECTURE_ENDS = ("旗", "县", "区", "市")


def mask(text: str, how: Mask) -> str:
    """``text`` with the middle replaced by stars; a text too short for the rule is hidden whole."""
    if how is Mask.NONE or not text:
        return text
    if how is Mask.TOWNSHIP:
        return _mask_address(text)
    first, last = _KEPT[how]
    hidden = len(text) - first - last
    if hidden < 1:
        return "*" * len(text)
    return text[:first] + "*" * min(hidden, _MOST_STARS.get(how, hidden)) + text[len(text) - last :]


def _mask_address(text: str) -> str:
    """Keep an address down to the township; failing that, to the county."""
    townships = [text.find(end, 2) + len(end) for end in _TOWNSHIP_ENDS if end in text[2:]]
    counties = [text.find(end, 2) + len(end) for end in _PREFECTURE_ENDS if end in text[2:]]
    # A village may be named like a township (东乡村), a region like a county (自治区): the first, and the last.
    for cut in (min(townships, default=0), max(counties, default=0)):
        if 0 < cut < len(text):
            return text[:cut] + "****"
    return "****" if len(text) > 4 else "*" * len(text)
