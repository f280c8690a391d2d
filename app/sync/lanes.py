"""Lanes on which entries of the outbox go out: a few threads that stay, as each keeps its own connection."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from app.store.outbox import OutboxEntry
from domain.cases.values import StepId

MOST_LANES = 3


@dataclass(slots=True, eq=False)
class Sending:
    """An entry on its way; ``outcome`` is the answer or the exception that came of it."""

    entry: OutboxEntry
    work: Callable[[], Any]
    outcome: Any = None
    ended: threading.Event = field(default_factory=threading.Event)


class Lanes:
    """``begin`` and ``has_ended`` are for one thread at a time. ``on_late`` is called on a lane's thread."""

    def __init__(self, on_late: Callable[[], None]) -> None:
        self._on_late = on_late
        self._lock = threading.Lock()
        self._jobs: queue.SimpleQueue[Sending | None] = queue.SimpleQueue()
        self._threads: list[threading.Thread] = []
        self._busy = 0
        self._left: dict[StepId, Sending] = {}

    @property
    def left(self) -> frozenset[StepId]:
        """What nobody waits for any more and nobody took."""
        with self._lock:
            return frozenset(self._left)

    def begin(self, entry: OutboxEntry, work: Callable[[], Any]) -> Sending | None:
        """Send on a free lane; None when all are taken."""
        with self._lock:
            if self._busy >= MOST_LANES:
                return None
            self._busy += 1
            if self._busy > len(self._threads):
                self._threads.append(threading.Thread(target=self._run, name="sync-lane", daemon=True))
                self._threads[-1].start()
        sending = Sending(entry=entry, work=work)
        self._jobs.put(sending)
        return sending

    def has_ended(self, sending: Sending, *, within_s: float) -> bool:
        """Wait for the outcome; after ``within_s`` it is left to ``take_late``."""
        sending.ended.wait(within_s)
        with self._lock:
            if not sending.ended.is_set():
                self._left[sending.entry.step] = sending
                return False
        return True

    def take_late(self) -> list[Sending]:
        """What was left and has ended since."""
        with self._lock:
            late = [sending for sending in self._left.values() if sending.ended.is_set()]
            for sending in late:
                del self._left[sending.entry.step]
        return late

    def stop(self, *, within_s: float) -> None:
        """End the threads; one that is sending ends after it, or with the program."""
        deadline = time.monotonic() + within_s
        for _ in self._threads:
            self._jobs.put(None)
        for thread in self._threads:
            thread.join(max(0.0, deadline - time.monotonic()))

    def _run(self) -> None:
        while (sending := self._jobs.get()) is not None:
            try:
                sending.outcome = sending.work()
            except Exception as error:  # whoever takes the outcome decides
                sending.outcome = error
            with self._lock:
                self._busy -= 1
                sending.ended.set()
                late = sending.entry.step in self._left
            if late:
                self._on_late()
