"""What version 1 (commit 5798e1d) wrote, in today's form: pure functions over plain data.

Nothing here is ever changed: the bodies under ``tests/golden`` are read by it for as long as such cases are kept.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def lift_page(old: Mapping[str, Any]) -> dict[str, Any]:
    """A page, which did not say where it came from."""
    return {**old, "source": {"maker": "unknown", "device": "", "sharpness": None, "taken_at": None}}


def lift_content(old: Mapping[str, Any]) -> dict[str, Any]:
    """A content. Its version stays 1: nobody has signed it in another form. How identity was shown has no digests."""
    signature = old.get("signature")
    lifted = {name: value for name, value in old.items() if name not in ("identity_origin", "signature")}
    shown = {
        "role": "applicant",
        "row": "",
        "origin": old["identity_origin"],
        "name_digest": "",
        "number_digest": "",
    }
    return {
        **lifted,
        "version": 1,
        "identities": [shown],
        "answers": [{"row": "", **answer} for answer in old["answers"]],
        "rows": [],
        "pages": [lift_page(page) for page in old["pages"]],
        "package": "",
        "signature": signature and _lift_signature(signature),
    }


def _lift_signature(old: Mapping[str, Any]) -> dict[str, Any]:
    rest = {name: value for name, value in old.items() if name != "content_digest"}
    return {**rest, "digests": [old["content_digest"]]}
