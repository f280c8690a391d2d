"""The outbox goes out: pages first, then the step; case by case in order; only an answer ends an entry."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, cast

from app.notices.faults import EnvironmentFault, FaultCode
from app.store.faults import StoreFault
from app.store.mirror import ServerWord
from app.store.outbox import EntryHead, EntryKind, OutboxEntry
from app.store.store import Store
from app.sync.backoff import LONGEST_S, delay_s
from app.sync.calls.blobs import has_blob, put_blob
from app.sync.calls.cases import submit, take_step
from app.sync.lanes import Lanes, Sending
from app.sync.line import Line
from app.sync.reply import LineFault
from app.sync.report import DecidedEvent, ReceiptEvent, RefusalEvent
from domain.cases.values import StepId
from domain.refusals import Refusal, RefusalCode

if TYPE_CHECKING:
    from domain.wire.cases import CaseView, Receipt

LOGIN_AGAIN = (RefusalCode.TOKEN_EXPIRED, RefusalCode.TOKEN_MISSING)
ASK_AGAIN = (RefusalCode.SERVER_BUSY, RefusalCode.SERVER_FAULT, RefusalCode.UPLOADS_TOO_MANY)
"""The server could not look at it now: no answer, as far as the step is concerned."""

_BRING_AGAIN = (RefusalCode.PAGES_MISSING, RefusalCode.PAGE_DAMAGED)
_PAGE_ATTEMPTS = 5
"""So often pages that did not arrive whole are brought again before a person has to look."""

PATIENCE_S = 4.0
"""So long an entry without an answer holds up the next one; its own time is much longer, and goes on beside."""

_OF_ONE_ENTRY = (FaultCode.SERVER_FAULT, FaultCode.TIMEOUT)
_MOST_SILENCES = 2
"""So many entries without an answer, one after the other, mean that the line is silent."""

_PAGE_LOST = (FaultCode.PAGE_DAMAGED, FaultCode.PAGE_MISSING)
"""The page is not whole on this machine; no later attempt can mend that."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pushed:
    """What one walk through the outbox gave. ``stopped``: the line is of no use now. ``fault``: the last one met.

    ``unanswered`` went out and wait for another time.
    """

    receipts: tuple[ReceiptEvent, ...] = ()
    refusals: tuple[RefusalEvent, ...] = ()
    decided: tuple[DecidedEvent, ...] = ()
    unanswered: tuple[StepId, ...] = ()
    fault: EnvironmentFault | None = None
    stopped: bool = False
    login_needed: bool = False

    @property
    def answered(self) -> bool:
        """Whether the server decided on a step."""
        return bool(self.receipts or self.refusals or self.decided)


class Pusher:
    """Walks through the outbox; each entry goes out on a lane, so that one without an answer holds up nobody.

    ``wake`` is called, on another thread, when an answer comes that no walk waits for any more: the next one takes it.
    """

    def __init__(
        self,
        store: Store,
        line: Line,
        *,
        clock: Callable[[], float],
        random: Callable[[], float],
        wake: Callable[[], None],
        patience_s: float = PATIENCE_S,
    ) -> None:
        self._store = store
        self._line = line
        self._clock = clock
        self._random = random
        self._patience_s = patience_s
        self._lanes = Lanes(wake)

    @property
    def under_way(self) -> frozenset[StepId]:
        """Entries that are being sent, or whose answer no walk has taken yet."""
        return self._lanes.left

    def push(self) -> Pushed:
        """Send every entry that is due, once. A failing store ends the walk as a dead line does."""
        walk = _Walk(self._store, self._line, self._clock, self._random)
        try:
            for sending in self._lanes.take_late():
                walk.take(sending)
            self._push_due(walk)
        except StoreFault as fault:
            walk.fault, walk.stopped = fault, True
        return walk.pushed

    def _push_due(self, walk: _Walk) -> None:
        now = self._clock()
        for head in self._store.outbox.waiting():
            if walk.ended:
                break
            if head.step in self.under_way or not _is_due(head, now):
                continue
            entry = self._store.outbox.find(head.step)
            if entry is None:
                continue
            sending = self._lanes.begin(entry, partial(_send, self._store, self._line, entry))
            if sending is None:
                break  # every lane waits for an answer
            if self._lanes.has_ended(sending, within_s=self._patience_s):
                walk.take(sending)
            else:
                walk.leave(entry)

    def stop(self, *, within_s: float) -> None:
        """End the lanes; one that still waits for an answer is cut off, which loses nothing."""
        self._lanes.stop(within_s=within_s)


