"""The shape of what is asked, before anything is looked up."""

from __future__ import annotations

import re

from domain.cases.values import CaseContent
from domain.catalogue.values import Module, PartyRole
from domain.forms.answers import Origin
from domain.refusals import Refusal, RefusalCode
from domain.wire.patterns import UUID

_ROW = re.compile(r"[A-Za-z0-9-]{1,64}")
_SHOWN = (Origin.CARD, Origin.ELECTRONIC, Origin.TYPED, Origin.SIMULATED)
_ID = re.compile(UUID)
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


def check_shape(content: CaseContent, module: Module) -> Refusal | None:
    """What no content has: two answers in one place, a row twice or of no group, an identity of nobody in the form.

    Refuses with REQUEST_MALFORMED, and with IDENTITY_MISSING when the applicant did not show who they are.
    """
    form, shown = content.form, [(one.role, one.row) for one in content.identities]
    groups = {page.group for page in module.form.pages if page.repeats}
    if len(form) != len(content.answers):
        return malformed("content.answers", "twice")
    if any(row.group not in groups or not _ROW.fullmatch(row.id) for row in content.rows):
        return malformed("content.rows", "unknown")
    if len({row.id for row in content.rows}) != len(content.rows):
        return malformed("content.rows", "twice")
    if len(set(shown)) != len(shown) or any(one.origin not in _SHOWN for one in content.identities):
        return malformed("content.identities", "twice_or_origin")
    for role, row in shown:
        party = module.party(role)
        if party is None or row not in form.rows_of(module.form.group_of(party.name)):
            return malformed("content.identities", "no_such_party")
    known = PartyRole.APPLICANT in {role for role, _ in shown}
    return None if known else Refusal(code=RefusalCode.IDENTITY_MISSING)
