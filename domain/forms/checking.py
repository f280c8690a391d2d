"""Checking a form: the same on both sides (V22)."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

from domain.catalogue.facts import sum_fact
from domain.catalogue.values import (
    Catalogue,
    Check,
    CheckKind,
    Field,
    FieldId,
    FieldKind,
    Module,
    Party,
    Severity,
)
from domain.codes import county_of
from domain.forms.answers import NO_ROW, AnswerKey, Answers, ApplicantKind, Origin, Place, RowId, Setting, value_of
from domain.forms.facts import AMOUNT, Numbers
from domain.forms.parties import strangers
from domain.identity import IdNumber, is_common_name, is_name, plain_name
from domain.refusals import Refusal
from domain.rules import Facts
from domain.texts import UNSEEN
from domain.workdays import parse_date


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something wrong or odd with a field. ``code`` is a check of the catalogue, or one of the built-in ones:

    REQUIRED, TOO_LONG, UNSEEN_CHARACTERS, NOT_IN_LIST, NOT_A_DATE, NOT_A_MONTH, NOT_AN_AMOUNT, NOT_SHOWN,
    UNKNOWN_FIELD, NOT_COMPUTED (another value than what follows from the form), NOT_THE_APPLICANT (the form names
    another person than the one who stood there), NOT_ELECTRONIC (an electronic card where the module takes none),
    AGENT_NOT_SHOWN (who acts did not show who they are, where the module demands it), at
    the first field of a repeating group ROWS_TOO_FEW and ROWS_TOO_MANY, and in its last row ROWS_SUM.
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
class Filled:
    """The shown answers of a form, with all that is known of them."""

    answers: Answers
    setting: Setting
    row_facts: Mapping[RowId, Facts]
    numbers: Numbers


def check_form(catalogue: Catalogue, module: Module, filled: Filled, shown: Iterable[Place]) -> tuple[Finding, ...]:
    """All findings of a form, in the order of its fields. ``shown``: the places that are shown now."""
    findings = [found for place in shown for found in check_field(catalogue, module, place, filled)]
    named = strangers(module, filled.answers, filled.setting.identities)
    findings += [Finding(field=key.field, row=key.row, code="NOT_THE_APPLICANT") for key in named]
    identities = () if module.electronic else filled.setting.identities
    parties = ((module.party(one.role), one.row) for one in identities if one.origin is Origin.ELECTRONIC)
    findings += [Finding(field=one.id_number, row=row, code="NOT_ELECTRONIC") for one, row in parties if one]
    demanded = module.agent_shown and filled.setting.applicant_kind is not ApplicantKind.SELF
    acting = module.acting_party if demanded else None
    if acting and acting.role not in {one.role for one in filled.setting.identities}:
        findings.append(Finding(field=acting.id_number, code="AGENT_NOT_SHOWN"))
    return (*findings, *_check_rows(catalogue, module, filled))


def _check_rows(catalogue: Catalogue, module: Module, filled: Filled) -> Iterator[Finding]:
    """Each group has as many rows as it may, and its amounts add up; a sum that nobody knows yet is not wrong."""
    for page in module.form.pages:
        if page.repeats is None:
            continue
        rows, least, most = filled.answers.rows_of(page.group), page.repeats.min_rows, page.repeats.max_rows
        have = len(rows)
        if not least <= have <= most:
            code = "ROWS_TOO_FEW" if have < least else "ROWS_TOO_MANY"
            facts = {"rows": page.repeats.row_name, "have": str(have), "least": str(least), "most": str(most)}
            yield Finding(field=page.uses[0].field, code=code, facts=facts)
        for wanted in page.repeats.sums if rows else ():
            found = filled.row_facts[NO_ROW].get(sum_fact(wanted.field), wanted.total)
            if found != wanted.total:
                facts = {"rows": page.repeats.row_name, "label": catalogue.fields[wanted.field].label}
                facts |= {"sum": str(found), "total": str(wanted.total)}
                yield Finding(field=wanted.field, row=rows[-1], code="ROWS_SUM", facts=facts)


def find_strays(places: Collection[AnswerKey], answers: Answers, kept: Answers) -> tuple[Finding, ...]:
    """Why answers beside ``kept`` are no part of the case: their field is hidden now, the form has none there, or what
    stands there is computed, and otherwise.

    ``places``: all that the form has for the rows of the answers.
    """
    if kept is answers:
        return ()
    beside = tuple(
        Finding(field=key.field, row=key.row, code="NOT_SHOWN" if key in places else "UNKNOWN_FIELD")
        for key, answer in answers.items()
        if key not in kept and (answer.value or key not in places)
    )
    computed = (answer.key for answer in kept.values() if answer.origin is Origin.COMPUTED)
    wrong = (key for key in computed if value_of(answers, *key) != value_of(kept, *key))
    return (*beside, *(Finding(field=key.field, row=key.row, code="NOT_COMPUTED") for key in wrong))


def check_field(catalogue: Catalogue, module: Module, place: Place, filled: Filled) -> tuple[Finding, ...]:
    """The findings of one place that is shown; an empty or blank field fails only when required."""
    use, row = place.use, place.row
    value, facts = value_of(filled.answers, use.field, row), filled.row_facts[row]
    spec = catalogue.fields[use.field]
    unfit = (_check_kind(catalogue, spec, value) if value.strip() else None) or _check_text(spec, value)
    if not unfit and not value.strip():
        return (Finding(field=use.field, row=row, code="REQUIRED"),) if use.is_required(facts) else ()
    if unfit:
        return (dataclasses.replace(unfit, row=row),)
    asked = _Asked(module=module, place=place, value=value, filled=filled)
    due = (check for check in (catalogue.checks[name] for name in spec.checks) if check.is_due(facts))
    return tuple(found for check in due if (found := _run(check, asked)))


def _check_text(spec: Field, value: str) -> Finding | None:
    """What every value must be, blanks included."""
    if len(value) > spec.max_length:
        facts = {"length": str(len(value)), "limit": str(spec.max_length)}
        return Finding(field=spec.id, code="TOO_LONG", facts=facts)
    if UNSEEN.search(value):
        return Finding(field=spec.id, code="UNSEEN_CHARACTERS")
    return None


def _check_kind(catalogue: Catalogue, spec: Field, value: str) -> Finding | None:
    """What a value that is there must be before its own checks make sense: said before that it is too long."""
    if spec.kind is FieldKind.CHOICE and catalogue.codes[spec.codes].find_label(value) is None:
        return Finding(field=spec.id, code="NOT_IN_LIST")
    if spec.kind is FieldKind.DATE and parse_date(value) is None:
        return Finding(field=spec.id, code="NOT_A_DATE")
    if spec.kind is FieldKind.MONTH and parse_date(f"{value}-01") is None:
        return Finding(field=spec.id, code="NOT_A_MONTH")
    if spec.kind is FieldKind.AMOUNT and not AMOUNT.fullmatch(value):
        return Finding(field=spec.id, code="NOT_AN_AMOUNT")
    return None


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """A value at its place, with all that a check may look at."""

    module: Module
    place: Place
    value: str
    filled: Filled

    def beside(self, field: FieldId) -> str:
        """Another value of the form: of the same row where the field stands in the same group."""
        return value_of(self.filled.answers, *self._key_of(field))

    def id_number(self, says: Callable[[Party], FieldId]) -> IdNumber | None:
        """The valid number of the party of which this very field says something, e.g. the sex."""
        party = next((party for party in self.module.parties if says(party) == self.place.use.field), None)
        number = self.filled.numbers.get(self._key_of(party.id_number)) if party else None
        return number if isinstance(number, IdNumber) else None

    def _key_of(self, field: FieldId) -> AnswerKey:
        together = self.module.form.group_of(field) == self.place.group
        return AnswerKey(field, self.place.row if together else NO_ROW)


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
    return is_name(asked.value), ""


def _common_name(_check: Check, asked: _Asked) -> Verdict:
    return is_common_name(asked.value), ""


def _id_number(_check: Check, asked: _Asked) -> Verdict:
    number = asked.filled.numbers.get(asked.place.key)
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
    day, today = parse_date(asked.value), asked.filled.setting.today
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
    return plain_name(asked.value) == plain_name(asked.beside(FieldId(check.parameters["field"]))), ""


def _region_within(_check: Check, asked: _Asked) -> Verdict:
    region = asked.filled.setting.office_region
    return asked.value.startswith(county_of(region)) or region.startswith(asked.value), ""


_PASSES = {
    CheckKind.PATTERN: _pattern,
    CheckKind.PERSON_NAME: _person_name,
    CheckKind.COMMON_NAME: _common_name,
    CheckKind.ID_NUMBER: _id_number,
    CheckKind.LUHN: _luhn,
    CheckKind.DATE_RANGE: _date_range,
    CheckKind.SEX_AGREES: _sex_agrees,
    CheckKind.BIRTH_AGREES: _birth_agrees,
    CheckKind.SAME_AS: _same_as,
    CheckKind.REGION_WITHIN: _region_within,
}
