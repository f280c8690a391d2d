"""What was done to a case, as its log tells it."""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import AwareDatetime

from domain.cases.values import CaseId


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditLine:
    """One entry of the audit trail; ``number`` counts within the county, ``sha256`` seals this entry and all before."""

    number: int
    at: AwareDatetime
    account: str
    office: str
    action: str
    detail: dict[str, str]
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditTrail:
    """What was done to a case, oldest first. ``more``: whether there are later entries than these."""

    case: CaseId
    entries: tuple[AuditLine, ...]
    more: bool = False
