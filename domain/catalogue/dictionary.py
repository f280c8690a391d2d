"""What all modules share, from plain data: codes, fields, facts, checks, materials, roles, chains, risks, calendar."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from domain.catalogue.facts import MADE, FactEntry, Maker, count_fact, parameter_fact, sum_fact
from domain.catalogue.parameters import Dated, Parameter, Parameters
from domain.catalogue.reading import Table, twice_in
from domain.catalogue.values import (
    Chain,
    ChainId,
    Check,
    CheckKind,
    Code,
    CodeList,
    Field,
    FieldId,
    FieldKind,
    GroupId,
    Material,
    MaterialId,
    Mode,
    Paper,
    PaperId,
    RiskLevel,
    Role,
    RoleId,
    Severity,
    Stage,
    StageId,
    StageKind,
)
from domain.identity import Mask
from domain.language import FactSpec, Vocabulary
from domain.rules import ALWAYS, FactType
from domain.workdays import parse_date

_PARAMETERS: Mapping[CheckKind, frozenset[str]] = {
    CheckKind.PATTERN: frozenset({"pattern"}),
    CheckKind.LUHN: frozenset({"shortest", "longest"}),
    CheckKind.DATE_RANGE: frozenset({"earliest", "latest"}),
    CheckKind.SAME_AS: frozenset({"field"}),
}
_TODAY = "today"
_TYPES = {FieldKind.DATE: FactType.DATE, FieldKind.MONTH: FactType.DATE, FieldKind.AMOUNT: FactType.NUMBER}
_PROGRAMS = (Maker.FORM, Maker.CARD, Maker.OFFICE)
_NUMBER = re.compile(r"-?[0-9]{1,12}(\.[0-9]{1,6})?")
_SEXES = frozenset({"1", "2"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Dictionary:
    """The shared tables. ``words``: all that a condition may look at."""

    codes: Mapping[str, CodeList]
    fields: Mapping[FieldId, Field]
    facts: Mapping[str, FactEntry]
    parameters: Parameters
    words: Vocabulary
    checks: Mapping[str, Check]
    materials: Mapping[MaterialId, Material]
    papers: Mapping[PaperId, Paper]
    roles: Mapping[RoleId, Role]
    chains: Mapping[ChainId, Chain]
    risks: Mapping[int, RiskLevel]
    exclusions: tuple[frozenset[RoleId], ...]
    days_off: frozenset[str]
    days_worked: frozenset[str]


def read_dictionary(row: Table) -> Dictionary:
    """The shared tables, with every fault noted in ``row``."""
    codes = row.table("codes", _codes, lambda one: one.name)
    checks = row.peek("checks", "id")
    fields = row.table("fields", lambda one: _field(one, codes, checks), lambda one: one.id)
    words = {name: spec for field in fields.values() for name, spec in words_of(field, codes)}
    parameters = row.table("parameters", _parameter, lambda one: one.name)
    words |= words_of_parameters(parameters)
    words |= words_of_rows(fields.values(), row.peek("items", "modules", "pages", "repeats", "group"))
    facts = row.table("facts", lambda one: _fact(one, words), lambda one: one.name)
    for name in MADE.keys() - facts.keys():
        row.fault("facts", f"{name!r} is missing")
    roles = row.table("roles", _role, lambda one: one.id)
    days = row.one("calendar", lambda one: (_days(one, "days_off"), _days(one, "days_worked")))
    return Dictionary(
        codes=codes,
        fields=fields,
        facts=facts,
        parameters=parameters,
        words=words,
        checks=row.table("checks", lambda one: _check(one, fields, words), lambda one: one.id),
        materials=row.table("materials", _material, lambda one: one.id),
        papers=row.table("papers", _paper, lambda one: one.id),
        roles=roles,
        chains=row.table("chains", lambda one: _chain(one, roles), lambda one: one.id),
        risks=row.table("risks", _risk, lambda one: one.level),
        exclusions=row.rows("exclusions", lambda one: frozenset(RoleId(r) for r in one.names("roles", roles, "role"))),
        days_off=days[0],
        days_worked=days[1],
    )


def words_of(field: Field, codes: Mapping[str, CodeList]) -> Iterator[tuple[str, FactSpec]]:
    """The facts that a field makes by its name: its value, and what an ID number tells."""
    known = frozenset(entry.code for entry in codes[field.codes].entries) if field.codes in codes else frozenset()
    yield field.id, FactSpec(type=type_of_field(field.kind), values=known)
    if field.kind is FieldKind.ID_NUMBER:
        yield f"{field.id}.birth", FactSpec(type=FactType.DATE)
        yield f"{field.id}.sex", FactSpec(type=FactType.TEXT, values=_SEXES)


def type_of_field(kind: FieldKind) -> FactType:
    """Of what type the fact is that a field makes."""
    return _TYPES.get(kind, FactType.TEXT)


def words_of_rows(fields: Iterable[Field], groups: Iterable[str]) -> dict[str, FactSpec]:
    """The facts that rows make together: the sum of each amount, the number of each group's rows."""
    sums = [sum_fact(field.id) for field in fields if field.kind is FieldKind.AMOUNT]
    counts = [count_fact(GroupId(group)) for group in groups]
    return {name: FactSpec(type=FactType.NUMBER) for name in (*sums, *counts)}


