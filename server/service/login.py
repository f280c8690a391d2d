"""Logging in and out, and who stands behind a token."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Mapping
from datetime import timedelta

from domain.cases.values import AccountView
from domain.refusals import Refusal, RefusalCode
from domain.wire.login import LoginReply, LoginRequest
from domain.workflow import Actor
from server.service.passwords import LONGEST_PASSWORD
from server.service.shape import is_user
from server.service.work import NOBODY, Installation, Work, look, transact
from server.storage.accounts import (
    Account,
    Failures,
    Session,
    add_session,
    clear_failures,
    end_session,
    find_account,
    find_failures,
    find_office,
    find_session,
    keep_failures,
    list_roles,
    lock_failures,
    set_password,
    sweep_sessions,
)
from server.storage.audit_chain import Kind

_COUNTER = re.compile(r"[\w .@()()#-]{0,64}")
_TOKEN_BYTES = 32
_ANYWHERE = "*"
"""In the place of an address: no address is written so."""
_FORGET_FAILURES = timedelta(days=1)
_FORGET_SESSIONS = timedelta(days=30)


def log_in(installation: Installation, request: LoginRequest, *, address: str) -> LoginReply | Refusal:
    """A new token. Refuses with LOGIN_WRONG or LOGIN_LOCKED (fact ``minutes``); the same for names that do not exist.

    Failures are counted, and lock, under one name from one ``address``: a stranger elsewhere cannot lock an account
    for the counters where it is used. Only ten times as many, from all addresses together, lock it everywhere. The
    counter's name does not count: it is whatever the sender says.
    The password is checked outside the transaction, the lock inside: tries at the same moment cannot pass a lock.
    """
    if not is_user(request.user) or not 0 < len(request.password) <= LONGEST_PASSWORD:
        return Refusal(code=RefusalCode.LOGIN_WRONG)
    if not _COUNTER.fullmatch(request.counter):
        return Refusal(code=RefusalCode.REQUEST_MALFORMED, facts={"place": "counter", "why": "characters"})
    names = _names(installation, request.user, address)
    account, locked = look(
        installation, lambda work: (find_account(work.connection, request.user), _find_lock(work, names))
    )
    if locked:
        return locked
    stored = account.password if account and account.active else None
    right = installation.passwords.matches(stored, request.password)
    if not (right and account):
        return transact(
            installation, lambda work: _fail(work, names, account, {"counter": request.counter, "address": address})
        )
    password = (
        installation.passwords.hash(request.password) if installation.passwords.is_outdated(account.password) else ""
    )
    return transact(installation, lambda work: _let_in(work, names, account, request.counter, password))


def log_out(installation: Installation, token: str) -> None:
    """Revoke a token; an unknown one is as good as revoked."""

    def act(work: Work) -> None:
        session = find_session(work.connection, _token_hash(token))
        account = find_account(work.connection, session.user) if session and not session.ended_at else None
        if session and account:
            end_session(work.connection, session.token_hash, at=work.now)
            work.audit_of(
                account.office, account.user, "logout", Kind.ACCOUNT, account.user, {"counter": session.counter}
            )

    transact(installation, act)


def find_actor(installation: Installation, token: str) -> Actor | Refusal:
    """Who a token stands for. Refuses with TOKEN_MISSING or TOKEN_EXPIRED."""
    if not token:
        return Refusal(code=RefusalCode.TOKEN_MISSING)

    def act(work: Work) -> Actor | Refusal:
        session = find_session(work.connection, _token_hash(token))
        account = find_account(work.connection, session.user) if session and not session.ended_at else None
        if session is None or account is None or not account.active:
            return Refusal(code=RefusalCode.TOKEN_MISSING)
        if session.expires_at <= work.now:
            return Refusal(code=RefusalCode.TOKEN_EXPIRED)
        return actor_of(work, account, counter=session.counter)

    return look(installation, act)


def actor_of(work: Work, account: Account, *, counter: str) -> Actor:
    """The account as one who acts at a counter."""
    office = find_office(work.connection, account.office)
    if office is None:
        raise LookupError(f"account {account.user} belongs to no office")
    roles = list_roles(work.connection, account.user, at=work.now)
    return Actor(
        account=account.user,
        name=account.name,
        person=account.person,
        roles=roles,
        office=office,
        counter=counter,
    )


def view_account(actor: Actor) -> AccountView:
    """The account as its owner sees it."""
    return AccountView(user=actor.account, name=actor.name, office=actor.office, roles=tuple(sorted(actor.roles)))


def count_failures(installation: Installation, user: str) -> int:
    """How often a login under this name has failed lately, from all addresses together."""
    everywhere = _names(installation, user, _ANYWHERE)[1]
    return look(installation, lambda work: find_failures(work.connection, everywhere).count)


def _names(installation: Installation, user: str, address: str) -> tuple[str, str]:
    """The keys of a name in the table of failures: as tried from an address, and from anywhere."""
    return installation.secret.login_name_hash(user, address), installation.secret.login_name_hash(user, _ANYWHERE)


def _find_lock(work: Work, names: tuple[str, str]) -> Refusal | None:
    known = [find_failures(work.connection, name).locked_until for name in names]
    until = max((one for one in known if one), default=None)
    if until is None or until <= work.now:
        return None
    minutes = -((work.now - until) // timedelta(minutes=1))
    return Refusal(code=RefusalCode.LOGIN_LOCKED, facts={"minutes": str(minutes)})


def _fail(work: Work, names: tuple[str, str], account: Account | None, place: Mapping[str, str]) -> Refusal:
    settings = work.installation.settings
    known = [lock_failures(work.connection, name, at=work.now) for name in names]
    locked = _find_lock(work, names)
    if locked:
        return locked
    here, anywhere = (1 if one.locked_until else one.count + 1 for one in known)  # a lock that has passed: a new row
    end = work.now + timedelta(minutes=settings.lock_minutes)
    reached = (here >= settings.login_failures, anywhere >= settings.account_failures)
    for name, count, full in zip(names, (here, anywhere), reached, strict=True):
        keep_failures(work.connection, name, Failures(count=count, locked_until=end if full else None), at=work.now)
    user, office = (account.user, account.office) if account else (NOBODY, NOBODY)
    work.audit_of(
        office, user, "login_failed", Kind.ACCOUNT, user, {**place, "count": str(here), "count_anywhere": str(anywhere)}
    )
    if any(reached):
        detail = {"minutes": str(settings.lock_minutes), "where": "anywhere" if reached[1] else "address"}
        work.audit_of(office, user, "login_locked", Kind.ACCOUNT, user, detail)
        return Refusal(code=RefusalCode.LOGIN_LOCKED, facts={"minutes": str(settings.lock_minutes)})
    return Refusal(code=RefusalCode.LOGIN_WRONG, facts={"left": str(settings.login_failures - here)})


def _let_in(work: Work, names: tuple[str, str], account: Account, counter: str, password: str) -> LoginReply | Refusal:
    locked = _find_lock(work, names)
    if locked:
        return locked
    for name in names:
        clear_failures(work.connection, name, at=work.now, forget_before=work.now - _FORGET_FAILURES)
    sweep_sessions(work.connection, before=work.now - _FORGET_SESSIONS)
    if password:
        set_password(work.connection, account.user, password)
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    session = Session(
        token_hash=_token_hash(token),
        user=account.user,
        counter=counter,
        begun_at=work.now,
        expires_at=work.now + timedelta(hours=work.installation.settings.token_hours),
        ended_at=None,
    )
    add_session(work.connection, session, office=account.office)
    work.audit_of(account.office, account.user, "login", Kind.ACCOUNT, account.user, {"counter": counter})
    return LoginReply(
        token=token,
        expires_at=session.expires_at,
        account=view_account(actor_of(work, account, counter=counter)),
        catalogue_sha256=work.installation.catalogues.current.sha256,
    )


def _token_hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
