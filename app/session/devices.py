"""The devices of the counter as the session sees them: health, cards, scans, the camera's preview."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Protocol, TypeVar

from app.notices.notice import Notice
from app.notices.texts import outcome_notice
from app.session.tools import SessionTools
from hardware.device import ANY_DEVICE, DeviceId, Health, Request
from hardware.kinds.barcode_scanner import Scanned
from hardware.kinds.document_camera import PageShape, PreviewFrame, StartPreview, StopPreview
from hardware.kinds.id_card_reader import ID_CARD_READER, CardFailed, CardGone, CardRead, IdCard, LookAgain
from hardware.messages import Event, HealthChanged
from hardware.outcomes import Outcome, OutcomeCode

T = TypeVar("T")

PreviewWatcher = Callable[[PreviewFrame, memoryview], None]

_EARLY_CARD_S = 60.0
"""A card read before the visit began belongs to whoever stands there now only for so long: readers do not tell when a
card that was read is lifted."""


class CardTaker(Protocol):
    """Who is told of cards: the visit at the counter."""

    def take_card(self, card: IdCard) -> None:
        """An ID card was read."""

    def card_failed(
        self, code: OutcomeCode, facts: Mapping[str, str] | None = None, device: DeviceId = ANY_DEVICE
    ) -> None:
        """A card lies on the reader and cannot be read."""


class Devices:
    """Events of the device hosts on the UI thread, and questions to them.

    ``on_change(changes)`` is called with changes of the session's state; ``at_counter`` gives who takes
    cards now, if anybody; else a card waits, and ``on_early_card`` is told of it, unless the clerk has turned to
    something else: then nobody is served with a card that she may not have seen.
    """

    def __init__(
        self,
        tools: SessionTools,
        *,
        on_change: Callable[[Mapping[str, Any]], None],
        at_counter: Callable[[], CardTaker | None],
        on_early_card: Callable[[IdCard], None] = lambda _card: None,
    ) -> None:
        self._tools = tools
        self._on_change = on_change
        self._at_counter = at_counter
        self._on_early_card = on_early_card
        self._health: dict[DeviceId, Health] = {}
        self._numbers = itertools.count(1)
        self._asked: dict[int, Callable[[Outcome[Any]], None]] = {}
        self._preview: PreviewWatcher | None = None
        self._shape = PageShape.ANY
        self._early_card: tuple[float, IdCard] | None = None
        self.on_idle_card: Callable[[], None] = lambda: None
        """Called when a card was laid down while nobody is served."""
        self.on_idle_failure: Callable[[Notice], None] = lambda _notice: None
        """Called when a card that was laid down then cannot be read."""
        self.is_counter_in_sight: Callable[[], bool] = lambda: True
        self.brings_in_sight: Callable[[CardRead | CardFailed], bool] = lambda _event: True
        """Asked with a card while the visit at the counter is not in sight: whether the visit is to be told of it."""
        self.on_scan: Callable[[str], None] = lambda text: None

    def ask(self, request: Request[T], done: Callable[[Outcome[T]], None]) -> None:
        """Ask the devices; the outcome comes on the UI thread, where ``done`` stays all the time."""
        number = next(self._numbers)
        self._asked[number] = done
        self._tools.devices.ask(request, lambda outcome: self._tools.post(partial(self._answered, number, outcome)))

    def _answered(self, number: int, outcome: Outcome[Any]) -> None:
        self._asked.pop(number)(outcome)

    def event_from_host(self, event: Event) -> None:
        """An event of a device host, on a thread of its own."""
        self._tools.post(partial(self._on_event, event))

    def take_early_card(self) -> IdCard | None:
        """The card that was laid down a moment ago, while nobody was served; it is given once."""
        early, self._early_card = self._early_card, None
        fresh = early is not None and self._tools.time.passed() - early[0] <= _EARLY_CARD_S
        return early[1] if early is not None and fresh else None

    def look_for_card(self) -> None:
        """Have the reader tell of a card that lies there already."""
        self.ask(LookAgain(), _ignore)

    def watch_preview(self, watcher: PreviewWatcher | None, shape: PageShape = PageShape.ANY) -> None:
        """Start the camera's preview for ``watcher`` (called on the UI thread), or stop it with None.

        A page counts as found when it has this ``shape``; another shape goes on with the running preview.
        """
        if watcher is not None and (self._preview is None or shape is not self._shape):
            self._shape = shape
            self.ask(StartPreview(shape=shape), _ignore)
        elif watcher is None and self._preview is not None:
            self.ask(StopPreview(), _ignore)
        self._preview = watcher

    def _on_event(self, event: Event) -> None:
        match event:
            case PreviewFrame():
                self._on_frame(event)
            case HealthChanged(health=health):
                self._health[health.device] = health
                self._on_change({"devices": dict(self._health)})
            case CardRead() | CardFailed() | CardGone():
                self._on_card(event)
            case Scanned(scan=scan):
                self.on_scan(scan.text)

    def _on_card(self, event: CardRead | CardFailed | CardGone) -> None:
        visit = self._at_counter()
        unseen = visit is not None and not self.is_counter_in_sight()
        if unseen and not isinstance(event, CardGone) and not self.brings_in_sight(event):
            return
        match event:
            case CardGone():
                self._early_card = None
            case CardRead(card=card) if visit is None:
                if self.is_counter_in_sight():
                    self._early_card = (self._tools.time.passed(), card)
                    self._on_early_card(card)
                self.on_idle_card()
            case CardRead(card=card) if visit is not None:
                visit.take_card(card)
            case CardFailed(code=code, facts=facts, device=device) if visit is None:
                self.on_idle_failure(outcome_notice(code, ID_CARD_READER, facts, device))
            case CardFailed(code=code, facts=facts, device=device) if visit is not None:
                visit.card_failed(code, facts, device)

    def _on_frame(self, event: PreviewFrame) -> None:
        view = self._tools.devices.find_frame(event) if self._preview is not None else None
        if view is not None and self._preview is not None:
            self._preview(event, view)


def _ignore(_outcome: Outcome[Any]) -> None:
    """Preview and card tell of themselves, and how the device is."""
