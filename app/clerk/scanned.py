"""What a scanned code may mean to the clerk: the receipt that somebody brought back (IM-5d)."""

from __future__ import annotations

import re

_LONGEST = 512
_RECEIPT = re.compile(r"[0-9]{9}-[0-9]{8}-[0-9]{4}")
_PROGRESS = re.compile(r"https?://\S+/progress/([0-9]{9}-[0-9]{8}-[0-9]{4})/[0-9A-Za-z_-]+")


def find_receipt_no(scanned: str) -> str | None:
    """The receipt number in a code: the number itself (bar code) or the address of its progress page (QR code)."""
    text = scanned.strip()
    if len(text) > _LONGEST:
        return None
    if _RECEIPT.fullmatch(text):
        return text
    found = _PROGRESS.fullmatch(text)
    return found[1] if found else None
