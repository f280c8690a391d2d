"""A case is its content and the list of its steps; its status is computed, never stored."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NewType

from domain.catalogue.parse import canonical_json
from domain.catalogue.values import MaterialId, ModuleId, RoleId, StageId
from domain.forms.answers import AGENT_ID_NUMBER, ID_NUMBER, NAME, Answer, Answers, ApplicantKind, Origin, value_of
from domain.identity import PersonKey

CaseId = NewType("CaseId", str)
StepId = NewType("StepId", str)
BlobHash = NewType("BlobHash", str)
"""SHA-256 of a page's or signature's bytes, 64 small hex digits."""


class Act(StrEnum):
    """What a step does."""

    ACCEPT = "accept"
    APPROVE = "approve"
    RETURN = "return"
    REFUSE = "refuse"
    RESUBMIT = "resubmit"
    WITHDRAW = "withdraw"


class CaseStatus(StrEnum):
    """Where a case stands (已受理 → 复核中/审批中 → 办结；退回 in between)."""

    DRAFT = "draft"
    IN_REVIEW = "in_review"
    IN_APPROVAL = "in_approval"
    RETURNED = "returned"
    FINISHED = "finished"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True, kw_only=True)
class PageRef:
    """One page of a material; ``number`` counts from 1 within the material."""

    material: MaterialId
    number: int
    sha256: BlobHash
    size_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SignatureRef:
    """The applicant's signature, bound to what was signed by ``content_digest``."""

    png_sha256: BlobHash
    strokes_sha256: BlobHash
    content_digest: str
    signed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseContent:
    """What the applicant brought and said. ``catalogue_sha256`` names the version that the form was made with."""

    module: ModuleId
    catalogue_sha256: str
    applicant_kind: ApplicantKind
    identity_origin: Origin
    answers: tuple[Answer, ...] = field(repr=False)
    pages: tuple[PageRef, ...]
    signature: SignatureRef | None = None

    @property
    def answers_by_field(self) -> Answers:
        """The answers, by field."""
        return {answer.field: answer for answer in self.answers}

    @property
    def applicant_name(self) -> str:
        """The applicant's name."""
        return value_of(self.answers_by_field, NAME)

    @property
    def applicant_id_number(self) -> str:
        """The applicant's ID number."""
        return value_of(self.answers_by_field, ID_NUMBER)

    @property
    def agent_id_number(self) -> str:
        """The ID number of who acts for the applicant, or an empty text."""
        return value_of(self.answers_by_field, AGENT_ID_NUMBER)


def content_digest(content: CaseContent) -> str:
    """``sha256:`` + digest of what the applicant signs: module, catalogue, answers and pages, in any order."""
    signed = {
        "module": content.module,
        "catalogue": content.catalogue_sha256,
        "applicant_kind": content.applicant_kind.value,
        "answers": sorted([answer.field, answer.value] for answer in content.answers if answer.value),
        "pages": sorted([page.material, page.number, page.sha256] for page in content.pages),
    }
    return "sha256:" + hashlib.sha256(canonical_json(signed)).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """An agency office. ``code``: 4+ digits after GB/T 2260, 6 for a county, 9 for a township; ``level`` as in Role."""

    code: str
    name: str
    level: str
    phone: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountView:
    """An account as its owner sees it."""

    user: str
    name: str
    office: Office
    roles: tuple[RoleId, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One immutable act on a case, as the server took it.

    ``target`` is the stage to which a return leads, ``seen`` the digest of the content that was shown to who acted,
    ``counter`` where that was. The last two are empty where nothing is known of them.
    """

    id: StepId
    act: Act
    stage: StageId
    role: RoleId
    person: PersonKey = field(repr=False)
    account: str
    actor_name: str
    office: Office
    taken_at: datetime
    opinion: str = ""
    target: StageId | None = None
    seen: str = ""
    counter: str = ""
