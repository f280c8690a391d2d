"""The expected "no": a code that never changes its meaning, and the facts that its message needs.

Every code has a Chinese text with three parts (what happened, why, what to do) in ``resources/messages/refusals.toml``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class RefusalCode(StrEnum):
    """Every way in which client or server may decline a request."""

    # who is asking
    LOGIN_WRONG = "login_wrong"
    LOGIN_LOCKED = "login_locked"
    TOKEN_EXPIRED = "token_expired"  # noqa: S105 - a code, not a secret
    TOKEN_MISSING = "token_missing"  # noqa: S105
    NOT_ALLOWED = "not_allowed"
    WRONG_OFFICE = "wrong_office"
    SAME_PERSON = "same_person"
    OWN_BUSINESS = "own_business"

    # what is asked for
    REQUEST_MALFORMED = "request_malformed"
    REQUEST_TOO_LARGE = "request_too_large"
    NOT_FOUND = "not_found"
    MODULE_UNKNOWN = "module_unknown"
    CATALOGUE_UNKNOWN = "catalogue_unknown"
    KEY_MISSING = "key_missing"
    KEY_REUSED = "key_reused"
    PASSWORD_WEAK = "password_weak"  # noqa: S105
    SEARCH_UNCLEAR = "search_unclear"

    # identity
    ID_NUMBER_LENGTH = "id_number_length"
    ID_NUMBER_CHARACTERS = "id_number_characters"
    ID_NUMBER_DATE = "id_number_date"
    ID_NUMBER_CHECK_DIGIT = "id_number_check_digit"
    ID_NUMBER_REGION = "id_number_region"

    # the case
    FORM_INVALID = "form_invalid"
    MATERIALS_MISSING = "materials_missing"
    PAGES_MISSING = "pages_missing"
    PAGE_DAMAGED = "page_damaged"
    IDENTITY_MISSING = "identity_missing"
    VERSION_UNKNOWN = "version_unknown"
    DEVICE_SIMULATED = "device_simulated"
    PAGE_UNREADABLE = "page_unreadable"
    PAGE_LOST = "page_lost"
    UPLOADS_TOO_MANY = "uploads_too_many"
    SIGNATURE_MISSING = "signature_missing"
    SIGNATURE_STALE = "signature_stale"
    RULE_BLOCKED = "rule_blocked"
    PARAMETER_UNVERIFIED = "parameter_unverified"
    STEP_NOT_NOW = "step_not_now"
    REASON_MISSING = "reason_missing"
    CASE_CHANGED = "case_changed"
    APPLICANT_CHANGED = "applicant_changed"

    # the server itself
    SERVER_BUSY = "server_busy"
    SERVER_FAULT = "server_fault"

    # never sent: stands for a code of a later version; its facts are the server's own words
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """An expected "no". ``facts`` fill the placeholders of its message and never hold personal data."""

    code: RefusalCode
    facts: Mapping[str, str] = field(default_factory=dict)
