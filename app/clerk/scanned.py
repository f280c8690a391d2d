"""What a scanned code may mean to the clerk: the receipt that somebody brought back (IM-5d)."""

from __future__ import annotations

import re

from domain.codes import RECEIPT_NO, parse_receipt_no

_LONGEST = 512
_PROGRESS = re.compile(rf"https?://\S+/progress/(?P<receipt_no>{RECEIPT_NO.pattern})/[0-9A-Za-z_-]+")


def find_receipt_no(scanned: str) -> str | None:
    """The receipt number in a code: the number itself (bar code) or the address of its progress page (QR code)."""
    text = scanned.strip()
    if len(text) > _LONGEST:
        return None
    found = _PROGRESS.fullmatch(text)
    receipt_no = found["receipt_no"] if found else text
    return receipt_no if parse_receipt_no(receipt_no) else None
