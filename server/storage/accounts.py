"""Offices, accounts, grants, sessions and failed logins."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from domain.cases.values import Office
from domain.catalogue.values import RoleId
from domain.codes import county_of
from domain.identity import PersonKey
from server.storage.statements import of, rows_where
from server.storage.tables import accounts, grants, login_failures, offices, sessions


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """An account as stored. ``password`` is an argon2 hash."""

    user: str
    name: str
    office: str
    person: PersonKey = field(repr=False)
    password: str = field(repr=False)
    active: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A login that may still be good. The token itself is not kept."""

    token_hash: str = field(repr=False)
    user: str
    counter: str
    begun_at: datetime
    expires_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Failures:
    """Failed logins in a row under one name from one address."""

    count: int
    locked_until: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """From when until when a grant holds; without an end until it is withdrawn."""

    begins_at: datetime
    ends_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """A role of an account, and until when."""

    county: str
    user: str
    role: RoleId
    ends_at: datetime | None


def add_office(connection: Connection, office: Office) -> None:
    """Add an office; its code must be new."""
    values = {"code": office.code, "name": office.name, "level": office.level, "phone": office.phone}
    connection.execute(insert(offices), {"county": county_of(office.code), **values})


def find_office(connection: Connection, code: str) -> Office | None:
    """An office by its code."""
    this = of(county=county_of(code), code=code)
    row = connection.execute(rows_where(offices, "county", "code"), this).one_or_none()
    return None if row is None else Office(code=row.code, name=row.name, level=row.level, phone=row.phone)


def add_account(connection: Connection, account: Account, *, at: datetime) -> None:
    """Add an account. Raises IntegrityError when the user name is taken."""
    connection.execute(
        insert(accounts),
        {
            "county": county_of(account.office),
            "user": account.user,
            "office": account.office,
            "name": account.name,
            "person": account.person,
            "password": account.password,
            "active": account.active,
            "created_at": at,
        },
    )


def find_account(connection: Connection, user: str) -> Account | None:
    """An account by its user name."""
    row = connection.execute(rows_where(accounts, "user"), of(user=user)).one_or_none()
    return None if row is None else _account(row)


def list_accounts(connection: Connection) -> tuple[Account, ...]:
    """All accounts, of all counties."""
    return tuple(_account(row) for row in connection.execute(select(accounts).order_by(accounts.c.user)))


def list_offices(connection: Connection) -> tuple[Office, ...]:
    """All offices, of all counties."""
    rows = connection.execute(select(offices).order_by(offices.c.code))
    return tuple(Office(code=row.code, name=row.name, level=row.level, phone=row.phone) for row in rows)


def list_grants(connection: Connection) -> tuple[Grant, ...]:
    """All grants, also those that are over."""
    rows = connection.execute(select(grants).order_by(grants.c.user, grants.c.role))
    return tuple(Grant(county=row.county, user=row.user, role=RoleId(row.role), ends_at=row.ends_at) for row in rows)


def list_users(connection: Connection) -> frozenset[str]:
    """The user names of all accounts."""
    return frozenset(connection.scalars(select(accounts.c.user)))


def has_accounts(connection: Connection) -> bool:
    """Whether there is any account."""
    return connection.execute(select(accounts.c.user).limit(1)).first() is not None


def set_password(connection: Connection, user: str, password: str) -> None:
    """Keep a new argon2 hash."""
    connection.execute(update(accounts).where(accounts.c.user == user).values(password=password))


def put_grant(connection: Connection, account: Account, role: RoleId, *, by: str, at: datetime, term: Term) -> None:
    """Give a role to an account for a time; what was granted of it before is over."""
    this = _grant_of(account, role)
    values = {"granted_by": by, "granted_at": at, "begins_at": term.begins_at, "ends_at": term.ends_at}
    if not connection.execute(update(grants).where(this).values(**values)).rowcount:
        key = {"county": county_of(account.office), "user": account.user, "role": role}
        connection.execute(insert(grants), {**key, **values})


def end_grant(connection: Connection, account: Account, role: RoleId, *, at: datetime) -> bool:
    """Take a role away from now on; false when the account has none to take."""
    holds = grants.c.ends_at.is_(None) | (grants.c.ends_at > at)
    return connection.execute(update(grants).where(_grant_of(account, role) & holds).values(ends_at=at)).rowcount == 1


