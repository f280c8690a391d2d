"""The state of a visit: one frozen value that both windows render whole."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from app.notices.notice import Notice
from app.visit.doubts import Doubts
from domain.cases.values import NO_PACKAGE, BlobHash, CaseId, CaseStatus, PackageId, PageSource, SignatureRef, StepId
from domain.catalogue.values import MaterialId, ModuleId, PartyRole
from domain.forms.answers import Answers, ApplicantKind, IdentityShown, Origin
from domain.forms.assess import MissingMaterial
from domain.forms.checking import Finding
from domain.forms.parties import identity_shown


class Phase(StrEnum):
    """The phases of a visit, in order."""

    IDENTIFY = "identify"
    CHOOSE = "choose"
    FORM = "form"
    MATERIALS = "materials"
    READ_BACK = "read_back"
    SIGN = "sign"
    SUBMIT = "submit"
    DONE = "done"


class Kept(StrEnum):
    """What of a visit can be undone, each by itself; the names are those of the state's fields."""

    ANSWERS = "answers"
    PAGES = "pages"


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Who somebody at the counter is, and how we know. ``valid_until`` only from a card; None means 长期 there.

    ``values``: what this tells for a form, by the attribute names of the catalogue's ``card`` key.
    """

    name: str = field(repr=False)
    id_number: str = field(repr=False)
    origin: Origin
    photo_jpeg: bytes = field(default=b"", repr=False)
    issuer: str = field(default="", repr=False)
    values: Mapping[str, str] = field(default_factory=dict, repr=False)
    valid_until: date | None = None

    def shown_as(self, role: PartyRole) -> IdentityShown:
        """How it was shown, as it goes with the case of which this person is that party."""
        return identity_shown(self.name, self.id_number, self.origin, role)


@dataclass(frozen=True, slots=True, kw_only=True)
class PageTaken:
    """A page that was captured and is safe in the store."""

    material: MaterialId
    number: int
    sha256: BlobHash
    size_bytes: int
    source: PageSource
    width_px: int
    height_px: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MaterialRow:
    """One material of this case as the list shows it."""

    material: MaterialId
    name: str
    required: bool
    min_pages: int
    max_pages: int
    page_names: tuple[str, ...]
    shape: str
    note: str
    pages: tuple[PageTaken, ...]

    @property
    def complete(self) -> bool:
        """Whether nothing required is missing here."""
        return not self.required or len(self.pages) >= self.min_pages


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptSeen:
    """The server's receipt as the windows show it; ``receipt_no`` is empty while the case waits to be sent."""

    receipt_no: str = ""
    status: CaseStatus | None = None
    accepted_at: datetime | None = None
    due_on: date | None = None
    due_certain: bool = True
    progress_url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseWork:
    """A case of the visit's package that is laid aside while another one is under hand."""

    module: ModuleId
    case: CaseId
    answers: Answers = field(default_factory=Answers, repr=False)
    again: Answers = field(default_factory=Answers, repr=False)
    receipt: ReceiptSeen | None = None
    refused: bool = False
    progress_code: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitState:
    """Everything about the visit that a window may show. Answers are kept also while a field is hidden."""

    visit: str
    phase: Phase = Phase.IDENTIFY
    reached: Phase = Phase.IDENTIFY
    """The furthest phase that may be gone to directly."""
    identity: Identity | None = None
    typed_name: str = field(default="", repr=False)
    typed_number: str = field(default="", repr=False)
    """What stands in the fields for an identity without a card, used or not."""
    applicant_kind: ApplicantKind = ApplicantKind.SELF
    agent: Identity | None = None
    """Who acts for the applicant, agent or guardian, once they have shown who they are."""
    agent_changes: bool = False
    """The clerk asked for another agent: the next person's card is theirs."""
    module: ModuleId | None = None
    answers: Answers = field(default_factory=Answers, repr=False)
    again: Answers = field(default_factory=Answers, repr=False)
    """What was typed the second time, of the numbers that are typed twice; it never leaves the counter."""
    findings: tuple[Finding, ...] = ()
    """Findings of fields that were touched, or of all fields after a try to go on."""
    pages: tuple[PageTaken, ...] = ()
    """Of the whole visit: a paper that several of its cases ask for is taken once."""
    materials: tuple[MaterialRow, ...] = ()
    """The list for this case, with its pages; follows from answers and pages."""
    missing: tuple[MissingMaterial, ...] = ()
    """What blocked the last try to go on."""
    capturing: MaterialId | None = None
    catalogue_sha256: str = ""
    """The catalogue that the case was made with, where that is not the program's own."""
    case: CaseId | None = None
    package: PackageId = NO_PACKAGE
    """What the cases of this visit belong to, or the case that is mended belonged to."""
    others: tuple[CaseWork, ...] = ()
    """The visit's other cases; module, case, answers, findings, materials and receipt are of the one under hand."""
    returned_after: int = 0
    """Number of steps of a case that was returned and is submitted again; 0 for a new case."""
    replaces: StepId | None = None
    """The step that the server refused and that this one takes the place of."""
    digest: str = ""
    """Of what the Scene showed that the applicant confirmed; empty before."""
    disputed: tuple[str, ...] | None = None
    """What the applicant marked as wrong, in words; None when nothing was disputed."""
    doubted: Doubts = ()
    """Their places in the forms that nobody has changed yet, until the applicant reads once more."""
    signature: SignatureRef | None = None
    signature_png: bytes = field(default=b"", repr=False)
    receipt: ReceiptSeen | None = None
    refused: bool = False
    """The server would not take the case: it lies in the tray and needs the clerk."""
    notice: Notice | None = None
    """What is told at the moment."""
    came_back: Notice | None = None
    """Why the case came back: it stands until the case is submitted again."""
    saved_at: datetime | None = None
    standing: tuple[Notice, ...] = ()
    """What is true of the case as it is, each by itself: in sight as long as it is true. What is new is told."""
    redo: str = ""
    """Why the applicant has to sign once more."""
    asked: int = 0
    """How often the same was asked of the applicant again: the screen locks itself after an answer."""
    sending: bool = False
    """The applicant is shown that the case is being sent."""
    progress_code: bytes = field(default=b"", repr=False)
    """PNG of the code that leads to the progress of the accepted case."""
    screen_confirmed: bool = False
    """Whether the customer's screen has acknowledged the present Scene."""

    @property
    def is_being_typed(self) -> bool:
        """Whether something stands in the fields for an identity without a card."""
        return bool(self.typed_name or self.typed_number)
