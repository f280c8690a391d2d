"""Lists of cases and the feed of the office."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

from app.notices.faults import FaultCode
from app.sync.line import Line
from app.sync.reply import LineFault, Question, query
from domain.cases.values import CaseId
from domain.refusals import Refusal

if TYPE_CHECKING:
    from domain.wire.lists import CaseList, ChangeList

_PAGE = 200
"""The most that the server gives at once."""
_MOST_PAGES = 50
"""Ten thousand tasks: whoever has more is told so, and gets the others once these are done."""


def list_tasks(line: Line) -> CaseList | Refusal:
    """The cases that wait for this account, fetched page by page; ``after`` is empty unless there are still more."""
    from domain.wire.lists import CaseLine, CaseList

    lines: dict[CaseId, CaseLine] = {}  # one that moves meanwhile is met twice
    after = ""
    for _ in range(_MOST_PAGES):
        page = line.value(CaseList, Question(method="GET", path=f"/v1/tasks{query(after=after, limit=str(_PAGE))}"))
        if isinstance(page, Refusal):
            return page
        lines |= {one.case: one for one in page.cases}
        after = page.after
        if not after:
            break
    return CaseList(cases=tuple(lines.values()), after=after)


def find_cases(line: Line, text: str) -> CaseList | Refusal:
    """The newest cases that are meant by a text, and whether there are more; in a body, as addresses are logged."""
    from domain.wire.codec import dump
    from domain.wire.lists import CaseList, FindCases

    return line.value(CaseList, Question(method="POST", path="/v1/cases/find", body=dump(FindCases(text=text))))


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
