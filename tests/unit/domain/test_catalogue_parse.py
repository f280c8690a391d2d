"""A catalogue is checked whole, and every fault in it is named with its place."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.catalogue.parse import parse_catalogue
from domain.catalogue.reading import CatalogueError
from domain.catalogue.values import ChainId
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
    ("calendar: '2026-1-1' is no date", lambda d: d["calendar"]["days_off"].append("2026-1-1")),
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
    ("catalogue.fields: 'AAC003' is given twice", lambda d: d["fields"].append(dict(d["fields"][0]))),
    ("field AAC003: no check 'V99'", lambda d: d["fields"][0].update(checks=["V99"])),
    ("field AAC004: no code list 'x'", lambda d: row(d, "fields", "id", "AAC004").update(codes="x")),
    ("field AAC003: no code list 'x'", lambda d: d["fields"][0].update(codes="x")),
    ("catalogue.checks: 'V01' is given twice", lambda d: d["checks"].append(dict(d["checks"][0]))),
    ("catalogue.checks[0].message.what: missing", lambda d: d["checks"][0].update(message={"why": "x"})),
    ("check V06: wants the parameters ['pattern']", lambda d: row(d, "checks", "id", "V06").pop("parameters")),
    ("check V06: '[' is no pattern", lambda d: row(d, "checks", "id", "V06").update(parameters={"pattern": "["})),
    ("check V07L: the lengths are no", lambda d: row(d, "checks", "id", "V07L")["parameters"].update(longest="many")),
    ("check V08: no field 'AAC999'", lambda d: row(d, "checks", "id", "V08").update(parameters={"field": "AAC999"})),
    ("check V23: '2009' is no date", lambda d: row(d, "checks", "id", "V23")["parameters"].update(earliest="2009")),
    ("codes GB_T_2261_1: '1' is given twice", lambda d: d["codes"][0]["entries"].append({"code": "1", "label": "x"})),
    ("catalogue.materials: 'MT01' is given twice", lambda d: d["materials"].append(dict(d["materials"][0]))),
    ("exclusions: no role 'NOBODY'", lambda d: d["exclusions"].append({"roles": ["NOBODY", "DIR"]})),
    ("chain CH2: no role 'NOBODY'", lambda d: stages(d, "CH2")[1].update(role="NOBODY")),
    ("chain CH2: role 'PUB_BIZ' acts twice", lambda d: stages(d, "CH2")[1].update(role="PUB_BIZ")),
    ("chain CH2: stage 'accept' stands twice", lambda d: stages(d, "CH2")[1].update(id="accept")),
    ("chain CH2: the first stage accepts, and no other", lambda d: stages(d, "CH2")[1].update(kind="accept")),
    ("chain CH0: the first stage accepts, and no other", lambda d: stages(d, "CH0")[0].update(kind="review")),
    ("chain CH0: nobody acts", lambda d: stages(d, "CH0").clear()),
    ("chains[0].roles: unknown key", lambda d: row(d, "chains", "id", "CH0").update(roles=["PUB_BIZ"])),
    ("modules[0].rules: no business rule 'R099'", lambda d: module(d)["rules"].append("R099")),
    ("catalogue.business_rules: 'R001' is given twice", lambda d: d["business_rules"].append(d["business_rules"][0])),
    ("business_rules[0].when: not a comparison", lambda d: d["business_rules"][0].update(when={"fact": "age"})),
    ("business_rules[0].act: 'stop' is not one of", lambda d: d["business_rules"][0].update(act="stop")),
    ("module M01: no chain 'CH9'", lambda d: module(d).update(chain="CH9")),
    ("module M01: no chain 'CH9'", lambda d: row(d, "business_rules", "id", "R003").update(chain="CH9")),
    ("module M01: 2 roles do not fit risk 1", lambda d: row(d, "business_rules", "id", "R003").update(chain="CH2")),
    ("module M01: 4 roles do not fit risk 0", lambda d: row(d, "business_rules", "id", "R003").pop("risk")),
    ("module M01: 4 roles do not fit risk 2", lambda d: module(d).update(chain="CH1")),
    ("module M01: 2 roles do not fit risk 3", lambda d: module(d).update(risk=3)),
    ("module M01: 2 roles do not fit risk 4", lambda d: module(d).update(risk=4)),
    ("module M01: risk 1 and mode 即时 contradict", lambda d: module(d).update(risk=1, chain="CH1")),
    ("module M01: risk 2 and mode 限时 contradict", lambda d: module(d).update(mode="限时")),
    ("modules[0].mode: '随时' is not one of", lambda d: module(d).update(mode="随时")),
    ("catalogue.items: 'M01' is given twice", lambda d: d["items"][0]["modules"].append(module(d))),
    ("module M01: no field 'AAC999'", lambda d: module(d)["pages"][0]["fields"].append({"id": "AAC999"})),
    ("module M01: field 'AAC003' stands twice", lambda d: module(d)["pages"][1]["fields"].append({"id": "AAC003"})),
    ("modules[0].pages[0].fields[0].requierd: unknown", lambda d: rename(_use(d), "required", "requierd")),
    ("modules[0].pages[0].fields[0].required: not a cond", lambda d: _use(d).update(required="yes")),
    ("module M01: no material 'MT99'", lambda d: module(d)["materials"].append({"id": "MT99"})),
    ("module M01: material 'MT01' is asked for twice", lambda d: module(d)["materials"].append({"id": "MT01"})),
    ("module M01: MT01 wants 3 to 2 pages", lambda d: module(d)["materials"][0].update(min_pages=3)),
]


def _use(data: Data) -> Data:
    found: Data = module(data)["pages"][0]["fields"][0]
    return found


@pytest.mark.parametrize(("fault", "spoil"), SPOILT, ids=[fault for fault, _ in SPOILT])
def test_each_fault_is_named_with_its_place(fault: str, spoil: Callable[[Data], object]) -> None:
    assert any(fault in said for said in faults_after(spoil)), faults_after(spoil)


def test_a_chain_of_an_older_catalogue_names_roles_only() -> None:
    data = catalogue_data()
    for chain in data["chains"]:
        chain["roles"] = [stage["role"] for stage in chain.pop("stages")]

    chain = parse_catalogue(data).chains[ChainId("CH1")]

    assert [str(stage.id) for stage in chain.stages] == ["PUB_BIZ", "PUB_CHK", "DEP_DIR", "DIR"]
    assert [str(role) for role in chain.roles] == ["PUB_BIZ", "PUB_CHK", "DEP_DIR", "DIR"]
    assert [stage.kind.value for stage in chain.stages] == ["accept", "review", "approve", "approve"]


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
    module(data)["materials"] = [{"id": "MT01"}]

    (use,) = parse_catalogue(data).modules[M01].materials

    assert (use.min_pages, use.max_pages, use.page_names) == (1, 20, ())


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=4,
)


@settings(max_examples=60)
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
