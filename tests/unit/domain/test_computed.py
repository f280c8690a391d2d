"""Fields that follow from others: the same on both sides, and nobody fills them in."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from domain.catalogue.parse import parse_catalogue
from domain.catalogue.reading import CatalogueError
from domain.catalogue.values import Catalogue, FieldId, Module, PartyRole
from domain.forms.answers import Answer, AnswerKey, Answers, ApplicantKind, Origin, RowId, Setting, value_of
from domain.forms.assess import Assessment, assess
from domain.forms.parties import identity_shown
from tests.helpers.builders import M01, a_setting, m01_answers, shipped_catalogue
from tests.helpers.heirs import (
    AGE,
    BORN,
    HEIR_SHARE,
    T01,
    TOTAL,
    a_heir_number,
    computed_data,
    heir,
    heirs_answers,
    heirs_data,
)

R1, R2 = RowId("r1"), RowId("r2")
TWO = heirs_answers(heir("r1", 1, "40"), heir("r2", 2, "60", name="王测试"))


def catalogue() -> Catalogue:
    return parse_catalogue(computed_data())


def assessed(answers: Answers) -> Assessment:
    found = catalogue()
    return assess(found, found.modules[T01], answers, a_setting(), told={})


def test_1_what_follows_is_computed_for_the_form_and_for_each_row() -> None:
    found = assessed(TWO.with_answer(Answer(field=FieldId("AAC030"), value="2026-03-14")))

    assert value_of(found.answers, TOTAL) == "100"
    assert [value_of(found.answers, BORN, row) for row in (R1, R2)] == ["1964-03-15"] * 2
    assert [value_of(found.answers, AGE, row) for row in (R1, R2)] == ["61"] * 2, "a day before the birthday"
    assert {answer.origin for answer in found.computed} == {Origin.COMPUTED}
    assert all(place.use.read_only for place in found.shown if place.use.computed)
    assert found.findings == ()


def test_1_what_nobody_knows_yet_is_computed_to_nothing() -> None:
    found = assessed(TWO.with_answer(Answer(field=HEIR_SHARE, row=R2, value="")))

    assert value_of(found.answers, TOTAL) == ""
    assert AnswerKey(TOTAL) in {answer.key for answer in found.computed}, "what stood there goes"


def test_1_a_value_that_was_handed_in_counts_for_nothing_and_is_refused_where_it_differs() -> None:
    right = TWO.with_answer(*assessed(TWO).computed)
    assert assessed(right).strays == ()
    assert assessed(right).answers == right

    for value in ("101", ""):
        wrong = assessed(right.with_answer(Answer(field=TOTAL, value=value)))
        assert [(stray.key, stray.code) for stray in wrong.strays] == [(AnswerKey(TOTAL), "NOT_COMPUTED")]
        assert value_of(wrong.answers, TOTAL) == "100"
    unknown = right.with_answer(Answer(field=HEIR_SHARE, row=R2, value=""))
    assert AnswerKey(TOTAL) in {stray.key for stray in assessed(unknown).strays}


def test_1_conditions_and_sums_look_at_what_is_computed() -> None:
    data = computed_data()
    module = data["items"][0]["modules"][1]
    module["pages"][4]["fields"].append({"id": "x_proof", "visible": {"fact": f"{AGE}.sum", "op": "gt", "value": 100}})
    data["fields"].append({"id": "x_proof", "label": "说明", "kind": "text", "max_length": 10})
    found = parse_catalogue(data)

    assert "x_proof" in {
        place.use.field for place in assess(found, found.modules[T01], TWO, a_setting(), told={}).shown
    }


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"computed": {"fact": "today"}}, "a date, not a number"),
        ({"computed": {"years": [{"fact": "AAC002.birth"}, {"fact": "today"}]}}, "follows from 'today'"),
        ({"computed": {"fact": "age"}}, "follows from 'today'"),
        ({"computed": {"fact": "AAC002.birth"}}, "a date, not a number"),
        ({"computed": {"fact": "x_nobody"}}, "no fact or field 'x_nobody'"),
        ({"computed": {"fact": str(TOTAL)}}, f"looks at '{TOTAL}'"),
        ({"computed": {"constant": 1}, "default": "1"}, "nothing else fills it in"),
    ],
)
def test_1_what_cannot_be_computed_alike_on_both_sides_is_a_named_fault(changes: dict[str, Any], why: str) -> None:
    with pytest.raises(CatalogueError) as refused:
        parse_catalogue(computed_data(**changes))

    assert any("computed" in fault and why in fault for fault in refused.value.faults), refused.value.faults


def test_1_electronic_identities_are_taken_where_the_module_says_so() -> None:
    data = heirs_data()
    plain = parse_catalogue(data)
    data["items"][0]["modules"][1]["electronic"] = True
    open_to = parse_catalogue(data)
    shown = tuple(dataclasses.replace(one, origin=Origin.ELECTRONIC) for one in a_setting().identities)

    for found, codes in ((plain, ["NOT_ELECTRONIC"]), (open_to, [])):
        setting = a_setting(identities=shown)
        findings = assess(found, found.modules[T01], TWO, setting, told={}).findings
        assert [finding.code for finding in findings] == codes


def test_a_module_may_demand_that_whoever_acts_has_shown_who_they_are() -> None:
    shipped = shipped_catalogue()
    strict = dataclasses.replace(shipped.modules[M01], agent_shown=True)
    number = a_heir_number(7)
    answers = m01_answers(x_agent_name="李测试", x_agent_id=number, x_agent_rel="2")
    agent = identity_shown("李测试", number, Origin.CARD, PartyRole.AGENT)
    in_person = a_setting()

    def codes(module: Module, setting: Setting) -> list[str]:
        return [one.code for one in assess(shipped, module, answers, setting, told={}).findings if "AGENT" in one.code]

    for kind in (ApplicantKind.AGENT, ApplicantKind.VILLAGE):
        unshown = dataclasses.replace(in_person, applicant_kind=kind)
        shown = dataclasses.replace(unshown, identities=(*unshown.identities, agent))
        assert codes(shipped.modules[M01], unshown) == []
        assert codes(strict, unshown) == ["AGENT_NOT_SHOWN"]
        assert codes(strict, shown) == []
    assert codes(strict, in_person) == []


def test_a_module_for_which_nobody_acts_cannot_demand_it() -> None:
    data = heirs_data()
    module = data["items"][0]["modules"][1]
    module["agent_shown"] = True
    module["parties"] = [party for party in module["parties"] if party["role"] not in ("agent", "guardian")]

    with pytest.raises(CatalogueError, match="agent_shown: nobody acts"):
        parse_catalogue(data)
