"""A legal day and a printed time are of UTC+8, wherever the machine believes to be."""

from __future__ import annotations

import ast
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import pytest

from domain.business_time import as_business_time, business_day, business_time, business_time_of
from tests.helpers.source import Source, load_source, load_sources

LATE = datetime(2026, 11, 27, 17, 30, tzinfo=UTC)
"""Half past one in the night of the 28th at the counter."""

_LOCAL = {"date", "astimezone", "today", "localtime", "utcnow", "utcfromtimestamp", "ctime", "currentDate"}
_NEED_A_ZONE = {"now": 1, "fromtimestamp": 2}
_WITHOUT_ARGUMENTS = {"date", "today"}
_THE_ONE_PLACE = "domain/business_time.py"


def _takes_a_day_from_a_clock(node: ast.Call) -> bool:
    """Whether by this call a day or a local time comes from the machine's zone, or from no zone at all."""
    if not isinstance(node.func, ast.Attribute):
        return False
    name, given = node.func.attr, len(node.args) + len(node.keywords)
    if name in _WITHOUT_ARGUMENTS:
        return not given
    of_datetime = isinstance(node.func.value, ast.Name) and node.func.value.id == "datetime"
    return name in _LOCAL or (name in _NEED_A_ZONE and of_datetime and given < _NEED_A_ZONE[name])


def _culprits(source: Source) -> list[str]:
    calls = (node for node in source.walk() if isinstance(node, ast.Call))
    return [f"{source.name}:{call.lineno}" for call in calls if _takes_a_day_from_a_clock(call)]


def test_F8_the_day_and_the_hour_are_those_of_the_counter() -> None:
    assert business_day(LATE) == date(2026, 11, 28)
    assert f"{business_time(LATE):%H:%M}" == "01:30"
    assert business_time_of(LATE.timestamp()) == LATE
    assert business_time(LATE).utcoffset() == timedelta(hours=8)


def test_F8_a_time_without_a_zone_is_no_moment() -> None:
    for wrong in (business_day, business_time):
        with pytest.raises(ValueError, match="zone"):
            wrong(LATE.replace(tzinfo=None))


def test_F8_what_somebody_wrote_without_a_zone_is_meant_at_the_counter() -> None:
    assert as_business_time(date(2026, 12, 1)) == datetime(2026, 11, 30, 16, tzinfo=UTC)
    assert as_business_time(datetime(2026, 12, 1, 8)) == datetime(2026, 12, 1, tzinfo=UTC)
    abroad = datetime(2026, 12, 1, tzinfo=timezone(timedelta(hours=1)))
    assert as_business_time(abroad) is abroad


def test_F8_no_other_place_makes_a_day_from_a_clock() -> None:
    sources = load_sources("app", "server", "domain", "hardware", "tests")
    assert [at for source in sources if source.name != _THE_ONE_PLACE for at in _culprits(source)] == []


@pytest.mark.parametrize(
    "text",
    [
        "x = tools.now().date()",
        "x = moment.astimezone()",
        "x = date.today()",
        "x = datetime.now()",
        "x = datetime.fromtimestamp(1.0)",
        "x = time.localtime()",
        "x = datetime.utcnow()",
    ],
)
def test_F8_such_a_place_is_seen(tmp_path: Path, text: str) -> None:
    path = tmp_path / "made.py"
    path.write_text(text, encoding="utf-8")
    assert _culprits(load_source(path, tmp_path)) == ["made.py:1"]
