"""What was set aside of an account's store comes back: by the clerk's button, or by ``zonggui --recover``."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from app.notices.faults import EnvironmentFault
from app.notices.notice import Notice, Tone
from app.notices.texts import notice_of
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
            return _told(store.recover()) if store.to_recover else _NOTHING
        finally:
            store.close()
    except EnvironmentFault as fault:
        return notice_of(fault)


def _told(got: Recovered) -> Notice:
    what = f"找回了 {got.drafts} 件没有办完的业务、{got.steps} 件提交过的业务、{got.pages} 页影像"
    if got.lost:
        return Notice(
            tone=Tone.WARNING,
            what=what,
            why=f"另有至少 {got.lost} 处已损坏，读不出来；原来的文件没有改动",
            next="请在“没有办完的业务”和“我的业务”里核对，缺的请重新办理；原来的文件请信息员保存",
            code="recovered_in_part",
        )
    return Notice(
        tone=Tone.SUCCESS,
        what=what,
        why="移开的文件能全部读出，原来的文件没有改动",
        next="请在“没有办完的业务”和“我的业务”里核对；没有发送的会自动发送",
        code="recovered",
    )


_NOTHING = Notice(
    tone=Tone.INFO,
    what="没有需要找回的数据",
    why="这个账号在本机没有被移开的数据文件",
    next="请核对用户名和数据文件夹",
    code="nothing_to_recover",
)