def words_of_parameters(parameters: Parameters) -> dict[str, FactSpec]:
    """The facts that parameters make by their names."""
    return {parameter_fact(name): FactSpec(type=FactType.NUMBER) for name in parameters}


def _codes(row: Table) -> CodeList:
    entries = row.rows(
        "entries", lambda one: Code(code=one.text("code"), label=one.text("label"), parent=one.text("parent", ""))
    )
    for code in twice_in(entry.code for entry in entries):
        row.fault("entries", f"{code!r} is given twice")
    return CodeList(
        name=row.text("name"), entries=entries, source=row.text("source", ""), verified=row.flag("verified")
    )


def _field(row: Table, codes: Mapping[str, CodeList], checks: frozenset[str]) -> Field:
    kind, twice = row.choice("kind", FieldKind), row.flag("twice")
    if twice and kind is not FieldKind.TEXT:
        row.fault("twice", "only a text is typed twice")
    return Field(
        id=FieldId(row.text("id")),
        label=row.text("label"),
        kind=kind,
        max_length=row.number("max_length"),
        codes=row.name("codes", codes, "code list", None if kind is FieldKind.CHOICE else ""),
        mask=row.choice("mask", Mask, Mask.NONE),
        sensitivity=row.number("sensitivity", 1),
        checks=row.names("checks", checks, "check"),
        twice=twice,
        hint=row.text("hint", ""),
        source=row.text("source", ""),
    )


def _fact(row: Table, words: dict[str, FactSpec]) -> FactEntry:
    """A fact that looks at fields and at facts before it only: no two can wait for each other."""
    name = row.text("name")
    spec = FactSpec(type=row.choice("type", FactType), values=frozenset(row.texts("values")))
    value = row.value("value", words) if row.has("value") else None
    when = row.condition("when", words) if row.has("when") else None
    entry = FactEntry(
        name=name,
        label=row.text("label"),
        maker=row.choice("maker", Maker),
        spec=spec,
        value=value[0] if value else None,
        when=when,
    )
    if name in words:
        row.fault("name", f"{name!r} is a field or an earlier fact")
    if value and value[1].type is not spec.type:
        row.fault("value", f"a {value[1].type.value}, not a {spec.type.value}")
    if when and (spec.type is not FactType.FLAG or value):
        row.fault("when", "makes a flag, and makes it alone")
    if name in MADE and (spec.type is not MADE[name] or value or when):
        row.fault("name", f"the program makes {name!r}, a {MADE[name].value}")
    if name not in MADE and entry.maker in _PROGRAMS and not (row.has("value") or when):
        row.fault("name", f"the program makes no fact {name!r}")
    words.setdefault(name, spec)
    return entry


def _parameter(row: Table) -> Parameter:
    entries = row.rows("entries", _dated)
    days = [entry.since for entry in entries]
    if days != sorted(set(days)):
        row.fault("entries", "the days do not go up")
    return Parameter(name=row.text("name"), label=row.text("label"), unit=row.text("unit"), entries=entries)


