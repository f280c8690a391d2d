"""What happened at the server comes in: changes after the cursor, kept in one transaction with it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.store.mirror import ServerWord
from app.store.store import Store
from app.sync.calls.lists import list_changes
from app.sync.line import Line
from app.sync.report import ChangeEvent
from domain.refusals import Refusal

if TYPE_CHECKING:
    from domain.wire.lists import Change

_MOST_PAGES = 50
_PAGE = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Pulled:
    """The changes of this clerk's cases, oldest first; ``more``: there are others, for the next time."""

    changes: tuple[ChangeEvent, ...]
    more: bool


def pull(store: Store, line: Line) -> Pulled | Refusal:
    """What happened since the cursor, page by page until there is no more; sending waits for so many pages at most.

    Raises LineFault, StoreFault; what came before the fault is kept.
    """
    events: list[ChangeEvent] = []
    more, pages = True, 0
    while more and pages < _MOST_PAGES:
        found = list_changes(line, store.cursor(), limit=_PAGE)
        if isinstance(found, Refusal):
            return found
        own = store.note_changes([_word(change) for change in found.changes])
        events += [
            ChangeEvent(case=word.case, receipt_no=word.receipt_no, status=word.status, reason=word.reason)
            for word in own
        ]
        pages += 1
        more = len(found.changes) == _PAGE if found.more is None else found.more and bool(found.changes)
    return Pulled(changes=tuple(events), more=more)


def _word(change: Change) -> ServerWord:
    return ServerWord(
        case=change.case,
        receipt_no=change.receipt_no,
        status=change.status,
        reason=change.reason,
        sequence=change.sequence,
        at=change.at.timestamp(),
        due_on=change.due_on,
    )
