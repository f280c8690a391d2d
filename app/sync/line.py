"""The line to the server: every call of the API, over the first address that answers."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from app.notices.faults import FaultCode
from app.settings import Endpoint
from app.store.outbox import OutboxEntry
from app.sync.connections import Connections, make_session
from app.sync.endpoint import addresses_on
from app.sync.reply import LOGIN_TIMEOUT_S, LineFault, Question, Reply, exchange
from app.sync.server_time import ServerTime
from domain.cases.values import BlobHash, CaseId
from domain.refusals import Refusal, RefusalCode

if TYPE_CHECKING:
    from domain.wire import CaseList, CaseView, ChangeList, Clock, LoginReply, Receipt

T = TypeVar("T")
_LOGOUT_TIMEOUT_S = 3.0
_OCTETS = "application/octet-stream"
_TRY_NEXT = (
    FaultCode.NO_NETWORK,
    FaultCode.NOT_OUR_SERVER,
    FaultCode.CERTIFICATE,
    FaultCode.CERTIFICATE_TIME,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class LineConfig:
    """Addresses of the server and how to reach them. ``counter`` is this counter's name for the audit trail."""

    endpoints: tuple[Endpoint, ...]
    counter: str = ""
    ca_file: str | None = None
    use_system_proxy: bool = False