def _dated(row: Table) -> Dated:
    since, value = row.text("since"), row.text("value")
    day = parse_date(since)
    if day is None:
        row.fault("since", f"{since!r} is no date")
    if not _NUMBER.fullmatch(value):
        row.fault("value", f"{value!r} is no number")
    return Dated(
        since=day or date.min,
        value=Decimal(value if _NUMBER.fullmatch(value) else 0),
        source=row.text("source"),
        verified=row.flag("verified"),
    )


def _check(row: Table, fields: Mapping[FieldId, Field], words: Vocabulary) -> Check:
    check = Check(
        id=row.text("id"),
        kind=row.choice("kind", CheckKind),
        severity=row.choice("severity", Severity, Severity.ERROR),
        when=row.condition("when", words, ALWAYS),
        message=row.message("message"),
        parameters=row.mapping("parameters"),
        source=row.text("source", ""),
    )
    for fault in _faults_of_parameters(check, fields):
        row.fault("parameters", fault)
    return check


def _faults_of_parameters(check: Check, fields: Mapping[FieldId, Field]) -> Iterator[str]:
    wanted, given = _PARAMETERS.get(check.kind, frozenset()), check.parameters
    if set(given) != wanted:
        yield f"wants the parameters {sorted(wanted)}, not {sorted(given)}"
        return
    if check.kind is CheckKind.PATTERN and not _is_pattern(given["pattern"]):
        yield f"{given['pattern']!r} is no pattern"
    if check.kind is CheckKind.LUHN and not all(re.fullmatch("[0-9]{1,3}", length) for length in given.values()):
        yield "the lengths are no numbers"
    if check.kind is CheckKind.DATE_RANGE:
        yield from (f"{day!r} is no date" for day in given.values() if day != _TODAY and parse_date(day) is None)
    if check.kind is CheckKind.SAME_AS and given["field"] not in fields:
        yield f"no field {given['field']!r}"


def _is_pattern(text: str) -> bool:
    try:
        re.compile(text)
    except re.error:
        return False
    return True


def _material(row: Table) -> Material:
    return Material(
        id=MaterialId(row.text("id")),
        name=row.text("name"),
        shape=row.text("shape", "a4"),
        generated=row.flag("generated"),
        note=row.text("note", ""),
        source=row.text("source", ""),
    )


def _paper(row: Table) -> Paper:
    return Paper(id=PaperId(row.text("id")), name=row.text("name"), when=row.text("when", ""))


def _role(row: Table) -> Role:
    return Role(
        id=RoleId(row.text("id")),
        name=row.text("name"),
        level=row.text("level"),
        family=row.text("family"),
        kind=row.text("kind"),
    )


def _chain(row: Table, roles: Mapping[RoleId, Role]) -> Chain:
    chain = Chain(
        id=ChainId(row.text("id")),
        name=row.text("name"),
        stages=row.rows("stages", lambda one: _stage(one, roles)),
    )
    for fault in _faults_of_stages(chain):
        row.fault("stages", fault)
    return chain


def _stage(row: Table, roles: Mapping[RoleId, Role]) -> Stage:
    return Stage(
        id=StageId(row.text("id")),
        name=row.text("name"),
        kind=row.choice("kind", StageKind),
        role=RoleId(row.name("role", roles, "role")),
    )


def _faults_of_stages(chain: Chain) -> Iterator[str]:
    yield from (f"stage {name!r} stands twice" for name in twice_in(stage.id for stage in chain.stages))
    yield from (f"role {role!r} acts twice" for role in twice_in(chain.roles))
    kinds = [stage.kind for stage in chain.stages]
    if not kinds:
        yield "nobody acts"
    elif kinds[0] is not StageKind.ACCEPT or StageKind.ACCEPT in kinds[1:]:
        yield "the first stage accepts, and no other"


def _risk(row: Table) -> RiskLevel:
    level = RiskLevel(
        level=row.number("level"),
        mode=row.choice("mode", Mode),
        shortest=row.number("shortest"),
        longest=row.number("longest"),
    )
    if not 1 <= level.shortest <= level.longest:
        row.fault("shortest", f"chains of {level.shortest} to {level.longest} roles")
    return level


def _days(row: Table, key: str) -> frozenset[str]:
    days = row.texts(key)
    for number, day in enumerate(days):
        if parse_date(day) is None:
            row.fault(f"{key}[{number}]", f"{day!r} is no date")
    return frozenset(days)
