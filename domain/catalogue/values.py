"""The catalogue: everything an agency may change without an engineer, as frozen values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NewType

from domain.catalogue.facts import FactEntry
from domain.catalogue.parameters import Parameters
from domain.catalogue.parties import ACTING as ACTING
from domain.catalogue.parties import FieldId as FieldId
from domain.catalogue.parties import Party as Party
from domain.catalogue.parties import PartyRole as PartyRole
from domain.identity import Mask
from domain.rules import ALWAYS, NEVER, Condition, Facts, Value, possibly, surely

GroupId = NewType("GroupId", str)
"""A repeating group of a form, named by the catalogue."""
NO_GROUP = GroupId("")
MaterialId = NewType("MaterialId", str)
ModuleId = NewType("ModuleId", str)
RoleId = NewType("RoleId", str)
ChainId = NewType("ChainId", str)
StageId = NewType("StageId", str)


PaperId = NewType("PaperId", str)


class FieldKind(StrEnum):
    """How a field is put in; each has one widget and one text form."""

    TEXT = "text"
    LONG_TEXT = "long_text"
    DATE = "date"
    MONTH = "month"
    CHOICE = "choice"
    PHONE = "phone"
    ID_NUMBER = "id_number"
    AMOUNT = "amount"


class CheckKind(StrEnum):
    """What a form check does; the parameters are in the check."""

    PATTERN = "pattern"
    PERSON_NAME = "person_name"
    COMMON_NAME = "common_name"
    ID_NUMBER = "id_number"
    LUHN = "luhn"
    DATE_RANGE = "date_range"
    SEX_AGREES = "sex_agrees"
    BIRTH_AGREES = "birth_agrees"
    SAME_AS = "same_as"
    REGION_WITHIN = "region_within"


class Severity(StrEnum):
    """An error blocks; a warning is shown and recorded."""

    ERROR = "error"
    WARNING = "warning"


class Mode(StrEnum):
    """陕社保发〔2016〕27号 §7: done while the applicant waits, or accepted now and done within a limit."""

    INSTANT = "即时"
    TIMED = "限时"


class RuleAct(StrEnum):
    """What a business rule does when its condition holds."""

    BLOCK = "block"
    WARN = "warn"
    RAISE = "raise"


class Unknown(StrEnum):
    """What a business rule does while nobody knows whether its condition holds: put a question, nothing, block."""

    ASK = "ask"
    GO_ON = "pass"
    BLOCK = "block"


class CardAttribute(StrEnum):
    """What an identity can tell for a form."""

    NAME = "name"
    ID_NUMBER = "id_number"
    SEX = "sex"
    NATION = "nation"
    BIRTH_DATE = "birth_date"
    ADDRESS = "address"


class DefaultWord(StrEnum):
    """What a default can be beside a constant: the day, the office's county (6 digits), its township (9 digits)."""

    TODAY = "today"
    OFFICE_REGION = "office_region"
    OFFICE_TOWNSHIP = "office_township"


