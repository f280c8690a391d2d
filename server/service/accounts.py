"""Offices, accounts and grants. Exclusion and level are checked here, over all accounts of a person (IM-6a, IM-6b)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from domain.cases.values import Office
from domain.catalogue.values import RoleId
from domain.identity import parse_id_number
from domain.refusals import Refusal, RefusalCode
from domain.workflow import excluded_roles
from server.service.work import Work
from server.storage.accounts import (
    Account,
    add_account,
    add_grant,
    add_office,
    find_account,
    find_office,
    list_roles,
    list_roles_of_person,
)

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
        work.audit_of(office.code, by, "office_opened", office.code)


def open_account(work: Work, new: NewAccount, *, by: str, today: date) -> Account | Refusal:
    """Add an account. Refuses with an ID_NUMBER code, or with NOT_FOUND for an unknown office."""
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
    work.audit_of(account.office, by, "account_opened", account.user)
    return account


def grant_role(work: Work, user: str, role: RoleId, *, by: str) -> Refusal | None:
    """Give a role. Refuses with NOT_FOUND, or NOT_ALLOWED when level or exclusion forbid it (facts say which).

    Roles are counted over all accounts of the person: a second account is no way round.
    """
    account = find_account(work.connection, user)
    if account is None:
        return Refusal(code=RefusalCode.NOT_FOUND, facts={"user": user})
    refusal = _wrong_level(work, account, role)
    if refusal is None:
        held = list_roles_of_person(work.connection, account.person)
        pair = excluded_roles(work.installation.catalogues.current, held | {role})
        if pair:
            refusal = Refusal(code=RefusalCode.NOT_ALLOWED, facts={"role": role, "excludes": " ".join(sorted(pair))})
    if refusal:
        work.audit_of(account.office, by, "grant_refused", user, dict(refusal.facts))
        return refusal
    _grant(work, account, role, by, "role_granted")
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
        _grant(work, account, role, by, "role_imported")
    return refusal


def _wrong_level(work: Work, account: Account, role: RoleId) -> Refusal | None:
    spec = work.installation.catalogues.current.roles.get(role)
    office = find_office(work.connection, account.office)
    if spec is None or office is None:
        return Refusal(code=RefusalCode.NOT_FOUND, facts={"role": role})
    if spec.level not in (office.level, _EVERYWHERE):
        return Refusal(code=RefusalCode.NOT_ALLOWED, facts={"role": role, "level": spec.level})
    return None


def _grant(work: Work, account: Account, role: RoleId, by: str, action: str) -> None:
    if role not in list_roles(work.connection, account.user):
        add_grant(work.connection, account, role, by=by, at=work.now)
        work.audit_of(account.office, by, action, account.user, {"role": role})