def list_roles(connection: Connection, user: str, *, at: datetime) -> frozenset[RoleId]:
    """The roles that an account has at a time."""
    rows = connection.execute(rows_where(grants, "user"), of(user=user))
    return frozenset(
        RoleId(row.role) for row in rows if row.begins_at <= at and (row.ends_at is None or row.ends_at > at)
    )


def list_roles_of_person(connection: Connection, person: PersonKey, *, since: datetime) -> frozenset[RoleId]:
    """The roles that all accounts of one person, in every county, have or will have after a time.

    Locks the accounts where the engine can.
    """
    users = connection.scalars(
        select(accounts.c.user).where(accounts.c.person == person).order_by(accounts.c.user).with_for_update()
    ).all()
    wanted = grants.c.user.in_(users) & (grants.c.ends_at.is_(None) | (grants.c.ends_at > since))
    return frozenset(RoleId(role) for role in connection.scalars(select(grants.c.role).where(wanted)))


def _grant_of(account: Account, role: RoleId) -> ColumnElement[bool]:
    return (grants.c.county == county_of(account.office)) & (grants.c.user == account.user) & (grants.c.role == role)


def add_session(connection: Connection, session: Session, *, office: str) -> None:
    """Keep a new login."""
    connection.execute(
        insert(sessions),
        {
            "token_hash": session.token_hash,
            "county": county_of(office),
            "user": session.user,
            "counter": session.counter,
            "begun_at": session.begun_at,
            "expires_at": session.expires_at,
            "ended_at": None,
        },
    )


def find_session(connection: Connection, token_hash: str) -> Session | None:
    """The login that a token stands for."""
    row = connection.execute(rows_where(sessions, "token_hash"), of(token_hash=token_hash)).one_or_none()
    if row is None:
        return None
    return Session(
        token_hash=row.token_hash,
        user=row.user,
        counter=row.counter,
        begun_at=row.begun_at,
        expires_at=row.expires_at,
        ended_at=row.ended_at,
    )


def end_session(connection: Connection, token_hash: str, *, at: datetime) -> None:
    """Revoke a token."""
    connection.execute(update(sessions).where(sessions.c.token_hash == token_hash).values(ended_at=at))


def sweep_sessions(connection: Connection, *, before: datetime) -> None:
    """Forget logins that expired before a time."""
    connection.execute(delete(sessions).where(sessions.c.expires_at < before))


def find_failures(connection: Connection, name_hash: str) -> Failures:
    """Failed logins under a name; none is a value too."""
    row = connection.execute(rows_where(login_failures, "name_hash"), of(name_hash=name_hash)).one_or_none()
    return (
        Failures(count=0, locked_until=None)
        if row is None
        else Failures(count=row.failures, locked_until=row.locked_until)
    )


def lock_failures(connection: Connection, name_hash: str, *, at: datetime) -> Failures:
    """As ``find_failures``, and the row is kept from others until the transaction ends."""
    this = select(login_failures).where(login_failures.c.name_hash == name_hash).with_for_update()
    row = connection.execute(this).one_or_none()
    if row is None:
        try:
            with connection.begin_nested():
                connection.execute(insert(login_failures), {"name_hash": name_hash, "failures": 0, "last_at": at})
                return Failures(count=0, locked_until=None)
        except IntegrityError:  # another transaction made the row meanwhile
            row = connection.execute(this).one()
    return Failures(count=row.failures, locked_until=row.locked_until)


def keep_failures(connection: Connection, name_hash: str, failures: Failures, *, at: datetime) -> None:
    """Replace the count of a name whose row is locked."""
    values = {"failures": failures.count, "locked_until": failures.locked_until, "last_at": at}
    connection.execute(update(login_failures).where(login_failures.c.name_hash == name_hash).values(**values))


def clear_failures(connection: Connection, name_hash: str, *, at: datetime, forget_before: datetime) -> None:
    """Forget the failures of a name, and all that are older than a time and lock nobody any more."""
    until = login_failures.c.locked_until
    over = (login_failures.c.last_at < forget_before) & (until.is_(None) | (until <= at))
    connection.execute(delete(login_failures).where((login_failures.c.name_hash == name_hash) | over))


def _account(row: Row[Any]) -> Account:
    return Account(
        user=row.user,
        name=row.name,
        office=row.office,
        person=PersonKey(row.person),
        password=row.password,
        active=row.active,
    )
