"""One visit: what one applicant is doing at one counter now. Qt-free; lives on the UI thread and never blocks."""

from __future__ import annotations

from collections.abc import Callable

from app.visit.scene import Reply
from app.visit.state import Phase, VisitState
from domain.catalogue.values import FieldId, MaterialId, Module, ModuleId
from hardware.kinds.id_card_reader import IdCard
from hardware.outcomes import OutcomeCode

Watcher = Callable[[VisitState], None]


class Visit:
    """The one object that both windows watch. Every method is called on the UI thread and returns at once."""

    state: VisitState

    def observe(self, watcher: Watcher) -> None:
        """Call ``watcher`` with every new state, and at once with the present one."""
        raise NotImplementedError

    def forget(self, watcher: Watcher) -> None:
        """Stop calling ``watcher``."""
        raise NotImplementedError

    # identity
    def take_card(self, card: IdCard) -> None:
        """An ID card was read."""
        raise NotImplementedError

    def card_failed(self, code: OutcomeCode) -> None:
        """A card lies on the reader and cannot be read."""
        raise NotImplementedError

    def enter_identity(self, name: str, id_number: str) -> None:
        """Manual entry where the card cannot be read."""
        raise NotImplementedError

    # item
    def find_modules(self, text: str) -> tuple[Module, ...]:
        """Modules whose initials, name, item or code match; all for an empty text; best first."""
        raise NotImplementedError

    def choose(self, module: ModuleId) -> None:
        """Take the business; opens its form with the card's data filled in."""
        raise NotImplementedError

    # form
    def answer(self, name: FieldId, value: str) -> None:
        """The clerk typed a value."""
        raise NotImplementedError

    def undo(self) -> None:
        """Take back the last change of the form or the last removal of a page."""
        raise NotImplementedError

    # materials
    def capture(self, material: MaterialId) -> None:
        """Take the page under the camera for this material."""
        raise NotImplementedError

    def drop_page(self, material: MaterialId, number: int) -> None:
        """Remove a captured page (can be undone)."""
        raise NotImplementedError

    # going on
    def go(self, phase: Phase) -> bool:
        """Go to a phase; forward only when everything before it is right, else the notice says what is missing."""
        raise NotImplementedError

    def reply(self, reply: Reply) -> None:
        """What came back from the customer's screen."""
        raise NotImplementedError

    def submit(self) -> None:
        """Put the case into the outbox and wait for the server's word."""
        raise NotImplementedError

    def end(self) -> None:
        """End the visit: the customer's screen is cleared."""
        raise NotImplementedError
