"""Bringing a case and its steps, and reading one."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from app.notices.faults import FaultCode
from app.store.outbox import OutboxEntry
from app.sync.line import Line
from app.sync.reply import LineFault, Question
from domain.cases.values import CaseId
from domain.refusals import Refusal

if TYPE_CHECKING:
    from domain.wire.cases import CaseView, Receipt

T = TypeVar("T")


def submit(line: Line, entry: OutboxEntry) -> Receipt | Refusal:
    """Bring the acceptance of a case; the same entry again gives the same receipt."""
    from domain.wire.cases import Receipt

    return _of_case(line.value(Receipt, _step_question("/v1/cases", entry)), entry.case)


def take_step(line: Line, entry: OutboxEntry) -> CaseView | Refusal:
    """Bring a later step of a case; the same entry again gives the same answer."""
    from domain.wire.cases import CaseView

    return _of_case(line.value(CaseView, _step_question(f"/v1/cases/{entry.case}/steps", entry)), entry.case)


def get_case(line: Line, case: CaseId) -> CaseView | Refusal:
    """A case with everything that this account may know."""
    from domain.wire.cases import CaseView

    return _of_case(line.value(CaseView, Question(method="GET", path=f"/v1/cases/{case}")), case)


def _step_question(path: str, entry: OutboxEntry) -> Question:
    from domain.wire.envelope import IDEMPOTENCY_HEADER

    return Question(method="POST", path=path, body=entry.body, headers={IDEMPOTENCY_HEADER: entry.step})


def _of_case(value: T, case: CaseId) -> T:
    """The value itself, if it is about that case: a mixed-up answer must not end somebody else's entry."""
    if not isinstance(value, Refusal) and getattr(value, "case", case) != case:
        raise LineFault(FaultCode.SERVER_FAULT, {"why": "answer about another case"})
    return value
