"""The encrypted database file: opening, migrations, transactions. SQLCipher with a raw key, WAL, full flush."""

from __future__ import annotations

import hashlib
import hmac
import os
import re
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from importlib import resources
from pathlib import Path
from typing import Any

from app.notices.faults import FaultCode
from app.store.aside import PAGES_FOLDER, set_aside
from app.store.faults import StoreFault, find_fault_of_database_error
from app.store.files import drop_quietly, make_folder, write_durably
from app.store.mark import Mark

KEY_BYTES = 32
DAMAGED_LOG_SUFFIX = "-wal.kept"
"""The write-ahead log as a killed program left it, until what was opened is known to be all."""

_BUSY_MS = 5_000
_SUFFIX = ".db"
_SET_ASIDE = (FaultCode.STORE_DAMAGED, FaultCode.STORE_LOST, FaultCode.STORE_BEHIND)
_MIGRATION = re.compile(r"(\d{4})_\w+\.sql")
SqlRow = tuple[Any, ...]


class Database:
    """One connection behind one lock; usable from any thread. Every error of the machine leaves as a StoreFault, and
    so does what comes late, after ``close`` (STORE_CLOSED), and a page that is damaged (STORE_SUSPECT).
    """

    def __init__(self, connection: Any, mark: Mark) -> None:
        self._connection = connection
        self._mark = mark
        self._lock = threading.RLock()
        self._depth = 0
        self._closed = False
        self._turn = int(connection.execute("SELECT number FROM turn").fetchone()[0])

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
                    before = self._connection.total_changes
                yield
                if self._depth == 1:
                    self._commit(changed=self._connection.total_changes != before)
            except sqlite.Error as error:
                raise self._fault_of(error) from error
            finally:
                self._depth -= 1
                if self._depth == 0 and self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")

    def _commit(self, *, changed: bool) -> None:
        if changed:
            self._connection.execute("UPDATE turn SET number = ?", (self._turn + 1,))
        self._connection.execute("COMMIT")
        if changed:
            self._turn += 1
            self._mark.write(self._turn)

    def write(self, sql: str, *values: object) -> int:
        """Run one statement; gives the number of rows that it touched. Only inside ``transaction``."""
        return int(self._connection.execute(sql, values).rowcount)

    def rows(self, sql: str, *values: object) -> Sequence[SqlRow]:
        """All rows of a query."""
        import sqlcipher3.dbapi2 as sqlite

        with self._lock:
            self._refuse_when_closed()
            try:
                found: Sequence[SqlRow] = self._connection.execute(sql, values).fetchall()
            except sqlite.Error as error:
                raise self._fault_of(error) from error
            return found

    def check(self) -> None:
        """Look at every page. Raises StoreFault STORE_SUSPECT; the next opening then sets the file aside."""
        with self._lock:
            self._refuse_when_closed()
            if _damage(self._connection):
                raise self._suspect()

    @property
    def turn(self) -> int:
        """How many changes it has had."""
        return self._turn

    def close(self) -> None:
        """Close the file; a second call does nothing."""
        with self._lock:
            self._closed = True
            self._connection.close()

    def _fault_of(self, error: Exception) -> Exception:
        fault = find_fault_of_database_error(error)
        return self._suspect() if fault is not None and fault.code is FaultCode.STORE_DAMAGED else fault or error

    def _suspect(self) -> StoreFault:
        self._mark.note_suspect(True)
        return StoreFault(FaultCode.STORE_SUSPECT)

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


