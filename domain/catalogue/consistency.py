"""What must agree across a catalogue's tables: names that point somewhere, risks that fit chains, usable parameters."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from domain.catalogue.values import Catalogue, Check, CheckKind, FieldKind, Mode, Module, PartyRole, RuleAct

_PARAMETERS: Mapping[CheckKind, frozenset[str]] = {
    CheckKind.PATTERN: frozenset({"pattern"}),
    CheckKind.LUHN: frozenset({"shortest", "longest"}),
    CheckKind.DATE_RANGE: frozenset({"earliest", "latest"}),
    CheckKind.SAME_AS: frozenset({"field"}),
}
_TODAY = "today"
MOST_ROWS = 50
"""A group with more rows is a list to be imported, not a form."""


def faults_of(catalogue: Catalogue) -> list[str]:
    """Every disagreement, in words for the catalogue's author."""
    return [
        *_dictionary_faults(catalogue),
        *_chain_faults(catalogue),
        *(fault for check in catalogue.checks.values() for fault in _check_faults(catalogue, check)),
        *(fault for module in catalogue.modules.values() for fault in _module_faults(catalogue, module)),
        *(fault for module in catalogue.modules.values() for fault in _group_faults(module)),
        *(fault for module in catalogue.modules.values() for fault in _party_faults(module)),
        *(fault for module in catalogue.modules.values() for fault in _risk_faults(catalogue, module)),
        *(f"calendar: {day!r} is no date" for day in catalogue.days_off | catalogue.days_worked if not _is_date(day)),
    ]


def _dictionary_faults(catalogue: Catalogue) -> Iterator[str]:
    for field in catalogue.fields.values():
        yield from (f"field {field.id}: no check {check!r}" for check in field.checks if check not in catalogue.checks)
        if (field.kind is FieldKind.CHOICE or field.codes) and field.codes not in catalogue.codes:
            yield f"field {field.id}: no code list {field.codes!r}"
    for codes in catalogue.codes.values():
        yield from (f"codes {codes.name}: {code!r} is given twice" for code in _twice(e.code for e in codes.entries))
    for roles in catalogue.exclusions:
        yield from (f"exclusions: no role {role!r}" for role in roles if role not in catalogue.roles)


def _chain_faults(catalogue: Catalogue) -> Iterator[str]:
    for chain in catalogue.chains.values():
        yield from (f"chain {chain.id}: no role {role!r}" for role in chain.roles if role not in catalogue.roles)
        yield from (f"chain {chain.id}: role {role!r} acts twice" for role in _twice(chain.roles))
        if not chain.roles:
            yield f"chain {chain.id}: nobody acts"


def _check_faults(catalogue: Catalogue, check: Check) -> Iterator[str]:
    wanted, given = _PARAMETERS.get(check.kind, frozenset()), check.parameters
    if set(given) != wanted:
        yield f"check {check.id}: wants the parameters {sorted(wanted)}, not {sorted(given)}"
        return
    if check.kind is CheckKind.PATTERN and not _is_pattern(given["pattern"]):
        yield f"check {check.id}: {given['pattern']!r} is no pattern"
    if check.kind is CheckKind.LUHN and not all(re.fullmatch("[0-9]{1,3}", length) for length in given.values()):
        yield f"check {check.id}: the lengths are no numbers"
    if check.kind is CheckKind.DATE_RANGE:
        yield from (f"check {check.id}: {d!r} is no date" for d in given.values() if d != _TODAY and not _is_date(d))
    if check.kind is CheckKind.SAME_AS and given["field"] not in catalogue.fields:
        yield f"check {check.id}: no field {given['field']!r}"


def _module_faults(catalogue: Catalogue, module: Module) -> Iterator[str]:
    fields = [use.field for use in module.form.uses]
    materials = [use.material for use in module.materials]
    yield from (f"module {module.id}: no field {name!r}" for name in fields if name not in catalogue.fields)
    yield from (f"module {module.id}: field {name!r} stands twice in the form" for name in _twice(fields))
    yield from (f"module {module.id}: no material {name!r}" for name in materials if name not in catalogue.materials)
    yield from (f"module {module.id}: material {name!r} is asked for twice" for name in _twice(materials))
    for use in module.materials:
        if not 1 <= use.min_pages <= use.max_pages:
            yield f"module {module.id}: {use.material} wants {use.min_pages} to {use.max_pages} pages"


def _group_faults(module: Module) -> Iterator[str]:
    repeated = [page.repeats for page in module.form.pages if page.repeats]
    yield from (f"module {module.id}: group {name!r} is given twice" for name in _twice(one.group for one in repeated))
    for one in repeated:
        if not one.group or not one.min_rows <= one.max_rows or not 1 <= one.max_rows <= MOST_ROWS:
            yield f"module {module.id}: group {one.group!r} has {one.min_rows} to {one.max_rows} rows"


def _party_faults(module: Module) -> Iterator[str]:
    """Who applies must be named, once and plainly; each party by fields of one section."""
    yield from (f"module {module.id}: party {role!r} is given twice" for role in _twice(p.role for p in module.parties))
    applicant = module.party(PartyRole.APPLICANT)
    if applicant is None or any(module.form.group_of(field) for field in applicant.fields):
        yield f"module {module.id}: no party says who applies"
    for party in module.parties:
        homes = {module.form.group_of(field) for field in party.fields}
        if any(module.form.page_of(field) is None for field in party.fields) or len(homes) > 1:
            yield f"module {module.id}: party {party.role.value!r} is not named by fields of one section"
    yield from (
        f"module {module.id}: field {name!r} names two parties"
        for name in _twice(field for party in module.parties for field in party.fields)
    )


def _risk_faults(catalogue: Catalogue, module: Module) -> Iterator[str]:
    """陕社保发〔2016〕27号 §8, §11, §12: risk 1 is timed; chains have 1, 2 or at least 4 roles by risk."""
    if (module.risk == 1) != (module.mode is Mode.TIMED):
        yield f"module {module.id}: risk {module.risk} and mode {module.mode.value} contradict"
    raised = [(rule.chain, rule.risk) for rule in module.rules if rule.act is RuleAct.RAISE]
    for chain_id, risk in [(module.chain, module.risk), *raised]:
        chain = catalogue.chains.get(chain_id)
        length = len(chain.roles) if chain else 0
        if chain is None:
            yield f"module {module.id}: no chain {chain_id!r}"
        elif not {1: length >= 4, 2: length == 2, 3: length == 1}.get(risk, False):
            yield f"module {module.id}: {length} roles do not fit risk {risk}"


def _twice(names: Iterable[str]) -> list[str]:
    return [name for name, times in Counter(names).items() if times > 1]


def _is_date(text: str) -> bool:
    try:
        return len(text) == 10 and date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _is_pattern(text: str) -> bool:
    try:
        re.compile(text)
    except re.error:
        return False
    return True
