"""The catalogue that is shipped: consistent as the business document (8.1) asks, and fit to be shown."""

from __future__ import annotations

import dataclasses
import re

import pytest
from pypinyin import Style, lazy_pinyin

from domain.catalogue.values import CheckKind, FieldKind, MaterialId, Mode, Module, RuleAct
from domain.forms.answers import ApplicantKind
from domain.identity import Mask
from domain.rules import Truth, truth
from tests.helpers.builders import a_module, shipped_catalogue

MODULES = tuple(shipped_catalogue().modules.values())


def test_risks_are_done_as_the_business_document_says() -> None:
    risks = shipped_catalogue().risks

    assert {level.level: (level.mode, level.shortest) for level in risks.values()} == {
        1: (Mode.TIMED, 4),
        2: (Mode.INSTANT, 2),
        3: (Mode.INSTANT, 1),
    }
    assert risks[2].longest == 2
    assert risks[3].longest == 1


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.id)
def test_the_initials_of_a_module_are_those_of_its_name(module: Module) -> None:
    initials = "".join(lazy_pinyin(module.name, style=Style.FIRST_LETTER, errors="ignore"))

    assert module.initials == initials


def test_the_first_module_is_what_the_business_document_says() -> None:
    module = a_module()

    assert (module.name, module.risk, module.chain) == ("新参保登记", 2, "CH2")
    assert (module.mode, module.legal_days) == (Mode.INSTANT, 3)
    assert [rule.id for rule in module.rules if rule.act is RuleAct.BLOCK] == ["R001", "R004", "R005", "R007"]
    assert [rule.id for rule in module.rules if rule.act is RuleAct.RAISE] == ["R003", "V08"]


def test_v11_means_the_lowest_tier_of_the_table() -> None:
    (rule,) = (rule for rule in a_module().rules if rule.id == "V11")
    lowest = min(shipped_catalogue().codes["tiers"].entries, key=lambda entry: int(entry.code))

    assert truth(rule.when, {"CAZ289": lowest.code}) is Truth.TRUE


def test_who_may_apply_is_the_same_in_the_dictionary_and_in_the_program() -> None:
    assert shipped_catalogue().facts["applicant_kind"].spec.values == {kind.value for kind in ApplicantKind}


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
