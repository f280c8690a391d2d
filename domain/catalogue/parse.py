"""The catalogue from plain data: schema check, reference check, hash."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import TypeVar

from domain.catalogue.consistency import faults_of
from domain.catalogue.reading import CatalogueError, Row
from domain.catalogue.values import (
    BusinessRule,
    Catalogue,
    Chain,
    ChainId,
    Check,
    CheckKind,
    Code,
    CodeList,
    Field,
    FieldId,
    FieldKind,
    FieldUse,
    Form,
    FormPage,
    GroupId,
    Material,
    MaterialId,
    MaterialUse,
    Mode,
    Module,
    ModuleId,
    Party,
    PartyRole,
    Repeats,
    Role,
    RoleId,
    RuleAct,
    Severity,
)
from domain.identity import Mask
from domain.older import lift_catalogue
from domain.rules import ALWAYS

FORMAT = 2
"""Version of the tables' form (docs/decisions: reading older and newer versions)."""

K = TypeVar("K", bound=str)
V = TypeVar("V")


def parse_catalogue(data: Mapping[str, object]) -> Catalogue:
    """A checked catalogue, or CatalogueError with every fault found."""
    faults: list[str] = []
    row = Row(_todays(data, faults), "catalogue", faults)
    rules = _by_id(row, "business_rules", ((r.id, r) for r in row.rows("business_rules", _rule)))
    calendar = row.one("calendar", lambda r: (frozenset(r.texts("days_off")), frozenset(r.texts("days_worked"))))
    catalogue = Catalogue(
        version=row.text("version"),
        sha256=hashlib.sha256(canonical_json(data)).hexdigest(),
        modules=_by_id(
            row, "items", ((m.id, m) for item in row.rows("items", lambda r: _item(r, rules)) for m in item)
        ),
        fields=_by_id(row, "fields", ((f.id, f) for f in row.rows("fields", _field))),
        materials=_by_id(row, "materials", ((m.id, m) for m in row.rows("materials", _material))),
        checks=_by_id(row, "checks", ((c.id, c) for c in row.rows("checks", _check))),
        codes=_by_id(row, "codes", ((c.name, c) for c in row.rows("codes", _codes))),
        roles=_by_id(row, "roles", ((r.id, r) for r in row.rows("roles", _role))),
        chains=_by_id(row, "chains", ((c.id, c) for c in row.rows("chains", _chain))),
        exclusions=row.rows("exclusions", lambda r: frozenset(RoleId(role) for role in r.texts("roles"))),
        days_off=calendar[0],
        days_worked=calendar[1],
    )
    row.number("format")
    row.finish()
    faults += faults_of(catalogue)
    if faults:
        raise CatalogueError(faults)
    return catalogue


def _todays(data: Mapping[str, object], faults: list[str]) -> Mapping[str, object]:
    """The tables in today's form; their hash stays that of what was written."""
    form = data.get("format", 1)
    if form == 1:
        return {**lift_catalogue(data), "format": FORMAT}
    if form != FORMAT:
        faults.append(f"catalogue.format: {form!r}, where this version reads {FORMAT}")
    return data


def canonical_json(data: object) -> bytes:
    """One byte string for equal data: keys sorted, no blanks, UTF-8."""
    return json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str).encode(
        errors="surrogatepass"
    )


def _by_id(row: Row, key: str, pairs: Iterable[tuple[K, V]]) -> dict[K, V]:
    known: dict[K, V] = {}
    for name, value in pairs:
        if name in known:
            row.fault(key, f"{name!r} is given twice")
        known[name] = value
    return known


def _field(row: Row) -> Field:
    return Field(
        id=FieldId(row.text("id")),
        label=row.text("label"),
        kind=row.choice("kind", FieldKind),
        max_length=row.number("max_length"),
        codes=row.text("codes", ""),
        mask=row.choice("mask", Mask, Mask.NONE),
        sensitivity=row.number("sensitivity", 1),
        checks=row.texts("checks"),
        hint=row.text("hint", ""),
        source=row.text("source", ""),
    )


def _check(row: Row) -> Check:
    return Check(
        id=row.text("id"),
        kind=row.choice("kind", CheckKind),
        severity=row.choice("severity", Severity, Severity.ERROR),
        when=row.condition("when", ALWAYS),
        message=row.message("message"),
        parameters=row.mapping("parameters"),
        source=row.text("source", ""),
    )


