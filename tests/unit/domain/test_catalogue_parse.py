"""A catalogue is checked whole, and every fault in it is named with its place."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.catalogue.parse import canonical_json, parse_catalogue
from domain.catalogue.reading import CatalogueError
from domain.catalogue.values import (
    ChainId,
    Check,
    CheckKind,
    Code,
    CodeList,
    Field,
    FieldId,
    FieldKind,
    FieldUse,
    FormPage,
    Material,
    MaterialId,
    MaterialUse,
    Paper,
    PaperId,
    Severity,
    Text3,
    Unknown,
)
from domain.rules import surely
from tests.helpers.builders import M01, catalogue_data, shipped_catalogue

Data = dict[str, Any]


def faults_after(spoil: Callable[[Data], object]) -> tuple[str, ...]:
    data = catalogue_data()
    spoil(data)
    with pytest.raises(CatalogueError) as raised:
        parse_catalogue(data)
    return raised.value.faults


def row(data: Data, table: str, key: str, value: str) -> Data:
    found: Data = next(one for one in data[table] if one[key] == value)
    return found


def stages(data: Data, chain: str) -> list[Data]:
    found: list[Data] = row(data, "chains", "id", chain)["stages"]
    return found


def module(data: Data) -> Data:
    found: Data = data["items"][0]["modules"][0]
    return found


def rename(table: Data, old: str, new: str) -> None:
    table[new] = table.pop(old)


SPOILT: list[tuple[str, Callable[[Data], object]]] = [
    ("catalogue.exclusion: unknown key", lambda d: rename(d, "exclusions", "exclusion")),
    ("catalogue.version: missing", lambda d: d.pop("version")),
    ("catalogue.version: not a str", lambda d: d.update(version=3)),
    ("catalogue.calendar: not a table", lambda d: d.pop("calendar")),
    ("calendar.days_off[33]: '2026-1-1' is no date", lambda d: d["calendar"]["days_off"].append("2026-1-1")),
    ("catalogue.calendar.days_off: not a list of texts", lambda d: d["calendar"].update(days_off=[1])),
    ("catalogue.fields: not a list", lambda d: d.update(fields={})),
    ("catalogue.fields[0]: not a table", lambda d: d["fields"].insert(0, "AAC003")),
    ("catalogue.fields[0].lable: unknown key", lambda d: rename(d["fields"][0], "label", "lable")),
    ("catalogue.fields[0].label: missing", lambda d: rename(d["fields"][0], "label", "lable")),
    ("catalogue.fields[0].kind: 'txt' is not one of", lambda d: d["fields"][0].update(kind="txt")),
    ("catalogue.fields[0].mask: 'last5' is not one of", lambda d: d["fields"][0].update(mask="last5")),
    ("catalogue.fields[0].max_length: not a whole number", lambda d: d["fields"][0].update(max_length=-1)),
    ("catalogue.fields[0].max_length: not a whole number", lambda d: d["fields"][0].update(max_length=True)),
    ("catalogue.fields[0].max_length: not a int", lambda d: d["fields"][0].update(max_length="64")),
    ("catalogue.fields[25]: 'AAC003' is given twice", lambda d: d["fields"].append(dict(d["fields"][0]))),
    ("fields[0].checks[0]: no check 'V99'", lambda d: d["fields"][0].update(checks=["V99"])),
    ("fields[3].codes: no code list 'x'", lambda d: row(d, "fields", "id", "AAC004").update(codes="x")),
    ("fields[0].codes: no code list 'x'", lambda d: d["fields"][0].update(codes="x")),
    ("catalogue.checks[12]: 'V01' is given twice", lambda d: d["checks"].append(dict(d["checks"][0]))),
    ("catalogue.checks[0].message.what: missing", lambda d: d["checks"][0].update(message={"why": "x"})),
    (
        "checks[4].parameters: wants the parameters ['pattern']",
        lambda d: row(d, "checks", "id", "V06").pop("parameters"),
    ),
    (
        "checks[4].parameters: '[' is no pattern",
        lambda d: row(d, "checks", "id", "V06").update(parameters={"pattern": "["}),
    ),
    (
        "checks[6].parameters: the lengths are no",
        lambda d: row(d, "checks", "id", "V07L")["parameters"].update(longest="many"),
    ),
    (
        "checks[7].parameters: no field 'AAC999'",
        lambda d: row(d, "checks", "id", "V08").update(parameters={"field": "AAC999"}),
    ),
    (
        "checks[10].parameters: '2009' is no date",
        lambda d: row(d, "checks", "id", "V23")["parameters"].update(earliest="2009"),
    ),
    ("codes[0].entries: '1' is given twice", lambda d: d["codes"][0]["entries"].append({"code": "1", "label": "x"})),
    ("catalogue.materials[8]: 'MT01' is given twice", lambda d: d["materials"].append(dict(d["materials"][0]))),
    ("exclusions[32].roles[0]: no role 'NOBODY'", lambda d: d["exclusions"].append({"roles": ["NOBODY", "DIR"]})),
    ("chains[3].stages[1].role: no role 'NOBODY'", lambda d: stages(d, "CH2")[1].update(role="NOBODY")),
    ("chains[3].stages: role 'PUB_BIZ' acts twice", lambda d: stages(d, "CH2")[1].update(role="PUB_BIZ")),
    ("chains[3].stages: stage 'accept' stands twice", lambda d: stages(d, "CH2")[1].update(id="accept")),
    ("chains[3].stages: the first stage accepts, and no", lambda d: stages(d, "CH2")[1].update(kind="accept")),
    ("chains[0].stages: the first stage accepts, and no", lambda d: stages(d, "CH0")[0].update(kind="review")),
    ("chains[0].stages: nobody acts", lambda d: stages(d, "CH0").clear()),
    ("chains[0].roles: unknown key", lambda d: row(d, "chains", "id", "CH0").update(roles=["PUB_BIZ"])),
    ("modules[0].rules[9]: no business rule 'R099'", lambda d: module(d)["rules"].append("R099")),
    (
        "catalogue.business_rules[9]: 'R001' is given twice",
        lambda d: d["business_rules"].append(d["business_rules"][0]),
    ),
    ("business_rules[0].when: not a comparison", lambda d: d["business_rules"][0].update(when={"fact": "age"})),
    ("business_rules[0].act: 'stop' is not one of", lambda d: d["business_rules"][0].update(act="stop")),
    ("modules[0].chain: no chain 'CH9'", lambda d: module(d).update(chain="CH9")),
    ("business_rules[2].chain: no chain 'CH9'", lambda d: row(d, "business_rules", "id", "R003").update(chain="CH9")),
    (
        "business_rules[2].chain: 2 roles do not fit risk 1",
        lambda d: row(d, "business_rules", "id", "R003").update(chain="CH2"),
    ),
    ("business_rules[2].risk: missing", lambda d: row(d, "business_rules", "id", "R003").pop("risk")),
    ("modules[0].chain: 4 roles do not fit risk 2", lambda d: module(d).update(chain="CH1")),
    ("modules[0].chain: 2 roles do not fit risk 3", lambda d: module(d).update(risk=3)),
    ("modules[0].risk: no risk 4", lambda d: module(d).update(risk=4)),
    ("modules[0].mode: risk 1 and mode 即时 contradict", lambda d: module(d).update(risk=1, chain="CH1")),
    ("modules[0].mode: risk 2 and mode 限时 contradict", lambda d: module(d).update(mode="限时")),
    ("business_rules[0].unknown: missing", lambda d: d["business_rules"][0].pop("unknown")),
    ("business_rules[0].unknown: 'wait' is not one of", lambda d: d["business_rules"][0].update(unknown="wait")),
    ("business_rules[0].question: not a table", lambda d: d["business_rules"][0].update(unknown="ask")),
    ("business_rules[0].question: unknown key", lambda d: d["business_rules"][0].update(question={"what": "x"})),
    ("business_rules[0].chain: unknown key", lambda d: d["business_rules"][0].update(chain="CH1")),
    ("business_rules[0].when.fact: no fact or field 'aeg'", lambda d: _when(d).update(fact="aeg")),
    ("business_rules[0].when.value: '16' is no number", lambda d: _when(d).update(value="16")),
    ("business_rules[5].when.all[0].fact: no fact or field", lambda d: _when(d, 5)["all"][0].update(fact="AAB3O1")),
    ("business_rules[7].when.all[0].value: '20' is none", lambda d: _when(d, 7)["all"][0].update(value="20")),
    ("twice: only a text is typed twice", lambda d: row(d, "fields", "id", "AAE005").update(twice=True)),
    ("fields[1].visible: looks at 'AAE010'", lambda d: _move_account_down(d)),
    ("rules: V11 looks at 'CAZ289', which this form", lambda d: module(d)["pages"][2]["fields"].pop(5)),
    ("id: the check V08 looks at 'AAC003'", lambda d: module(d)["pages"][0]["fields"].pop(0)),
    ("fields[0].card: 'nmae' is not one of", lambda d: _use(d).update(card="nmae")),
    (
        "pages[2].fields[4].default: 'todya' is neither",
        lambda d: module(d)["pages"][2]["fields"][4].update(default="todya"),
    ),
    ("pages[0].fields[1].default: '9' is neither", lambda d: module(d)["pages"][0]["fields"][1].update(default="9")),
    ("fields[0].default: 'today' is neither", lambda d: _use(d).update(default="today")),
    ("fields[1].id: AAC058 is no text", lambda d: module(d)["pages"][0]["fields"][1].update(offers="address")),
    ("fields[1].id: AAC058 is no text", lambda d: module(d)["pages"][0]["fields"][1].update(begins=["AAF030"])),
    ("fields[0].begins: 'AAE005' is nothing that this form lets choose", lambda d: _use(d).update(begins=["AAE005"])),
    ("modules[0].registers: no fact 'insured'", lambda d: module(d).update(registers="insured")),
    ("modules[0].registers: 'student' is no flag of the agency", lambda d: module(d).update(registers="student")),
    ("modules[0].registers: no rule of the module blocks", lambda d: module(d)["rules"].remove("R004")),
    ("catalogue.format: this program reads", lambda d: d.update(format=3)),
    ("catalogue.facts: 'today' is missing", lambda d: d["facts"].pop(0)),
    ("catalogue.facts[13]: 'age' is given twice", lambda d: d["facts"].append(row(d, "facts", "name", "age"))),
    ("facts[4].name: the program makes no fact 'aeg'", lambda d: _made_fact(d)),
    ("facts[0].name: the program makes 'today', a date", lambda d: d["facts"][0].update(type="text")),
    ("facts[4].value: a number, not a text", lambda d: d["facts"][4].update(type="text")),
    ("facts[4].value.years[1].fact: no fact", lambda d: d["facts"][4]["value"]["years"][1].update(fact="yesterday")),
    ("facts[4].value.years[1].fact: no fact or field 'shared_MT02'", lambda d: _look_ahead(d)),
    ("facts[5].when: makes a flag", lambda d: d["facts"][5].update(type="number")),
    ("facts[0].name: 'AAC003' is a field", lambda d: d["facts"][0].update(name="AAC003")),
    ("risks[0].shortest: chains of 7 to 6", lambda d: d["risks"][0].update(shortest=7)),
    ("modules[0].mode: '随时' is not one of", lambda d: module(d).update(mode="随时")),
    ("catalogue.items: 'M01' is given twice", lambda d: d["items"][0]["modules"].append(module(d))),
    ("fields[7].id: no field 'AAC999'", lambda d: module(d)["pages"][0]["fields"].append({"id": "AAC999"})),
    (
        "modules[0].pages: field 'AAC003' stands twice",
        lambda d: module(d)["pages"][1]["fields"].append({"id": "AAC003"}),
    ),
    ("modules[0].pages[0].fields[0].requierd: unknown", lambda d: rename(_use(d), "required", "requierd")),
    ("modules[0].pages[0].fields[0].required: not a cond", lambda d: _use(d).update(required="yes")),
    ("materials[8].id: no material 'MT99'", lambda d: module(d)["materials"].append({"id": "MT99"})),
    ("modules[0].materials[8]: 'MT01' is given twice", lambda d: module(d)["materials"].append({"id": "MT01"})),
    ("modules[0].rules[1]: business rule 'R001' stands twice", lambda d: module(d).update(rules=["R001", "R001"])),
    ("materials[0].min_pages: 3 to 2 pages", lambda d: module(d)["materials"][0].update(min_pages=3)),
]


def _when(data: Data, number: int = 0) -> Data:
    found: Data = data["business_rules"][number]["when"]
    return found


def _move_account_down(data: Data) -> None:
    uses = module(data)["pages"][4]["fields"]
    uses.insert(2, uses.pop(0))


def _made_fact(data: Data) -> None:
    data["facts"][4] = {"name": "aeg", "label": "x", "type": "number", "maker": "form"}


def _look_ahead(data: Data) -> None:
    data["facts"][4]["value"]["years"][1]["fact"] = "shared_MT02"


def _use(data: Data) -> Data:
    found: Data = module(data)["pages"][0]["fields"][0]
    return found


@pytest.mark.parametrize(("fault", "spoil"), SPOILT, ids=[fault for fault, _ in SPOILT])
def test_each_fault_is_named_with_its_place(fault: str, spoil: Callable[[Data], object]) -> None:
    assert any(fault in said for said in faults_after(spoil)), faults_after(spoil)


def test_all_faults_are_named_at_once() -> None:
    def spoil(data: Data) -> None:
        data["fields"][0]["lable"] = data["fields"][0].pop("label")
        module(data).update(chain="CH9", risk=1)
        data["materials"].pop(0)

    faults = "\n".join(faults_after(spoil))

    for fault in ("lable: unknown key", "label: missing", "no chain 'CH9'", "contradict", "no material 'MT01'"):
        assert fault in faults


def test_an_empty_catalogue_is_refused_and_not_a_crash() -> None:
    with pytest.raises(CatalogueError):
        parse_catalogue({})


def test_the_hash_does_not_depend_on_the_order_of_keys() -> None:
    data = catalogue_data()
    turned = {key: data[key] for key in reversed(data)}
    turned["fields"] = [dict(reversed(list(field.items()))) for field in turned["fields"]]

    assert parse_catalogue(turned).sha256 == shipped_catalogue().sha256


@pytest.mark.parametrize(
    "change",
    [
        lambda d: d.update(version="2026.11-x"),
        lambda d: d["fields"][0].update(hint="x"),
        lambda d: d["items"][0]["modules"][0].update(promise_days=1),
        lambda d: d["fields"].reverse(),
    ],
)
def test_the_hash_changes_with_every_change_of_content(change: Callable[[Data], object]) -> None:
    data = catalogue_data()
    change(data)

    assert parse_catalogue(data).sha256 != shipped_catalogue().sha256


def test_what_a_catalogue_leaves_out_has_its_default() -> None:
    data = catalogue_data()
    data["fields"].append({"id": "x_bare", "label": "裸", "kind": "text", "max_length": 5})
    data["materials"].append({"id": "MT98", "name": "裸"})
    data["papers"].append({"id": "PP98", "name": "裸"})
    data["codes"].append({"name": "bare", "entries": [{"code": "1", "label": "一"}]})
    check = {"id": "V98", "kind": "person_name", "severity": "error", "message": {"what": "错"}}
    data["checks"].append(check)
    module(data)["materials"] = [{"id": "MT98"}]
    module(data)["pages"].append({"title": "裸", "fields": [{"id": "x_bare"}]})

    catalogue = parse_catalogue(data)

    bare, name = MaterialId("MT98"), FieldId("x_bare")
    form = catalogue.modules[M01].form
    assert catalogue.fields[name] == Field(id=name, label="裸", kind=FieldKind.TEXT, max_length=5)
    assert catalogue.materials[bare] == Material(id=bare, name="裸")
    assert catalogue.papers[PaperId("PP98")] == Paper(id=PaperId("PP98"), name="裸")
    assert catalogue.codes["bare"] == CodeList(name="bare", entries=(Code(code="1", label="一"),))
    assert catalogue.checks["V98"] == Check(
        id="V98", kind=CheckKind.PERSON_NAME, severity=Severity.ERROR, message=Text3(what="错")
    )
    assert catalogue.modules[M01].materials == (MaterialUse(material=bare),)
    assert form.pages[-1] == FormPage(title="裸", uses=(FieldUse(field=name),))
    use, field = form.uses[-1], catalogue.fields[name]
    assert (use.read_only, use.wide, field.twice, field.sensitivity) == (False, False, False, 1)
    assert (catalogue.codes["bare"].verified, catalogue.materials[bare].generated) == (False, False)
    assert (catalogue.modules[M01].materials[0].min_pages, catalogue.modules[M01].materials[0].max_pages) == (1, 20)


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=4,
)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_rubbish_anywhere_is_a_named_fault_or_harmless(data: st.DataObject) -> None:
    spoilt = catalogue_data()
    spoilt["codes"] = [codes for codes in spoilt["codes"] if len(codes["entries"]) < 20]
    place: Any = spoilt
    while isinstance(place, dict | list) and place:
        parent, keys = place, list(place) if isinstance(place, dict) else list(range(len(place)))
        key = data.draw(st.sampled_from(keys))
        place = place[key]
        if data.draw(st.booleans()):
            break
    parent[key] = data.draw(values)
    with suppress(CatalogueError):
        assert parse_catalogue(spoilt).version


def test_a_catalogue_of_format_1_is_read_as_the_program_then_took_it() -> None:
    data = catalogue_data()
    for new in ("format", "facts", "risks"):
        del data[new]
    del module(data)["registers"]
    for rule in data["business_rules"]:
        del rule["unknown"]
    for chain in data["chains"]:
        chain["roles"] = [stage["role"] for stage in chain.pop("stages")]
    lowest = _when(data, 7)["all"]
    lowest[1] = {"not": {"fact": "AAC066", "op": "ne", "value": "011"}}

    old = parse_catalogue(data)

    assert old.sha256 == hashlib.sha256(canonical_json(data)).hexdigest()
    assert old.modules[M01].registers == "already_insured"
    assert {rule.unknown for rule in old.modules[M01].rules} == {Unknown.GO_ON}
    assert old.risks.keys() == {1, 2, 3}
    stages_then = [(str(stage.id), stage.role, stage.kind.value) for stage in old.chains[ChainId("CH1")].stages]
    assert stages_then == [
        ("PUB_BIZ", "PUB_BIZ", "accept"),
        ("PUB_CHK", "PUB_CHK", "review"),
        ("DEP_DIR", "DEP_DIR", "approve"),
        ("DIR", "DIR", "approve"),
    ]
    (v11,) = (rule for rule in old.modules[M01].rules if rule.id == "V11")
    assert surely(v11.when, {"CAZ289": "200"})  # what nobody knew was false then, and its opposite true
    assert not surely(v11.when, {"CAZ289": "200", "AAC066": "061"})