class Line:
    """Calls of the server's API. Thread-safe: one HTTP session per thread, one token for all; replies tell ``time``.

    Every call gives the value or the server's Refusal, and raises LineFault when the server could not be asked.
    """

    def __init__(self, config: LineConfig, time: ServerTime) -> None:
        self._config = config
        self.time = time
        self._lock = threading.Lock()
        self._token: str | None = None
        self._last_good = ""
        self._given_up = False
        make = partial(make_session, ca_file=config.ca_file, use_system_proxy=config.use_system_proxy)
        self._connections = Connections(make, time)

    def fresh(self) -> Line:
        """Another line to the same server, for another login."""
        line = Line(self._config, self.time)
        with self._lock:
            line._last_good = self._last_good
        return line

    def give_up(self) -> None:
        """Ask no further address: whoever waited has left."""
        with self._lock:
            self._given_up = True

    def end(self, token: str) -> None:
        """End a login that nobody takes any more; a server that is away ends it by itself."""
        line = self.fresh()
        line.set_token(token)
        with suppress(LineFault):
            line.logout()

    def set_token(self, token: str | None) -> None:
        """The bearer token of all later calls; None: logged out."""
        with self._lock:
            self._token = token

    def url_of(self, path: str) -> str:
        """A path of the server as an address that others may open; empty for an empty path or before any answer."""
        with self._lock:
            return f"{self._last_good}{path}" if path and self._last_good else ""

    def login(self, user: str, password: str) -> LoginReply | Refusal:
        """A token for user and password; it is not set as the line's own."""
        from domain.wire import LoginReply, LoginRequest, dump

        body = dump(LoginRequest(user=user, password=password, counter=self._config.counter))
        question = Question(method="POST", path="/v1/login", body=body, timeout_s=LOGIN_TIMEOUT_S)
        return self._value(LoginReply, question)

    def logout(self) -> Refusal | None:
        """End the token on the server; without one nothing is asked. Nobody waits long for it."""
        with self._lock:
            token = self._token
        if not token:
            return None
        ask = Question(method="POST", path="/v1/logout", body=b"", accept="", timeout_s=_LOGOUT_TIMEOUT_S)
        reply = self._ask(ask)
        return reply if isinstance(reply, Refusal) else None

    def clock(self) -> Clock | Refusal:
        """The server's time and version; needs no login."""
        from domain.wire import Clock

        return self._value(Clock, Question(method="GET", path="/v1/clock"))

    def has_blob(self, sha256: BlobHash) -> bool | Refusal:
        """Whether the server holds the page."""
        return self._is_there(f"/v1/blobs/{sha256}")

    def _is_there(self, path: str) -> bool | Refusal:
        known = self._ask(Question(method="HEAD", path=path, accept=""))
        if isinstance(known, Reply):
            return True
        return False if known.code is RefusalCode.NOT_FOUND else known

    def put_blob(self, sha256: BlobHash, content: bytes) -> Refusal | None:
        """Bring a page to the server; the same page again is no fault."""
        from domain.wire import MAX_BLOB_BYTES, BlobReceipt

        if len(content) > MAX_BLOB_BYTES:  # said here, as a server may hang up before it has read so much
            return Refusal(code=RefusalCode.REQUEST_TOO_LARGE, facts={"limit": str(MAX_BLOB_BYTES)})
        put = Question(method="PUT", path=f"/v1/blobs/{sha256}", body=content, content_type=_OCTETS)
        receipt = self._value(BlobReceipt, put)
        if isinstance(receipt, Refusal):
            return receipt
        if (receipt.sha256, receipt.size_bytes) != (sha256, len(content)):
            raise LineFault(FaultCode.SERVER_FAULT, {"why": "another blob acknowledged"})
        return None

    def submit(self, entry: OutboxEntry) -> Receipt | Refusal:
        """Bring the acceptance of a case; the same entry again gives the same receipt."""
        from domain.wire import Receipt

        receipt = self._value(Receipt, self._step_question("/v1/cases", entry))
        return self._of_case(receipt, entry.case)

    def take_step(self, entry: OutboxEntry) -> CaseView | Refusal:
        """Bring a later step of a case; the same entry again gives the same answer."""
        from domain.wire import CaseView

        view = self._value(CaseView, self._step_question(f"/v1/cases/{entry.case}/steps", entry))
        return self._of_case(view, entry.case)

    def tasks(self, after: str = "") -> CaseList | Refusal:
        """One page of the cases that wait for this account."""
        from domain.wire import CaseList

        return self._value(CaseList, Question(method="GET", path=f"/v1/tasks{_query(after=after)}"))

    def cases(self, after: str = "") -> CaseList | Refusal:
        """One page of this office's cases, newest first."""
        from domain.wire import CaseList

        return self._value(CaseList, Question(method="GET", path=f"/v1/cases{_query(after=after)}"))

    def case(self, case: CaseId) -> CaseView | Refusal:
        """A case with everything that this account may know."""
        from domain.wire import CaseView

        return self._of_case(self._value(CaseView, Question(method="GET", path=f"/v1/cases/{case}")), case)

    def case_blob(self, case: CaseId, sha256: BlobHash) -> bytes | Refusal:
        """A page of a case, checked against its hash."""
        from app.store.db import content_hash
        from domain.wire import MAX_BLOB_BYTES

        path = f"/v1/cases/{case}/blobs/{sha256}"
        reply = self._ask(Question(method="GET", path=path, accept=_OCTETS, limit_bytes=MAX_BLOB_BYTES))
        if isinstance(reply, Refusal):
            return reply
        if content_hash(reply.body) != sha256:
            raise LineFault(FaultCode.SERVER_FAULT, {"why": "page of another hash"})
        return reply.body

    def changes(self, after: int, *, limit: int = 100) -> ChangeList | Refusal:
        """What happened to this office's cases after a sequence number, oldest first, at most ``limit`` changes."""
        from domain.wire import ChangeList

        found = self._value(
            ChangeList, Question(method="GET", path=f"/v1/changes{_query(after=str(after), limit=str(limit))}")
        )
        if isinstance(found, Refusal):
            return found
        numbers = [after, *(change.sequence for change in found.changes)]
        if any(later <= earlier for earlier, later in itertools.pairwise(numbers)):
            raise LineFault(FaultCode.SERVER_FAULT, {"why": "changes out of order"})
        return found

    def knows_catalogue(self, sha256: str) -> bool | Refusal:
        """Whether the server has, or had, the catalogue of that hash in force."""
        return self._is_there(f"/v1/catalogue/{sha256}")

    def catalogue(self, sha256: str) -> Mapping[str, Any] | Refusal:
        """The catalogue's tables of that hash, as ``parse_catalogue`` takes them."""
        import hashlib
        import json

        from domain.catalogue.parse import canonical_json

        reply = self._ask(Question(method="GET", path=f"/v1/catalogue/{sha256}", limit_bytes=32 * 1024 * 1024))
        if isinstance(reply, Refusal):
            return reply
        try:
            data = json.loads(reply.body)
        except ValueError as error:
            raise LineFault(FaultCode.SERVER_FAULT, {"why": "catalogue is not JSON"}) from error
        tables = data.get("data") if isinstance(data, dict) else None
        if not isinstance(tables, dict) or hashlib.sha256(canonical_json(tables)).hexdigest() != sha256:
            raise LineFault(FaultCode.SERVER_FAULT, {"why": "catalogue of another hash"})
        return tables

    def _step_question(self, path: str, entry: OutboxEntry) -> Question:
        from domain.wire import IDEMPOTENCY_HEADER

        return Question(method="POST", path=path, body=entry.body, headers={IDEMPOTENCY_HEADER: entry.step})

    def _of_case(self, value: T, case: CaseId) -> T:
        """The value itself, if it is about that case: a mixed-up answer must not end somebody else's entry."""
        if not isinstance(value, Refusal) and getattr(value, "case", case) != case:
            raise LineFault(FaultCode.SERVER_FAULT, {"why": "answer about another case"})
        return value

    def _value(self, kind: type[T], question: Question) -> T | Refusal:
        from domain.wire import parse_said

        reply = self._ask(question)
        if isinstance(reply, Refusal):
            return reply
        value = parse_said(kind, reply.body)
        if isinstance(value, Refusal):  # our server, but not our language
            raise LineFault(FaultCode.SERVER_FAULT, dict(value.facts))
        return value

    def _ask(self, question: Question) -> Reply | Refusal:
        """Try the addresses in order, the one that answered last first; the first one's fault if none answers."""
        first_fault: LineFault | None = None
        for address in self._addresses():
            if self._given_up:
                break
            try:
                session = self._connections.session(address)
                reply = exchange(session, address, self._with_token(question), self.time)
                self._connections.note_used(address)
            except LineFault as fault:
                first_fault = first_fault or fault
                if fault.code not in _TRY_NEXT:
                    raise
                continue
            with self._lock:
                self._last_good = address
            return reply
        raise first_fault or LineFault(FaultCode.NO_ENDPOINT)

    def _addresses(self) -> list[str]:
        with self._lock:
            good = self._last_good
        addresses = list(addresses_on(self._config.endpoints, self.time.now()))
        return sorted(addresses, key=lambda address: address != good)

    def _with_token(self, question: Question) -> Question:
        import dataclasses

        with self._lock:
            token = self._token
        if token is None:
            return question
        return dataclasses.replace(question, headers={**question.headers, "Authorization": f"Bearer {token}"})


def _query(**values: str) -> str:
    from urllib.parse import urlencode

    given = {name: value for name, value in values.items() if value}
    return f"?{urlencode(given)}" if given else ""
