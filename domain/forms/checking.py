"""Checking a form: the same on both sides (V22)."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping

from domain.catalogue.values import (
    Catalogue,
    Check,
    CheckKind,
    Field,
    FieldId,
    FieldKind,
    FieldUse,
    Module,
    Severity,
)
from domain.forms.answers import BIRTH_DATE, ID_NUMBER, SEX, Answers, Setting, value_of
from domain.forms.facts import AMOUNT, Numbers
from domain.identity import IdNumber
from domain.refusals import Refusal
from domain.rules import Facts
from domain.workdays import parse_date

_UNSEEN = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff\ufeff\ufff9-\ufffb]"
)
"""Control and direction characters that a reader cannot see, and halves of characters that nobody can store."""

_HAN = r"\u3400-\u9fff\uf900-\ufaff\U00020000-\U000323af"
_NAME = re.compile(f"[A-Z{_HAN}](?:[A-Z ·{_HAN}]*[A-Z{_HAN}])?")
_NAME_LENGTH = range(2, 31)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something wrong or odd with a field. ``code`` is a check of the catalogue, or one of the built-in ones:

    REQUIRED, TOO_LONG, UNSEEN_CHARACTERS, NOT_IN_LIST, NOT_A_DATE, NOT_A_MONTH, NOT_AN_AMOUNT, NOT_SHOWN,
    UNKNOWN_FIELD.
    ``reason`` is a refusal code that says more; ``facts`` fill the message.
    """

    field: FieldId
    code: str
    severity: Severity = Severity.ERROR
    reason: str = ""
    facts: Mapping[str, str] = dataclasses.field(default_factory=dict)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """The shown answers of a form, with all that is known of them."""

    answers: Answers
    setting: Setting
    facts: Facts
    numbers: Numbers


def check_form(catalogue: Catalogue, module: Module, filled: Filled) -> tuple[Finding, ...]:
    """All findings of a form, in the order of its fields."""
    return tuple(found for use in module.form.uses for found in check_field(catalogue, use, filled))


def find_strays(module: Module, answers: Answers, kept: Answers) -> tuple[Finding, ...]:
    """Why answers beside ``kept`` are no part of the case: their field is hidden now, or the form has none."""
    used = {use.field for use in module.form.uses}
    return tuple(
        Finding(field=name, code="NOT_SHOWN") if name in used else Finding(field=name, code="UNKNOWN_FIELD")
        for name, answer in answers.items()
        if name not in kept and (answer.value or name not in used)
    )


def check_field(catalogue: Catalogue, use: FieldUse, filled: Filled) -> tuple[Finding, ...]:
    """The findings of one field, none while it is hidden; an empty or blank field fails only when required."""
    value, facts = value_of(filled.answers, use.field), filled.facts
    if not use.is_shown(facts):
        return ()
    spec = catalogue.fields[use.field]
    unfit = _check_text(spec, value)
    if not unfit and not value.strip():
        return (Finding(field=use.field, code="REQUIRED"),) if use.is_required(facts) else ()
    unfit = unfit or _check_kind(catalogue, spec, value)
    if unfit:
        return (unfit,)
    due = (check for check in (catalogue.checks[name] for name in spec.checks) if check.is_due(facts))
    return tuple(found for check in due if (found := _run(check, spec, filled)))


def _check_text(spec: Field, value: str) -> Finding | None:
    """What every value must be, blanks included."""
    if len(value) > spec.max_length:
        facts = {"length": str(len(value)), "limit": str(spec.max_length)}
        return Finding(field=spec.id, code="TOO_LONG", facts=facts)
    if _UNSEEN.search(value):
        return Finding(field=spec.id, code="UNSEEN_CHARACTERS")
    return None


