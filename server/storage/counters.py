"""Counters per office. The row is locked until the transaction ends, so numbers have no gaps and no doubles."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Connection, insert
from sqlalchemy.exc import IntegrityError

from server.storage.statements import change_where, of, rows_where
from server.storage.tables import counters

_KEY = ("county", "office", "kind")
_RAISE = change_where(counters, *_KEY).values(value=counters.c.value + 1)


def next_value(connection: Connection, *, county: str, office: str, kind: str) -> int:
    """The next number, beginning with 1."""
    this = of(county=county, office=office, kind=kind)
    if not connection.execute(_RAISE, this).rowcount:
        try:
            with connection.begin_nested():
                connection.execute(insert(counters), {"county": county, "office": office, "kind": kind, "value": 1})
                return 1
        except IntegrityError:  # another transaction made the row meanwhile
            connection.execute(_RAISE, this)
    return int(connection.execute(rows_where(counters, *_KEY), this).one().value)


def raise_to(connection: Connection, *, county: str, office: str, kind: str, value: int) -> bool:
    """Let the numbers go on after ``value``; false when they were there already."""
    this = of(county=county, office=office, kind=kind)
    next_value(connection, county=county, office=office, kind=kind)  # makes the row, and locks it
    present = int(connection.execute(rows_where(counters, *_KEY), this).one().value) - 1
    connection.execute(change_where(counters, *_KEY), {**this, "value": max(present, value)})
    return present < value


def receipt_counter(day: date) -> str:
    """The kind of the counter of a day's receipt numbers."""
    return f"receipt-{day:%Y%m%d}"
