"""Opening an account's store: with the server's word, or offline with the password alone."""

from __future__ import annotations

import json
from dataclasses import dataclass, field

from app.session.tools import SessionTools
from app.store.faults import FaultCode, StoreFault
from app.store.keys import account_folder, unlock
from app.store.store import Store
from app.store.vault import Vault, find_vault
from app.sync.line import Line
from app.sync.push import ASK_AGAIN
from app.sync.reply import LineFault
from domain.cases.values import AccountView, Office
from domain.catalogue.values import RoleId
from domain.refusals import Refusal

_PROFILE = "profile"
_UNREACHABLE = (FaultCode.NO_NETWORK, FaultCode.TIMEOUT, FaultCode.NOT_OUR_SERVER, FaultCode.SERVER_FAULT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """An open store and who it belongs to. Without ``token`` the server was away: work goes on, nothing is sent.

    ``line`` belongs to this login alone: what is still on its way after a logout never goes out as somebody else's.
    """

    clerk: AccountView
    store: Store
    line: Line
    vault: Vault | None
    token: str | None = field(repr=False)
    catalogue_sha256: str = ""


def open_account(tools: SessionTools, user: str, password: str) -> Opened | Refusal:
    """Log in and open the store; away from the UI thread. Raises EnvironmentFault when neither way works."""
    vault = find_vault(user) if tools.use_keyring else None
    folder = account_folder(tools.data_folder, user)
    try:
        reply = tools.line.login(user, password)
    except LineFault as fault:
        if fault.code not in _UNREACHABLE:
            raise
        if not folder.exists():
            raise  # the first login at a counter needs the server
        return _open_offline(tools, user, password, vault)
    if isinstance(reply, Refusal):
        busy = reply.code in ASK_AGAIN and folder.exists()
        return _open_offline(tools, user, password, vault) if busy else reply
    key = unlock(folder, password, vault=vault, confirmed=True, cost=tools.password_cost)
    store = Store.open(folder, key)
    clerk = reply.account
    store.save_note(_PROFILE, _dump_clerk(clerk))
    if vault is not None:
        vault.save_token(reply.token)
    return Opened(
        clerk=clerk,
        store=store,
        line=tools.line.fresh(),
        vault=vault,
        token=reply.token,
        catalogue_sha256=reply.catalogue_sha256,
    )


def _open_offline(tools: SessionTools, user: str, password: str, vault: Vault | None) -> Opened:
    """The password that opens the store is the right one; a token that the keyring kept may still be good."""
    folder = account_folder(tools.data_folder, user)
    key = unlock(folder, password, vault=vault, confirmed=False, cost=tools.password_cost)
    store = Store.open(folder, key)
    profile = store.find_note(_PROFILE)
    if profile is None:
        store.close()
        raise StoreFault(FaultCode.PASSWORD_WRONG)
    token = vault.find_token() if vault is not None else None
    return Opened(clerk=_parse_clerk(profile), store=store, line=tools.line.fresh(), vault=vault, token=token)


def _dump_clerk(clerk: AccountView) -> bytes:
    office = clerk.office
    body = {
        "user": clerk.user,
        "name": clerk.name,
        "roles": list(clerk.roles),
        "office": [office.code, office.name, office.level, office.phone],
    }
    return json.dumps(body, ensure_ascii=False).encode()


def _parse_clerk(body: bytes) -> AccountView:
    data = json.loads(body)
    code, name, level, phone = data["office"]
    return AccountView(
        user=data["user"],
        name=data["name"],
        office=Office(code=code, name=name, level=level, phone=phone),
        roles=tuple(RoleId(role) for role in data["roles"]),
    )
