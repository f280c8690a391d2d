"""Checking a form, its materials and its rules: the same on both sides (V22)."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Iterator, Mapping
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
    MaterialId,
    MaterialUse,
    Module,
    Party,
    RuleAct,
    Severity,
)
from domain.forms.answers import (
    NO_ROW,
    AnswerKey,
    Answers,
    Place,
    RowId,
    Setting,
    facts_from,
    facts_of_row,
    places_in,
    value_of,
)
from domain.forms.parties import strangers
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
    UNKNOWN_FIELD, NOT_THE_APPLICANT (the form names another person than the one who stood there), and, at the first
    field of a repeating group, ROWS_TOO_FEW and ROWS_TOO_MANY.
    ``row`` is empty for a plain field; ``reason`` is a refusal code that says more; ``facts`` fill the message.
    """

    field: FieldId
    row: RowId = NO_ROW
    code: str
    severity: Severity = Severity.ERROR
    reason: str = ""
    facts: Mapping[str, str] = dataclasses.field(default_factory=dict)

    @property
    def key(self) -> AnswerKey:
        """The place that it is about."""
        return AnswerKey(self.field, self.row)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class MissingMaterial:
    """A required material with too few pages."""

    material: MaterialId
    have_pages: int
    need_pages: int


def check_form(catalogue: Catalogue, module: Module, answers: Answers, setting: Setting) -> tuple[Finding, ...]:
    """All findings of a form, in the order of its fields."""
    facts = facts_from(module, answers, setting)
    places = tuple(places_in(module.form, answers))
    used = {place.key for place in places}
    findings = [Finding(field=key.field, row=key.row, code="UNKNOWN_FIELD") for key in answers if key not in used]
    row_facts = {row: facts_of_row(facts, answers, row) for row in {place.row for place in places}}
    for place in places:
        findings += check_field(catalogue, module, place, answers, setting, row_facts[place.row])
    findings += _check_rows(module, answers)
    named = strangers(module, answers, setting.identities)
    findings += [Finding(field=key.field, row=key.row, code="NOT_THE_APPLICANT") for key in named]
    return tuple(findings)


def _check_rows(module: Module, answers: Answers) -> Iterator[Finding]:
    """Each group has as many rows as it may, and no row stands in no group."""
    for page in module.form.pages:
        if page.repeats is None:
            continue
        have, least, most = len(answers.rows_of(page.group)), page.repeats.min_rows, page.repeats.max_rows
        if not least <= have <= most:
            code = "ROWS_TOO_FEW" if have < least else "ROWS_TOO_MANY"
            facts = {"rows": page.repeats.row_name, "have": str(have), "least": str(least), "most": str(most)}
            yield Finding(field=page.uses[0].field, code=code, facts=facts)


def check_field(
    catalogue: Catalogue, module: Module, place: Place, answers: Answers, setting: Setting, facts: Facts
) -> tuple[Finding, ...]:
    """The findings of one place. A hidden field must be empty; an empty or blank field fails only when required.

    ``facts`` are those of its row.
    """
    use, row = place.use, place.row
    value = value_of(answers, use.field, row)
    if not holds(use.visible, facts):
        return (Finding(field=use.field, row=row, code="NOT_SHOWN"),) if value else ()
    spec = catalogue.fields[use.field]
    unfit = _check_text(spec, value)
    if not unfit and not value.strip():
        return (Finding(field=use.field, row=row, code="REQUIRED"),) if holds(use.required, facts) else ()
    unfit = unfit or _check_kind(catalogue, spec, value)
    if unfit:
        return (dataclasses.replace(unfit, row=row),)
    checks = (catalogue.checks[name] for name in spec.checks)
    asked = _Asked(module=module, place=place, value=value, answers=answers, setting=setting)
    due = (check for check in checks if holds(check.when, facts))
    return tuple(found for check in due if (found := _run(check, asked)))


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


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """A value at its place, with all that a check may look at."""

    module: Module
    place: Place
    value: str
    answers: Answers
    setting: Setting

    def beside(self, field: FieldId) -> str:
        """Another value of the form: of the same row where the field stands in the same group."""
        together = self.module.form.group_of(field) == self.place.group
        return value_of(self.answers, field, self.place.row if together else NO_ROW)

    def id_number(self, says: Callable[[Party], FieldId]) -> IdNumber | None:
        """The valid number of the party of which this very field says something, e.g. the sex."""
        party = next((party for party in self.module.parties if says(party) == self.place.use.field), None)
        number = parse_id_number(self.beside(party.id_number) if party else "", today=self.setting.today)
        return number if isinstance(number, IdNumber) else None


def _run(check: Check, asked: _Asked) -> Finding | None:
    passed, reason = _PASSES[check.kind](check, asked)
    if passed:
        return None
    place = asked.place
    return Finding(field=place.use.field, row=place.row, code=check.id, severity=check.severity, reason=reason)


Verdict = tuple[bool, str]


def _pattern(check: Check, asked: _Asked) -> Verdict:
    return re.fullmatch(check.parameters["pattern"], asked.value) is not None, ""


def _person_name(_check: Check, asked: _Asked) -> Verdict:
    return len(asked.value) in _NAME_LENGTH and _NAME.fullmatch(asked.value) is not None, ""


def _id_number(_check: Check, asked: _Asked) -> Verdict:
    number = parse_id_number(asked.value, today=asked.setting.today)
    return (False, number.code.value) if isinstance(number, Refusal) else (True, "")


def _luhn(check: Check, asked: _Asked) -> Verdict:
    """Only a number as long as a card's can have a wrong check digit; what else it must be says another check."""
    value = asked.value
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


def _date_range(check: Check, asked: _Asked) -> Verdict:
    day, today = parse_date(asked.value), asked.setting.today
    earliest = parse_date(check.parameters["earliest"])
    latest = today if check.parameters["latest"] == "today" else parse_date(check.parameters["latest"])
    return day is not None and (earliest or day) <= day <= (latest or day), ""


def _sex_agrees(_check: Check, asked: _Asked) -> Verdict:
    number = asked.id_number(lambda party: party.sex)
    return number is None or asked.value == number.sex.value, ""


def _birth_agrees(_check: Check, asked: _Asked) -> Verdict:
    number = asked.id_number(lambda party: party.birth_date)
    return number is None or asked.value == number.birth_date.isoformat(), ""


def _same_as(check: Check, asked: _Asked) -> Verdict:
    return asked.value == asked.beside(FieldId(check.parameters["field"])), ""


def _region_within(_check: Check, asked: _Asked) -> Verdict:
    region = asked.setting.office_region
    return asked.value.startswith(region[:6]) or region.startswith(asked.value), ""


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
