"""What happened at the server comes in: changes after the cursor, kept in one transaction with it."""

from __future__ import annotations

from app.store.mirror import ServerWord
from app.store.store import Store
from app.sync.calls.lists import list_changes
from app.sync.line import Line
from app.sync.report import ChangeEvent
from domain.refusals import Refusal

_MOST_PAGES = 50
_PAGE = 100


def pull(store: Store, line: Line) -> tuple[ChangeEvent, ...] | Refusal:
    """The changes of this clerk's cases since the cursor, oldest first.

    Raises LineFault, StoreFault; what came before the fault is kept.
    """
    events: list[ChangeEvent] = []
    for _ in range(_MOST_PAGES):
        found = list_changes(line, store.cursor(), limit=_PAGE)
        if isinstance(found, Refusal):
            return found
        if not found.changes:
            break
        own = store.note_changes(
            [
                ServerWord(
                    case=change.case,
                    receipt_no=change.receipt_no,
                    status=change.status,
                    reason=change.reason,
                    sequence=change.sequence,
                    at=change.at.timestamp(),
                )
                for change in found.changes
            ]
        )
        events += [
            ChangeEvent(case=word.case, receipt_no=word.receipt_no, status=word.status, reason=word.reason)
            for word in own
        ]
        if len(found.changes) < _PAGE:
            break
    return tuple(events)
