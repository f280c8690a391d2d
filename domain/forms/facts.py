"""The facts of a case: the one place where they are made."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from domain.catalogue.facts import FactEntry, Maker, count_fact, parameter_fact, sum_fact
from domain.catalogue.values import Catalogue, Field, FieldId, FieldKind, Form
from domain.codes import county_of
from domain.forms.answers import NO_ROW, Answer, AnswerKey, Answers, Origin, Place, RowId, Setting
from domain.identity import IdNumber, parse_id_number
from domain.refusals import Refusal
from domain.rules import Fact, Facts, Truth, find_value, truth, type_of
from domain.workdays import parse_date

_TELLERS = (Maker.AGENCY, Maker.PARTNER)
_MONTH_LENGTH = len("2026-01")
AMOUNT = re.compile(r"[0-9]{1,10}(\.[0-9]{1,2})?")


Numbers = Mapping[AnswerKey, IdNumber | Refusal]
"""Each ID number of a form as it was read."""
Said = Mapping[RowId, Mapping[FieldId, Facts]]
"""The facts that each answer makes by itself, by row and field."""


def read_numbers(catalogue: Catalogue, answers: Answers, today: date) -> Numbers:
    """All ID numbers among the answers that are not blank."""
    return {
        key: parse_id_number(answer.value, today=today)
        for key, answer in answers.items()
        if answer.value.strip() and _kind_of(catalogue, key) is FieldKind.ID_NUMBER
    }


def _kind_of(catalogue: Catalogue, key: AnswerKey) -> FieldKind | None:
    field = catalogue.fields.get(key.field)
    return field.kind if field else None


def given_facts(catalogue: Catalogue, setting: Setting, told: Facts) -> Facts:
    """What is known before anything is filled in; a record tells only what the dictionary lets it tell.

    ``told``: facts from the agency's and its partners' records, e.g. ``already_insured``.
    """
    facts: dict[str, Fact] = {name: fact for name, fact in told.items() if _may_tell(catalogue.facts.get(name), fact)}
    facts["today"] = setting.today
    facts["office_region"] = county_of(setting.office_region)
    facts["applicant_kind"] = setting.applicant_kind.value
    facts["identity_origin"] = setting.identity_origin.value
    for name, parameter in catalogue.parameters.items():
        formal = parameter.formally(setting.today)
        if isinstance(formal, Decimal):
            facts[parameter_fact(name)] = formal
    return facts


def read_answers(
    catalogue: Catalogue, answers: Mapping[AnswerKey, Answer], numbers: Numbers
) -> dict[RowId, dict[FieldId, Facts]]:
    """What each answer says by itself; a blank or unusable one says nothing."""
    said: dict[RowId, dict[FieldId, Facts]] = {}
    for key, answer in answers.items():
        value = _usable(catalogue.fields[key.field], answer.value) if answer.value.strip() else None
        if value is not None:
            said.setdefault(key.row, {})[key.field] = _facts_in(key.field, value, numbers.get(key))
    return said


def _facts_in(field: FieldId, value: Fact, number: IdNumber | Refusal | None) -> Facts:
    if not isinstance(number, IdNumber):
        return {field: value}
    return {field: value, f"{field}.birth": number.birth_date, f"{field}.sex": number.sex.value}


def facts_of(catalogue: Catalogue, form: Form, rows: Answers, given: Facts, said: Said) -> Facts:
    """What is known of a case: what was given, what answers say, and what follows from both.

    Of fields of a repeating group there are only sums here, over the ``rows`` of these answers: ``facts_of_row`` adds
    those of one row.
    """
    facts: dict[str, Fact] = {**given}
    for one in said.get(NO_ROW, {}).values():
        facts |= one
    facts |= _added_up(catalogue, form, rows, said)
    for entry in catalogue.facts.values():
        derived = _derive(entry, facts)
        if derived is not None:
            facts[entry.name] = derived
    return facts


def facts_of_row(facts: Facts, said: Said, row: RowId) -> Facts:
    """The facts of the form, and with them those of one row: what conditions within a repeating group look at."""
    if not row:
        return facts
    both: dict[str, Fact] = {**facts}
    for one in said.get(row, {}).values():
        both |= one
    return both


def _added_up(catalogue: Catalogue, form: Form, answers: Answers, said: Said) -> dict[str, Fact]:
    """What the rows of groups make together. A sum of which one part is not known is not known."""
    facts: dict[str, Fact] = {}
    for page in form.pages:
        if page.repeats is None:
            continue
        rows = answers.rows_of(page.group)
        facts[count_fact(page.group)] = len(rows)
        for field in (use.field for use in page.uses if catalogue.fields[use.field].kind is FieldKind.AMOUNT):
            parts = [said.get(row, {}).get(field, {}).get(field) for row in rows]
            amounts = [part for part in parts if isinstance(part, Decimal)]
            if len(amounts) == len(parts):
                facts[sum_fact(field)] = sum(amounts, Decimal(0))
    return facts


def _may_tell(entry: FactEntry | None, fact: Fact) -> bool:
    return entry is not None and entry.maker in _TELLERS and entry.spec.type is type_of(fact)


def _usable(field: Field, text: str) -> Fact | None:
    match field.kind:
        case FieldKind.DATE:
            return parse_date(text)
        case FieldKind.MONTH:
            return parse_date(f"{text}-01")
        case FieldKind.AMOUNT:
            return Decimal(text) if AMOUNT.fullmatch(text) else None
        case _:
            return text


def compute(catalogue: Catalogue, place: Place, facts: Facts) -> Answer:
    """What a computed field holds; an empty text while nobody knows."""
    fact = find_value(place.use.computed, facts) if place.use.computed else None
    if isinstance(fact, date):
        text = fact.isoformat()[: _MONTH_LENGTH if catalogue.fields[place.use.field].kind is FieldKind.MONTH else None]
    elif isinstance(fact, Decimal):
        text = f"{fact:f}"
    else:
        text = "" if fact is None else str(fact)
    return Answer(field=place.use.field, row=place.row, value=text, origin=Origin.COMPUTED)


def _derive(entry: FactEntry, facts: Facts) -> Fact | None:
    if entry.value is not None:
        return find_value(entry.value, facts)
    if entry.when is None:
        return None
    found = truth(entry.when, facts)
    return None if found is Truth.UNKNOWN else found is Truth.TRUE