def open_database(folder: Path, key: bytes, now: datetime) -> Database:
    """Open or create the store's database. Its pages are not all looked at here (``Database.check``).

    Raises StoreFault: STORE_KEY_WRONG (the folder holds a store of another key; it is left alone), STORE_IN_USE,
    STORE_TOO_NEW, DISK_FULL, DISK_FAULT, FOLDER_READ_ONLY; and where something was lost, everything is set aside (fact
    ``kept_as`` is the new place), and opening again gives an empty store: STORE_DAMAGED, STORE_LOST (there was a
    database), STORE_BEHIND (it had more in it).
    """
    if len(key) != KEY_BYTES:
        raise ValueError(f"the key has {len(key)} bytes, not {KEY_BYTES}")
    make_folder(folder)
    path = database_path(folder, key)
    if not path.exists() and stored_databases(folder):
        raise StoreFault(FaultCode.STORE_KEY_WRONG, {"file": stored_databases(folder)[0].name})
    if not all(os.access(one, os.W_OK) for one in (folder, path) if one.exists()):
        raise StoreFault(FaultCode.FOLDER_READ_ONLY)  # SQLite would call it a disk error, depending on the file
    mark = Mark(path)
    try:
        if not _has_content(path) and (mark.exists or (folder / PAGES_FOLDER).exists()):
            raise StoreFault(FaultCode.STORE_LOST)
        return _open_marked(path, key, mark)
    except StoreFault as fault:
        if fault.code not in _SET_ASIDE:
            raise
        raise StoreFault(fault.code, {**fault.facts, "kept_as": str(set_aside(folder, now))}) from fault


def _has_content(path: Path) -> bool:
    return path.exists() and path.stat().st_size > 0


def _open_marked(path: Path, key: bytes, mark: Mark) -> Database:
    """Open, and hold what is inside against the mark. Raises StoreFault."""
    log, kept = path.with_name(f"{path.name}-wal"), path.with_name(f"{path.name}{DAMAGED_LOG_SUFFIX}")
    if _has_content(log) and not kept.exists():  # of a killed program; opening ends it, however little could be read
        write_durably(kept, log.read_bytes())
    database = Database(_open(path, key, looked_at=mark.is_suspect), mark)
    mark.note_suspect(False)
    had = mark.find()
    if had is not None and had > database.turn:
        database.close()
        raise StoreFault(FaultCode.STORE_BEHIND)
    mark.write(database.turn)
    drop_quietly(kept)
    return database


def _open(path: Path, key: bytes, *, looked_at: bool) -> Any:
    """A connection to the newest schema. Raises StoreFault."""
    import sqlcipher3.dbapi2 as sqlite

    connection = None
    try:
        connection = sqlite.connect(str(path), check_same_thread=False, isolation_level=None, timeout=_BUSY_MS / 1000)
        prepare(connection, key)
        if looked_at and (why := _damage(connection)):
            raise StoreFault(FaultCode.STORE_DAMAGED, {"why": why})
        migrate(connection)
        return connection
    except sqlite.Error as error:
        fault = find_fault_of_database_error(error)
        if connection is not None:
            connection.close()
        raise fault or error from error
    except StoreFault:
        if connection is not None:
            connection.close()
        raise


def prepare(connection: Any, key: bytes) -> None:
    """Key and pragmas, in the order that SQLCipher needs. Exclusive: a second program on the same store must fail."""
    connection.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
    connection.execute("PRAGMA cipher_log_level = NONE")  # what it would print leaves here as a fault
    connection.execute("PRAGMA locking_mode = EXCLUSIVE")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA secure_delete = ON")
    connection.execute("BEGIN IMMEDIATE")
    connection.execute("COMMIT")


def _damage(connection: Any) -> str:
    """What is wrong with a page's seal or with the structure; empty when all is well."""
    verdict = connection.execute("PRAGMA cipher_integrity_check").fetchall()
    verdict = verdict or [one for one in connection.execute("PRAGMA quick_check").fetchall() if one != ("ok",)]
    return str(verdict[0][0])[:80] if verdict else ""


def migrations() -> dict[int, str]:
    """The numbered SQL scripts beside this module, by number."""
    found = {}
    for entry in (resources.files("app.store") / "migrations").iterdir():
        match = _MIGRATION.fullmatch(entry.name)
        if match:
            found[int(match[1])] = entry.read_text(encoding="utf-8")
    return found


def migrate(connection: Any) -> None:
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
