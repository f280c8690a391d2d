"""One exchange with one address: a checked reply, or a typed fault. Only here are HTTP faults recognised."""

from __future__ import annotations

import io
import ssl
import time as clock
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from app.notices.faults import EnvironmentFault, FaultCode
from app.sync.pace import Pace
from app.sync.server_time import ServerTime, machine_time
from domain.refusals import Refusal, RefusalCode

if TYPE_CHECKING:
    import requests

LOGIN_TIMEOUT_S = 30.0
"""Somebody stands before it. What the server lets wait for a login is answered in this time (server/http/turns.py)."""
_PIECE_BYTES = 64 * 1024
_REQUEST_TIMEOUT = 408
_SERVERS_TROUBLE = 500
_PROBLEM = "application/problem+json"
_OUT_OF_TIME = (9, 10)
"""X509_V_ERR_CERT_NOT_YET_VALID, X509_V_ERR_CERT_HAS_EXPIRED."""


class LineFault(EnvironmentFault):
    """The server could not be asked; nobody knows whether it took the request, so the same one is sent again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One request. ``accept`` is the content type that a good reply must have; empty: it has no body."""

    method: str
    path: str
    body: bytes | None = field(default=None, repr=False)
    content_type: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    accept: str = "application/json"
    limit_bytes: int = 2 * 1024 * 1024
    timeout_s: float | None = None
    """How long the server may be silent; None: as the pace says."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerReply:
    """A reply of our server that was not a refusal."""

    status: int
    body: bytes = field(repr=False)


def exchange(
    session: requests.Session, address: str, question: Question, time: ServerTime, pace: Pace
) -> ServerReply | Refusal:
    """Ask once; ``time`` hears what the reply says of it.

    Raises LineFault: NO_NETWORK, TIMEOUT, CERTIFICATE, CERTIFICATE_TIME, NOT_OUR_SERVER, SERVER_FAULT.
    """
    import requests
    import urllib3

    # A body in memory would be sent in one call that the connect timeout bounds as a whole; a file goes piece by piece.
    body = None if question.body is None else io.BytesIO(question.body)
    silent_s = pace.silent_s if question.timeout_s is None else question.timeout_s
    try:
        with session.request(
            question.method,
            address + question.path,
            data=body,
            headers={"Content-Type": question.content_type, **question.headers} if body else dict(question.headers),
            timeout=(min(pace.connect_s, silent_s), silent_s),
            allow_redirects=False,
            stream=True,
        ) as response:
            return _checked(response, question, time, pace)
    except requests.exceptions.SSLError as error:
        raise _of_certificate(error, address) from error
    except requests.exceptions.ConnectTimeout as error:
        raise LineFault(FaultCode.NO_NETWORK, {"address": address}) from error
    except (requests.exceptions.Timeout, urllib3.exceptions.TimeoutError) as error:
        raise LineFault(FaultCode.TIMEOUT, {"address": address}) from error
    except (requests.exceptions.RequestException, urllib3.exceptions.HTTPError, OSError) as error:
        raise LineFault(FaultCode.NO_NETWORK, {"address": address, "why": type(error).__name__}) from error


def _of_certificate(error: Exception, address: str) -> LineFault:
    """A certificate that seems not to be valid yet, or not any more, speaks of one of two clocks."""
    from domain.business_time import business_day

    cause: BaseException | None = error
    while cause is not None and not isinstance(cause, ssl.SSLCertVerificationError):
        cause = next((one for one in cause.args if isinstance(one, BaseException)), None) or cause.__context__
    if isinstance(cause, ssl.SSLCertVerificationError) and cause.verify_code in _OUT_OF_TIME:
        return LineFault(
            FaultCode.CERTIFICATE_TIME, {"address": address, "today": f"{business_day(machine_time()):%Y-%m-%d}"}
        )
    return LineFault(FaultCode.CERTIFICATE, {"address": address})


def _checked(response: requests.Response, question: Question, time: ServerTime, pace: Pace) -> ServerReply | Refusal:
    from domain.wire.envelope import SERVER_HEADER, TIME_HEADER

    status = response.status_code
    if SERVER_HEADER not in response.headers:
        raise _not_ours(response, "no server header")
    time.hear(response.headers.get(TIME_HEADER, ""))
    if question.method == "HEAD":
        return _checked_head(response, question)
    kind = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    body = _read(response, question.limit_bytes, pace)
    if status >= 400:
        return _refusal(response, kind, body)
    if not 200 <= status < 300:
        raise _not_ours(response, "unexpected status")
    if question.accept and kind != question.accept:
        raise _not_ours(response, "unexpected content type")
    return ServerReply(status=status, body=body)


def _checked_head(response: requests.Response, question: Question) -> ServerReply | Refusal:
    """HEAD has no body, so its status must say everything."""
    status = response.status_code
    if status == 404:
        return Refusal(code=RefusalCode.NOT_FOUND, facts={"path": question.path})
    if status == 401:
        return Refusal(code=RefusalCode.TOKEN_EXPIRED)
    if status == 403:
        return Refusal(code=RefusalCode.NOT_ALLOWED)
    if status != 200:
        raise LineFault(FaultCode.SERVER_FAULT, {"status": str(status)})
    return ServerReply(status=status, body=b"")


def _refusal(response: requests.Response, kind: str, body: bytes) -> Refusal:
    from domain.wire.codec import parse_said
    from domain.wire.envelope import Problem, refusal_of

    problem = parse_said(Problem, body) if kind == _PROBLEM else None
    if response.status_code == _REQUEST_TIMEOUT:  # cut on the way: as good as not sent
        raise LineFault(FaultCode.TIMEOUT, {"status": str(_REQUEST_TIMEOUT)})
    if isinstance(problem, Problem):
        refusal = refusal_of(problem)
        passes = refusal.code is RefusalCode.UNKNOWN and response.status_code >= _SERVERS_TROUBLE
        if refusal.code is not RefusalCode.SERVER_FAULT and not passes:
            return refusal
    raise LineFault(FaultCode.SERVER_FAULT, {"status": str(response.status_code)})


def _not_ours(response: requests.Response, why: str) -> LineFault:
    kind = response.headers.get("Content-Type", "")[:40]
    return LineFault(FaultCode.NOT_OUR_SERVER, {"status": str(response.status_code), "type": kind, "why": why})


def _read(response: requests.Response, limit_bytes: int, pace: Pace) -> bytes:
    """The body, bounded in size and in slowness. Raises LineFault."""
    started = clock.monotonic()
    body = bytearray()
    while piece := response.raw.read1(_PIECE_BYTES, decode_content=False):
        body += piece
        if len(body) > limit_bytes:
            raise _not_ours(response, "reply too large")
        if clock.monotonic() - started > pace.silent_s + len(body) / pace.slowest_bytes_per_s:
            raise LineFault(FaultCode.TIMEOUT, {"why": "drip"})
    _refuse_short(response, len(body))
    return bytes(body)


def _refuse_short(response: requests.Response, have_bytes: int) -> None:
    """A reply that ended before its announced length was cut on the way."""
    announced = response.headers.get("Content-Length", "")
    if announced.isdigit() and int(announced) != have_bytes:
        raise LineFault(FaultCode.NO_NETWORK, {"why": "reply cut"})


def query(**values: str) -> str:
    """The query of a path; what is empty is left out."""
    from urllib.parse import urlencode

    given = {name: value for name, value in values.items() if value}
    return f"?{urlencode(given)}" if given else ""