def _check_kind(catalogue: Catalogue, spec: Field, value: str) -> Finding | None:
    """What a value that is there must be before its own checks make sense."""
    if spec.kind is FieldKind.CHOICE and catalogue.codes[spec.codes].find_label(value) is None:
        return Finding(field=spec.id, code="NOT_IN_LIST")
    if spec.kind is FieldKind.DATE and parse_date(value) is None:
        return Finding(field=spec.id, code="NOT_A_DATE")
    if spec.kind is FieldKind.MONTH and parse_date(f"{value}-01") is None:
        return Finding(field=spec.id, code="NOT_A_MONTH")
    if spec.kind is FieldKind.AMOUNT and not AMOUNT.fullmatch(value):
        return Finding(field=spec.id, code="NOT_AN_AMOUNT")
    return None


def _run(check: Check, spec: Field, filled: Filled) -> Finding | None:
    passed, reason = _PASSES[check.kind](check, spec.id, filled)
    if passed:
        return None
    return Finding(field=spec.id, code=check.id, severity=check.severity, reason=reason)


Verdict = tuple[bool, str]


def _pattern(check: Check, name: FieldId, filled: Filled) -> Verdict:
    return re.fullmatch(check.parameters["pattern"], value_of(filled.answers, name)) is not None, ""


def _person_name(_check: Check, name: FieldId, filled: Filled) -> Verdict:
    value = value_of(filled.answers, name)
    return len(value) in _NAME_LENGTH and _NAME.fullmatch(value) is not None, ""


def _id_number(_check: Check, name: FieldId, filled: Filled) -> Verdict:
    number = filled.numbers.get(name)
    return (False, number.code.value) if isinstance(number, Refusal) else (True, "")


def _luhn(check: Check, name: FieldId, filled: Filled) -> Verdict:
    """Only a number as long as a card's can have a wrong check digit; what else it must be says another check."""
    value = value_of(filled.answers, name)
    shortest, longest = int(check.parameters["shortest"]), int(check.parameters["longest"])
    is_card = value.isascii() and value.isdigit() and shortest <= len(value) <= longest
    return not is_card or luhn_ok(value), ""


def luhn_ok(digits: str) -> bool:
    """The Luhn check of card numbers (ISO/IEC 7812-1)."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        number = int(digit) * (1 + place % 2)
        total += number - 9 if number > 9 else number
    return total % 10 == 0


def _date_range(check: Check, name: FieldId, filled: Filled) -> Verdict:
    day = parse_date(value_of(filled.answers, name))
    earliest = parse_date(check.parameters["earliest"])
    today = check.parameters["latest"] == "today"
    latest = filled.setting.today if today else parse_date(check.parameters["latest"])
    return day is not None and (earliest or day) <= day <= (latest or day), ""


def _number_of(filled: Filled) -> IdNumber | None:
    number = filled.numbers.get(ID_NUMBER)
    return number if isinstance(number, IdNumber) else None


def _sex_agrees(_check: Check, _name: FieldId, filled: Filled) -> Verdict:
    number = _number_of(filled)
    return number is None or value_of(filled.answers, SEX) == number.sex.value, ""


def _birth_agrees(_check: Check, _name: FieldId, filled: Filled) -> Verdict:
    number = _number_of(filled)
    return number is None or value_of(filled.answers, BIRTH_DATE) == number.birth_date.isoformat(), ""


def _same_as(check: Check, name: FieldId, filled: Filled) -> Verdict:
    return value_of(filled.answers, name) == value_of(filled.answers, FieldId(check.parameters["field"])), ""


def _region_within(_check: Check, name: FieldId, filled: Filled) -> Verdict:
    value, office = value_of(filled.answers, name), filled.setting.office_region
    return value.startswith(office[:6]) or office.startswith(value), ""


_PASSES = {
    CheckKind.PATTERN: _pattern,
    CheckKind.PERSON_NAME: _person_name,
    CheckKind.ID_NUMBER: _id_number,
    CheckKind.LUHN: _luhn,
    CheckKind.DATE_RANGE: _date_range,
    CheckKind.SEX_AGREES: _sex_agrees,
    CheckKind.BIRTH_AGREES: _birth_agrees,
    CheckKind.SAME_AS: _same_as,
    CheckKind.REGION_WITHIN: _region_within,
}
