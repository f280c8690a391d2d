"""Whether folder and database are what they were: the questions before an installation is used.

A database that is gone, or another one, or another key, refuses the start with the cause and the way back. One that is
older than what lies beside it is used, loudly: what it has lost is named, and no receipt number is given out twice.
"""

from __future__ import annotations

import logging
import os
import stat
from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from domain.business_time import business_day
from domain.codes import ReceiptNo, county_of
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
        data.mkdir(parents=True, exist_ok=True, mode=0o700)
        if os.name == "nt":
            return
        mode = stat.S_IMODE(data.stat().st_mode)
        if mode & stat.S_IRWXO:
            data.chmod(mode & ~stat.S_IRWXO)
        for path in (*data.glob("*.sqlite*"), *data.glob("server.toml")):
            if stat.S_IMODE(path.stat().st_mode) & stat.S_IRWXO:
                path.chmod(stat.S_IMODE(path.stat().st_mode) & ~stat.S_IRWXO)
    except OSError as error:
        raise NotOpenedError(
            f"数据目录“{data}”不能使用。不能建立它，或不能收回其他用户的读写权限（{error.strerror}）。"
            "请改由目录的属主运行，或先执行 chmod -R o-rwx 后重试"
        ) from error
    key = data / "server.key"
    if key.exists() and stat.S_IMODE(key.stat().st_mode) & (stat.S_IRWXG | stat.S_IRWXO):
        raise NotOpenedError(
            f"服务器密钥“{key}”可以被其他用户读取。密钥可能已泄露，服务没有启动。"
            "请查明权限是谁改的；确认没有外泄后执行 chmod 600 再启动"
        )


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
            if beside - {"密钥"} and not database.read(_has_any):
                raise _database_lost(beside)
        except BaseException:
            database.close()
            raise
    except (DBAPIError, DatabaseBusyError) as error:
        raise NotOpenedError(
            "数据库打不开。文件已损坏、没有权限，或数据库服务没有应答。"
            "请核对 --data 和数据库地址；文件已损坏时请停用本目录，从备份恢复数据库后再启动"
        ) from error
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


def _what_lies_in(data: Path) -> set[str]:
    found = {"密钥"} if (data / "server.key").exists() else set()
    if any((data / "blobs").glob("??/*/*")):
        found.add("影像")
    if any((data / "archive").glob("*/*/*")):
        found.add("案卷")
    return found


def _database_lost(beside: set[str]) -> NotOpenedError:
    return NotOpenedError(
        f"数据库是空的，或已不在，而数据目录里还有{'、'.join(sorted(beside))}。"
        "在空库上继续会丢失已受理的业务并重发编号，服务没有启动。"
        "请核对 --data 和 --database，或从备份恢复数据库；确要从头开始，请另用一个空的数据目录"
    )


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
