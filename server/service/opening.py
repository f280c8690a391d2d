"""Whether folder and database are what they were: the questions before an installation is used.

A database that is gone, or another one, or another key, refuses the start with the cause and the way back. One that is
older than what lies beside it is used, loudly: what it has lost is named, and no receipt number is given out twice.
"""

from __future__ import annotations

import logging
import os
import stat
from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from domain.business_time import business_day
from domain.codes import ReceiptNo, county_of
from domain.text_file import system_word
from resources import line
from server.service.work import NOBODY, Installation, Work, transact
from server.storage.accounts import has_accounts
from server.storage.audit_chain import Kind
from server.storage.cases import find_known_receipts, has_cases, newest_day
from server.storage.counters import raise_to, receipt_counter
from server.storage.database import Database, DatabaseBusyError, is_blank
from server.storage.marks import keep_mark
from server.storage.secrets import SecretLostError, ServerSecret, load_secret

_log = logging.getLogger(__name__)

_SECRET_MARK = "secret"  # noqa: S105 - the name of a mark
_AT_ONCE = 500
_DAYS_ALWAYS_READ = 3
_NAMED = 20


class NotOpenedError(Exception):
    """The installation must not be used; the Chinese text says what, why and what to do."""


def close_to_others(data: Path) -> None:
    """Make the data folder if need be, and shut it to other users of the machine. Raises NotOpenedError."""
    try:
        data.mkdir(parents=True, exist_ok=True, mode=stat.S_IRWXU)
        if os.name == "nt":
            return
        mode = stat.S_IMODE(data.stat().st_mode)
        if mode & stat.S_IRWXO:
            data.chmod(mode & ~stat.S_IRWXO)
        for path in (*data.glob("*.sqlite*"), *data.glob("server.toml")):
            if stat.S_IMODE(path.stat().st_mode) & stat.S_IRWXO:
                path.chmod(stat.S_IMODE(path.stat().st_mode) & ~stat.S_IRWXO)
    except OSError as error:
        raise NotOpenedError(line("server/opening", "folder_refused", folder=data, why=system_word(error))) from error
    key = data / "server.key"
    if key.exists() and stat.S_IMODE(key.stat().st_mode) & (stat.S_IRWXG | stat.S_IRWXO):
        raise NotOpenedError(line("server/opening", "key_open", key=key))


def open_database(data: Path, url: str) -> Database:
    """The database with the newest tables. Raises NotOpenedError when it cannot be the one that was here."""
    try:
        blank = is_blank(url)
        beside = _what_lies_in(data)
        if blank and beside:
            raise _database_lost(beside)
        database = Database(url)
        try:
            database.migrate()
            if beside.keys() - {"server.key"} and not database.read(_has_any):
                raise _database_lost(beside)
        except BaseException:
            database.close()
            raise
    except (DBAPIError, DatabaseBusyError) as error:
        raise NotOpenedError(line("server/opening", "database_closed")) from error
    return database


def open_secret(data: Path, database: Database) -> ServerSecret:
    """The secret that the database's people are keyed with. Raises SecretLostError."""
    secret = load_secret(data, make=not database.read(has_accounts))
    known = database.write(lambda connection: keep_mark(connection, _SECRET_MARK, secret.check_value))
    if known != secret.check_value:
        raise SecretLostError("server.key: belongs to another database")
    return secret


def find_losses(installation: Installation) -> tuple[str, ...]:
    """Receipt numbers that journal or archive know and the database does not; numbers go on past them.

    They are named in the log and, county by county, in the audit chain.
    """
    lost: set[ReceiptNo] = set()
    for number, (day, numbers) in enumerate(_given_out(installation)):
        unknown = numbers - _known(installation.database, numbers)
        lost |= unknown
        if not unknown and number >= _DAYS_ALWAYS_READ and day < business_day(installation.clock()):
            break
    if not lost:
        return ()
    transact(installation, lambda work: _go_on_past(work, lost))
    names = tuple(sorted(str(one) for one in lost))
    _log.error("the database has lost %d accepted cases: %s", len(names), " ".join(names[:_NAMED]))
    return names


def _what_lies_in(data: Path) -> dict[str, str]:
    """What a database belongs to, in words, by its name in the folder."""
    found = {"server.key": line("server/opening", "beside_key")} if (data / "server.key").exists() else {}
    if any((data / "blobs").glob("??/*/*")):
        found["blobs"] = line("server/opening", "beside_pages")
    if any((data / "archive").glob("*/*/*")):
        found["archive"] = line("server/opening", "beside_dossiers")
    return found


def _database_lost(beside: Mapping[str, str]) -> NotOpenedError:
    return NotOpenedError(line("server/opening", "database_lost", beside="、".join(beside.values())))


def _has_any(connection: Connection) -> bool:
    return has_accounts(connection) or has_cases(connection)


def _given_out(installation: Installation) -> Iterator[tuple[date, frozenset[ReceiptNo]]]:
    """What the archive holds from the database's newest day on, and then the journal, the newest day first."""
    newest = installation.database.read(newest_day)
    archived = frozenset(one for one in installation.dossiers.receipt_numbers(since=newest) if one.day >= newest)
    if archived:
        yield business_day(installation.clock()), archived
    yield from installation.journal.days()


def _known(database: Database, numbers: frozenset[ReceiptNo] | set[ReceiptNo]) -> frozenset[ReceiptNo]:
    texts = {str(one): one for one in numbers}
    wanted = sorted(texts)
    found: set[str] = set()
    for start in range(0, len(wanted), _AT_ONCE):
        part = wanted[start : start + _AT_ONCE]
        found |= database.read(lambda connection: find_known_receipts(connection, part))  # noqa: B023
    return frozenset(texts[one] for one in found)


def _go_on_past(work: Work, lost: set[ReceiptNo]) -> None:
    highest: dict[tuple[str, date], int] = defaultdict(int)
    for one in lost:
        highest[one.office, one.day] = max(highest[one.office, one.day], one.number)
    for (office, day), number in sorted(highest.items()):
        counter = receipt_counter(day)
        if raise_to(work.connection, county=county_of(office), office=office, kind=counter, value=number):
            detail = {"day": f"{day:%Y%m%d}", "past": str(number)}
            work.audit_of(office, NOBODY, "numbers_lost", Kind.OFFICE, office, detail)
