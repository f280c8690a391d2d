"""Lists of cases, page by page, and the feed of an office."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from pydantic import AwareDatetime

from domain.cases.values import CaseId, CaseStatus
from domain.catalogue.values import ModuleId, PartyRole, RoleId


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseLine:
    """A case in a list. The name is masked but for the surname."""

    case: CaseId
    receipt_no: str
    module: ModuleId
    status: CaseStatus
    awaited: RoleId | None
    risk: int
    applicant: str = field(repr=False)
    office: str
    accepted_at: AwareDatetime
    due_on: date
    reason: str = field(default="", repr=False)
    mended: bool = False
    """Whether it was returned once and came back with another content."""
    found_as: PartyRole | None = None
    """Of a person that was looked for and does not apply: as what the case names them now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseList:
    """One page of cases; ``after`` is the cursor of the next page, empty at the end."""

    cases: tuple[CaseLine, ...]
    after: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FindCases:
    """What somebody looks for, as ``domain.finding`` reads it. In a body: addresses of requests are written down."""

    text: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Something happened to a case of this office. ``sequence`` grows by one within an office."""

    sequence: int
    case: CaseId
    receipt_no: str
    status: CaseStatus
    reason: str = field(repr=False)
    at: AwareDatetime
    due_on: date | None = None
    """The last day of its limit as it is now; None from a server that does not tell it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeList:
    """Changes after a cursor, oldest first. ``more``: whether there are more; None from a server that does not say."""

    changes: tuple[Change, ...]
    more: bool | None = None
