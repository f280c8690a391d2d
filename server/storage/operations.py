"""Answers given once, kept so that the same question gets the same answer."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection, insert
from sqlalchemy.exc import IntegrityError

from domain.refusals import Refusal, RefusalCode
from server.storage.statements import change_where, delete_where, of, rows_where
from server.storage.tables import operations

_KEY = ("county", "key")

KeptAnswer = bytes | Refusal
"""What came of a request: a wire value as JSON, or why not."""


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
    answer: KeptAnswer = field(repr=False)


def claim(connection: Connection, operation: Operation, *, at: datetime) -> Answered | None:
    """Take a key, or give what was answered under it.

    A second transaction with the same key waits here until the first one ends.
    """
    try:
        with connection.begin_nested():
            connection.execute(
                insert(operations),
                {
                    "county": operation.county,
                    "key": operation.key,
                    "account": operation.account,
                    "fingerprint": operation.fingerprint,
                    "refusal": "",
                    "body": "",
                    "at": at,
                },
            )
    except IntegrityError:
        return _get_answered(connection, operation)
    return None


def keep_answer(connection: Connection, operation: Operation, answer: KeptAnswer) -> None:
    """Keep the answer under the key that was taken."""
    if isinstance(answer, Refusal):
        values = {"refusal": answer.code.value, "body": json.dumps(dict(answer.facts), ensure_ascii=False)}
    else:
        values = {"refusal": "", "body": answer.decode()}
    connection.execute(change_where(operations, *_KEY), {**_this(operation), **values})


def release(connection: Connection, operation: Operation) -> None:
    """Give the key back: the question may be asked again."""
    connection.execute(delete_where(operations, *_KEY), _this(operation))


def _get_answered(connection: Connection, operation: Operation) -> Answered:
    row = connection.execute(rows_where(operations, *_KEY), _this(operation)).one()
    answer: KeptAnswer = row.body.encode()
    if row.refusal:
        answer = Refusal(code=RefusalCode(row.refusal), facts=json.loads(row.body))
    return Answered(
        operation=Operation(county=row.county, key=row.key, account=row.account, fingerprint=row.fingerprint),
        answer=answer,
    )


def _this(operation: Operation) -> dict[str, object]:
    return of(county=operation.county, key=operation.key)
