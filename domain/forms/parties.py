"""Who takes part in a case: the persons whom a form names, and whether they are those who stood there."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from domain.catalogue.values import ACTING, Module, Party, PartyRole
from domain.forms.answers import (
    NO_ROW,
    AnswerKey,
    Answers,
    ApplicantKind,
    IdentityShown,
    Origin,
    RowId,
    value_of,
)
from domain.identity import plain_name, plain_number


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonNamed:
    """A person whom a form names as a party, as it stands there; name or number may be empty."""

    role: PartyRole
    row: RowId = NO_ROW
    name: str = field(default="", repr=False)
    id_number: str = field(default="", repr=False)


def persons_in(module: Module, answers: Answers) -> tuple[PersonNamed, ...]:
    """Everybody whom the form names, in the order of the module's parties and of their rows."""
    return tuple(
        person
        for party in module.parties
        for row in answers.rows_of(module.form.group_of(party.name))
        if (person := _person(party, row, answers)).name or person.id_number
    )


def role_found(module: Module, answers: Answers, fits: Callable[[str, str], bool]) -> PartyRole | None:
    """As what somebody whose name and number fit takes part; None where who applies fits, or nobody."""
    roles = [person.role for person in persons_in(module, answers) if fits(person.name, person.id_number)]
    return None if PartyRole.APPLICANT in roles else next(iter(roles), None)


def applicant_in(module: Module | None, answers: Answers) -> PersonNamed:
    """Who applies; with empty texts as long as the form does not say, or nobody here knows the module."""
    party = module.party(PartyRole.APPLICANT) if module else None
    return _person(party, NO_ROW, answers) if party else PersonNamed(role=PartyRole.APPLICANT)


def signer_in(module: Module, answers: Answers, kind: ApplicantKind) -> PersonNamed:
    """Who stands there and signs: the applicant, or who acts for them."""
    acting = (person for person in persons_in(module, answers) if person.role in ACTING)
    applicant = applicant_in(module, answers)
    return applicant if kind is ApplicantKind.SELF else next(acting, applicant)


def _person(party: Party, row: RowId, answers: Answers) -> PersonNamed:
    name, number = value_of(answers, party.name, row), value_of(answers, party.id_number, row)
    return PersonNamed(role=party.role, row=row, name=name, id_number=number)


def identity_shown(name: str, id_number: str, origin: Origin, role: PartyRole, row: RowId = NO_ROW) -> IdentityShown:
    """That this person showed who they are."""
    return IdentityShown(
        role=role, row=row, origin=origin, name_digest=_name_digest(name), number_digest=_number_digest(id_number)
    )


def strangers(module: Module, answers: Answers, identities: Iterable[IdentityShown]) -> Iterator[AnswerKey]:
    """The places of the form that name somebody else than the person who stood there; empty ones are none."""
    for shown in identities:
        party = module.party(shown.role)
        if party is None:
            continue
        person = _person(party, shown.row, answers)
        if person.name.strip() and _name_digest(person.name) != shown.name_digest:
            yield AnswerKey(party.name, shown.row)
        if person.id_number.strip() and _number_digest(person.id_number) != shown.number_digest:
            yield AnswerKey(party.id_number, shown.row)


def _name_digest(name: str) -> str:
    """Equal for one name, whichever dot it is written with."""
    return _digest("name", plain_name(name))


def _number_digest(id_number: str) -> str:
    return _digest("number", plain_number(id_number))


def _digest(what: str, text: str) -> str:
    return hashlib.sha256(f"{what}:{text}".encode(errors="surrogatepass")).hexdigest()
