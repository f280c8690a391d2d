"""The shape of what is asked, before anything is looked up."""

from __future__ import annotations

import re

from domain.refusals import Refusal, RefusalCode

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{7,63}")


def is_id(text: str) -> bool:
    """Whether a text can be the id of a case or step."""
    return _ID.fullmatch(text) is not None


def malformed(place: str, why: str) -> Refusal:
    """REQUEST_MALFORMED at a place of the request."""
    return Refusal(code=RefusalCode.REQUEST_MALFORMED, facts={"place": place, "why": why})
