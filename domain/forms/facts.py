"""The facts of a case: the one place where they are made."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from domain.catalogue.facts import FactEntry, Maker, count_fact, parameter_fact, sum_fact
from domain.catalogue.values import Catalogue, Field, FieldKind, Form
from domain.forms.answers import NO_ROW, AnswerKey, Answers, RowId, Setting, value_of
from domain.identity import IdNumber, parse_id_number
from domain.refusals import Refusal
from domain.rules import Fact, Facts, Truth, find_value, truth, type_of
from domain.workdays import parse_date

_TELLERS = (Maker.AGENCY, Maker.PARTNER)
_COUNTY_DIGITS = 6
AMOUNT = re.compile(r"[0-9]{1,10}(\.[0-9]{1,2})?")


Numbers = Mapping[AnswerKey, IdNumber | Refusal]
"""Each ID number of a form as it was read."""


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


def facts_of(
    catalogue: Catalogue, form: Form, answers: Answers, numbers: Numbers, setting: Setting, told: Facts
) -> Facts:
    """What is known of a case. ``told``: facts from the agency's and its partners' records, e.g. ``already_insured``.

    A record tells only what the dictionary lets it tell; a blank or unusable value of a field is no fact. Of fields of
    a repeating group there are only sums here: ``facts_of_row`` adds those of one row.
    """
    facts: dict[str, Fact] = {name: fact for name, fact in told.items() if _may_tell(catalogue.facts.get(name), fact)}
    facts["today"] = setting.today
    facts["office_region"] = setting.office_region[:_COUNTY_DIGITS]
    facts["applicant_kind"] = setting.applicant_kind.value
    facts["identity_origin"] = setting.identity_origin.value
    for name, parameter in catalogue.parameters.items():
        formal = parameter.formally(setting.today)
        if isinstance(formal, Decimal):
            facts[parameter_fact(name)] = formal
    facts |= _filled_in(catalogue, answers, numbers, NO_ROW) | _added_up(catalogue, form, answers)
    for entry in catalogue.facts.values():
        derived = _derive(entry, facts)
        if derived is not None:
            facts[entry.name] = derived
    return facts


def facts_of_row(catalogue: Catalogue, facts: Facts, answers: Answers, numbers: Numbers, row: RowId) -> Facts:
    """The facts of the form, and with them those of one row: what conditions within a repeating group look at."""
    return {**facts, **_filled_in(catalogue, answers, numbers, row)} if row else facts


def _added_up(catalogue: Catalogue, form: Form, answers: Answers) -> dict[str, Fact]:
    """What the rows of groups make together. A sum of which one part is not known is not known."""
    facts: dict[str, Fact] = {}
    for page in form.pages:
        if page.repeats is None:
            continue
        rows = answers.rows_of(page.group)
        facts[count_fact(page.group)] = len(rows)
        for field in (catalogue.fields[use.field] for use in page.uses):
            parts = [_usable(field, value_of(answers, field.id, row)) for row in rows]
            amounts = [part for part in parts if isinstance(part, Decimal)]
            if field.kind is FieldKind.AMOUNT and len(amounts) == len(parts):
                facts[sum_fact(field.id)] = sum(amounts, Decimal(0))
    return facts


def _filled_in(catalogue: Catalogue, answers: Answers, numbers: Numbers, row: RowId) -> dict[str, Fact]:
    facts: dict[str, Fact] = {}
    for answer in answers.in_row(row):
        field = catalogue.fields.get(answer.field)
        value = _usable(field, answer.value) if field and answer.value.strip() else None
        if value is None:
            continue
        facts[answer.field] = value
        number = numbers.get(answer.key)
        if isinstance(number, IdNumber):
            facts[f"{answer.field}.birth"], facts[f"{answer.field}.sex"] = number.birth_date, number.sex.value
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


def _derive(entry: FactEntry, facts: Facts) -> Fact | None:
    if entry.value is not None:
        return find_value(entry.value, facts)
    if entry.when is None:
        return None
    found = truth(entry.when, facts)
    return None if found is Truth.UNKNOWN else found is Truth.TRUE
