"""What was begun before: when a person's card is shown, their unfinished visit or returned case is offered first."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from app.notices.notice import Notice
from app.notices.texts import notice_of
from app.session.account import Account
from app.session.begun import Begun, find_begun_before, told_by_server
from app.session.state import CaseRow, DraftRow
from app.session.tools import SessionTools
from app.visit.state import Phase, VisitState
from app.visit.visit import Visit

if TYPE_CHECKING:
    from domain.wire.lists import CaseList


class Parking:
    """Watches the visit at the counter until it is known whose it is.

    ``change(begun=…)`` tells the windows what can be offered, one after the other; ``take_up(row)`` goes on with it.
    """

    def __init__(
        self,
        tools: SessionTools,
        account: Account,
        *,
        at_counter: Callable[[], Visit | None],
        change: Callable[..., None],
        take_up: Callable[[Begun], None],
    ) -> None:
        self._tools = tools
        self._account = account
        self._at_counter = at_counter
        self._change = change
        self._take_up = take_up
        self._asked_for = ("", "")
        self._taken = ""
        self._rows: tuple[Begun, ...] = ()

    def watch(self, visit: Visit) -> None:
        """A visit began."""
        self._asked_for, self._rows = ("", ""), ()
        visit.observe(self._on_visit)

    def _on_visit(self, state: VisitState) -> None:
        opened, identity = self._account.opened, state.identity
        fresh = state.phase is Phase.CHOOSE and state.module is None and state.visit != self._taken
        if opened is None or identity is None or not fresh or self._asked_for == (state.visit, identity.id_number):
            return
        self._asked_for = asked_for = (state.visit, identity.id_number)

        def found(answer: tuple[tuple[Begun, ...], tuple[CaseRow, ...]]) -> None:
            rows, unnamed = answer
            self._offer(asked_for, rows)
            if unnamed and self._account.lookup is not None:
                self._account.lookup.find(identity.id_number, partial(told, unnamed))

        def told(unnamed: tuple[CaseRow, ...], answer: CaseList | Notice) -> None:
            if not isinstance(answer, Notice):  # with the server away there is nothing to mend from either
                self._offer(asked_for, told_by_server(self._tools.catalogue, unnamed, answer.cases))

        self._account.run(
            lambda: find_begun_before(self._tools.catalogue, opened.store, identity.id_number, but=state.visit),
            found,
            lambda error: self._change(notice=notice_of(error)),
        )

    def _offer(self, asked_for: tuple[str, str], rows: tuple[Begun, ...]) -> None:
        """These too; the first of all is asked about now."""
        visit = self._at_counter()
        if rows and visit is not None and visit.state.module is None and self._asked_for == asked_for:
            before, self._rows = self._rows, (*self._rows, *rows)
            if not before:
                self._change(begun=self._rows[0])

    def go_on(self, row: Begun) -> None:
        """Take this in place of the visit that has only just begun."""
        visit = self._at_counter()
        self._rows = ()
        self._change(begun=None)
        if visit is not None and visit.state.module is None:
            if isinstance(row, DraftRow):
                self._taken = row.visit  # it is not asked about again: there may be another one
            self._take_up(row)

    def stay(self) -> None:
        """Not this one: the next is asked about, or the clerk goes on with the new visit."""
        self._rows = self._rows[1:]
        self._change(begun=next(iter(self._rows), None))
