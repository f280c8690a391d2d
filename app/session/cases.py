"""The clerk's own cases: read from the store, sent again or taken off the list by her decision."""

from __future__ import annotations

from collections.abc import Callable

from app.session.account import Account
from app.session.lists import case_row, refused_steps
from app.session.state import CaseRow
from app.session.tools import SessionTools
from app.store import mirror
from app.store.store import Store
from domain.cases.values import CaseId, StepId

Failed = Callable[[Exception], None]


class Cases:
    """``done`` callbacks come on the UI thread. ``on_seen`` is told that the clerk looks at them, ``on_fault`` what
    went wrong.
    """

    def __init__(self, tools: SessionTools, account: Account, *, on_seen: Callable[[], None], on_fault: Failed) -> None:
        self._tools = tools
        self._account = account
        self._on_seen = on_seen
        self._on_fault = on_fault

    def load(self, done: Callable[[tuple[CaseRow, ...]], None]) -> None:
        """All of them, newest first: waiting, refused, sent."""
        opened = self._account.opened
        if opened is not None:
            self._on_seen()
            catalogue = self._tools.catalogue

            def loaded(rows: list[mirror.CaseRow]) -> None:
                done(tuple(case_row(catalogue, row) for row in rows))

            self._account.run(opened.store.cases, loaded, self._on_fault)

    def send_again(self, case: CaseId, done: Callable[[], None]) -> None:
        """Send a case that the server refused once more, as it is."""
        self._settle_refused(case, Store.reopen_refused, done)

    def take_off(self, case: CaseId, done: Callable[[], None]) -> None:
        """Take a refused step of a case out of the list."""
        self._settle_refused(case, Store.drop_refused, done)

    def _settle_refused(self, case: CaseId, settle: Callable[[Store, StepId], bool], done: Callable[[], None]) -> None:
        opened = self._account.opened
        if opened is None:
            return

        def work() -> None:
            for step in refused_steps(opened.store, case):
                settle(opened.store, step)

        def settled(_nothing: None) -> None:
            self._account.wake()  # the loop also counts anew
            done()

        self._account.run(work, settled, self._on_fault)
