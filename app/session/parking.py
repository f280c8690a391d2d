"""Parked visits: when the same person's card is shown, hers is offered to be gone on with."""

from __future__ import annotations

from collections.abc import Callable

from app.notices.texts import notice_of
from app.session.account import Account
from app.session.lists import find_parked
from app.session.state import DraftRow
from app.session.tools import SessionTools
from app.visit.state import Phase, VisitState
from app.visit.visit import Visit


class Parking:
    """Watches the visit at the counter until it is known whose it is.

    ``change(parked=…)`` tells the windows what can be offered; ``resume(draft)`` goes on with it.
    """

    def __init__(
        self,
        tools: SessionTools,
        account: Account,
        *,
        at_counter: Callable[[], Visit | None],
        change: Callable[..., None],
        resume: Callable[[str], None],
    ) -> None:
        self._tools = tools
        self._account = account
        self._at_counter = at_counter
        self._change = change
        self._resume = resume
        self._asked_for = ("", "")
        self._taken = ""

    def watch(self, visit: Visit) -> None:
        """A visit began."""
        self._asked_for = ("", "")
        visit.observe(self._on_visit)

    def _on_visit(self, state: VisitState) -> None:
        opened, identity = self._account.opened, state.identity
        fresh = state.phase is Phase.CHOOSE and state.module is None and state.visit != self._taken
        if opened is None or identity is None or not fresh or self._asked_for == (state.visit, identity.id_number):
            return
        self._asked_for = asked_for = (state.visit, identity.id_number)

        def found(row: DraftRow | None) -> None:
            visit = self._at_counter()
            if row is not None and visit is not None and visit.state.module is None and self._asked_for == asked_for:
                self._change(parked=row)

        self._account.run(
            lambda: find_parked(self._tools.catalogue, opened.store, identity.id_number, but=state.visit),
            found,
            lambda error: self._change(notice=notice_of(error)),
        )

    def go_on(self, draft: str) -> None:
        """Take the parked visit in place of the one that has only just begun."""
        visit = self._at_counter()
        self._change(parked=None)
        if visit is not None and visit.state.module is None:
            self._taken = draft  # it is not asked about again: there may be another one
            self._resume(draft)

    def stay(self) -> None:
        """The clerk goes on with the new visit."""
        self._change(parked=None)
