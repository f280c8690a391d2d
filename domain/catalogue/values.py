"""The catalogue: everything an agency may change without an engineer, as frozen values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NewType

from domain.identity import Mask
from domain.rules import ALWAYS, NEVER, Condition

FieldId = NewType("FieldId", str)
GroupId = NewType("GroupId", str)
"""A repeating group of a form, named by the catalogue."""
NO_GROUP = GroupId("")
MaterialId = NewType("MaterialId", str)
ModuleId = NewType("ModuleId", str)
RoleId = NewType("RoleId", str)
ChainId = NewType("ChainId", str)


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


class PartyRole(StrEnum):
    """As what a person takes part in a case."""

    SUBJECT = "subject"
    """Whose business it is, where that is somebody else than who applies."""
    APPLICANT = "applicant"
    AGENT = "agent"
    GUARDIAN = "guardian"
    HEIR = "heir"
    DEPENDANT = "dependant"


class Mode(StrEnum):
    """陕社保发〔2016〕27号 §7: done while the applicant waits, or accepted now and done within a limit."""

    INSTANT = "即时"
    TIMED = "限时"


class RuleAct(StrEnum):
    """What a business rule does when its condition holds."""

    BLOCK = "block"
    WARN = "warn"
    RAISE = "raise"


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
    """One check of field values (V rules of the business document); not run unless ``when`` holds."""

    id: str
    kind: CheckKind
    severity: Severity
    message: Text3
    when: Condition = ALWAYS
    parameters: Mapping[str, str] = field(default_factory=dict)
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A field of the dictionary that all forms share. ``max_length`` in characters."""

    id: FieldId
    label: str
    kind: FieldKind
    max_length: int
    codes: str = ""
    mask: Mask = Mask.NONE
    sensitivity: int = 1
    checks: tuple[str, ...] = ()
    hint: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldUse:
    """A field in one form. ``card`` names the attribute of the ID card that fills it."""

    field: FieldId
    required: Condition = NEVER
    visible: Condition = ALWAYS
    read_only: bool = False
    default: str = ""
    card: str = ""
    wide: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Repeats:
    """That a section has rows, each with all its fields. ``row_name`` is what one row is called (继承人)."""

    group: GroupId
    min_rows: int
    max_rows: int
    row_name: str


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
class MaterialUse:
    """A material in one module: offered and required by condition, with the number of pages."""

    material: MaterialId
    required: Condition = NEVER
    offered: Condition = ALWAYS
    min_pages: int = 1
    max_pages: int = 20
    page_names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class BusinessRule:
    """A rule of the handling level (R rules). RAISE moves the case to ``chain`` and ``risk``."""

    id: str
    act: RuleAct
    when: Condition
    message: Text3
    chain: ChainId = ChainId("")
    risk: int = 0
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Role:
    """A role. ``level`` is 村，乡镇，旗县，盟市 or 各级."""

    id: RoleId
    name: str
    level: str
    family: str
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Chain:
    """The prescribed order of roles that act on a case; the first accepts."""

    id: ChainId
    name: str
    roles: tuple[RoleId, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """Who takes part in a case, and which fields of the form say it; ``sex`` and ``birth_date`` may be none.

    All of them stand in one section; where that repeats, each of its rows names one such person.
    """

    role: PartyRole
    name: FieldId
    id_number: FieldId
    sex: FieldId = FieldId("")
    birth_date: FieldId = FieldId("")

    @property
    def fields(self) -> tuple[FieldId, ...]:
        """The fields that it names."""
        return tuple(field for field in (self.name, self.id_number, self.sex, self.birth_date) if field)


@dataclass(frozen=True, slots=True, kw_only=True)
class Module:
    """A piece of business under an item, with the form, materials and rules that it uses."""

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
    papers: tuple[str, ...] = ()
    conditions: tuple[str, ...] = ()
    basis: tuple[str, ...] = ()
    archive_class: str = ""
    archive_keep: str = ""

    def party(self, role: PartyRole) -> Party | None:
        """Who takes part as this; each role is there once at most."""
        return next((party for party in self.parties if party.role is role), None)

    @property
    def subject(self) -> Party | None:
        """Whose business it is: the applicant's, unless the form names somebody else."""
        return self.party(PartyRole.SUBJECT) or self.party(PartyRole.APPLICANT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """One version of everything, with the SHA-256 of its content."""

    version: str
    sha256: str
    modules: Mapping[ModuleId, Module]
    fields: Mapping[FieldId, Field]
    materials: Mapping[MaterialId, Material]
    checks: Mapping[str, Check]
    codes: Mapping[str, CodeList]
    roles: Mapping[RoleId, Role]
    chains: Mapping[ChainId, Chain]
    exclusions: tuple[frozenset[RoleId], ...]
    days_off: frozenset[str]
    days_worked: frozenset[str]
