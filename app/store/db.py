"""The encrypted database file: opening, migrations, transactions. SQLCipher with a raw key, WAL, full flush."""

from __future__ import annotations

import hashlib
import hmac
import os
import re
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib import resources
from pathlib import Path
from typing import Any

from app.store.faults import FaultCode, StoreFault, fault_of_os_error, find_fault_of_database_error
from app.store.files import flush_folder, make_folder

KEY_BYTES = 32
PAGES_FOLDER = "pages"
"""Where the pages lie beside the database that holds their keys."""

_BUSY_MS = 5_000
_SUFFIX = ".db"
_ASIDE = "set-aside"
_MIGRATION = re.compile(r"(\d{4})_\w+\.sql")
Row = tuple[Any, ...]


class Database:
    """One connection behind one lock; usable from any thread. Every error of the machine leaves as a StoreFault, and
    so does what comes late, after ``close`` (STORE_CLOSED).
    """

    def __init__(self, connection: Any, lock: threading.RLock) -> None:
        self._connection = connection
        self._lock = lock
        self._depth = 0
        self._closed = False

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Everything inside is written durably together, or not at all. Transactions nest into the outermost one."""
        import sqlcipher3.dbapi2 as sqlite

        with self._lock:
            self._refuse_when_closed()
            self._depth += 1
            try:
                if self._depth == 1:
                    self._connection.execute("BEGIN IMMEDIATE")
                yield
                if self._depth == 1:
                    self._connection.execute("COMMIT")
            except sqlite.Error as error:
                raise find_fault_of_database_error(error) or error from error
            finally:
                self._depth -= 1
                if self._depth == 0 and self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")

    def write(self, sql: str, *values: object) -> int:
        """Run one statement; gives the number of rows that it touched. Only inside ``transaction``."""
        return int(self._connection.execute(sql, values).rowcount)

    def rows(self, sql: str, *values: object) -> Sequence[Row]:
        """All rows of a query."""
        import sqlcipher3.dbapi2 as sqlite

        with self._lock:
            self._refuse_when_closed()
            try:
                found: Sequence[Row] = self._connection.execute(sql, values).fetchall()
            except sqlite.Error as error:
                raise find_fault_of_database_error(error) or error from error
            return found

    def close(self) -> None:
        """Close the file; a second call does nothing."""
        with self._lock:
            self._closed = True
            self._connection.close()

    def _refuse_when_closed(self) -> None:
        if self._closed:
            raise StoreFault(FaultCode.STORE_CLOSED)


def database_path(folder: Path, key: bytes) -> Path:
    """The file that belongs to this key: its name carries a fingerprint, so a wrong key finds no file to harm."""
    fingerprint = hmac.digest(key, b"zonggui store name", "sha256").hex()[:16]
    return folder / f"store-{fingerprint}{_SUFFIX}"


def stored_databases(folder: Path) -> list[Path]:
    """Every database file in the folder, of whatever key."""
    return sorted(folder.glob(f"store-*{_SUFFIX}"))


def open_database(folder: Path, key: bytes) -> Database:
    """Open or create the store's database.

    Raises StoreFault: STORE_KEY_WRONG (the folder holds a store of another key; it is left alone), STORE_DAMAGED
    (the file is set aside; fact ``kept_as`` is its new place, and opening again gives an empty store),
    STORE_IN_USE, STORE_TOO_NEW, DISK_FULL, DISK_FAULT, FOLDER_READ_ONLY.
    """
    if len(key) != KEY_BYTES:
        raise ValueError(f"the key has {len(key)} bytes, not {KEY_BYTES}")
    make_folder(folder)
    path = database_path(folder, key)
    if not path.exists() and stored_databases(folder):
        raise StoreFault(FaultCode.STORE_KEY_WRONG, {"file": stored_databases(folder)[0].name})
    if not all(os.access(one, os.W_OK) for one in (folder, path) if one.exists()):
        raise StoreFault(FaultCode.FOLDER_READ_ONLY)  # SQLite would call it a disk error, depending on the file
    try:
        return _open(path, key)
    except StoreFault as fault:
        if fault.code is not FaultCode.STORE_DAMAGED:
            raise
        raise StoreFault(FaultCode.STORE_DAMAGED, {**fault.facts, "kept_as": str(set_aside(folder))}) from fault


def set_aside(folder: Path) -> Path:
    """Move databases and pages of the folder into a new folder below it; nothing is deleted. Raises StoreFault.

    The pages go along because the keys to them lie in the database, and a fresh one would sweep them away.
    """
    stamp = time.strftime("%Y%m%d-%H%M%S")
    place = folder / f"{_ASIDE}-{stamp}-{time.monotonic_ns() % 1_000_000:06}"
    make_folder(place)
    try:
        # Pages first: if that fails, the database is still beside what is left of them.
        for path in [*folder.glob(PAGES_FOLDER), *sorted(folder.glob("store-*"))]:
            path.replace(place / path.name)
        flush_folder(folder)
    except OSError as error:
        raise fault_of_os_error(error) from error
    return place


def _open(path: Path, key: bytes) -> Database:
    import sqlcipher3.dbapi2 as sqlite

    connection = None
    try:
        connection = sqlite.connect(str(path), check_same_thread=False, isolation_level=None, timeout=_BUSY_MS / 1000)
        _prepare(connection, key)
        _check(connection)
        _migrate(connection)
        return Database(connection, threading.RLock())
    except sqlite.Error as error:
        fault = find_fault_of_database_error(error)
        if connection is not None:
            connection.close()
        raise fault or error from error
    except StoreFault:
        if connection is not None:
            connection.close()
        raise


def _prepare(connection: Any, key: bytes) -> None:
    """Key and pragmas, in the order that SQLCipher needs. Exclusive: a second program on the same store must fail."""
    connection.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
    connection.execute("PRAGMA locking_mode = EXCLUSIVE")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA secure_delete = ON")
    connection.execute("BEGIN IMMEDIATE")
    connection.execute("COMMIT")


def _check(connection: Any) -> None:
    """Every page's seal, then the structure. Raises StoreFault(STORE_DAMAGED)."""
    broken = connection.execute("PRAGMA cipher_integrity_check").fetchall()
    verdict = broken or connection.execute("PRAGMA quick_check").fetchall()
    if broken or verdict != [("ok",)]:
        raise StoreFault(FaultCode.STORE_DAMAGED, {"why": str(verdict[0][0])[:80]})


def migrations() -> dict[int, str]:
    """The numbered SQL scripts beside this module, by number."""
    found = {}
    for entry in (resources.files("app.store") / "migrations").iterdir():
        match = _MIGRATION.fullmatch(entry.name)
        if match:
            found[int(match[1])] = entry.read_text(encoding="utf-8")
    return found


def _migrate(connection: Any) -> None:
    """Bring the schema to the newest number, one transaction per script."""
    have = int(connection.execute("PRAGMA user_version").fetchone()[0])
    known = migrations()
    if have > max(known):
        raise StoreFault(FaultCode.STORE_TOO_NEW, {"have": str(have), "know": str(max(known))})
    for number in sorted(number for number in known if number > have):
        connection.executescript(f"BEGIN IMMEDIATE;\n{known[number]}\nPRAGMA user_version = {number};\nCOMMIT;")


def content_hash(content: bytes) -> str:
    """SHA-256 as 64 small hex digits."""
    return hashlib.sha256(content).hexdigest()