@dataclass(frozen=True, slots=True, kw_only=True)
class Text3:
    """A message in three parts: what happened, why, what to do next."""

    what: str
    why: str = ""
    next: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """One entry of a code list."""

    code: str
    label: str
    parent: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeList:
    """A code list, with its standard. ``verified`` false: never the base of a formal benefit decision."""

    name: str
    entries: tuple[Code, ...]
    source: str = ""
    verified: bool = False

    def find_label(self, code: str) -> str | None:
        """The label of a code."""
        return next((entry.label for entry in self.entries if entry.code == code), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One check of field values (V rules of the business document); not run where ``when`` is known not to hold."""

    id: str
    kind: CheckKind
    severity: Severity
    message: Text3
    when: Condition = ALWAYS
    parameters: Mapping[str, str] = field(default_factory=dict)
    source: str = ""

    def is_due(self, facts: Facts) -> bool:
        """Whether a value must pass it: nothing known lets it off."""
        return possibly(self.when, facts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A field of the dictionary that all forms share. ``max_length`` in characters.

    ``twice``: a number that counts only once it was typed twice alike, where it is typed by hand.
    """

    id: FieldId
    label: str
    kind: FieldKind
    max_length: int
    codes: str = ""
    mask: Mask = Mask.NONE
    sensitivity: int = 1
    checks: tuple[str, ...] = ()
    twice: bool = False
    hint: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldUse:
    """A field in one form. ``card``: what of the identity fills it; ``default``: a constant, or a DefaultWord.

    ``computed``: what it always holds, which follows from fields before it; nobody fills it in.
    A text ``begins`` with what these fields have chosen, once all have; ``offers``: what of the identity it may repeat.
    While a condition is unknown the field is not shown, and one that is shown is required.
    """

    field: FieldId
    required: Condition = NEVER
    visible: Condition = ALWAYS
    read_only: bool = False
    default: str = ""
    card: CardAttribute | None = None
    computed: Value | None = None
    begins: tuple[FieldId, ...] = ()
    offers: CardAttribute | None = None
    wide: bool = False

    def is_shown(self, facts: Facts) -> bool:
        """Whether the form has the field now: it is known to apply."""
        return surely(self.visible, facts)

    def is_required(self, facts: Facts) -> bool:
        """Whether the field, where shown, must be filled: nothing known lets it off."""
        return possibly(self.required, facts)


@dataclass(frozen=True, slots=True, kw_only=True)
class RowsSum:
    """That the amounts of a field add up to ``total`` over the rows of its group, where there are any."""

    field: FieldId
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Repeats:
    """That a section has rows, each with all its fields. ``row_name`` is what one row is called (继承人)."""

    group: GroupId
    min_rows: int
    max_rows: int
    row_name: str
    sums: tuple[RowsSum, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FormPage:
    """A titled section of fields that a clerk fills together; with ``repeats`` once for each row."""

    title: str
    uses: tuple[FieldUse, ...]
    repeats: Repeats | None = None

    @property
    def group(self) -> GroupId:
        """Its repeating group, or none."""
        return self.repeats.group if self.repeats else NO_GROUP


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """The form of a module."""

    pages: tuple[FormPage, ...]

    @property
    def uses(self) -> tuple[FieldUse, ...]:
        """All fields in order."""
        return tuple(use for page in self.pages for use in page.uses)

    def page_of(self, field: FieldId) -> FormPage | None:
        """The section in which a field stands; it stands in one only."""
        return next((page for page in self.pages if any(use.field == field for use in page.uses)), None)

    def group_of(self, field: FieldId) -> GroupId:
        """The repeating group in which a field stands, or none."""
        page = self.page_of(field)
        return page.group if page else NO_GROUP


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """A material of the dictionary. ``generated``: made by the system and signed, never captured."""

    id: MaterialId
    name: str
    shape: str = "a4"
    generated: bool = False
    note: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """A paper of the dictionary that a module may give; ``when`` says to people at which occasion."""

    id: PaperId
    name: str
    when: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MaterialUse:
    """A material in one module: offered and required by condition, with the number of pages.

    While a condition is unknown the material is not offered, and one that is offered is required.
    """

    material: MaterialId
    required: Condition = NEVER
    offered: Condition = ALWAYS
    min_pages: int = 1
    max_pages: int = 20
    page_names: tuple[str, ...] = ()

    def is_offered(self, facts: Facts) -> bool:
        """Whether the case may bring it: it is known to apply."""
        return surely(self.offered, facts)

    def is_required(self, facts: Facts) -> bool:
        """Whether the material, where offered, must be brought: nothing known lets it off."""
        return possibly(self.required, facts)


@dataclass(frozen=True, slots=True, kw_only=True)
class BusinessRule:
    """A rule of the handling level (R rules). RAISE moves the case to ``chain`` and ``risk``.

    ``unknown``: what it does while nobody knows whether it holds; ``question``: what is said then, unless it passes.
    """

    id: str
    act: RuleAct
    when: Condition
    message: Text3
    unknown: Unknown = Unknown.GO_ON
    question: Text3 = Text3(what="")
    chain: ChainId = ChainId("")
    risk: int = 0
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskLevel:
    """How business of a risk is done, and by how many roles at least and at most (陕社保发〔2016〕27号 §7–§12)."""

    level: int
    mode: Mode
    shortest: int
    longest: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Role:
    """A role. ``level`` is 村，乡镇，旗县，盟市 or 各级."""

    id: RoleId
    name: str
    level: str
    family: str
    kind: str


class StageKind(StrEnum):
    """What is done at a stage: the case is taken in, reviewed (复核) or approved (审批)."""

    ACCEPT = "accept"
    REVIEW = "review"
    APPROVE = "approve"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """A named place in a chain, and the role that acts there."""

    id: StageId
    name: str
    kind: StageKind
    role: RoleId


@dataclass(frozen=True, slots=True, kw_only=True)
class Chain:
    """The prescribed order of the stages of a case; the first, and only the first, accepts."""

    id: ChainId
    name: str
    stages: tuple[Stage, ...]

    @property
    def roles(self) -> tuple[RoleId, ...]:
        """The roles in the order in which they act."""
        return tuple(stage.role for stage in self.stages)

    @property
    def accepting(self) -> Stage:
        """The first stage."""
        return self.stages[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Module:
    """A piece of business under an item, with the form, materials and rules that it uses.

    ``registers``: the fact of the agency's records that a finished case makes true, for one case of a person only.
    ``electronic``: whether an electronic card shows who somebody is as well as the card does. ``agent_shown``: whoever
    acts for the applicant must have shown who they are; otherwise the form's word for it is enough.
    """

    id: ModuleId
    name: str
    initials: str
    item_code: str
    item_name: str
    mode: Mode
    risk: int
    chain: ChainId
    legal_days: int
    promise_days: int
    declaration: str
    form: Form
    parties: tuple[Party, ...]
    materials: tuple[MaterialUse, ...]
    rules: tuple[BusinessRule, ...]
    registers: str = ""
    electronic: bool = False
    agent_shown: bool = False
    papers: tuple[PaperId, ...] = ()
    conditions: tuple[str, ...] = ()
    basis: tuple[str, ...] = ()
    archive_class: str = ""
    archive_keep: str = ""

    def party(self, role: PartyRole) -> Party | None:
        """Who takes part as this; each role is there once at most."""
        return next((party for party in self.parties if party.role is role), None)

    @property
    def acting_party(self) -> Party | None:
        """Who acts for the applicant in this business, where anybody may."""
        return next((party for party in self.parties if party.role in ACTING), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """One version of everything, with the SHA-256 of its content."""

    version: str
    sha256: str
    modules: Mapping[ModuleId, Module]
    fields: Mapping[FieldId, Field]
    materials: Mapping[MaterialId, Material]
    papers: Mapping[PaperId, Paper]
    checks: Mapping[str, Check]
    codes: Mapping[str, CodeList]
    roles: Mapping[RoleId, Role]
    chains: Mapping[ChainId, Chain]
    risks: Mapping[int, RiskLevel]
    facts: Mapping[str, FactEntry]
    parameters: Parameters
    exclusions: tuple[frozenset[RoleId], ...]
    days_off: frozenset[str]
    days_worked: frozenset[str]
