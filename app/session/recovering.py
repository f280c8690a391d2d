"""What was set aside of an account's store comes back: by the clerk's button, or by ``zonggui --recover``."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from app.notices.codes import NoticeCode
from app.notices.faults import EnvironmentFault
from app.notices.notice import Notice
from app.notices.texts import notice_of, say
from app.session.account import Account
from app.store.keys import account_folder, unlock
from app.store.recovery import Recovered
from app.store.store import Store


class Recovering:
    """The button: ``on_done`` looks for what is there now, ``tell`` says how it went."""

    def __init__(self, account: Account, *, tell: Callable[[Notice], None], on_done: Callable[[], None]) -> None:
        self._account = account
        self._tell = tell
        self._on_done = on_done

    def recover(self) -> None:
        """Take back what is readable; away from the UI thread."""
        opened = self._account.opened
        if opened is None:
            return

        def recovered(got: Recovered) -> None:
            self._on_done()
            self._account.wake()
            self._tell(_told(got))

        self._account.run(opened.store.recover, recovered, lambda error: self._tell(notice_of(error)))


def recover_by_hand(data_folder: Path, user: str, password: str) -> Notice:
    """The command: opens the account's store with its password; the workstation must not be running."""
    try:
        folder = account_folder(data_folder, user)
        store = Store.open(folder, unlock(folder, password, vault=None, confirmed=False))
        try:
            return _told(store.recover()) if store.to_recover else say(NoticeCode.NOTHING_TO_RECOVER)
        finally:
            store.close()
    except EnvironmentFault as fault:
        return notice_of(fault)


def _told(got: Recovered) -> Notice:
    if got.lost:
        return say(NoticeCode.RECOVERED_IN_PART, drafts=got.drafts, steps=got.steps, pages=got.pages, lost=got.lost)
    return say(NoticeCode.RECOVERED, drafts=got.drafts, steps=got.steps, pages=got.pages)
