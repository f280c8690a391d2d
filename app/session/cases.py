"""The clerk's own cases: read from the store, sent again or taken off the list by her decision."""

from __future__ import annotations

from collections.abc import Callable

from app.notices.codes import NoticeCode
from app.notices.notice import Notice
from app.notices.texts import say
from app.session.account import Account
from app.session.lists import case_row
from app.session.reopening import find_begun
from app.session.state import CaseRow
from app.session.tools import SessionTools
from app.store.outbox import Outbox
from domain.cases.values import CaseId, StepId

Failed = Callable[[Exception], None]


class Cases:
    """``done`` callbacks come on the UI thread. ``on_seen`` is told that the clerk looks at them, ``on_fault`` what
    went wrong; ``tell`` shows her a notice.
    """

    def __init__(
        self,
        tools: SessionTools,
        account: Account,
        *,
        on_seen: Callable[[], None],
        on_fault: Failed,
        tell: Callable[[Notice], None],
    ) -> None:
        self._tools = tools
        self._tell = tell
        self._account = account
        self._on_seen = on_seen
        self._on_fault = on_fault

    def load(self, done: Callable[[tuple[CaseRow, ...]], None]) -> None:
        """All of them, newest first: waiting, refused, sent."""
        opened = self._account.opened
        if opened is not None:
            self._on_seen()
            catalogue = self._tools.catalogue

            def load() -> tuple[CaseRow, ...]:
                return tuple(case_row(catalogue, row) for row in opened.store.cases())

            self._account.run(load, done, self._on_fault)

    def send_again(self, case: CaseId, done: Callable[[], None]) -> None:
        """Send a case that the server refused once more, as it is; not while it is being mended."""
        self._settle_refused(case, Outbox.reopen_refused, done)

    def take_off(self, case: CaseId, done: Callable[[], None]) -> None:
        """Take a refused step of a case out of the list; not while it is being mended."""
        self._settle_refused(case, Outbox.drop_refused, done)

    def _settle_refused(self, case: CaseId, settle: Callable[[Outbox, StepId], bool], done: Callable[[], None]) -> None:
        opened = self._account.opened
        if opened is None:
            return

        def work() -> bool:
            if find_begun(opened.store, case) is not None:
                return False
            for entry in opened.store.outbox.refused_of(case):
                settle(opened.store.outbox, entry.step)
            return True

        def settled(is_settled: bool) -> None:
            if not is_settled:
                self._tell(say(NoticeCode.BEING_MENDED))
            self._account.wake()  # the loop also counts anew
            done()

        self._account.run(work, settled, self._on_fault)
