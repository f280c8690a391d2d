"""What somebody looks for: one text, typed or scanned, that client and server understand alike."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from domain.codes import RECEIPT_NO, parse_receipt_no
from domain.identity import is_name, parse_id_number, plain_name, plain_number
from domain.refusals import Refusal, RefusalCode

LONGEST_SOUGHT = 512
"""A scanned address of a progress page is the longest."""
_PROGRESS = re.compile(rf"https?://\S+/progress/(?P<receipt_no>{RECEIPT_NO.pattern})/[0-9A-Za-z_-]+")
_BEGINNING = re.compile(r"[0-9]{6,12}(-[0-9]{0,8}|-[0-9]{8}-[0-9]{0,9})?", re.ASCII)
"""Of a receipt number: the county at least, so that an index can be walked."""
_NUMBER = re.compile(r"[0-9]{13,}[xX]?", re.ASCII)


class SoughtBy(StrEnum):
    """What a text is."""

    RECEIPT = "receipt"
    NUMBER = "number"
    NAME = "name"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sought:
    """A receipt number or its beginning; an ID number, which is valid; or a name or its beginning, as compared."""

    by: SoughtBy
    text: str = field(repr=False)

    def fits_receipt(self, receipt_no: str) -> bool:
        """Whether a case with this number is meant."""
        return self.by is SoughtBy.RECEIPT and receipt_no.startswith(self.text)

    def fits_person(self, name: str, id_number: str) -> bool:
        """Whether this person is meant."""
        if self.by is SoughtBy.NUMBER:
            return plain_number(id_number) == self.text
        return self.by is SoughtBy.NAME and plain_name(name).startswith(self.text)

    @property
    def is_one_character(self) -> bool:
        """Whether it is one character of a name: as a beginning a surname, which too many bear for the server to look
        for; there it is meant whole.
        """
        return self.by is SoughtBy.NAME and len(self.text) == 1


def find_receipt_no(scanned: str) -> str | None:
    """The receipt number in a code: the number itself (bar code) or the address of its progress page (QR code)."""
    text = scanned.strip()
    if len(text) > LONGEST_SOUGHT:
        return None
    found = _PROGRESS.fullmatch(text)
    receipt_no = found["receipt_no"] if found else text
    return receipt_no if parse_receipt_no(receipt_no) else None


def parse_sought(text: str, *, today: date) -> Sought | Refusal:
    """What is looked for. Refuses with SEARCH_UNCLEAR, or as ``parse_id_number`` for a number that is none."""
    receipt_no = find_receipt_no(text)
    if receipt_no is not None:
        return Sought(by=SoughtBy.RECEIPT, text=receipt_no)
    plain = unicodedata.normalize("NFKC", text.strip()) if len(text) <= LONGEST_SOUGHT else ""
    close = "".join(plain.split())
    if _BEGINNING.fullmatch(close):
        return Sought(by=SoughtBy.RECEIPT, text=close)
    if _NUMBER.fullmatch(close):
        number = parse_id_number(close, today=today)
        return number if isinstance(number, Refusal) else Sought(by=SoughtBy.NUMBER, text=number.text)
    name = plain_name(text)
    return Sought(by=SoughtBy.NAME, text=name) if is_name(name) else Refusal(code=RefusalCode.SEARCH_UNCLEAR)
