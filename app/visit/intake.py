"""Identity, choice of item and form of a visit: pure functions over its values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from app.visit.state import Identity
from domain.cases.values import Office
from domain.catalogue.values import Catalogue, FieldId, Module
from domain.forms.answers import ID_NUMBER, Answer, Answers, Origin
from domain.identity import IdNumber, parse_id_number
from domain.refusals import Refusal
from hardware.kinds.id_card_reader import IdCard

_TOWNSHIP_DIGITS = 9


_DOTS = str.maketrans("•‧・．", "····")


def plain_name(name: str) -> str:
    """A name with the one dot that names are kept with (U+00B7), however it was written."""
    return name.strip().translate(_DOTS)


def identity_of_card(card: IdCard, *, today: date) -> Identity | Refusal:
    """The applicant whom a card names, or why its number cannot be right."""
    number = parse_id_number(card.id_number, today=today)
    if isinstance(number, Refusal):
        return number
    return Identity(
        name=plain_name(card.name),
        id_number=number.text,
        origin=Origin.CARD,
        photo_jpeg=card.photo,
        issuer=card.issuer,
        valid_until=card.valid_until,
    )


def card_values(card: IdCard) -> Mapping[str, str]:
    """What a card can fill in, by the attribute names of the catalogue's ``card`` key."""
    return {
        "name": plain_name(card.name),
        "id_number": "".join(card.id_number.split()).upper(),
        "sex": card.sex,
        "nation": card.nation,
        "birth_date": card.birth_date.isoformat(),
        "address": card.address.strip(),
    }


def typed_values(number: IdNumber, name: str) -> Mapping[str, str]:
    """What a typed name and number tell, by the same attribute names."""
    return {
        "name": name,
        "id_number": number.text,
        "sex": number.sex.value,
        "birth_date": number.birth_date.isoformat(),
    }


def first_answers(module: Module, values: Mapping[str, str], origin: Origin, defaults: Mapping[str, str]) -> Answers:
    """The answers with which a form opens: what identity tells, then the catalogue's defaults."""
    answers: dict[FieldId, Answer] = {}
    for use in module.form.uses:
        known = values.get(use.card, "") if use.card else ""
        default = defaults.get(use.default, use.default)
        if known:
            answers[use.field] = Answer(field=use.field, value=known, origin=origin)
        elif default:
            answers[use.field] = Answer(field=use.field, value=default, origin=Origin.DEFAULT)
    return answers


def defaults_for(office: Office, today: date) -> dict[str, str]:
    """What the catalogue's default words stand for at this counter today."""
    township = office.code if len(office.code) == _TOWNSHIP_DIGITS else ""
    return {"today": today.isoformat(), "office_region": office.code[:6], "office_township": township}


def refilled(answers: Answers, module: Module, values: Mapping[str, str]) -> Answers:
    """Answers after the same person's card was read again: a typed value is never overwritten in silence."""
    fresh = dict(answers)
    for use in module.form.uses:
        known = values.get(use.card, "") if use.card else ""
        old = answers.get(use.field)
        if known and (old is None or not old.value or old.origin is not Origin.TYPED or old.value == known):
            fresh[use.field] = Answer(field=use.field, value=known, origin=Origin.CARD)
    return fresh


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


def same_person(answers: Answers, identity: Identity) -> bool:
    """Whether the form's ID number is that of the identity."""
    answer = answers.get(ID_NUMBER)
    return answer is not None and answer.value == identity.id_number
