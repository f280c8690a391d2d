"""Limits in working days (民法典 art. 201, 203) with the calendar of 2026."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.workdays import due_date, is_certain
from tests.helpers.builders import shipped_catalogue


def due(start: str, days: int) -> str:
    catalogue = shipped_catalogue()
    day = due_date(date.fromisoformat(start), days, days_off=catalogue.days_off, days_worked=catalogue.days_worked)
    return day.isoformat()


@pytest.mark.parametrize(
    ("start", "days", "last"),
    [
        ("2026-11-24", 0, "2026-11-24"),
        ("2026-10-01", 0, "2026-10-01"),
        ("2026-11-24", 1, "2026-11-25"),
        ("2026-11-24", 3, "2026-11-27"),
        ("2026-11-27", 1, "2026-11-30"),
        ("2026-11-24", 10, "2026-12-08"),
        ("2026-09-30", 1, "2026-10-08"),
        ("2026-09-30", 3, "2026-10-10"),
        ("2026-09-30", 4, "2026-10-12"),
        ("2026-09-18", 1, "2026-09-20"),
        ("2026-09-18", 2, "2026-09-21"),
        ("2026-02-13", 1, "2026-02-14"),
        ("2026-02-13", 2, "2026-02-24"),
        ("2026-01-02", 1, "2026-01-04"),
        # F16: 1 January 2027 is a holiday by law, also while no notice of the State Council lists it.
        ("2026-12-31", 1, "2027-01-04"),
        ("2026-12-31", 3, "2027-01-06"),
        ("2027-04-30", 1, "2027-05-03"),
        ("2027-09-30", 1, "2027-10-04"),
    ],
)
def test_a_limit_ends_on_the_last_of_its_working_days(start: str, days: int, last: str) -> None:
    assert due(start, days) == last


@given(st.dates(date(2026, 1, 1), date(2026, 12, 31)), st.integers(1, 60))
def test_a_limit_ends_on_a_working_day_and_grows_with_its_days(start: date, days: int) -> None:
    catalogue = shipped_catalogue()
    last = date.fromisoformat(due(start.isoformat(), days))

    assert last >= start + timedelta(days=days)
    assert last > date.fromisoformat(due(start.isoformat(), days - 1))
    assert last.isoformat() not in catalogue.days_off
    assert last.weekday() < 5 or last.isoformat() in catalogue.days_worked


@pytest.mark.parametrize(
    ("start", "last", "certain"),
    [
        ("2026-11-24", "2026-12-31", True),
        ("2026-12-31", "2027-01-06", False),
        ("2027-01-04", "2027-01-05", False),
        ("2025-12-30", "2026-01-04", False),
    ],
)
def test_F16_a_limit_beyond_the_published_calendar_may_yet_move(start: str, last: str, certain: bool) -> None:
    """The calendar is that of 2026; a day of another year in it would not make that year known."""
    days_off = shipped_catalogue().days_off | {"2027-01-01"}

    assert is_certain(date.fromisoformat(start), date.fromisoformat(last), days_off=days_off) is certain


def test_the_calendar_agrees_with_itself() -> None:
    catalogue = shipped_catalogue()

    assert not catalogue.days_off & catalogue.days_worked
    assert all(date.fromisoformat(day).weekday() >= 5 for day in catalogue.days_worked)
    assert len(catalogue.days_off) == 33
    assert len(catalogue.days_worked) == 6
