"""The one state of a visit: who watches it, and what follows from each change."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace

from app.notices.notice import Notice
from app.notices.texts import notice_of
from app.visit.assessing import Assessed, assess_visit, settled
from app.visit.guest import GuestScreen
from app.visit.state import VisitState
from app.visit.tools import VisitTools
from domain.forms.answers import AnswerKey

Watcher = Callable[[VisitState], None]


class Holder:
    """Every part of a visit reads ``state`` and gives a new one: by ``become``, or by ``change`` for what is assessed.

    The customer's screen follows each state, then the watchers do.
    """

    def __init__(self, tools: VisitTools, state: VisitState, guest: GuestScreen) -> None:
        self._tools = tools
        self._guest = guest
        self._watchers: list[Watcher] = []
        self.state = state
        self.seen: Assessed | None = assess_visit(tools, state)
        self.ended = False

    @property
    def closed(self) -> bool:
        """Whether nothing about the case may change any more: it is submitted, or the visit is over."""
        return self.ended or self.state.receipt is not None

    def observe(self, watcher: Watcher) -> None:
        """Call ``watcher`` with every new state, and at once with the present one."""
        self._watchers.append(watcher)
        watcher(self.state)

    def forget(self, watcher: Watcher) -> None:
        """Stop calling ``watcher``."""
        if watcher in self._watchers:
            self._watchers.remove(watcher)

    def become(self, state: VisitState, *, kept: bool = False) -> None:
        """Take a new state in which nothing differs that rules and checks look at; everybody is told.

        ``kept``: it is being saved, so the applicant sees all of it.
        """
        before, self.state = self.state, state if self.ended else self._guest.follow(state, self.seen, kept=kept)
        if self.state is before:
            return  # everybody has seen it
        for watcher in list(self._watchers):
            watcher(self.state)

    def change(self, state: VisitState, *, touched: Collection[AnswerKey] = (), kept: bool = False) -> None:
        """Take a state with another identity, business, answers or pages, and all that follows from it."""
        self.seen = assess_visit(self._tools, state, self.seen)
        self.become(settled(self._tools, state, self.seen, touched), kept=kept)

    def tell(self, notice: Notice | None) -> None:
        """Show the clerk a notice in place of the present one."""
        self.become(replace(self.state, notice=notice))

    def fail(self, error: Exception) -> None:
        """Show an environment fault calmly; anything else is a bug and goes on its way."""
        self.tell(notice_of(error))

    def end(self) -> None:
        """Nothing is shown to the applicant after this but the greeting."""
        self.ended = True
        self._guest.clear(self.state.visit)
