"""The outbox goes out: pages first, then the step; case by case in order; only an answer ends an entry."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.store.faults import FaultCode, StoreFault
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
_ASK_AGAIN = (RefusalCode.SERVER_BUSY, RefusalCode.SERVER_FAULT)
_PAGE_ATTEMPTS = 5
"""So often pages that the server does not know are brought again before a person has to look."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pushed:
    """What one walk through the outbox gave. ``stopped``: the line is of no use now. ``fault``: the last one met."""

    receipts: tuple[ReceiptEvent, ...] = ()
    refusals: tuple[RefusalEvent, ...] = ()
    fault: FaultCode | None = None
    stopped: bool = False
    login_needed: bool = False


def push(store: Store, line: Line, *, clock: Callable[[], float], random: Callable[[], float]) -> Pushed:
    """Send every entry that is due, once. Raises StoreFault when the store itself fails."""
    receipts: list[ReceiptEvent] = []
    refusals: list[RefusalEvent] = []
    fault: FaultCode | None = None
    now = clock()
    for entry in (entry for entry in store.waiting() if _is_due(entry, now)):
        try:
            answer = _send(store, line, entry)
        except LineFault as found:
            fault = found.code
            store.retried(entry.step, next_at=clock() + delay_s(entry.attempts, random))
            if fault is FaultCode.SERVER_FAULT:
                continue  # the server stumbles over this one; others may pass
            return Pushed(receipts=tuple(receipts), refusals=tuple(refusals), fault=fault, stopped=True)
        if isinstance(answer, Refusal) and answer.code in LOGIN_AGAIN:
            return Pushed(receipts=tuple(receipts), refusals=tuple(refusals), login_needed=True)
        if isinstance(answer, Refusal):
            refusals += _take_refusal(store, entry, answer, next_at=clock() + delay_s(entry.attempts, random))
        else:
            receipts += _take_answer(store, line, entry, answer)
    return Pushed(receipts=tuple(receipts), refusals=tuple(refusals), fault=fault)


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
        try:
            content = store.load_blob(sha256)
        except StoreFault as fault:
            if fault.code in (FaultCode.PAGE_DAMAGED, FaultCode.PAGE_MISSING):
                return Refusal(code=RefusalCode.PAGE_DAMAGED, facts={"sha256": sha256})
            raise
        refusal = line.put_blob(sha256, content)
        if refusal is not None:
            return refusal
    return line.submit(entry) if entry.kind is EntryKind.SUBMIT else line.take_step(entry)


def _take_refusal(store: Store, entry: OutboxEntry, refusal: Refusal, *, next_at: float) -> list[RefusalEvent]:
    """Keep for later what time may mend, and give to the tray what a person must decide."""
    pages_may_come = refusal.code is RefusalCode.PAGES_MISSING and entry.attempts < _PAGE_ATTEMPTS
    if refusal.code in _ASK_AGAIN or pages_may_come:
        store.retried(entry.step, next_at=next_at)
        return []
    store.refused(entry.step, refusal)
    return [RefusalEvent(case=entry.case, refusal=refusal)]


def _take_answer(store: Store, line: Line, entry: OutboxEntry, answer: Receipt | CaseView) -> list[ReceiptEvent]:
    word = word_of(answer)
    news = store.acknowledged(entry, word)
    if not news or entry.kind is not EntryKind.SUBMIT:
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
