"""The line to the server: a question goes over the first address that answers. ``calls`` knows what can be asked."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from functools import partial
from typing import TypeVar

from app.notices.faults import FaultCode
from app.settings import Endpoint
from app.sync.connections import Connections, make_session
from app.sync.endpoint import addresses_on
from app.sync.pace import Pace
from app.sync.reply import LineFault, Question, ServerReply, exchange
from app.sync.server_time import ServerTime
from domain.refusals import Refusal, RefusalCode

T = TypeVar("T")
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
    pace: Pace = field(default_factory=Pace)


class Line:
    """Asks the server. Thread-safe: one HTTP session per thread, one token for all; replies tell ``time``.

    Every question gives the value or the server's Refusal, and raises LineFault when the server could not be asked.
    """

    def __init__(self, config: LineConfig, time: ServerTime) -> None:
        self._config = config
        self.time = time
        self._lock = threading.Lock()
        self._token: str | None = None
        self._last_good = ""
        self._given_up = False
        make = partial(make_session, ca_file=config.ca_file, use_system_proxy=config.use_system_proxy)
        self._connections = Connections(make, time, config.pace)

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

    def set_token(self, token: str | None) -> None:
        """The bearer token of all later calls; None: logged out."""
        with self._lock:
            self._token = token

    @property
    def has_token(self) -> bool:
        """Whether somebody is logged in."""
        with self._lock:
            return bool(self._token)

    @property
    def counter(self) -> str:
        """The name of this counter."""
        return self._config.counter

    def url_of(self, path: str) -> str:
        """A path of the server as an address that others may open; empty for an empty path or before any answer."""
        with self._lock:
            return f"{self._last_good}{path}" if path and self._last_good else ""

    def is_there(self, path: str) -> bool | Refusal:
        """Whether the server has what lies at the path."""
        known = self.ask(Question(method="HEAD", path=path, accept=""))
        if isinstance(known, ServerReply):
            return True
        return False if known.code is RefusalCode.NOT_FOUND else known

    def value(self, kind: type[T], question: Question) -> T | Refusal:
        """What the server says, as a wire value."""
        from domain.wire.codec import parse_said

        reply = self.ask(question)
        if isinstance(reply, Refusal):
            return reply
        value = parse_said(kind, reply.body)
        if isinstance(value, Refusal):  # our server, but not our language
            raise LineFault(FaultCode.SERVER_FAULT, dict(value.facts))
        return value

    def ask(self, question: Question) -> ServerReply | Refusal:
        """Try the addresses in order, the one that answered last first; the first one's fault if none answers."""
        first_fault: LineFault | None = None
        for address in self._addresses():
            if self._given_up:
                break
            try:
                session = self._connections.session(address)
                reply = exchange(session, address, self._with_token(question), self.time, self._config.pace)
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
