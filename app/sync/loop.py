"""The one loop between store and server: one thread, one round at a time."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Mapping
from functools import partial

from app.notices.faults import EnvironmentFault, FaultCode
from app.store.outbox import EntryState
from app.store.store import RETAIN_S, Store
from app.sync.backoff import SHORTEST_S, delay_s
from app.sync.line import Line
from app.sync.pull import Pulled, pull
from app.sync.push import LOGIN_AGAIN, PATIENCE_S, Pushed, Pusher
from app.sync.reply import LineFault
from app.sync.report import ChangeEvent, SyncReport, SyncState
from domain.refusals import Refusal

POLL_S = 30.0
_LONGEST_JOIN_S = 5.0
_AT_ONCE_S = 1.0
"""An entry had no answer either: only what comes right now speaks for the server."""
_DAY_S = 24 * 3600.0


class SyncLoop:
    """Pushes the outbox, pulls changes, and reports every round to ``on_report`` (called on the loop's thread).

    ``clock`` gives seconds since 1970, ``random`` numbers from 0 up to 1. A fault never ends the loop: entries wait,
    and the next round comes after a back-off, at a ``wake``, or at a new token. Once a day, cases that
    were over longer than ``retain_s`` ago are forgotten with their pages. A bug is handed to ``on_bug`` (on the loop's
    thread), and the loop goes on: what waits must never wait for a restart. A question for news that is not answered in
    ``patience_s`` is reported at once, on a thread of its own, and still waited for.
    """

    def __init__(
        self,
        store: Store,
        line: Line,
        on_report: Callable[[SyncReport], None],
        clock: Callable[[], float],
        random: Callable[[], float],
        *,
        on_bug: Callable[[Exception], None],
        retain_s: float = RETAIN_S,
        patience_s: float = PATIENCE_S,
    ) -> None:
        self._store = store
        self._on_bug = on_bug
        self._retain_s = retain_s
        self._next_purge = 0.0
        self._news_at = 0.0
        self._line = line
        self._patience_s = patience_s
        self._pusher = Pusher(store, line, clock=clock, random=random, wake=self.wake, patience_s=patience_s)
        self._on_report = on_report
        self._clock = clock
        self._random = random
        self._turn = threading.Lock()
        self._changed = threading.Condition()
        self._awake = False
        self._stopping = False
        self._logged_in = False
        self._login_number = 0
        self._failures = 0
        self._counts: Mapping[EntryState, int] = {}
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin; a second call does nothing."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="sync", daemon=True)
            self._thread.start()

    def wake(self) -> None:
        """Do a round now (a step was enqueued, or somebody asked)."""
        with self._changed:
            self._awake = True
            self._changed.notify_all()

    def set_token(self, token: str | None) -> None:
        """Somebody logged in (the waiting entries go now) or out (the loop rests)."""
        self._line.set_token(token)
        with self._changed:
            self._logged_in = token is not None
            self._login_number += 1
        self.wake()

    def stop(self) -> None:
        """End the loop; waits a few seconds for a round that is under way. Cutting one off loses nothing."""
        with self._changed:
            self._stopping = True
            self._changed.notify_all()
        if self._thread is not None:
            self._thread.join(_LONGEST_JOIN_S)
        self._pusher.stop(within_s=_LONGEST_JOIN_S)

    def run_round(self) -> SyncReport:
        """One push, and one pull unless answers came and the last pull is no poll ago, on the caller's thread."""
        with self._turn:
            with self._changed:
                login, logged_in = self._login_number, self._logged_in
            if not logged_in:
                return self._report(SyncState.LOGIN_NEEDED if login else SyncState.IDLE)
            try:
                return self._ask_server(login)
            except EnvironmentFault as fault:
                self._failures += 1
                return self._report(SyncState.OFFLINE, fault=fault)

    def _ask_server(self, login: int) -> SyncReport:
        pushed = self._pusher.push()
        if pushed.login_needed:
            return self._ask_login(login, pushed)
        if pushed.stopped:
            self._failures += 1
            return self._report(SyncState.OFFLINE, pushed=pushed, fault=pushed.fault)
        untold = [pushed]
        try:
            # news of a step came with its answer; those of others can wait for their poll
            found = None if pushed.answered and self._news_fresh_s() else self._pull(untold)
        except EnvironmentFault as fault:
            self._failures += 1
            return self._report(SyncState.OFFLINE, pushed=pushed if untold else None, fault=fault)
        if isinstance(found, Refusal) and found.code in LOGIN_AGAIN:
            return self._ask_login(login, pushed if untold else None)
        if self._failures and pushed.fault is None:
            self._store.outbox.make_due()
            self.wake()
        elif isinstance(found, Pulled) and found.more:
            self.wake()
        elif isinstance(found, Pulled):
            self._news_at = self._clock()
        self._failures = 0
        self._purge()
        changes = found.changes if isinstance(found, Pulled) else ()
        return self._report(SyncState.ONLINE, pushed=pushed if untold else None, changes=changes, fault=pushed.fault)

    def _pull(self, untold: list[Pushed]) -> Pulled | Refusal:
        """Ask for news. That nothing comes is told long before the question is given up, with what is ``untold``."""
        silent = any(pushed.fault and pushed.fault.code is FaultCode.TIMEOUT for pushed in untold)
        telling = threading.Timer(_AT_ONCE_S if silent else self._patience_s, partial(self._tell_silence, untold))
        telling.daemon = True
        telling.start()
        try:
            return pull(self._store, self._line)
        finally:
            telling.cancel()
            telling.join()  # what it tells is older than what this round tells

    def _tell_silence(self, untold: list[Pushed]) -> None:
        fault = LineFault(FaultCode.TIMEOUT)
        self._on_report(self._report(SyncState.OFFLINE, pushed=untold.pop(), fault=fault))

    def _news_fresh_s(self) -> float:
        """How long all changes are still no older than a poll; 0.0 when they are, or the clock was set back."""
        age_s = self._clock() - self._news_at
        return POLL_S - age_s if 0.0 <= age_s < POLL_S else 0.0

    def _purge(self) -> None:
        """Once a day, forget what was taken long ago."""
        if self._clock() >= self._next_purge:
            self._next_purge = self._clock() + _DAY_S
            self._store.purge(retain_s=self._retain_s)

    def _ask_login(self, login: int, pushed: Pushed | None) -> SyncReport:
        """The token is no good any more, unless a new one came while this round was under way."""
        with self._changed:
            if self._login_number == login:
                self._logged_in = False
        return self._report(SyncState.LOGIN_NEEDED, pushed=pushed)

    def _report(
        self,
        state: SyncState,
        *,
        pushed: Pushed | None = None,
        changes: tuple[ChangeEvent, ...] = (),
        fault: EnvironmentFault | None = None,
    ) -> SyncReport:
        with contextlib.suppress(EnvironmentFault):  # a failing disk is reported as ``fault``; the last counts stand
            self._counts = self._store.outbox.counts()
        return SyncReport(
            state=state,
            waiting=self._counts.get(EntryState.WAITING, 0),
            refused=self._counts.get(EntryState.REFUSED, 0),
            receipts=pushed.receipts if pushed else (),
            refusals=pushed.refusals if pushed else (),
            decided=pushed.decided if pushed else (),
            unanswered=pushed.unanswered if pushed else (),
            changes=changes,
            fault=fault,
        )

    def _run(self) -> None:
        while not self._stopping:
            try:
                self._on_report(self.run_round())
                self._rest(self._rest_s())
            except Exception as error:  # the edge of the thread: whoever made the loop tells of the bug
                self._failures += 1
                self._on_bug(error)
                self._rest(self._rest_s())

    def _rest_s(self) -> float:
        """Until the next poll, the next entry's time, or the end of the back-off."""
        if self._failures:
            return delay_s(self._failures, self._random)
        now = self._clock()
        times: list[float] = []
        with contextlib.suppress(EnvironmentFault):  # a failing disk is told by the next round
            waiting = self._store.outbox.waiting() if self._logged_in else []
            times = [entry.next_at - now for entry in waiting if entry.step not in self._pusher.under_way]
        poll_s = (self._news_fresh_s() or POLL_S) + 0.2 * POLL_S * self._random()
        return max(SHORTEST_S, min([poll_s, *times]))

    def _rest(self, seconds: float) -> None:
        with self._changed:
            if not self._awake and not self._stopping:
                self._changed.wait(seconds)
            self._awake = False