class _Walk:
    """One walk through the outbox, with what it gave so far."""

    def __init__(self, store: Store, line: Line, clock: Callable[[], float], random: Callable[[], float]) -> None:
        self._store = store
        self._line = line
        self._clock = clock
        self._random = random
        self._receipts: list[ReceiptEvent] = []
        self._refusals: list[RefusalEvent] = []
        self._decided: list[DecidedEvent] = []
        self._unanswered: list[StepId] = []
        self._silences = 0
        self.fault: EnvironmentFault | None = None
        self.stopped = False
        self.login_needed = False

    @property
    def pushed(self) -> Pushed:
        """What the walk gave."""
        return Pushed(
            receipts=tuple(self._receipts),
            refusals=tuple(self._refusals),
            decided=tuple(self._decided),
            unanswered=tuple(self._unanswered),
            fault=self.fault,
            stopped=self.stopped,
            login_needed=self.login_needed,
        )

    @property
    def ended(self) -> bool:
        """Whether the next entry would fare no better."""
        return self.stopped or self.login_needed

    def take(self, sending: Sending) -> None:
        """Take what came of an entry. Raises StoreFault, and what is a bug."""
        entry, answer = sending.entry, sending.outcome
        match answer:
            case LineFault():
                self._retry(entry)
                self._meet(answer)
            case StoreFault() if answer.code in _PAGE_LOST:
                self._refuse(entry, Refusal(code=RefusalCode.PAGE_DAMAGED, facts=answer.facts))
            case Exception():
                raise answer
            case Refusal():
                self._take_refusal(entry, answer)
            case _:
                self._take_answer(entry, answer)

    def leave(self, entry: OutboxEntry) -> None:
        """Nothing came in the time that others can wait."""
        self._unanswered.append(entry.step)
        self._meet(LineFault(FaultCode.TIMEOUT))

    def _meet(self, fault: LineFault) -> None:
        """When the server stumbles over one entry, or says nothing to it, others may pass; else it is the line."""
        self.fault = fault
        self._silences += fault.code is FaultCode.TIMEOUT
        self.stopped = fault.code not in _OF_ONE_ENTRY or self._silences >= _MOST_SILENCES

    def _take_refusal(self, entry: OutboxEntry, refusal: Refusal) -> None:
        """Keep for later what time may mend, and give to the tray what a person must decide."""
        if refusal.code in LOGIN_AGAIN:
            self._unanswered.append(entry.step)
            self.login_needed = True
        elif refusal.code in ASK_AGAIN or (refusal.code in _BRING_AGAIN and entry.attempts < _PAGE_ATTEMPTS):
            self._retry(entry)
        else:
            self._refuse(entry, refusal)

    def _retry(self, entry: OutboxEntry) -> None:
        self._unanswered.append(entry.step)
        self._store.outbox.retry(entry.step, next_at=self._clock() + delay_s(entry.attempts, self._random))

    def _refuse(self, entry: OutboxEntry, refusal: Refusal) -> None:
        if self._store.outbox.refuse(entry.step, refusal):
            self._refusals.append(RefusalEvent(case=entry.case, step=entry.step, refusal=refusal))

    def _take_answer(self, entry: OutboxEntry, answer: Receipt | CaseView) -> None:
        word = word_of(answer)
        if not self._store.acknowledged(entry, word):
            return
        if entry.visit:
            self._receipts.append(
                ReceiptEvent(
                    case=word.case,
                    receipt_no=word.receipt_no,
                    status=word.status,
                    accepted_at=answer.accepted_at,
                    due_on=answer.due_on,
                    due_certain=answer.due_certain,
                    progress_url=self._line.url_of(getattr(answer, "progress", "")),
                )
            )
        if entry.kind is EntryKind.STEP:
            self._decided.append(DecidedEvent(step=entry.step, view=cast("CaseView", answer)))


def _is_due(entry: EntryHead, now: float) -> bool:
    """Due also when the wait is longer than any wait can be: then somebody set the clock back."""
    return not now < entry.next_at <= now + LONGEST_S


def _send(store: Store, line: Line, entry: OutboxEntry) -> Receipt | CaseView | Refusal:
    """Pages, then the step. A fresh case's pages are new to the server; otherwise it is asked first."""
    may_be_known = entry.attempts > 0 or entry.kind is EntryKind.STEP
    for sha256 in entry.blobs:
        known = has_blob(line, sha256) if may_be_known else False
        if known is True:
            continue
        if isinstance(known, Refusal):
            return known
        refusal = put_blob(line, sha256, store.pages.load(sha256))
        if refusal is not None:
            return refusal
    return submit(line, entry) if entry.kind is EntryKind.SUBMIT else take_step(line, entry)


def word_of(answer: Receipt | CaseView) -> ServerWord:
    """The server's word in an answer."""
    steps = getattr(answer, "steps", ())
    at = steps[-1].taken_at if steps else answer.accepted_at
    return ServerWord(
        case=answer.case,
        receipt_no=answer.receipt_no,
        status=answer.status,
        reason=getattr(answer, "reason", ""),
        at=at.timestamp(),
        due_on=answer.due_on,
    )
