"""What is readable of a database that was set aside comes back into the store; what was set aside stays as it is."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.store.db import DAMAGED_LOG_SUFFIX, database_path, migrate, prepare
from app.store.faults import StoreFault, fault_of_os_error
from app.store.files import make_folder, write_durably
from app.store.wal import without_damaged_frames

TABLES = ("draft", "page", "outbox", "mirror", "receipt_due", "note")
"""What is kept for somebody, in this order: a draft and its pages before anything may look for them. The changes of the
office are asked for anew, and the number of turns is the store's own.
"""
OWN_NUMBER = "number"
"""The column that orders the rows of a table: a row that is taken back gets another."""

_COPY = "recovering"
_WIDEST_GAP = 1_000_000
"""Behind so many row numbers without a readable one the rest of a table is given up."""

_ROOM_BYTES = 64 * 1024 * 1024
"""SQLite reads nothing of a file that is shorter than its header says: the copy of a cut one is made longer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recovered:
    """How much came back: unfinished visits, steps of the outbox, pages; ``lost`` counts what could not be read."""

    drafts: int = 0
    steps: int = 0
    pages: int = 0
    lost: int = 0

    def __add__(self, other: Recovered) -> Recovered:
        return Recovered(
            drafts=self.drafts + other.drafts,
            steps=self.steps + other.steps,
            pages=self.pages + other.pages,
            lost=self.lost + other.lost,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A row that was read; ``row`` is None for one that could not be."""

    table: str
    row: Mapping[str, Any] | None


def read_set_aside(place: Path, key: bytes) -> Iterator[Found]:
    """Every row of the database at ``place`` that can be read, table by table. Raises StoreFault.

    Works on a copy. A database that does not open at all gives one row that could not be read; none gives none.
    """
    copy = place.parent / _COPY
    shutil.rmtree(copy, ignore_errors=True)
    make_folder(copy)
    try:
        path = _copied(place, copy, key)
        if path is not None:
            reader = _Reader(path, key)
            try:
                for table in TABLES:
                    yield from _rows(reader, table)
            finally:
                reader.close()
    finally:
        shutil.rmtree(copy, ignore_errors=True)


def _copied(place: Path, copy: Path, key: bytes) -> Path | None:
    """The database with as much of its log as is whole."""
    original = database_path(place, key)
    target = copy / original.name
    try:
        shutil.copyfile(original, target)
        if target.stat().st_size == 0:
            return None
        os.truncate(target, target.stat().st_size + _ROOM_BYTES)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise fault_of_os_error(error) from error
    for suffix in (DAMAGED_LOG_SUFFIX, "-wal"):
        log = original.with_name(original.name + suffix)
        if log.exists():
            write_durably(target.with_name(f"{target.name}-wal"), without_damaged_frames(log.read_bytes()))
            break
    return target


class _Reader:
    """Reads what can be read: after each damaged page the connection is of no more use, and another one is made."""

    def __init__(self, path: Path, key: bytes) -> None:
        import sqlcipher3.dbapi2 as sqlite

        self._path = path
        self._key = key
        self._error = sqlite.Error
        self._connection: Any = None
        with suppress(*self._errors):  # an older schema is brought up as far as it goes
            self._connect()
            migrate(self._connection)

    @property
    def _errors(self) -> tuple[type[Exception], ...]:
        return (self._error, StoreFault)

    def all(self, sql: str, *values: object) -> list[tuple[Any, ...]] | None:
        """The rows; None when a page under them is damaged."""
        try:
            if self._connection is None:
                self._connect()
            return list(self._connection.execute(sql, values).fetchall())
        except self._errors:
            self.close()
            return None

    def close(self) -> None:
        """Let go of the file."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _connect(self) -> None:
        import sqlcipher3.dbapi2 as sqlite

        self._connection = sqlite.connect(str(self._path), isolation_level=None)
        prepare(self._connection, self._key)


def _rows(reader: _Reader, table: str) -> Iterator[Found]:
    """Rows in their order; behind a damaged page the next readable one is looked for."""
    columns = reader.all(f"PRAGMA table_info({table})")
    if columns is None:
        yield Found(table=table, row=None)
        return
    names = [str(row[1]) for row in columns]
    wanted = f"SELECT rowid, {', '.join(names)} FROM {table} WHERE rowid > ? ORDER BY rowid LIMIT 1"  # noqa: S608
    last = 0
    while names:
        found = reader.all(wanted, last)
        if found is None:
            yield Found(table=table, row=None)
            found = _behind_the_gap(reader, wanted, last)
        if not found:
            return
        last = found[0][0]
        yield Found(table=table, row=dict(zip(names, found[0][1:], strict=True)))


def _behind_the_gap(reader: _Reader, wanted: str, last: int) -> list[tuple[Any, ...]] | None:
    """The first row that can be read again; None when none can, empty at the end of the table."""
    bad, good = 0, 1
    while (found := reader.all(wanted, last + good)) is None:
        if good > _WIDEST_GAP:
            return None
        bad, good = good, good * 2
    while good - bad > 1:
        middle = (bad + good) // 2
        nearer = reader.all(wanted, last + middle)
        if nearer is None:
            bad = middle
        else:
            good, found = middle, nearer
    return found
