"""Rows of a repeating group: each has facts of its own, together they make sums and a count."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from domain.catalogue.parse import parse_catalogue
from domain.catalogue.reading import CatalogueError
from domain.catalogue.values import FieldId, GroupId
from domain.forms.answers import Answer, RowId
from domain.forms.assess import Assessment
from tests.helpers.builders import M01, NUMBER, YOUNG_NUMBER, an_assessment, m01_answers
from tests.helpers.rules import MESSAGE, QUESTION, with_heirs

HEIRS = GroupId("heirs")


def case(*rows: dict[str, str]) -> Assessment:
    """A case with these heirs; keys are the ends of the fields' names."""
    catalogue = parse_catalogue(with_heirs())
    ids = [RowId(f"r{number}") for number, _ in enumerate(rows)]
    answers = m01_answers().with_rows(HEIRS, ids)
    for row, values in zip(ids, rows, strict=True):
        answers = answers.with_answer(
            *(Answer(field=FieldId(f"x_heir_{name}"), row=row, value=value) for name, value in values.items())
        )
    return an_assessment(answers, catalogue=catalogue, module=catalogue.modules[M01])


def blocked(assessment: Assessment) -> list[str]:
    return [one.text.what for one in assessment.rulings.blocking]


def test_f1_2_sum_and_count_over_rows_are_facts() -> None:
    two = case({"id": NUMBER, "share": "33.33"}, {"id": NUMBER, "share": "66.67"})

    assert (two.facts["heirs.count"], two.facts["x_heir_share.sum"]) == (2, Decimal(100))
    assert blocked(two) == []
    assert two.findings == ()


def test_a_sum_that_is_not_right_is_told_and_one_that_is_not_known_too() -> None:
    assert blocked(case({"id": NUMBER, "share": "60"}, {"id": NUMBER, "share": "41"})) == [MESSAGE["what"]]
    assert blocked(case({"id": NUMBER, "share": "60"}, {"id": NUMBER})) == [QUESTION["what"]]
    assert blocked(case({"id": NUMBER, "share": "60"}, {"id": NUMBER, "share": "x"})) == [QUESTION["what"]]


def test_no_rows_are_none_and_nothing_together() -> None:
    nobody = case()

    assert (nobody.facts["heirs.count"], nobody.facts["x_heir_share.sum"]) == (0, 0)
    assert blocked(nobody) == []


def test_a_row_looks_at_its_own_values() -> None:
    mixed = case({"id": NUMBER, "share": "50"}, {"id": YOUNG_NUMBER, "share": "50"})

    shown = [place.key.row for place in mixed.shown if place.key.field == "x_heir_guardian"]
    assert shown == ["r1"]
    assert [(one.key.field, one.key.row, one.code) for one in mixed.findings] == [("x_heir_guardian", "r1", "REQUIRED")]


def test_an_answer_that_is_hidden_in_its_row_is_no_part_of_the_case() -> None:
    hidden = case({"id": NUMBER, "share": "100", "guardian": "王某"})

    assert [(stray.key.field, stray.key.row, stray.code) for stray in hidden.strays] == [
        ("x_heir_guardian", "r0", "NOT_SHOWN")
    ]


def page(data: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = data["items"][0]["modules"][0]["pages"][-1]
    return found


@pytest.mark.parametrize(
    ("spoil", "fault"),
    [
        (
            lambda d: d["business_rules"][-1].update(when={"fact": "x_heir_share", "op": "gt", "value": 1}),
            "rules: X3 looks at 'x_heir_share', which this form does not have",
        ),
        (
            lambda d: d["business_rules"][-1].update(when={"fact": "hiers.count", "op": "gt", "value": 1}),
            "when.fact: no fact or field 'hiers.count'",
        ),
        (
            lambda d: d["business_rules"][-1].update(when={"fact": "x_heir_id.sum", "op": "gt", "value": 1}),
            "when.fact: no fact or field 'x_heir_id.sum'",
        ),
        (
            lambda d: page(d)["fields"][2].update(visible={"fact": "x_heir_share.sum", "op": "gt", "value": 1}),
            "fields[2].visible.fact: no fact or field 'x_heir_share.sum'",
        ),
        (
            lambda d: d["items"][0]["modules"][0]["materials"][0].update(
                required={"fact": "x_heir_share", "op": "gt", "value": 1}
            ),
            "materials[0].required.fact: no fact or field 'x_heir_share'",
        ),
    ],
)
def test_what_only_a_row_knows_is_no_fact_of_the_form(spoil: Callable[[dict[str, Any]], object], fault: str) -> None:
    data = with_heirs()
    spoil(data)

    with pytest.raises(CatalogueError) as raised:
        parse_catalogue(data)

    assert any(fault in said for said in raised.value.faults), raised.value.faults
