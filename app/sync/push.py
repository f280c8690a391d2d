"""The outbox goes out: pages first, then the step; case by case in order; only an answer ends an entry."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.store.faults import EnvironmentFault, FaultCode, StoreFault
from app.store.mirror import ServerWord
from app.store.outbox import EntryKind, OutboxEntry
from app.store.store import Store
from app.sync.backoff import LONGEST_S, delay_s
from app.sync.line import Line
from app.sync.reply import LineFault
from app.sync.report import ReceiptEvent, RefusalEvent
from domain.refusals import Refusal, RefusalCode

if TYPE_CHECKING:
    from domain.wire import CaseView, Receipt

LOGIN_AGAIN = (RefusalCode.TOKEN_EXPIRED, RefusalCode.TOKEN_MISSING)
ASK_AGAIN = (RefusalCode.SERVER_BUSY, RefusalCode.SERVER_FAULT, RefusalCode.UPLOADS_TOO_MANY)
"""The server could not look at it now: no answer, as far as the step is concerned."""

_BRING_AGAIN = (RefusalCode.PAGES_MISSING, RefusalCode.PAGE_DAMAGED)
_PAGE_ATTEMPTS = 5
"""So often pages that did not arrive whole are brought again before a person has to look."""

_PAGE_LOST = (FaultCode.PAGE_DAMAGED, FaultCode.PAGE_MISSING)
"""The page is not whole on this machine; no later attempt can mend that."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pushed:
    """What one walk through the outbox gave. ``stopped``: the line is of no use now. ``fault``: the last one met."""

    receipts: tuple[ReceiptEvent, ...] = ()
    refusals: tuple[RefusalEvent, ...] = ()
    fault: EnvironmentFault | None = None
    stopped: bool = False
    login_needed: bool = False


def push(store: Store, line: Line, *, clock: Callable[[], float], random: Callable[[], float]) -> Pushed:
    """Send every entry that is due, once. A failing store ends the walk as a dead line does."""
    walk = _Walk(store, line, clock, random)
    now = clock()
    try:
        for entry in store.waiting():
            if _is_due(entry, now):
                walk.push_one(entry)
            if walk.stopped or walk.login_needed:
                break
    except StoreFault as fault:
        walk.fault, walk.stopped = fault, True
    return Pushed(
        receipts=tuple(walk.receipts),
        refusals=tuple(walk.refusals),
        fault=walk.fault,
        stopped=walk.stopped,
        login_needed=walk.login_needed,
    )


class _Walk:
    """One walk through the outbox, with what it gave so far."""

    def __init__(self, store: Store, line: Line, clock: Callable[[], float], random: Callable[[], float]) -> None:
        self._store = store
        self._line = line
        self._clock = clock
        self._random = random
        self.receipts: list[ReceiptEvent] = []
        self.refusals: list[RefusalEvent] = []
        self.fault: EnvironmentFault | None = None
        self.stopped = False
        self.login_needed = False

    def push_one(self, entry: OutboxEntry) -> None:
        """Send one entry and take what came back. Raises StoreFault."""
        try:
            answer = _send(self._store, self._line, entry)
        except LineFault as found:
            self._retry(entry)
            self.fault = found
            # When the server stumbles over this one, others may pass; any other fault would meet them as well.
            self.stopped = found.code is not FaultCode.SERVER_FAULT
        except StoreFault as found:
            if found.code not in _PAGE_LOST:
                raise
            self._refuse(entry, Refusal(code=RefusalCode.PAGE_DAMAGED, facts=found.facts))
        else:
            if isinstance(answer, Refusal):
                self._take_refusal(entry, answer)
            else:
                self.receipts += _take_answer(self._store, self._line, entry, answer)

    def _take_refusal(self, entry: OutboxEntry, refusal: Refusal) -> None:
        """Keep for later what time may mend, and give to the tray what a person must decide."""
        if refusal.code in LOGIN_AGAIN:
            self.login_needed = True
        elif refusal.code in ASK_AGAIN or (refusal.code in _BRING_AGAIN and entry.attempts < _PAGE_ATTEMPTS):
            self._retry(entry)
        else:
            self._refuse(entry, refusal)

    def _retry(self, entry: OutboxEntry) -> None:
        self._store.retried(entry.step, next_at=self._clock() + delay_s(entry.attempts, self._random))

    def _refuse(self, entry: OutboxEntry, refusal: Refusal) -> None:
        self._store.refused(entry.step, refusal)
        self.refusals.append(RefusalEvent(case=entry.case, step=entry.step, refusal=refusal))


def _is_due(entry: OutboxEntry, now: float) -> bool:
    """Due also when the wait is longer than any wait can be: then somebody set the clock back."""
    return not now < entry.next_at <= now + LONGEST_S


def _send(store: Store, line: Line, entry: OutboxEntry) -> Receipt | CaseView | Refusal:
    """Pages, then the step. A fresh case's pages are new to the server; otherwise it is asked first."""
    may_be_known = entry.attempts > 0 or entry.kind is EntryKind.STEP
    for sha256 in entry.blobs:
        known = line.has_blob(sha256) if may_be_known else False
        if known is True:
            continue
        if isinstance(known, Refusal):
            return known
        refusal = line.put_blob(sha256, store.load_blob(sha256))
        if refusal is not None:
            return refusal
    return line.submit(entry) if entry.kind is EntryKind.SUBMIT else line.take_step(entry)


def _take_answer(store: Store, line: Line, entry: OutboxEntry, answer: Receipt | CaseView) -> list[ReceiptEvent]:
    word = word_of(answer)
    news = store.acknowledged(entry, word)
    if not news or not entry.visit:
        return []
    return [
        ReceiptEvent(
            case=word.case,
            receipt_no=word.receipt_no,
            status=word.status,
            accepted_at=answer.accepted_at,
            due_on=answer.due_on,
            progress_url=line.url_of(getattr(answer, "progress", "")),
        )
    ]


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
    )
