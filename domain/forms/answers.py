"""What was filled into a form."""

from __future__ import annotations

import dataclasses
from collections.abc import ItemsView, Iterable, Iterator, Mapping, ValuesView
from datetime import date
from enum import StrEnum
from functools import cached_property
from typing import NamedTuple, NewType

from domain.catalogue.values import FieldId, FieldUse, Form, FormPage, GroupId, PartyRole

RowId = NewType("RowId", str)
"""A row of a repeating group: made by the client once, kept through every change and never used again."""
NO_ROW = RowId("")


class Origin(StrEnum):
    """Where a value comes from; shown beside the field and kept with the case."""

    CARD = "card"
    ELECTRONIC = "electronic"
    TYPED = "typed"
    SERVER = "server"
    DEFAULT = "default"
    COMPUTED = "computed"
    SIMULATED = "simulated"
    """Only of an identity: from a card reader that is none."""

    @property
    def by_card(self) -> bool:
        """Whether a card was read, if only a made-up one."""
        return self in (Origin.CARD, Origin.SIMULATED)

    @property
    def of_answers(self) -> Origin:
        """The origin of the answers that an identity of this origin fills in."""
        return Origin.CARD if self.by_card else self


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

    def values(self) -> ValuesView[Answer]:
        """All answers that count; like ``items`` without a look-up for each, as they are walked at every keystroke."""
        return self._by_key.values()

    def items(self) -> ItemsView[AnswerKey, Answer]:
        """All answers that count, by key."""
        return self._by_key.items()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Answers) and (self._by_key, self.rows) == (other._by_key, other.rows)

    def __repr__(self) -> str:
        return f"Answers({list(self)}, {self.rows})"

    def rows_of(self, group: GroupId) -> tuple[RowId, ...]:
        """The rows of a group in order; of the plain fields the one that is none."""
        return tuple(row.id for row in self.rows if row.group == group) if group else (NO_ROW,)

    def with_answer(self, *answers: Answer) -> Answers:
        """The same with these answers in place of those before."""
        return Answers(tuple({**self._by_key, **{answer.key: answer for answer in answers}}.values()), self.rows)

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


class Place(NamedTuple):
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
            yield from places_of(page, row)


def places_of(page: FormPage, row: RowId) -> Iterator[Place]:
    """The places of one row of a section."""
    return (Place(use=use, group=page.group, row=row) for use in page.uses)
