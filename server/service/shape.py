"""The shape of what is asked, before anything is looked up."""

from __future__ import annotations

import re

from domain.refusals import Refusal, RefusalCode

_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_USER = re.compile(r"[\w.@-]{1,64}")


def is_id(text: str) -> bool:
    """Whether a text can be the id of a case or step: a UUID in small letters. No user name has this form."""
    return _ID.fullmatch(text) is not None


def is_user(text: str) -> bool:
    """Whether a text can be a user name."""
    return _USER.fullmatch(text) is not None


def malformed(place: str, why: str) -> Refusal:
    """REQUEST_MALFORMED at a place of the request."""
    return Refusal(code=RefusalCode.REQUEST_MALFORMED, facts={"place": place, "why": why})
