"""Checking a form, its materials and its rules: the same on both sides (V22)."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping
from datetime import date

from domain.catalogue.values import (
    BusinessRule,
    Catalogue,
    Chain,
    Check,
    CheckKind,
    Field,
    FieldId,
    FieldKind,
    FieldUse,
    MaterialId,
    MaterialUse,
    Module,
    RuleAct,
    Severity,
)
from domain.forms.answers import BIRTH_DATE, ID_NUMBER, SEX, Answers, Setting, facts_from, value_of
from domain.identity import IdNumber, parse_id_number
from domain.refusals import Refusal
from domain.rules import Facts, holds

_UNSEEN = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff\ufeff\ufff9-\ufffb]"
)
"""Control and direction characters that a reader cannot see, and halves of characters that nobody can store."""

_DATE = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")
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
class MissingMaterial:
    """A required material with too few pages."""

    material: MaterialId
    have_pages: int
    need_pages: int


def check_form(catalogue: Catalogue, module: Module, answers: Answers, setting: Setting) -> tuple[Finding, ...]:
    """All findings of a form, in the order of its fields."""
    facts = facts_from(answers, setting)
    used = {use.field for use in module.form.uses}
    findings = [Finding(field=name, code="UNKNOWN_FIELD") for name in answers if name not in used]
    for use in module.form.uses:
        findings += check_field(catalogue, use, answers, setting, facts)
    return tuple(findings)


def check_field(
    catalogue: Catalogue, use: FieldUse, answers: Answers, setting: Setting, facts: Facts
) -> tuple[Finding, ...]:
    """The findings of one field. A hidden field must be empty; an empty or blank field fails only when required."""
    value = value_of(answers, use.field)
    if not holds(use.visible, facts):
        return (Finding(field=use.field, code="NOT_SHOWN"),) if value else ()
    spec = catalogue.fields[use.field]
    unfit = _check_text(spec, value)
    if not unfit and not value.strip():
        return (Finding(field=use.field, code="REQUIRED"),) if holds(use.required, facts) else ()
    unfit = unfit or _check_kind(catalogue, spec, value)
    if unfit:
        return (unfit,)
    checks = (catalogue.checks[name] for name in spec.checks)
    due = (check for check in checks if holds(check.when, facts))
    return tuple(found for check in due if (found := _run(check, spec, value, answers, setting)))


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
    if spec.kind is FieldKind.AMOUNT and not re.fullmatch(r"\d{1,10}(\.\d{1,2})?", value, re.ASCII):
        return Finding(field=spec.id, code="NOT_AN_AMOUNT")
    return None


def parse_date(text: str) -> date | None:
    """A date from text of the form 2026-03-01; the other forms of ISO 8601 are not ours."""
    try:
        return date.fromisoformat(text) if _DATE.fullmatch(text) else None
    except ValueError:
        return None


def _run(check: Check, spec: Field, value: str, answers: Answers, setting: Setting) -> Finding | None:
    passed, reason = _PASSES[check.kind](check, value, answers, setting)
    if passed:
        return None
    return Finding(field=spec.id, code=check.id, severity=check.severity, reason=reason)


Verdict = tuple[bool, str]


def _pattern(check: Check, value: str, _answers: Answers, _setting: Setting) -> Verdict:
    return re.fullmatch(check.parameters["pattern"], value) is not None, ""


def _person_name(_check: Check, value: str, _answers: Answers, _setting: Setting) -> Verdict:
    return len(value) in _NAME_LENGTH and _NAME.fullmatch(value) is not None, ""


def _id_number(_check: Check, value: str, _answers: Answers, setting: Setting) -> Verdict:
    number = parse_id_number(value, today=setting.today)
    return (False, number.code.value) if isinstance(number, Refusal) else (True, "")


def _luhn(check: Check, value: str, _answers: Answers, _setting: Setting) -> Verdict:
    """Only a number as long as a card's can have a wrong check digit; what else it must be says another check."""
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


def _date_range(check: Check, value: str, _answers: Answers, setting: Setting) -> Verdict:
    day = parse_date(value)
    earliest = parse_date(check.parameters["earliest"])
    latest = setting.today if check.parameters["latest"] == "today" else parse_date(check.parameters["latest"])
    return day is not None and (earliest or day) <= day <= (latest or day), ""


def _number_of(answers: Answers, setting: Setting) -> IdNumber | None:
    number = parse_id_number(value_of(answers, ID_NUMBER), today=setting.today)
    return number if isinstance(number, IdNumber) else None


def _sex_agrees(_check: Check, _value: str, answers: Answers, setting: Setting) -> Verdict:
    number = _number_of(answers, setting)
    return number is None or value_of(answers, SEX) == number.sex.value, ""


def _birth_agrees(_check: Check, _value: str, answers: Answers, setting: Setting) -> Verdict:
    number = _number_of(answers, setting)
    return number is None or value_of(answers, BIRTH_DATE) == number.birth_date.isoformat(), ""


def _same_as(check: Check, value: str, answers: Answers, _setting: Setting) -> Verdict:
    return value == value_of(answers, FieldId(check.parameters["field"])), ""


def _region_within(_check: Check, value: str, _answers: Answers, setting: Setting) -> Verdict:
    return value.startswith(setting.office_region[:6]) or setting.office_region.startswith(value), ""


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


def offered_materials(catalogue: Catalogue, module: Module, facts: Facts) -> tuple[MaterialUse, ...]:
    """The materials that this case may bring, in order; those that the system makes are left out."""
    return tuple(
        use for use in module.materials if holds(use.offered, facts) and not catalogue.materials[use.material].generated
    )


def missing_materials(
    catalogue: Catalogue, module: Module, facts: Facts, pages: Mapping[MaterialId, int]
) -> tuple[MissingMaterial, ...]:
    """Everything that is still missing, at once (一次性告知)."""
    return tuple(
        MissingMaterial(material=use.material, have_pages=pages.get(use.material, 0), need_pages=use.min_pages)
        for use in offered_materials(catalogue, module, facts)
        if holds(use.required, facts) and pages.get(use.material, 0) < use.min_pages
    )


def rules_that_hold(module: Module, facts: Facts, act: RuleAct) -> tuple[BusinessRule, ...]:
    """The business rules of one kind that apply to this case."""
    return tuple(rule for rule in module.rules if rule.act is act and holds(rule.when, facts))


def chain_for(catalogue: Catalogue, module: Module, facts: Facts) -> tuple[Chain, int]:
    """The chain and the risk of this case: the module's own, or those of the strictest rule that raises them."""
    raised = rules_that_hold(module, facts, RuleAct.RAISE)
    strictest = min(raised, key=lambda rule: rule.risk, default=None)
    if strictest is None or strictest.risk >= module.risk:
        return catalogue.chains[module.chain], module.risk
    return catalogue.chains[strictest.chain], strictest.risk
