"""A case is its content and the list of its steps; its status is computed, never stored."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NewType

from domain.catalogue.parse import canonical_json
from domain.catalogue.values import MaterialId, ModuleId, RoleId, StageId
from domain.forms.answers import Answer, Answers, ApplicantKind, GroupRow, IdentityShown, Origin, identity_origin
from domain.identity import PersonKey

CaseId = NewType("CaseId", str)
StepId = NewType("StepId", str)
BlobHash = NewType("BlobHash", str)
"""SHA-256 of a page's or signature's bytes, 64 small hex digits."""
PackageId = NewType("PackageId", str)
"""Shared by the cases of one visit that belong together (一件事); made by the client."""
NO_PACKAGE = PackageId("")

CONTENT_VERSION = 2
"""Version of CaseContent and of its digest (docs/decisions: reading older and newer versions)."""


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


class PageMaker(StrEnum):
    """With what a page was made; SIMULATED stands for a device that is none."""

    CAMERA = "camera"
    PHONE = "phone"
    SCANNER = "scanner"
    FILE = "file"
    SIMULATED = "simulated"
    UNKNOWN = "unknown"
    """Made before pages told it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PageSource:
    """Where a page comes from. ``device``: its name or driver; ``sharpness`` as in hardware's CapturedPage, or None."""

    maker: PageMaker
    device: str = ""
    sharpness: float | None = None
    taken_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PageRef:
    """One page of a material; ``number`` counts from 1 within the material."""

    material: MaterialId
    number: int
    sha256: BlobHash
    size_bytes: int
    source: PageSource


@dataclass(frozen=True, slots=True, kw_only=True)
class SignatureRef:
    """The applicant's signature, bound to what was signed: ``digests`` of all cases that it signs, sorted."""

    png_sha256: BlobHash
    strokes_sha256: BlobHash
    digests: tuple[str, ...]
    signed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseContent:
    """What the applicant brought and said. ``catalogue_sha256`` names the version that the form was made with.

    ``identities``: how the parties showed who they are; the applicant's is always there. ``rows``: the rows of the
    form's repeating groups, in order; one may have no answer.
    """

    version: int = CONTENT_VERSION
    module: ModuleId
    catalogue_sha256: str
    applicant_kind: ApplicantKind
    identities: tuple[IdentityShown, ...]
    answers: tuple[Answer, ...] = field(repr=False)
    rows: tuple[GroupRow, ...] = ()
    pages: tuple[PageRef, ...]
    package: PackageId = NO_PACKAGE
    signature: SignatureRef | None = None

    @property
    def form(self) -> Answers:
        """The answers by their place in the form, with its rows."""
        return Answers(self.answers, self.rows)

    @property
    def identity_origin(self) -> Origin:
        """How the applicant's identity was shown."""
        return identity_origin(self.identities)

    @property
    def blobs(self) -> tuple[BlobHash, ...]:
        """Everything that must be on the server for it: pages, then the signature; each once."""
        ink = (self.signature.png_sha256, self.signature.strokes_sha256) if self.signature else ()
        return tuple(dict.fromkeys((*(page.sha256 for page in self.pages), *ink)))

    @property
    def is_signed(self) -> bool:
        """Whether the signature covers this very content."""
        return self.signature is not None and content_digest(self) in self.signature.digests


def content_digest(content: CaseContent) -> str:
    """``sha256:`` + digest of what the applicant signs.

    That is module, catalogue, who applies and how they showed it, answers and pages in any order, rows in theirs.
    """
    signed = {
        "version": content.version,
        "module": content.module,
        "catalogue": content.catalogue_sha256,
        "applicant_kind": content.applicant_kind.value,
        "identities": sorted(
            [one.role, one.row, one.origin, one.name_digest, one.number_digest] for one in content.identities
        ),
        "answers": sorted([answer.field, answer.row, answer.value] for answer in content.answers if answer.value),
        "rows": [[row.group, row.id] for row in content.rows],
        "pages": sorted([page.material, page.number, page.sha256] for page in content.pages),
        "package": content.package,
    }
    return _digest(signed)


def shown_digest(digests: Iterable[str]) -> str:
    """One digest for the set of contents that a Scene shows together, whatever their order."""
    return _digest(sorted(set(digests)))


def _digest(value: object) -> str:
    return "sha256:" + hashlib.sha256(canonical_json(value)).hexdigest()


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
    opinion: str = field(default="", repr=False)
    target: StageId | None = None
    seen: str = ""
    counter: str = ""
