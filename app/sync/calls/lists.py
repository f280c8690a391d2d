"""Lists of cases and the feed of the office."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

from app.notices.faults import FaultCode
from app.sync.line import Line
from app.sync.reply import LineFault, Question, query
from domain.refusals import Refusal

if TYPE_CHECKING:
    from domain.wire.lists import CaseList, ChangeList


def list_tasks(line: Line, after: str = "") -> CaseList | Refusal:
    """One page of the cases that wait for this account."""
    from domain.wire.lists import CaseList

    return line.value(CaseList, Question(method="GET", path=f"/v1/tasks{query(after=after)}"))


def list_changes(line: Line, after: int, *, limit: int = 100) -> ChangeList | Refusal:
    """What happened to this office's cases after a sequence number, oldest first, at most ``limit`` changes."""
    from domain.wire.lists import ChangeList

    path = f"/v1/changes{query(after=str(after), limit=str(limit))}"
    found = line.value(ChangeList, Question(method="GET", path=path))
    if isinstance(found, Refusal):
        return found
    numbers = [after, *(change.sequence for change in found.changes)]
    if any(later <= earlier for earlier, later in itertools.pairwise(numbers)):
        raise LineFault(FaultCode.SERVER_FAULT, {"why": "changes out of order"})
    return found
