"""What a business rule does while nobody knows whether it holds, and what a module registers."""

from __future__ import annotations

import pytest

from domain.catalogue.modules import registering_rule
from domain.catalogue.parse import parse_catalogue
from domain.forms.assess import Assessment
from domain.rules import Facts
from tests.helpers.builders import M01, a_module, an_assessment
from tests.helpers.rules import MESSAGE, QUESTION, with_module_for_insured, with_rule


def assessed(act: str, unknown: str, **told: bool) -> Assessment:
    catalogue = parse_catalogue(with_rule(act, unknown))
    return an_assessment(catalogue=catalogue, module=catalogue.modules[M01], told=told)


def said(assessment: Assessment) -> dict[str, list[str]]:
    rulings = assessment.rulings
    parts = {"blocking": rulings.blocking, "told": rulings.told, "asked": rulings.asked}
    return {part: [one.text.what for one in found] for part, found in parts.items() if found}


@pytest.mark.parametrize("act", ["block", "warn", "raise"])
def test_f1_2_an_unknown_fact_asks_passes_or_blocks_as_the_rule_says(act: str) -> None:
    assert said(assessed(act, "pass")) == {}
    assert said(assessed(act, "ask")) == {"asked": [QUESTION["what"]]}
    assert said(assessed(act, "block")) == {"blocking": [QUESTION["what"]]}
    assert assessed(act, "ask").risk == 2


@pytest.mark.parametrize("unknown", ["pass", "ask", "block"])
def test_f1_2_a_fact_that_is_known_decides_whatever_the_rule_says_of_unknown(unknown: str) -> None:
    known = {act: said(assessed(act, unknown, student=True)) for act in ("block", "warn", "raise")}

    assert known == {"block": {"blocking": [MESSAGE["what"]]}, "warn": {"told": [MESSAGE["what"]]}} | {
        "raise": {"told": [MESSAGE["what"]]}
    }
    assert said(assessed("block", unknown, student=False)) == {}
    assert assessed("raise", unknown, student=True).risk == 1


def test_f4_2_a_module_may_demand_what_nobody_knows_at_the_counter() -> None:
    catalogue = parse_catalogue(with_module_for_insured())
    (module,) = (module for module in catalogue.modules.values() if module.id == "M02")

    for told, blocked in (({}, []), ({"already_insured": True}, []), ({"already_insured": False}, [MESSAGE["what"]])):
        assessment = an_assessment(catalogue=catalogue, module=module, told=told)
        assert [one.text.what for one in assessment.rulings.blocking] == blocked
    assert registering_rule(module) is None


def test_a_module_that_registers_turns_away_whom_it_registered() -> None:
    rule = registering_rule(a_module())

    assert rule is not None
    assert rule.id == "R004"
    assert [one.rule.id for one in an_assessment(told={"already_insured": True}).rulings.blocking] == ["R004"]


def test_a_record_tells_only_what_the_dictionary_lets_it_tell() -> None:
    told: Facts = {"age": 70, "today": True, "student": "yes", "already_insured": False, "nobody knows": True}

    facts = an_assessment(told=told).facts

    assert facts["age"] == 55
    assert facts["already_insured"] is False
    assert not {"student", "nobody knows"} & set(facts)