def _codes(row: Row) -> CodeList:
    return CodeList(
        name=row.text("name"),
        entries=row.rows(
            "entries", lambda r: Code(code=r.text("code"), label=r.text("label"), parent=r.text("parent", ""))
        ),
        source=row.text("source", ""),
        verified=row.flag("verified"),
    )


def _material(row: Row) -> Material:
    return Material(
        id=MaterialId(row.text("id")),
        name=row.text("name"),
        shape=row.text("shape", "a4"),
        generated=row.flag("generated"),
        note=row.text("note", ""),
        source=row.text("source", ""),
    )


def _role(row: Row) -> Role:
    return Role(
        id=RoleId(row.text("id")),
        name=row.text("name"),
        level=row.text("level"),
        family=row.text("family"),
        kind=row.text("kind"),
    )


def _chain(row: Row) -> Chain:
    return Chain(
        id=ChainId(row.text("id")),
        name=row.text("name"),
        roles=tuple(RoleId(role) for role in row.texts("roles")),
    )


def _rule(row: Row) -> BusinessRule:
    return BusinessRule(
        id=row.text("id"),
        act=row.choice("act", RuleAct),
        when=row.condition("when"),
        message=row.message("message"),
        chain=ChainId(row.text("chain", "")),
        risk=row.number("risk", 0),
        source=row.text("source", ""),
    )


def _item(row: Row, rules: Mapping[str, BusinessRule]) -> tuple[Module, ...]:
    code, name = row.text("code"), row.text("name")
    return row.rows("modules", lambda module: _module(module, code, name, rules))


def _module(row: Row, item_code: str, item_name: str, rules: Mapping[str, BusinessRule]) -> Module:
    wanted = row.texts("rules")
    for rule in wanted:
        if rule not in rules:
            row.fault("rules", f"no business rule {rule!r}")
    return Module(
        id=ModuleId(row.text("id")),
        name=row.text("name"),
        initials=row.text("initials"),
        item_code=item_code,
        item_name=item_name,
        mode=row.choice("mode", Mode),
        risk=row.number("risk"),
        chain=ChainId(row.text("chain")),
        legal_days=row.number("legal_days"),
        promise_days=row.number("promise_days"),
        declaration=row.text("declaration", ""),
        form=Form(pages=row.rows("pages", _page)),
        parties=row.rows("parties", _party),
        materials=row.rows("materials", _material_use),
        rules=tuple(rules[rule] for rule in wanted if rule in rules),
        papers=row.texts("papers"),
        conditions=row.texts("conditions"),
        basis=row.texts("basis"),
        archive_class=row.text("archive_class", ""),
        archive_keep=row.text("archive_keep", ""),
    )


def _page(row: Row) -> FormPage:
    return FormPage(title=row.text("title"), uses=row.rows("fields", _use), repeats=row.maybe("repeats", _repeats))


def _repeats(row: Row) -> Repeats:
    return Repeats(
        group=GroupId(row.text("group")),
        min_rows=row.number("min", 0),
        max_rows=row.number("max"),
        row_name=row.text("row_name"),
    )


def _party(row: Row) -> Party:
    return Party(
        role=row.choice("role", PartyRole),
        name=FieldId(row.text("name")),
        id_number=FieldId(row.text("id_number")),
        sex=FieldId(row.text("sex", "")),
        birth_date=FieldId(row.text("birth_date", "")),
    )


def _use(row: Row) -> FieldUse:
    return FieldUse(
        field=FieldId(row.text("id")),
        required=row.condition("required"),
        visible=row.condition("visible", ALWAYS),
        read_only=row.flag("read_only"),
        default=row.text("default", ""),
        card=row.text("card", ""),
        wide=row.flag("wide"),
    )


def _material_use(row: Row) -> MaterialUse:
    return MaterialUse(
        material=MaterialId(row.text("id")),
        required=row.condition("required"),
        offered=row.condition("offered", ALWAYS),
        min_pages=row.number("min_pages", 1),
        max_pages=row.number("max_pages", 20),
        page_names=row.texts("page_names"),
    )
