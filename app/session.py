"""One clerk's session at the workstation: login, store, sync, devices, visits. Qt-free; lives on the UI thread."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from app.visit.state import Notice
from app.visit.visit import Visit
from domain.cases.values import Act, BlobHash, CaseId, CaseStatus, Office
from domain.catalogue.values import RoleId
from hardware.device import DeviceKind, Health
from hardware.messages import PreviewFrame

if TYPE_CHECKING:  # pydantic is slow to load and only needed behind the line
    from domain.wire import CaseLine, CaseView


class LineState(StrEnum):
    """How the server can be reached now."""

    UNKNOWN = "unknown"
    ONLINE = "online"
    OFFLINE = "offline"
    LOGIN_NEEDED = "login_needed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Clerk:
    """Who is logged in."""

    user: str
    name: str
    office: Office
    roles: tuple[RoleId, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseRow:
    """A case in the clerk's list: sent cases with the server's word, waiting ones with what they wait for."""

    case: CaseId
    receipt_no: str
    module_name: str
    applicant: str
    """Masked but for the surname."""
    status: CaseStatus | None
    """None while the case waits to be sent."""
    reason: str
    refused: Notice | None
    """Why the server refused it: it needs a human (tray)."""
    changed_at: datetime
    due_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionState:
    """What the clerk's window shows around the visit."""

    clerk: Clerk | None = None
    logging_in: bool = False
    line: LineState = LineState.UNKNOWN
    waiting: int = 0
    """Cases and steps not yet answered by the server."""
    refused: int = 0
    """Cases in the tray."""
    devices: Mapping[DeviceKind, Health] = field(default_factory=dict)
    host_running: bool = False
    notice: Notice | None = None


Watcher = Callable[[SessionState], None]


class Session:
    """Everything that outlives a visit. ``done`` callbacks come on the UI thread with a value or a Notice."""

    state: SessionState

    def observe(self, watcher: Watcher) -> None:
        """Call ``watcher`` with every new state, and at once with the present one."""
        raise NotImplementedError

    def login(self, user: str, password: str) -> None:
        """Log in at the server, or offline with the password that opens the account's store."""
        raise NotImplementedError

    def login_again(self, password: str) -> None:
        """A fresh token in the middle of work; the visit stays as it is."""
        raise NotImplementedError

    def logout(self) -> None:
        """Close visit, store and line."""
        raise NotImplementedError

    @property
    def visit(self) -> Visit | None:
        """The visit now at the counter."""
        raise NotImplementedError

    def new_visit(self) -> Visit:
        """Begin a visit; the last one must have ended."""
        raise NotImplementedError

    def watch_preview(self, watcher: Callable[[PreviewFrame, memoryview], None] | None) -> None:
        """Start the camera's preview for ``watcher`` (called on the UI thread), or stop it with None."""
        raise NotImplementedError

    def load_cases(self, done: Callable[[tuple[CaseRow, ...]], None]) -> None:
        """The clerk's own cases, newest first: waiting, refused, sent."""
        raise NotImplementedError

    def load_tasks(self, done: Callable[[tuple[CaseLine, ...] | Notice], None]) -> None:
        """Cases that wait for one of the reviewer's roles."""
        raise NotImplementedError

    def load_case(self, case: CaseId, done: Callable[[CaseView | Notice], None]) -> None:
        """One case, whole."""
        raise NotImplementedError

    def load_page(self, case: CaseId, sha256: BlobHash, done: Callable[[bytes | Notice], None]) -> None:
        """One page of a case, JPEG or PNG."""
        raise NotImplementedError

    def take_step(
        self, case: CaseId, act: Act, opinion: str, seen_steps: int, done: Callable[[CaseView | Notice], None]
    ) -> None:
        """Approve, return or refuse a case."""
        raise NotImplementedError

    def print_receipt(self, pdf: bytes, done: Callable[[Notice], None]) -> None:
        """Print a receipt on the default printer."""
        raise NotImplementedError
