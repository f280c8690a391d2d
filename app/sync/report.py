"""What the loop tells the rest of the client after every round."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from app.notices.faults import EnvironmentFault
from domain.cases.values import CaseId, CaseStatus, StepId
from domain.refusals import Refusal

if TYPE_CHECKING:
    from domain.wire.cases import CaseView


class SyncState(StrEnum):
    """Whether the server answers. IDLE: nobody is logged in and nothing was tried."""

    IDLE = "idle"
    ONLINE = "online"
    OFFLINE = "offline"
    LOGIN_NEEDED = "login_needed"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptEvent:
    """A case got its official number. ``progress_url`` is the public page of its course, or empty."""

    case: CaseId
    receipt_no: str
    status: CaseStatus
    accepted_at: datetime
    due_on: date
    due_certain: bool
    progress_url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusalEvent:
    """The server declined a step for good: it lies in the tray."""

    case: CaseId
    step: StepId
    refusal: Refusal


@dataclass(frozen=True, slots=True, kw_only=True)
class DecidedEvent:
    """The server took a step of a case that it has; ``view`` is the case after it."""

    step: StepId
    view: CaseView


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeEvent:
    """Something happened to a case of this office; ``reason`` comes with a return or refusal."""

    case: CaseId
    receipt_no: str
    status: CaseStatus
    reason: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncReport:
    """One round. ``waiting`` and ``refused`` count the outbox; events are those of this round, in order.

    ``fault``: what the round, or one entry of it, met last.
    """

    state: SyncState
    waiting: int = 0
    refused: int = 0
    receipts: tuple[ReceiptEvent, ...] = ()
    refusals: tuple[RefusalEvent, ...] = ()
    decided: tuple[DecidedEvent, ...] = ()
    unanswered: tuple[StepId, ...] = ()
    """Sent, and kept for another time."""
    changes: tuple[ChangeEvent, ...] = ()
    fault: EnvironmentFault | None = None
