"""Codes of offices (GB/T 2260) and the numbers of receipts, which begin with one."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

COUNTY_DIGITS = 6

RECEIPT_NO = re.compile(r"(?P<office>[0-9]{4,12})-(?P<day>[0-9]{8})-(?P<number>[0-9]{4,9})", re.ASCII)
"""A receipt number in a text: office, day, and the office's number of that day, at least four digits."""


def county_of(office_code: str) -> str:
    """The county that leads every key; an office above the counties stands for itself."""
    return office_code[:COUNTY_DIGITS]


def area_of(office_code: str) -> str:
    """The digits with which the codes of all offices below begin; six with zeros at the end stand for more than one."""
    if len(office_code) != COUNTY_DIGITS:
        return office_code
    return office_code.removesuffix("00").removesuffix("00")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptNo:
    """A receipt number in its parts."""

    office: str
    day: date
    number: int

    def __str__(self) -> str:
        """The number as it is printed."""
        return f"{self.office}-{self.day:%Y%m%d}-{self.number:04d}"


def parse_receipt_no(text: str) -> ReceiptNo | None:
    """The parts of a receipt number; None for any other text."""
    found = RECEIPT_NO.fullmatch(text)
    if found is None:
        return None
    digits = found["day"]
    try:
        day = date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return None
    return ReceiptNo(office=found["office"], day=day, number=int(found["number"]))
