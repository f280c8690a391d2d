"""Dated parameters: the value of the day, with its source; nothing formal is based on one that nobody verified."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from domain.catalogue.parameters import Dated, Parameter
from domain.catalogue.parse import parse_catalogue
from domain.catalogue.reading import CatalogueError
from domain.forms.assess import Assessment
from domain.refusals import Refusal, RefusalCode
from tests.helpers.builders import M01, TODAY, an_assessment, catalogue_data, shipped_catalogue

FLOOR = Parameter(
    name="floor",
    label="最低标准",
    unit="元/月",
    entries=(
        Dated(since=date(2024, 1, 1), value=Decimal(123), source="文号一", verified=True),
        Dated(since=date(2025, 1, 1), value=Decimal(143), source="记忆", verified=False),
    ),
)


def test_the_value_of_a_day_is_the_last_one_that_began() -> None:
    for day, value in ((date(2024, 1, 1), 123), (date(2024, 12, 31), 123), (date(2025, 1, 1), 143)):
        found = FLOOR.on_trial(day)
        assert found is not None
        assert found.value == value
    assert FLOOR.on_trial(date(2023, 12, 31)) is None


def test_nothing_formal_is_based_on_what_nobody_verified() -> None:
    assert FLOOR.formally(date(2024, 6, 1)) == Decimal(123)
    for day in (date(2025, 6, 1), date(2023, 1, 1)):
        refused = FLOOR.formally(day)
        assert isinstance(refused, Refusal)
        assert refused.code is RefusalCode.PARAMETER_UNVERIFIED
        assert refused.facts == {"parameter": "最低标准", "day": day.isoformat()}


def with_parameter(*, verified: bool) -> Assessment:
    """M01, which blocks whom the age limit of a parameter shuts out, and asks while nobody verified the limit."""
    data = catalogue_data()
    entry = {"since": "2020-01-01", "value": "50", "source": "x", "verified": verified}
    data["parameters"].append({"name": "limit", "label": "年龄上限", "unit": "岁", "entries": [entry]})
    data["business_rules"].append(
        {
            "id": "X1",
            "act": "block",
            "unknown": "ask",
            "when": {"fact": "age", "op": "gt", "other": {"fact": "parameter.limit"}},
            "message": {"what": "超龄"},
            "question": {"what": "上限未核实"},
        }
    )
    data["items"][0]["modules"][0]["rules"].append("X1")
    catalogue = parse_catalogue(data)
    return an_assessment(catalogue=catalogue, module=catalogue.modules[M01])


def test_a_rule_sees_a_parameter_only_once_it_is_verified() -> None:
    verified, unverified = with_parameter(verified=True), with_parameter(verified=False)

    assert [one.text.what for one in verified.rulings.blocking] == ["超龄"]
    assert [one.text.what for one in unverified.rulings.asked] == ["上限未核实"]
    assert "parameter.limit" not in unverified.facts


def test_parameters_of_the_product_keep_their_sources_and_are_not_verified_yet() -> None:
    parameters = shipped_catalogue().parameters.values()

    assert parameters
    assert all(entry.source for parameter in parameters for entry in parameter.entries)
    assert all(isinstance(parameter.formally(TODAY), Refusal) for parameter in parameters)


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"since": "2026-1-1"}, "entries[0].since: '2026-1-1' is no date"),
        ({"since": "2026-06-01"}, "parameters[0].entries: the days do not go up"),
        ({"value": "1e3"}, "entries[0].value: '1e3' is no number"),
        ({"value": 123}, "entries[0].value: not a str"),
        ({"verified": "no"}, "entries[0].verified: not a bool"),
    ],
)
def test_a_parameter_is_read_strictly(change: dict[str, Any], fault: str) -> None:
    data = catalogue_data()
    data["parameters"][0]["entries"][0].update(change)

    with pytest.raises(CatalogueError) as raised:
        parse_catalogue(data)

    assert any(fault in said for said in raised.value.faults), raised.value.faults
