"""The state of a clerk's session: what the window shows around the visit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from app.notices.notice import Notice
from domain.cases.values import AccountView, CaseId, CaseStatus
from domain.catalogue.values import PartyRole
from hardware.device import DeviceId, DeviceKind, DeviceState, Health


class LineState(StrEnum):
    """How the server can be reached now."""

    UNKNOWN = "unknown"
    ONLINE = "online"
    OFFLINE = "offline"
    LOGIN_NEEDED = "login_needed"


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseRow:
    """A case in the clerk's list: sent cases with the server's word, waiting ones with what they wait for."""

    case: CaseId
    receipt_no: str
    module_name: str
    applicant: str = field(repr=False)
    """Masked but for the surname."""
    own: bool
    """It went out from here. Else a colleague accepted it and it was returned: whoever is asked to may mend it."""
    status: CaseStatus | None
    """None while the server has not spoken."""
    waiting: bool
    """Something of it is not sent yet."""
    reason: str = field(repr=False)
    refused: Notice | None
    """Why the server refused it: it needs a human (tray)."""
    changed_at: datetime
    due_on: date | None = None
    """The last day of its limit, where that is known."""

    @property
    def was_returned(self) -> bool:
        """A reviewer sent it back, and nothing has gone out since."""
        return self.status is CaseStatus.RETURNED and not self.waiting

    @property
    def needs_clerk(self) -> bool:
        """It came back, from the server or from a reviewer: somebody has to mend it."""
        return self.refused is not None or self.was_returned


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftRow:
    """An unfinished visit that can be gone on with."""

    visit: str
    module_name: str
    applicant: str = field(repr=False)
    """Masked but for the surname."""
    number_end: str = field(repr=False)
    """The last four characters of the ID number; empty while nobody was identified."""
    phase_title: str
    changed_at: datetime
    note: str = ""
    """What the clerk wrote when she parked it, e.g. what the applicant has gone to fetch."""
    mends: bool = False
    """It mends a case that was returned or refused."""
    has_twin: bool = False
    """Another unfinished visit is this person's too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskRows:
    """The clerk's cases that want something of her, newest first, and how many were accepted from here today."""

    refused: tuple[CaseRow, ...] = ()
    returned: tuple[CaseRow, ...] = ()
    unsent: tuple[CaseRow, ...] = ()
    receipts_due: tuple[CaseRow, ...] = ()
    """Their number came after the applicant had left: the receipt was never printed."""
    due_soon: tuple[CaseRow, ...] = ()
    """They wait for somebody else, and their limit ends by the next working day or is over; the soonest first."""
    accepted_today: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundRow:
    """Something that was looked for: a case of the server or of this machine, or an unfinished visit (``visit``)."""

    applicant: str = field(repr=False)
    """Masked but for the surname."""
    module_name: str
    receipt_no: str = ""
    office: str = ""
    status: CaseStatus | None = None
    case: CaseId | None = None
    waiting: bool = False
    refused: bool = False
    """What is newest of the case lies on this machine: it waits to be sent, or the server refused it."""
    visit: str = ""
    where: str = ""
    """Where an unfinished visit stands."""
    found_as: PartyRole | None = None
    """As what the person who was looked for takes part, where somebody else applies."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What was found; ``more``: the server has more. ``away``: why the server did not say anything; ``is_asking``: its
    answer is still awaited. ``is_surname``: by one character, with which the server looks for whole names only.
    """

    rows: tuple[FoundRow, ...] = ()
    more: bool = False
    away: Notice | None = None
    is_asking: bool = False
    is_surname: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionState:
    """Everything around the visit. ``tasks`` counts what waits for this account as a reviewer."""

    clerk: AccountView | None = None
    logging_in: bool = False
    line: LineState = LineState.UNKNOWN
    line_fault: Notice | None = None
    """What the exchange with the server met last; None when all is well."""
    waiting: int = 0
    refused: int = 0
    returned: int = 0
    """Cases that a reviewer sent back since they were last looked at."""
    devices: Mapping[DeviceId, Health] = field(default_factory=dict)
    to_recover: int = 0
    """How often the account's data on this machine was set aside and not taken back yet."""
    drafts: tuple[DraftRow, ...] = ()
    desk: DeskRows = DeskRows()
    visit_open: bool = False
    begun: DraftRow | CaseRow | None = None
    """An unfinished visit of the person who has just come, or a case that came back: it is offered to be gone on with.
    """
    notice: Notice | None = None

    def devices_of(self, kind: DeviceKind) -> tuple[Health, ...]:
        """All devices of a kind; before anything is told of any, one that starts."""
        found = tuple(health for health in self.devices.values() if health.kind == kind)
        return found or (Health(kind=kind, state=DeviceState.STARTING),)

    def device(self, kind: DeviceKind) -> Health:
        """The device of a kind that is worked with: the first that is ready, else the first."""
        found = self.devices_of(kind)
        return next((health for health in found if health.state is DeviceState.READY), found[0])
