"""Makes visits: in a state that was kept, or the one that begins next, before anybody needs it."""

from __future__ import annotations

from app.session.account import Account
from app.session.opening import Opened
from app.session.showing import Showing
from app.session.tools import SessionTools
from app.visit.state import VisitState
from app.visit.tools import Ask, Serving, VisitTools
from app.visit.visit import Visit
from domain.catalogue.values import Catalogue


class _Seat:
    """Who serves a visit; nobody until it begins."""

    def __init__(self) -> None:
        self._serving: Serving | None = None

    def take(self, opened: Opened) -> None:
        """The visit begins at the counter of this login."""
        clerk = opened.clerk
        self._serving = Serving(office=clerk.office, clerk_name=clerk.name, clerk_number=clerk.user, store=opened.store)

    def serving(self) -> Serving:
        """Who serves it."""
        assert self._serving is not None, "the visit has not begun"
        return self._serving


class Visits:
    """``coming`` is the next visit, with nobody in it; it belongs to no login until ``take_coming`` begins it."""

    def __init__(self, tools: SessionTools, account: Account, showing: Showing, ask: Ask) -> None:
        self._tools = tools
        self._account = account
        self._showing = showing
        self._ask = ask
        self._coming: tuple[Visit, _Seat] | None = None

    @property
    def coming(self) -> Visit:
        """The visit that begins next, so that its panes can be made while nobody waits for them."""
        return self._made()[0]

    def take_coming(self, opened: Opened) -> Visit:
        """That visit, to be begun by this login."""
        visit, seat = self._made()
        self._coming = None
        seat.take(opened)
        return visit

    def make(self, opened: Opened, state: VisitState, catalogue: Catalogue | None) -> Visit:
        """A visit in a state that was kept; without ``catalogue`` by the program's own."""
        seat = _Seat()
        seat.take(opened)
        return self._make(seat, state, catalogue or self._tools.catalogue)

    def _made(self) -> tuple[Visit, _Seat]:
        if self._coming is None:
            seat = _Seat()
            self._coming = self._make(seat, VisitState(visit=self._tools.new_id()), self._tools.catalogue), seat
        return self._coming

    def _make(self, seat: _Seat, state: VisitState, catalogue: Catalogue) -> Visit:
        tools = self._tools
        return Visit(
            VisitTools(
                catalogue=catalogue,
                serving=seat.serving,
                run=tools.run,
                later=tools.later,
                ask=self._ask,
                show=self._showing.show,
                now=tools.time.now,
                new_id=tools.new_id,
                wake_sync=self._account.wake,
            ),
            state,
        )
