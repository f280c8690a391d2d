"""How papers and the customer's screen write dates, times and numbers."""

from __future__ import annotations

from datetime import date, datetime

from domain.business_time import business_day, business_time
from resources import word

_GROUP = 4
_SEPARATORS = ("-", " ")


def chinese_date(day: date) -> str:
    """2026年3月5日."""
    return word("paper", "day", year=day.year, month=day.month, day=day.day)


def chinese_time(moment: datetime) -> str:
    """2026年3月5日 09:05, as the agencies' clocks show it."""
    return f"{chinese_date(business_day(moment))} {business_time(moment):%H:%M}"


def number_groups(number: str) -> tuple[str, ...]:
    """A long number in parts that are easy to say and copy: its own parts, or four characters each from the left."""
    for separator in _SEPARATORS:
        if separator in number:
            return tuple(part for part in number.split(separator) if part)
    return tuple(number[at : at + _GROUP] for at in range(0, len(number), _GROUP))
