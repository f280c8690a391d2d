"""What the database knows of the installation that it belongs to."""

from __future__ import annotations

from sqlalchemy import Connection, insert, select
from sqlalchemy.exc import IntegrityError

from server.storage.tables import marks


def find_mark(connection: Connection, name: str) -> str | None:
    """A mark that was written."""
    return connection.execute(select(marks.c.value).where(marks.c.name == name)).scalar()


def keep_mark(connection: Connection, name: str, value: str) -> str:
    """Write a mark that is not there yet; what is there in the end, from whoever was first."""
    try:
        with connection.begin_nested():
            connection.execute(insert(marks).values(name=name, value=value))
    except IntegrityError:
        return str(connection.execute(select(marks.c.value).where(marks.c.name == name)).scalar_one())
    return value
