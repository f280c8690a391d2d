"""Counters per office. The row is locked until the transaction ends, so numbers have no gaps and no doubles."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Connection, insert, select, update
from sqlalchemy.exc import IntegrityError

from server.storage.tables import counters


def next_value(connection: Connection, *, county: str, office: str, kind: str) -> int:
    """The next number, beginning with 1."""
    this = (counters.c.county == county) & (counters.c.office == office) & (counters.c.kind == kind)
    raise_it = update(counters).where(this).values(value=counters.c.value + 1)
    if not connection.execute(raise_it).rowcount:
        try:
            with connection.begin_nested():
                connection.execute(insert(counters).values(county=county, office=office, kind=kind, value=1))
                return 1
        except IntegrityError:  # another transaction made the row meanwhile
            connection.execute(raise_it)
    return int(connection.execute(select(counters.c.value).where(this)).scalar_one())


def raise_to(connection: Connection, *, county: str, office: str, kind: str, value: int) -> bool:
    """Let the numbers go on after ``value``; false when they were there already."""
    this = (counters.c.county == county) & (counters.c.office == office) & (counters.c.kind == kind)
    next_value(connection, county=county, office=office, kind=kind)  # makes the row, and locks it
    present = int(connection.execute(select(counters.c.value).where(this)).scalar_one()) - 1
    connection.execute(update(counters).where(this).values(value=max(present, value)))
    return present < value


def receipt_counter(day: date) -> str:
    """The kind of the counter of a day's receipt numbers."""
    return f"receipt-{day:%Y%m%d}"
