"""Answers given once, kept so that the same question gets the same answer byte for byte."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from server.storage.tables import operations


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """An answer as it went over the wire. ``location`` is empty when nothing was made."""

    status: int
    body: bytes = field(repr=False)
    location: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """What was asked under a key: by which account, and a hash of the request."""

    county: str
    key: str
    account: str
    fingerprint: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """An operation that was answered before."""

    operation: Operation
    reply: Reply


def claim(connection: Connection, operation: Operation, *, at: datetime) -> Answered | None:
    """Take a key, or give what was answered under it.

    A second transaction with the same key waits here until the first one ends.
    """
    try:
        with connection.begin_nested():
            connection.execute(
                insert(operations).values(
                    county=operation.county,
                    key=operation.key,
                    account=operation.account,
                    fingerprint=operation.fingerprint,
                    status=0,
                    location="",
                    body="",
                    at=at,
                )
            )
    except IntegrityError:
        return _get_answered(connection, operation)
    return None


def keep_reply(connection: Connection, operation: Operation, reply: Reply) -> None:
    """Keep the answer under the key that was taken."""
    values = {"status": reply.status, "location": reply.location, "body": reply.body.decode()}
    connection.execute(update(operations).where(_this(operation)).values(**values))


def release(connection: Connection, operation: Operation) -> None:
    """Give the key back: the question may be asked again."""
    connection.execute(delete(operations).where(_this(operation)))


def _get_answered(connection: Connection, operation: Operation) -> Answered:
    row = connection.execute(select(operations).where(_this(operation))).one()
    return Answered(
        operation=Operation(county=row.county, key=row.key, account=row.account, fingerprint=row.fingerprint),
        reply=Reply(status=row.status, body=row.body.encode(), location=row.location),
    )


def _this(operation: Operation) -> ColumnElement[bool]:
    return (operations.c.county == operation.county) & (operations.c.key == operation.key)
