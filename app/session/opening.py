"""Opening an account's store: with the server's word, or offline with the password alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from app.notices.faults import FaultCode
from app.session.profile import load_profile, save_profile
from app.session.tools import SessionTools
from app.store.keys import account_folder, unlock
from app.store.store import Store
from app.store.vault import Vault, find_vault
from app.sync.calls.login import end_login, log_in
from app.sync.line import Line
from app.sync.push import ASK_AGAIN
from app.sync.reply import LineFault
from domain.cases.values import AccountView
from domain.refusals import Refusal

_PROFILE = "profile"
"""The note in which versions before kept who the account is."""

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
    to_recover: int = 0
    """How often the account's data was set aside and not taken back yet."""


def open_account(
    tools: SessionTools, user: str, password: str, *, has_left: Callable[[], bool] = lambda: False
) -> Opened | Refusal | None:
    """Log in and open the store; away from the UI thread. Raises EnvironmentFault when neither way works.

    None when whoever wanted it left meanwhile: then nothing stays open, here or at the server.
    """
    vault = find_vault(user) if tools.use_keyring else None
    folder = account_folder(tools.data_folder, user)
    try:
        reply = log_in(tools.line, user, password)
    except LineFault as fault:
        if has_left():
            return None
        if fault.code not in _UNREACHABLE:
            raise
        if not folder.exists():
            raise  # the first login at a counter needs the server
        return _open_offline(tools, user, password, vault)
    if isinstance(reply, Refusal):
        busy = reply.code in ASK_AGAIN and folder.exists()
        return _open_offline(tools, user, password, vault) if busy else reply
    if has_left():
        end_login(tools.line, reply.token)
        return None
    key = unlock(folder, password, vault=vault, confirmed=True, cost=tools.password_cost)
    with _closed_on_failure(Store.open(folder, key, now=tools.time.seconds)) as store:
        save_profile(folder, key, reply.account)
        if vault is not None:
            vault.save_token(reply.token)
        return Opened(
            clerk=reply.account,
            store=store,
            line=tools.line.fresh(),
            vault=vault,
            token=reply.token,
            catalogue_sha256=reply.catalogue_sha256,
            to_recover=store.to_recover,
        )


def _open_offline(tools: SessionTools, user: str, password: str, vault: Vault | None) -> Opened:
    """The password that opens the store is the right one; a token that the keyring kept may still be good."""
    folder = account_folder(tools.data_folder, user)
    key = unlock(folder, password, vault=vault, confirmed=False, cost=tools.password_cost)
    with _closed_on_failure(Store.open(folder, key, now=tools.time.seconds)) as store:
        clerk = load_profile(folder, key, note=store.find_note(_PROFILE))
        token = vault.find_token() if vault is not None else None
        line = tools.line.fresh()
        return Opened(clerk=clerk, store=store, line=line, vault=vault, token=token, to_recover=store.to_recover)


@contextmanager
def _closed_on_failure(store: Store) -> Iterator[Store]:
    """Whatever goes wrong inside, the store does not stay open: the next login must be able to open it."""
    try:
        yield store
    except BaseException:
        store.close()
        raise
