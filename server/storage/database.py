"""The database, SQLite or PostgreSQL: transactions that are repeated when the engine asks for it, and migrations."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import psycopg
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import URL, Connection, Engine, create_engine, event, inspect, make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

T = TypeVar("T")

_TRIES = 8
_PAUSES = random.Random()  # noqa: S311 - spreads the tries, keeps no secret
"""Of its own: a thread that tries again draws nothing from the common one, which others may have seeded."""
_BUSY_MS = 10_000
_READ = "zonggui_read"
_ONE_MOMENT = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
"""PostgreSQL would show each statement what was committed meanwhile; SQLite keeps to one moment by itself."""


class DatabaseBusyError(Exception):
    """The database stayed locked or away; asking again later may help."""


class Database:
    """Transactions on one database. Any thread may call; each call holds a connection of its own."""

    def __init__(self, url: str, *, read_only: bool = False) -> None:
        """``read_only``: for ``read`` alone; a file that is not there is not made."""
        address = _existing(url) if read_only else url
        # Parameters are personal data: they must not appear in error texts.
        self._engine = create_engine(address, hide_parameters=True, pool_size=10, max_overflow=40, pool_pre_ping=True)
        self._reader = self._engine.execution_options(**{_READ: True})
        if self._engine.dialect.name == "postgresql":
            self._reader = self._reader.execution_options(**_ONE_MOMENT)
        if self._engine.dialect.name == "sqlite":
            _prepare_sqlite(self._engine, read_only=read_only)

    def write(self, work: Callable[[Connection], T]) -> T:
        """The result of ``work`` in one transaction, committed. Repeated whole after a conflict of transactions.

        ``work`` must have no effect outside the database. Raises DatabaseBusyError.
        """
        for attempt in range(1, _TRIES + 1):
            try:
                with self._engine.begin() as connection:
                    return work(connection)
            except PoolTimeoutError as error:
                raise DatabaseBusyError from error
            except DBAPIError as error:
                if not _passes_by_itself(error):
                    raise
                if attempt == _TRIES:
                    raise DatabaseBusyError from error
                _wait_apart(attempt)
        raise AssertionError("unreachable")

    def read(self, work: Callable[[Connection], T]) -> T:
        """The result of ``work``, which only reads and sees the data of one moment. Raises DatabaseBusyError."""
        try:
            with self._reader.connect() as connection:
                return work(connection)
        except PoolTimeoutError as error:
            raise DatabaseBusyError from error
        except DBAPIError as error:
            if _passes_by_itself(error):
                raise DatabaseBusyError from error
            raise

    def migrate(self) -> None:
        """Bring the tables to the newest form; does nothing when they have it.

        Of two nodes that start at once, one meets what the other is making, and finds it made when it comes again.
        """
        for attempt in range(1, _TRIES + 1):
            config = _migrations()
            try:
                with self._engine.begin() as connection:
                    if MigrationContext.configure(connection).get_current_revision() != _newest():
                        config.attributes["connection"] = connection
                        command.upgrade(config, "head")
                    return
            except DBAPIError:
                if attempt == _TRIES:
                    raise
                _wait_apart(attempt)

    def is_current(self) -> bool:
        """Whether the tables are there, in the newest form. Raises DatabaseBusyError."""
        return self.read(lambda connection: MigrationContext.configure(connection).get_current_revision()) == _newest()

    def close(self) -> None:
        """Give back all connections."""
        self._engine.dispose()


def is_blank(url: str) -> bool:
    """Whether a database has no tables of ours, or is not there; nothing is made. Raises as ``Database.read``."""
    address = make_url(url)
    if address.get_backend_name() == "sqlite" and address.database:
        path = Path(address.database)
        if not path.exists() or not path.stat().st_size:
            return True
    database = Database(url, read_only=True)
    try:
        return database.read(lambda connection: not inspect(connection).has_table("alembic_version"))
    finally:
        database.close()


def _migrations() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    return config


@cache
def _newest() -> str | None:
    return ScriptDirectory.from_config(_migrations()).get_current_head()


def _existing(url: str) -> URL:
    """The same address; SQLite, which would make an empty file, is told that it must be there and stay as it is.

    While nobody has it open, it would even for reading make two files beside it, which then belong to whoever looked.
    """
    address = make_url(url)
    if address.get_backend_name() != "sqlite" or not address.database:
        return address
    path = Path(address.database).absolute()
    query = {"mode": "ro", "uri": "true"}
    if not path.with_name(f"{path.name}-wal").exists():
        query["immutable"] = "1"
    return address.set(database=path.as_uri(), query=query)


def _prepare_sqlite(engine: Engine, *, read_only: bool) -> None:
    """Durable commits, and write locks taken at the start: two readers that both want to write would block for ever."""

    @event.listens_for(engine, "connect")
    def _connect(dbapi: Any, _record: object) -> None:
        dbapi.isolation_level = None  # the driver must not begin transactions of its own
        durable = () if read_only else ("journal_mode=WAL", "synchronous=FULL")  # the first would write into the file
        for pragma in (*durable, "foreign_keys=ON", f"busy_timeout={_BUSY_MS}"):
            dbapi.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        read = connection.get_execution_options().get(_READ, False)
        connection.exec_driver_sql("BEGIN" if read else "BEGIN IMMEDIATE")


def _wait_apart(attempt: int) -> None:
    """Let those who met go on at different times: longer and longer apart, at most 0.04 s after the first try."""
    time.sleep(_PAUSES.uniform(0, 0.02 * 2**attempt))


def _passes_by_itself(error: DBAPIError) -> bool:
    """Serialisation failure, deadlock, lock time-out, or a lost connection."""
    if error.connection_invalidated:
        return True
    state = getattr(error.orig, "sqlstate", None)
    if state is None and isinstance(error.orig, psycopg.OperationalError):
        return True  # no connection to the server
    if state is not None:
        return state in ("40001", "40P01", "55P03") or state[:2] in ("08", "53", "57")
    name = getattr(error.orig, "sqlite_errorname", "") or ""
    return name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED"))
