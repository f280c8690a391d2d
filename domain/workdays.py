"""Days from text, and time limits in working days (民法典 art. 201, 203; 行政许可法 art. 82 by analogy)."""

from __future__ import annotations

import re
from collections.abc import Set
from datetime import date, timedelta

_SATURDAY = 5
_BY_LAW = frozenset({"01-01", "05-01", "05-02", "10-01", "10-02", "10-03"})
"""Holidays on fixed days (全国年节及纪念日放假办法 § 2): whatever a calendar lists or leaves out."""

_PUBLISHED = "10-01"
"""A calendar with a year's National Day was made from the notice for that year; single days may reach into others."""
_DATE = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")


def parse_date(text: str) -> date | None:
    """A date from text of the form 2026-03-01; the other forms of ISO 8601 are not ours."""
    try:
        return date.fromisoformat(text) if _DATE.fullmatch(text) else None
    except ValueError:
        return None


def due_date(start: date, working_days: int, *, days_off: Set[str], days_worked: Set[str]) -> date:
    """The last day of a limit of ``working_days`` that begins on ``start``; the first day does not count.

    ``days_off`` are public holidays, ``days_worked`` the weekends worked instead, both ISO dates.
    A limit of 0 means the same day.
    """
    day = start
    left = working_days
    while left > 0:
        day += timedelta(days=1)
        if _is_working_day(day, days_off, days_worked):
            left -= 1
    return day


def is_certain(start: date, last: date, *, days_off: Set[str]) -> bool:
    """Whether the State Council's notices for all years of a limit are in the calendar; otherwise it may yet move."""
    return all(f"{year}-{_PUBLISHED}" in days_off for year in range(start.year, last.year + 1))


def _is_working_day(day: date, days_off: Set[str], days_worked: Set[str]) -> bool:
    text = day.isoformat()
    if text[5:] in _BY_LAW:
        return False
    if text in days_worked:
        return True
    return text not in days_off and day.weekday() < _SATURDAY
