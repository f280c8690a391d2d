"""What was filled into a form, and the facts that follow from it."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from enum import StrEnum
from functools import cached_property
from typing import NamedTuple, NewType

from domain.catalogue.values import FieldId, FieldUse, Form, GroupId, Module, PartyRole
from domain.identity import IdNumber, age_on, parse_id_number
from domain.rules import Fact, Facts, holds

RowId = NewType("RowId", str)
"""A row of a repeating group: made by the client once, kept through every change and never used again."""
NO_ROW = RowId("")

REGION = FieldId("AAB301")
ACCOUNT_HOLDER = FieldId("AAE009")


class Origin(StrEnum):
    """Where a value comes from; shown beside the field and kept with the case."""

    CARD = "card"
    ELECTRONIC = "electronic"
    TYPED = "typed"
    SERVER = "server"
    DEFAULT = "default"


class ApplicantKind(StrEnum):
    """Who stands at the counter."""

    SELF = "本人"
    GUARDIAN = "法定代理人"
    AGENT = "授权代办人"
    VILLAGE = "村社协办员"


class AnswerKey(NamedTuple):
    """One place of a form: a field, and for a field of a repeating group its row."""

    field: FieldId
    row: RowId = NO_ROW


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One value as text: dates are ISO, choices their code, amounts decimal with a point."""

    field: FieldId
    row: RowId = NO_ROW
    value: str = dataclasses.field(repr=False)
    origin: Origin = Origin.TYPED

    @property
    def key(self) -> AnswerKey:
        """Its place in the form."""
        return AnswerKey(self.field, self.row)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class GroupRow:
    """One row of a repeating group; it may hold no answer yet."""

    group: GroupId
    id: RowId


@dataclasses.dataclass(frozen=True, eq=False, repr=False)
class Answers(Mapping[AnswerKey, Answer]):
    """What a form holds: its answers by key, and the rows of its repeating groups in their order. Never changes.

    Of two answers for one key the later counts. Equal whatever the order of the answers.
    """

    answers: tuple[Answer, ...] = ()
    rows: tuple[GroupRow, ...] = ()

    @cached_property
    def _by_key(self) -> Mapping[AnswerKey, Answer]:
        return {answer.key: answer for answer in self.answers}

    def __getitem__(self, key: AnswerKey) -> Answer:
        return self._by_key[key]

    def __iter__(self) -> Iterator[AnswerKey]:
        return iter(self._by_key)

    def __len__(self) -> int:
        return len(self._by_key)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Answers) and (self._by_key, self.rows) == (other._by_key, other.rows)

    def __repr__(self) -> str:
        return f"Answers({list(self)}, {self.rows})"

    def rows_of(self, group: GroupId) -> tuple[RowId, ...]:
        """The rows of a group in order; of the plain fields the one that is none."""
        return tuple(row.id for row in self.rows if row.group == group) if group else (NO_ROW,)

    def with_answer(self, *answers: Answer) -> Answers:
        """The same with these answers in place of those before."""
        return Answers(tuple({**self, **{answer.key: answer for answer in answers}}.values()), self.rows)

    def with_rows(self, group: GroupId, ids: Iterable[RowId]) -> Answers:
        """The same with these rows of a group, in this order; what stood in a row that is gone goes with it."""
        kept = tuple(GroupRow(group=group, id=row) for row in ids)
        gone = set(self.rows_of(group)) - {row.id for row in kept}
        rows = (*(row for row in self.rows if row.group != group), *kept)
        return Answers(tuple(answer for answer in self.values() if answer.row not in gone), rows)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class IdentityShown:
    """How the identity of one party was shown, with digests of what the reader said or the clerk typed.

    ``row`` is for a party of a repeating group. ``domain.forms.parties`` makes it and holds it against the form.
    """

    role: PartyRole
    row: RowId = NO_ROW
    origin: Origin
    name_digest: str
    number_digest: str


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What the form does not hold but its rules look at: the day, the office, who applies, how identity was shown."""

    today: date
    office_region: str
    applicant_kind: ApplicantKind = ApplicantKind.SELF
    identities: tuple[IdentityShown, ...] = ()
    known: Mapping[str, Fact] = dataclasses.field(default_factory=dict)
    """Facts from the agency's and its partners' records, e.g. ``already_insured``, ``shared_MT02``."""

    @property
    def identity_origin(self) -> Origin:
        """How the applicant's identity was shown."""
        return identity_origin(self.identities)


def identity_origin(identities: Iterable[IdentityShown]) -> Origin:
    """How the applicant's identity was shown; as typed where nobody's was."""
    return next((one.origin for one in identities if one.role is PartyRole.APPLICANT), Origin.TYPED)


def value_of(answers: Answers, name: FieldId, row: RowId = NO_ROW) -> str:
    """The value of a field, or an empty text."""
    answer = answers.get(AnswerKey(name, row))
    return answer.value if answer else ""


def facts_from(module: Module, answers: Answers, setting: Setting) -> Facts:
    """Everything that conditions may look at: known facts, derived facts, then one fact per field that is not blank.

    Fields of a repeating group are no facts of the form; ``facts_of_row`` adds those of one row.
    """
    facts: dict[str, Fact] = dict(setting.known)
    facts["applicant_kind"] = setting.applicant_kind.value
    facts["identity_origin"] = setting.identity_origin.value
    facts["office_region"] = setting.office_region[:6]
    subject = module.subject
    number = parse_id_number(value_of(answers, subject.id_number) if subject else "", today=setting.today)
    if isinstance(number, IdNumber):
        facts["age"] = age_on(number.birth_date, setting.today)
    facts.update(_values(answers, NO_ROW))
    if (REGION, NO_ROW) in answers and setting.office_region:
        facts["region_is_local"] = value_of(answers, REGION)[:6] == setting.office_region[:6]
    applicant = module.party(PartyRole.APPLICANT)
    if (ACCOUNT_HOLDER, NO_ROW) in answers and applicant:
        facts["account_is_own"] = value_of(answers, ACCOUNT_HOLDER) == value_of(answers, applicant.name)
    return facts


def facts_of_row(facts: Facts, answers: Answers, row: RowId) -> Facts:
    """The facts of the form, and over them those of one row: what conditions within a repeating group look at."""
    return {**facts, **_values(answers, row)} if row else facts


def _values(answers: Answers, row: RowId) -> dict[str, Fact]:
    return {key.field: answer.value for key, answer in answers.items() if key.row == row and answer.value.strip()}


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A field of a form where it stands now: plainly, or in one row of its group."""

    use: FieldUse
    group: GroupId
    row: RowId

    @property
    def key(self) -> AnswerKey:
        """Its key."""
        return AnswerKey(self.use.field, self.row)


def places_in(form: Form, answers: Answers) -> Iterator[Place]:
    """Every place of a form in reading order: a group row by row. Hidden ones too."""
    for page in form.pages:
        for row in answers.rows_of(page.group):
            for use in page.uses:
                yield Place(use=use, group=page.group, row=row)


def shown_places(form: Form, answers: Answers, facts: Facts) -> Iterator[Place]:
    """The places that are shown now, in reading order."""
    for page in form.pages:
        for row in answers.rows_of(page.group):
            known = facts_of_row(facts, answers, row)
            for use in page.uses:
                if holds(use.visible, known):
                    yield Place(use=use, group=page.group, row=row)
