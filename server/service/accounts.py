"""Offices, accounts and grants. Exclusion and level are checked here, over all accounts of a person (IM-6a, IM-6b)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from domain.cases.values import Office
from domain.catalogue.values import RoleId
from domain.identity import parse_id_number
from domain.refusals import Refusal, RefusalCode
from domain.workflow import excluded_roles
from server.service.passwords import SHORTEST_PASSWORD, is_weak
from server.service.shape import is_id, is_user, malformed
from server.service.work import Work
from server.storage.accounts import (
    Account,
    Term,
    add_account,
    add_office,
    end_grant,
    find_account,
    find_office,
    list_roles,
    list_roles_of_person,
    put_grant,
)
from server.storage.audit_chain import Kind
from server.storage.seals import seal_of_account, seal_of_office

_EVERYWHERE = "各级"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAccount:
    """An account to be made. ``id_number`` finds the person and is not kept."""

    user: str
    name: str
    id_number: str = field(repr=False)
    password: str = field(repr=False)
    office: str


def open_office(work: Work, office: Office, *, by: str) -> None:
    """Add an office unless it is there."""
    if find_office(work.connection, office.code) is None:
        add_office(work.connection, office)
        work.audit_of(office.code, by, "office_opened", Kind.OFFICE, office.code, {"sealed": seal_of_office(office)})


def open_account(work: Work, new: NewAccount, *, by: str, today: date) -> Account | Refusal:
    """Add an account.

    Refuses with an ID_NUMBER code, with NOT_FOUND for an unknown office, and with REQUEST_MALFORMED for a user name
    that nobody could log in with or that has the form of a case's id, with PASSWORD_WEAK.
    """
    if not is_user(new.user) or is_id(new.user):
        return malformed("user", "name")
    if is_weak(new.password, user=new.user):
        return Refusal(code=RefusalCode.PASSWORD_WEAK, facts={"least": str(SHORTEST_PASSWORD)})
    number = parse_id_number(new.id_number, today=today)
    if isinstance(number, Refusal):
        return number
    if find_office(work.connection, new.office) is None:
        return Refusal(code=RefusalCode.NOT_FOUND, facts={"office": new.office})
    account = Account(
        user=new.user,
        name=new.name,
        office=new.office,
        person=work.installation.secret.person_key(number),
        password=work.installation.passwords.hash(new.password),
        active=True,
    )
    add_account(work.connection, account, at=work.now)
    detail = {"sealed": seal_of_account(account)}
    work.audit_of(account.office, by, "account_opened", Kind.ACCOUNT, account.user, detail)
    return account


def grant_role(
    work: Work, user: str, role: RoleId, *, by: str, begins_at: datetime | None = None, ends_at: datetime | None = None
) -> Refusal | None:
    """Give a role, by default from now on and without an end.

    Refuses with NOT_FOUND, or NOT_ALLOWED when level or exclusion forbid it (facts say which). Roles are counted over
    all accounts of the person: a second account is no way round.
    """
    account = find_account(work.connection, user)
    if account is None:
        return Refusal(code=RefusalCode.NOT_FOUND, facts={"user": user})
    refusal = _wrong_level(work, account, role)
    if refusal is None:
        held = list_roles_of_person(work.connection, account.person, since=work.now)
        pair = excluded_roles(work.installation.catalogues.current, held | {role})
        if pair:
            refusal = Refusal(code=RefusalCode.NOT_ALLOWED, facts={"role": role, "excludes": " ".join(sorted(pair))})
    if refusal:
        work.audit_of(account.office, by, "grant_refused", Kind.ACCOUNT, user, dict(refusal.facts))
        return refusal
    _grant(work, account, role, by, "role_granted", Term(begins_at=begins_at or work.now, ends_at=ends_at))
    return None


def withdraw_role(work: Work, user: str, role: RoleId, *, by: str) -> Refusal | None:
    """Take a role away; the next act is asked without it. Refuses with NOT_FOUND when there is none to take."""
    account = find_account(work.connection, user)
    if account is None or not end_grant(work.connection, account, role, at=work.now):
        return Refusal(code=RefusalCode.NOT_FOUND, facts={"user": user, "role": role})
    detail = {"role": role, "until": work.now.isoformat()}
    work.audit_of(account.office, by, "role_withdrawn", Kind.ACCOUNT, user, detail)
    return None


def import_grant(work: Work, user: str, role: RoleId, *, by: str) -> Refusal | None:
    """Take over a grant from a former system as it is, even against an exclusion, and log it as such.

    Migrated data hold such pairs; they must come in to be found and ended. The workflow still compares persons in
    each case. The level is checked all the same. Refuses with NOT_FOUND or NOT_ALLOWED.
    """
    account = find_account(work.connection, user)
    if account is None:
        return Refusal(code=RefusalCode.NOT_FOUND, facts={"user": user})
    refusal = _wrong_level(work, account, role)
    if refusal is None:
        _grant(work, account, role, by, "role_imported", Term(begins_at=work.now))
    return refusal


def _wrong_level(work: Work, account: Account, role: RoleId) -> Refusal | None:
    spec = work.installation.catalogues.current.roles.get(role)
    office = find_office(work.connection, account.office)
    if spec is None or office is None:
        return Refusal(code=RefusalCode.NOT_FOUND, facts={"role": role})
    if spec.level not in (office.level, _EVERYWHERE):
        return Refusal(code=RefusalCode.NOT_ALLOWED, facts={"role": role, "level": spec.level})
    return None


def _grant(work: Work, account: Account, role: RoleId, by: str, action: str, term: Term) -> None:
    """Nothing happens when the role is held without an end already."""
    held = role in list_roles(work.connection, account.user, at=work.now)
    if held and term.begins_at <= work.now and term.ends_at is None:
        return
    put_grant(work.connection, account, role, by=by, at=work.now, term=term)
    until = term.ends_at.isoformat() if term.ends_at else ""
    detail = {"role": role, "from": term.begins_at.isoformat(), "until": until}
    work.audit_of(account.office, by, action, Kind.ACCOUNT, account.user, detail)
