"""The thread of the ID reader: looks for a card three times a second and tells what it finds."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import Any, Final

from hardware.device import DeviceConfig, Request
from hardware.kinds.id_card_reader import CardFailed, CardGone, CardRead, IdCard, IdCardReader, LookAgain
from hardware.outcomes import Outcome, OutcomeCode
from hardware.workers.worker import CreateDriver, Emit, OnOutcome, Worker, is_lost

POLL_S: Final = 0.3

_SILENCES: Final = 3
"""So many polls without an answer, and the reader counts as lost."""

_SILENT: Final = frozenset({OutcomeCode.TIMEOUT, OutcomeCode.BUSY, OutcomeCode.CANCELLED})


class CardWorker(Worker[IdCardReader]):
    """Emits CardRead once per card laid down and CardFailed once per card and reason.

    CardGone comes when the reader lets it be known: after a failed card is lifted, before the next card is told, and
    when the reader is lost or looked at anew. A card that was read answers "absent" until it is lifted: that alone does
    not say that it is away.
    """

    def __init__(self, config: DeviceConfig, *, create: CreateDriver, emit: Emit, prefix: str) -> None:
        super().__init__(config, create=create, emit=emit, prefix=prefix)
        self._told: set[OutcomeCode] = set()
        """What was told of the card that lies there: OK when it was read."""
        self._silences = 0
        self._looks_again = threading.Event()

    def ask(self, request: Request[Any], reply: OnOutcome) -> None:
        """What lies there is told with the next poll."""
        if isinstance(request, LookAgain):
            self._looks_again.set()
            reply(Outcome(code=OutcomeCode.OK))
        else:
            super().ask(request, reply)

    def _serve(self, driver: IdCardReader) -> Outcome[Any]:
        self._silences = 0
        while not self._stop.is_set():
            if self._looks_again.is_set() and not (opened := self._open_anew(driver)).ok:
                return opened
            outcome = self._call(driver.read_card, self._stop)
            self._silences = self._silences + 1 if outcome.code in _SILENT else 0
            if is_lost(outcome) or self._silences >= _SILENCES:
                self._tell_gone()
                return outcome
            if outcome.code not in _SILENT:
                self._tell(outcome)
            self._stop.wait(POLL_S)
        return Outcome(code=OutcomeCode.CANCELLED)

    def _open_anew(self, driver: IdCardReader) -> Outcome[None]:
        """The reader forgets what it has read."""
        self._looks_again.clear()
        self._tell_gone()
        self._call(driver.close)
        return self._call(driver.open)

    def _tell(self, outcome: Outcome[IdCard]) -> None:
        read = OutcomeCode.OK in self._told
        if outcome.code is OutcomeCode.CARD_ABSENT:
            if not read:
                self._tell_gone()
            return
        if read:
            self._tell_gone()
        if outcome.code in self._told:
            return
        self._told.add(outcome.code)
        if outcome.value is not None and outcome.ok:
            self._tell_all(CardRead(card=replace(outcome.value, simulated=self._simulated)))
        else:
            self._tell_all(CardFailed(code=outcome.code, facts=outcome.facts))

    def _tell_gone(self) -> None:
        if self._told:
            self._told.clear()
            self._tell_all(CardGone())
