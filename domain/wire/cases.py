"""A case: its acceptance, the steps after it, and what a reader sees of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from pydantic import AwareDatetime

from domain.cases.values import Act, CaseContent, CaseId, CaseStatus, StepId
from domain.catalogue.values import ModuleId, RoleId, StageId


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmitCase:
    """The acceptance of a case; the idempotency key is ``step``. All blobs must be on the server before."""

    case: CaseId
    step: StepId
    made_at: AwareDatetime
    content: CaseContent


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """The server's word that the case is accepted."""

    case: CaseId
    receipt_no: str
    accepted_at: AwareDatetime
    due_on: date
    status: CaseStatus
    awaited: RoleId | None
    risk: int
    chain_name: str
    progress: str = ""
    """Path of the public progress page on this server, for the code on the printed receipt (XY-5)."""
    due_certain: bool = True
    """False when the limit runs into a year whose public holidays are not known yet: it may be later, never earlier."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeStep:
    """Any later act on a case; the idempotency key is ``step``.

    ``seen_steps`` is the number of steps that the actor saw, ``seen`` the digest of the content that was shown, empty
    from a client that does not tell it. ``content`` comes with RESUBMIT only; ``target``, the stage to which the case
    goes back, with RETURN only, the first stage being meant without it.
    """

    step: StepId
    act: Act
    seen_steps: int
    opinion: str = field(default="", repr=False)
    made_at: AwareDatetime
    content: CaseContent | None = None
    seen: str = ""
    target: StageId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StepView:
    """A step as other people may see it."""

    id: StepId
    act: Act
    role: RoleId
    actor_name: str
    office: str
    taken_at: AwareDatetime
    opinion: str = field(repr=False)
    stage: str = ""
    """What the stage is called."""
    target: str = ""
    """What the stage is called that a return leads to; empty for any other step."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StageView:
    """A stage by name."""

    id: StageId
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseView:
    """A case with everything that the reader may know."""

    case: CaseId
    receipt_no: str
    module: ModuleId
    applicant: str = field(repr=False)
    status: CaseStatus
    awaited: RoleId | None
    risk: int
    reason: str = field(repr=False)
    accepted_at: AwareDatetime
    due_on: date
    steps: tuple[StepView, ...]
    acts: tuple[Act, ...]
    """What the reader may do now."""
    targets: tuple[StageView, ...] = ()
    """The stages to which the reader may return the case now."""
    content: CaseContent
    former: tuple[CaseContent, ...] = ()
    """The contents of the revisions before, the first one first; the last is what was returned last."""
    archive: str = ""
    """Name of the dossier, once it lies in the archive."""
    progress: str = ""
    """As in Receipt."""
    due_certain: bool = True
    """As in Receipt."""
    told: Mapping[str, bool] = field(default_factory=dict)
    """What the agency's records say now of who applies, this case left out: facts that rules look at."""
    ink_shared: int = 0
    """How many other people have a case with the very same picture of a signature."""
