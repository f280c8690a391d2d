"""Identity, choice of item and form of a visit: pure functions over its values."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date

from app.visit.state import Identity
from domain.cases.values import Office
from domain.catalogue.values import Catalogue, FieldUse, Module
from domain.codes import county_of
from domain.forms.answers import NO_ROW, Answer, AnswerKey, Answers, GroupRow, Origin, RowId
from domain.identity import IdNumber, parse_id_number, plain_name, plain_number
from domain.refusals import Refusal
from hardware.kinds.id_card_reader import IdCard

_TOWNSHIP_DIGITS = 9


def identity_of_card(card: IdCard, *, today: date) -> Identity | Refusal:
    """The applicant whom a card names, or why its number cannot be right."""
    number = parse_id_number(card.id_number, today=today)
    if isinstance(number, Refusal):
        return number
    return Identity(
        name=card.name.strip(),
        id_number=number.text,
        origin=Origin.SIMULATED if card.simulated else Origin.CARD,
        photo_jpeg=card.photo,
        issuer=card.issuer,
        valid_until=card.valid_until,
        values=_card_values(card),
    )


def identity_typed(name: str, number: IdNumber) -> Identity:
    """The applicant as the clerk typed it; sex and birth date follow from the number."""
    plain = plain_name(name)
    values = {
        "name": plain,
        "id_number": number.text,
        "sex": number.sex.value,
        "birth_date": number.birth_date.isoformat(),
    }
    return Identity(name=plain, id_number=number.text, origin=Origin.TYPED, values=values)


def told_by_number(identity: Identity, today: date) -> Identity:
    """An identity of which only name and number are left, with what these tell."""
    number = parse_id_number(identity.id_number, today=today)
    values = identity_typed(identity.name, number).values if isinstance(number, IdNumber) else {}
    return dataclasses.replace(identity, values={**values, "name": identity.name} if values else values)


def _card_values(card: IdCard) -> Mapping[str, str]:
    return {
        "name": card.name.strip(),
        "id_number": plain_number(card.id_number),
        "sex": card.sex,
        "nation": card.nation,
        "birth_date": card.birth_date.isoformat(),
        "address": card.address.strip(),
    }


def first_answers(
    module: Module, identity: Identity, defaults: Mapping[str, str], new_id: Callable[[], str]
) -> Answers:
    """The answers with which a form opens: what identity tells, the catalogue's defaults, the least number of rows."""
    answers: list[Answer] = []
    for use in _plain_uses(module):
        known = identity.values.get(use.card, "") if use.card else ""
        default = defaults.get(use.default, use.default)
        if known:
            answers.append(Answer(field=use.field, value=known, origin=identity.origin.of_answers))
        elif default:
            answers.append(Answer(field=use.field, value=default, origin=Origin.DEFAULT))
    rows = (
        GroupRow(group=page.repeats.group, id=RowId(new_id()))
        for page in module.form.pages
        if page.repeats
        for _ in range(page.repeats.min_rows)
    )
    return Answers(tuple(answers), tuple(rows))


def defaults_for(office: Office, today: date) -> dict[str, str]:
    """What the catalogue's default words stand for at this counter today."""
    township = office.code if len(office.code) == _TOWNSHIP_DIGITS else ""
    return {"today": today.isoformat(), "office_region": county_of(office.code), "office_township": township}


def refilled(answers: Answers, module: Module, identity: Identity, before: Identity | None) -> Answers:
    """Answers after the same person's identity was taken again: what was typed over it is not overwritten in silence.

    ``before``: the identity until now; what came from it follows the new one.
    """
    fresh: list[Answer] = []
    for use in _plain_uses(module):
        known = identity.values.get(use.card, "") if use.card else ""
        replaceable = {"", known, before.values.get(use.card, "") if before and use.card else ""}
        old = answers.get(AnswerKey(use.field, NO_ROW))
        if known and (old is None or old.origin is not Origin.TYPED or old.value in replaceable):
            fresh.append(Answer(field=use.field, value=known, origin=identity.origin.of_answers))
    return answers.with_answer(*fresh)


def with_agent(answers: Answers, module: Module, identity: Identity, before: Identity | None) -> Answers:
    """The form with who acts for the applicant, as they showed it; as ``refilled`` for what was typed over it."""
    party = module.acting_party
    if party is None:
        return answers
    told = (("name", party.name), ("id_number", party.id_number), ("sex", party.sex), ("birth_date", party.birth_date))
    fresh: list[Answer] = []
    for attribute, field in told:
        known, old = identity.values.get(attribute, ""), answers.get(AnswerKey(field, NO_ROW))
        replaceable = {"", known, before.values.get(attribute, "") if before else ""}
        if field and known and (old is None or old.origin is not Origin.TYPED or old.value in replaceable):
            fresh.append(Answer(field=field, value=known, origin=identity.origin.of_answers))
    return answers.with_answer(*fresh)


def carried(module: Module, answers: Answers, others: tuple[Answers, ...]) -> Answers:
    """The first answers of one more form for the same person, with what the others hold in the same fields."""
    fresh: dict[AnswerKey, Answer] = {}
    for use in _plain_uses(module):
        key = AnswerKey(use.field, NO_ROW)
        typed = (other.get(key) for other in others)
        known = next((answer for answer in typed if answer and answer.value and answer.origin is Origin.TYPED), None)
        if known is not None:
            fresh[key] = known
    return answers.with_answer(*fresh.values())


def _plain_uses(module: Module) -> Iterator[FieldUse]:
    """The fields that stand once in the form: what is known of one person fills no rows."""
    return (use for page in module.form.pages if not page.repeats for use in page.uses)


def find_modules(catalogue: Catalogue, text: str) -> tuple[Module, ...]:
    """Modules whose code, pinyin initials, name or item match; those that begin so come first."""
    wanted = "".join(text.split()).lower()
    ranked = [(_rank(module, wanted), module) for module in catalogue.modules.values()]
    return tuple(module for rank, module in sorted(ranked, key=lambda pair: (pair[0], pair[1].id)) if rank < _NO_MATCH)


_NO_MATCH = 4


def _rank(module: Module, wanted: str) -> int:
    if not wanted:
        return 0
    names: Iterable[str] = (module.id.lower(), module.initials, module.name, module.item_code.lower(), module.item_name)
    if any(name == wanted for name in names):
        return 0
    if any(name.startswith(wanted) for name in names):
        return 1
    if any(wanted in name for name in names):
        return 2
    return 3 if _in_order(wanted, module.name) else _NO_MATCH


def _in_order(wanted: str, name: str) -> bool:
    """Whether the characters of ``wanted`` stand in ``name`` in this order, maybe with others between."""
    rest = iter(name)
    return all(character in rest for character in wanted)
