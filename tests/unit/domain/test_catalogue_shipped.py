"""The catalogue that is shipped: consistent as the business document (8.1) asks, and fit to be shown."""

from __future__ import annotations

import dataclasses
import re

import pytest
from pypinyin import Style, lazy_pinyin

from domain.catalogue.values import CheckKind, FieldKind, MaterialId, Mode, Module, RuleAct
from domain.identity import Mask
from domain.rules import facts_of, holds
from tests.helpers.builders import a_module, shipped_catalogue

MODULES = tuple(shipped_catalogue().modules.values())
DERIVED_FACTS = {"applicant_kind", "identity_origin", "office_region", "age", "region_is_local", "account_is_own"}
PARTNERS_FACTS = {"student", "already_insured", "zhibao_state", "police_state"}


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.id)
def test_risk_mode_and_chain_of_a_module_agree(module: Module) -> None:
    chain = shipped_catalogue().chains[module.chain]

    assert (module.risk == 1) == (module.mode is Mode.TIMED)
    assert {1: len(chain.roles) >= 4, 2: len(chain.roles) == 2, 3: len(chain.roles) == 1}[module.risk]


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.id)
def test_the_initials_of_a_module_are_those_of_its_name(module: Module) -> None:
    initials = "".join(lazy_pinyin(module.name, style=Style.FIRST_LETTER, errors="ignore"))

    assert module.initials == initials


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.id)
def test_conditions_of_a_module_look_only_at_facts_that_somebody_makes(module: Module) -> None:
    looked_at: set[str] = set()
    for use in module.form.uses:
        looked_at |= facts_of(use.required) | facts_of(use.visible)
    for material in module.materials:
        looked_at |= facts_of(material.required) | facts_of(material.offered)
    for rule in module.rules:
        looked_at |= facts_of(rule.when)
    for check in shipped_catalogue().checks.values():
        looked_at |= facts_of(check.when)
    shared = {f"shared_{material.material}" for material in module.materials}
    fields = {use.field for use in module.form.uses}

    assert looked_at <= DERIVED_FACTS | PARTNERS_FACTS | shared | fields


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.id)
def test_defaults_of_choices_stand_in_their_lists(module: Module) -> None:
    catalogue = shipped_catalogue()
    words = {"today", "office_region", "office_township"}
    for use in module.form.uses:
        spec = catalogue.fields[use.field]
        if spec.kind is FieldKind.CHOICE and use.default and use.default not in words:
            assert catalogue.codes[spec.codes].find_label(use.default) is not None, use.field


def test_the_first_module_is_what_the_business_document_says() -> None:
    module = a_module()

    assert (module.name, module.risk, module.chain) == ("新参保登记", 2, "CH2")
    assert (module.mode, module.legal_days) == (Mode.INSTANT, 3)
    assert [rule.id for rule in module.rules if rule.act is RuleAct.BLOCK] == ["R001", "R004", "R005", "R007"]
    assert [rule.id for rule in module.rules if rule.act is RuleAct.RAISE] == ["R003", "V08"]


def test_v11_means_the_lowest_tier_of_the_table() -> None:
    (rule,) = (rule for rule in a_module().rules if rule.id == "V11")
    lowest = min(shipped_catalogue().codes["tiers"].entries, key=lambda entry: int(entry.code))

    assert holds(rule.when, {"CAZ289": lowest.code})


def test_accepting_comes_first_in_every_chain_of_counter_business() -> None:
    for chain in shipped_catalogue().chains.values():
        if chain.id.startswith("CH") and chain.id != "CHD":
            family = "PEN" if chain.id.endswith("P") else "PUB"
            assert [role for role in chain.roles[:2] if not role.startswith(family)] == []
            assert [shipped_catalogue().roles[role].kind for role in chain.roles[:2]] == ["受理", "复核"][
                : len(chain.roles)
            ]


def test_nobody_may_both_accept_and_review() -> None:
    # 人社厅发〔2021〕64号, 内人社办发〔2022〕98号
    exclusions = shipped_catalogue().exclusions

    for pair in (("PUB_BIZ", "PUB_CHK"), ("PEN_BIZ", "PEN_CHK"), ("FIN", "DATA"), ("SYS_ADM", "PUB_BIZ")):
        assert frozenset(pair) in exclusions
    for allowed in (("PUB_BIZ", "PEN_BIZ"), ("PUB_CHK", "PEN_CHK"), ("PEN_BIZ", "PUB_CHK")):
        assert frozenset(allowed) not in exclusions
    assert all(len(pair) == 2 for pair in exclusions)


def test_sensitive_fields_are_masked_and_fit_their_lists() -> None:
    catalogue = shipped_catalogue()
    for field in catalogue.fields.values():
        if field.kind in (FieldKind.ID_NUMBER, FieldKind.PHONE) or field.id == "AAE010":
            assert field.mask is not Mask.NONE, field.id
        if field.kind is FieldKind.CHOICE:
            assert max(len(entry.code) for entry in catalogue.codes[field.codes].entries) <= field.max_length, field.id


def test_every_message_says_what_why_and_what_next() -> None:
    catalogue = shipped_catalogue()
    checks = [(check.id, check.message) for check in catalogue.checks.values()]
    rules = [(rule.id, rule.message) for module in MODULES for rule in module.rules]
    for owner, message in [*checks, *rules]:
        for part in dataclasses.astuple(message):
            assert re.search(r"[\u4e00-\u9fff]", part), owner


def test_every_kind_of_check_is_used_and_every_material_is_known() -> None:
    catalogue = shipped_catalogue()

    assert {check.kind for check in catalogue.checks.values()} == set(CheckKind)
    assert {name for field in catalogue.fields.values() for name in field.checks} == set(catalogue.checks)
    assert catalogue.materials[MaterialId("MT03")].generated
