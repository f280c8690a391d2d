"""Statements that are built once: building one takes SQLAlchemy several times as long as all that comes after it."""

from __future__ import annotations

from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Delete, Select, Table, Update, and_, bindparam, delete, select, update

_OF = "of_"
"""A parameter of a condition; one with a column's own name would be its new value."""


@cache
def rows_where(table: Table, *columns: str) -> Select[Any]:
    """All rows with these values, given with ``of``."""
    return select(table).where(_equal(table, columns))


@cache
def change_where(table: Table, *columns: str) -> Update:
    """Change the rows with these values, given with ``of``; the other parameters are what the columns become."""
    return update(table).where(_equal(table, columns))


@cache
def delete_where(table: Table, *columns: str) -> Delete:
    """Delete the rows with these values, given with ``of``."""
    return delete(table).where(_equal(table, columns))


def of(**values: object) -> dict[str, object]:
    """The values of the columns that a statement was built for."""
    return {f"{_OF}{name}": value for name, value in values.items()}


def _equal(table: Table, columns: tuple[str, ...]) -> ColumnElement[bool]:
    return and_(*(table.c[name] == bindparam(f"{_OF}{name}", type_=table.c[name].type) for name in columns))
