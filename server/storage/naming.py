"""By what cases are found: the beginning of a receipt number, a person's key, the beginning of a name."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import ColumnElement, Connection, insert, select, tuple_

from domain.codes import COUNTY_DIGITS
from domain.identity import PersonKey
from server.storage.cases import CaseRecord
from server.storage.statements import of, rows_where
from server.storage.tables import case_names, case_parties, cases


def add_names(connection: Connection, record: CaseRecord, names: Iterable[str]) -> None:
    """Note what the people of a case are called; the names of earlier revisions stay."""
    key = {"county": record.county, "case_id": record.id}
    known = connection.execute(rows_where(case_names, "county", "case_id"), of(**key))
    fresh = set(names) - {row.name for row in known}
    for name in sorted(fresh):
        connection.execute(insert(case_names), {**key, "name": name})


def by_receipt(beginning: str) -> ColumnElement[bool]:
    """Cases whose receipt number begins so; at least with the county."""
    return (cases.c.county == beginning[:COUNTY_DIGITS]) & _begins(cases.c.receipt_no, beginning)


def by_person(person: PersonKey) -> ColumnElement[bool]:
    """Cases of which this person is or ever was a party."""
    found = select(case_parties.c.county, case_parties.c.case_id).where(case_parties.c.person == person)
    return tuple_(cases.c.county, cases.c.id).in_(found)


def by_name(beginning: str, *, whole: bool) -> ColumnElement[bool]:
    """Cases with somebody whose name begins so, or is this one."""
    name = case_names.c.name
    found = select(case_names.c.county, case_names.c.case_id).where(
        name == beginning if whole else _begins(name, beginning)
    )
    return tuple_(cases.c.county, cases.c.id).in_(found)


def _begins(column: ColumnElement[str], beginning: str) -> ColumnElement[bool]:
    """As a range that an index can walk: up to the next text of the same length. Ends in a digit, dash or letter."""
    return (column >= beginning) & (column < beginning[:-1] + chr(ord(beginning[-1]) + 1))
