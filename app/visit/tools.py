"""What a visit is given to work with; all of it can be exchanged in tests."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol, TypeVar

from app.store.store import Store
from app.visit.scene import Scene
from domain.business_time import business_day
from domain.cases.values import Office
from domain.catalogue.values import Catalogue
from hardware.device import Request
from hardware.outcomes import Outcome

T = TypeVar("T")


class Run(Protocol):
    """Do ``work`` away from the UI thread, in the order of the calls; then ``done`` or ``failed`` on the UI thread."""

    def __call__(self, work: Callable[[], T], done: Callable[[T], None], failed: Callable[[Exception], None]) -> None:
        """Never blocks; an exception of ``work`` goes to ``failed``."""


class Later(Protocol):
    """Call ``action`` on the UI thread after ``delay_s``; the result cancels it."""

    def __call__(self, delay_s: float, action: Callable[[], None]) -> Callable[[], None]:
        """Never blocks."""
        ...


class Ask(Protocol):
    """Ask a device; ``done`` gets the outcome with the value that such a request is answered by."""

    def __call__(self, request: Request[T], done: Callable[[Outcome[T]], None]) -> None:
        """Never blocks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Serving:
    """Who serves a visit, where, and what keeps it."""

    office: Office
    clerk_name: str
    clerk_number: str
    store: Store


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitTools:
    """Everything that a visit needs from outside. ``ask`` answers on the UI thread."""

    catalogue: Catalogue
    serving: Callable[[], Serving]
    """Known when the visit begins, at the latest, and then the same to its end: a visit may be made before that."""
    run: Run
    later: Later
    ask: Ask
    show: Callable[[str, Scene], int]
    """Show a Scene of the visit with this id; gives its number, which outlives the visit and only grows."""
    now: Callable[[], datetime]
    new_id: Callable[[], str]
    wake_sync: Callable[[], None]

    @property
    def office(self) -> Office:
        """Where the visit takes place."""
        return self.serving().office

    @property
    def store(self) -> Store:
        """What keeps it."""
        return self.serving().store

    @property
    def today(self) -> date:
        """The legal day."""
        return business_day(self.now())
