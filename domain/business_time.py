"""The one time zone of the agencies (UTC+8): legal days and times that people read are of it, never of the machine's.

Nothing else in the project makes a day or a local time from a moment (``tests/unit/test_business_time.py``).
"""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

BUSINESS_ZONE = timezone(timedelta(hours=8), "CST")
"""China has one time zone, without summer time; days of limits and receipt numbers are counted in it."""


def business_time(moment: datetime) -> datetime:
    """The moment as the agencies' clocks show it. ValueError for a time without a zone: nobody can tell when it was."""
    if moment.tzinfo is None:
        raise ValueError("a time without a zone")
    return moment.astimezone(BUSINESS_ZONE)


def business_time_of(seconds: float) -> datetime:
    """The same for seconds since 1970 UTC."""
    return datetime.fromtimestamp(seconds, BUSINESS_ZONE)


def business_day(moment: datetime) -> date:
    """The legal day on which the moment falls. ValueError for a time without a zone."""
    return business_time(moment).date()


def as_business_time(text: date | datetime) -> datetime:
    """What somebody wrote down: without a zone it is meant in this one, a day means its beginning."""
    if isinstance(text, datetime):
        return text if text.tzinfo is not None else text.replace(tzinfo=BUSINESS_ZONE)
    return datetime(text.year, text.month, text.day, tzinfo=BUSINESS_ZONE)
