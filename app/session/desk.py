"""The day's desk between two visits: what waits for the clerk."""

from __future__ import annotations

from collections.abc import Callable

from app.session.account import Account
from app.session.lists import draft_rows, drop_visit
from app.session.tools import SessionTools


class Desk:
    """Reads it from the store; ``change(**changes)`` makes a new state, ``on_fault`` is told what failed."""

    def __init__(
        self,
        tools: SessionTools,
        account: Account,
        *,
        change: Callable[..., None],
        on_fault: Callable[[Exception], None],
    ) -> None:
        self._tools = tools
        self._account = account
        self._change = change
        self._on_fault = on_fault

    def load(self) -> None:
        """Look for unfinished visits."""
        opened = self._account.opened
        if opened is not None:
            self._account.run(
                lambda: draft_rows(self._tools.catalogue, opened.store.drafts.all()),
                lambda rows: self._change(drafts=rows),
                self._on_fault,
            )

    def discard(self, draft: str) -> None:
        """Give an unfinished visit up; its pages go with it."""
        opened = self._account.opened
        if opened is not None:
            self._account.run(lambda: drop_visit(opened.store, draft), lambda _: self.load(), self._on_fault)
