"""The outermost layer: headers of every reply, and the last net under every handler."""

from __future__ import annotations

import logging
import re
import time
import traceback
import uuid
from email.utils import format_datetime

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from domain.refusals import Refusal, RefusalCode
from domain.wire.envelope import SERVER_HEADER, TIME_HEADER
from server.http.problems import problem
from server.http.requests import DeclinedError, check_framing
from server.http.turns import check_room, request_share
from server.service.work import Installation
from server.storage.database import DatabaseBusyError

SERVER_NAME = "zonggui/1"
REQUEST_ID_HEADER = "X-Request-Id"
_REQUEST_ID = re.compile(r"[A-Za-z0-9-]{8,64}")
_log = logging.getLogger("server.http")


class Edge:
    """ASGI layer around the application. Adds the headers; turns every failure into a problem; logs a line."""

    def __init__(self, app: ASGIApp, installation: Installation) -> None:
        self._app = app
        self._installation = installation

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = _request_id(Request(scope))
        begun = time.perf_counter()
        answered = 0

        async def send_with_headers(message: Message) -> None:
            nonlocal answered
            if message["type"] == "http.response.start":
                answered = message["status"]
                self._add_headers(MutableHeaders(scope=message), request_id)
            await send(message)

        try:
            check_room()
            check_framing(Request(scope))
            with request_share((scope.get("client") or ("",))[0]):
                await self._app(scope, receive, send_with_headers)
        except Exception as error:  # the last net: a bug in one request must not take the process down or leak data
            if answered:
                _log_fault(error, request_id)
                raise ConnectionAbortedError(request_id) from None  # cuts the line; the text of the cause stays out
            await self._fail(error, request_id)(scope, receive, send_with_headers)
        _log_line(scope, answered, begun, request_id)

    def _add_headers(self, headers: MutableHeaders, request_id: str) -> None:
        headers[SERVER_HEADER] = SERVER_NAME
        headers[REQUEST_ID_HEADER] = request_id
        now = self._installation.clock()
        headers["Date"] = format_datetime(now, usegmt=True)
        headers[TIME_HEADER] = now.isoformat(timespec="milliseconds")
        headers["X-Content-Type-Options"] = "nosniff"
        headers.setdefault("Cache-Control", "no-store")

    def _fail(self, error: Exception, request_id: str) -> Response:
        if isinstance(error, DeclinedError):
            response = problem(error.refusal, self._installation, status=error.status)
            if error.closes:
                response.headers["Connection"] = "close"
            return response
        if isinstance(error, DatabaseBusyError):
            return problem(Refusal(code=RefusalCode.SERVER_BUSY), self._installation)
        _log_fault(error, request_id)
        fault = Refusal(code=RefusalCode.SERVER_FAULT, facts={"request": request_id})
        return problem(fault, self._installation)


def _request_id(request: Request) -> str:
    given = request.headers.get(REQUEST_ID_HEADER, "")
    return given if _REQUEST_ID.fullmatch(given) else str(uuid.uuid4())


def _log_line(scope: Scope, status: int, begun: float, request_id: str) -> None:
    """The route's pattern, not the path: a path may carry a receipt's secret code."""
    pattern = getattr(scope.get("route"), "path", "-")
    _log.info("%s %s %d %.0f ms %s", scope["method"], pattern, status, (time.perf_counter() - begun) * 1000, request_id)


def _log_fault(error: BaseException, request_id: str) -> None:
    """Where it happened and of what kind, cause by cause; messages and values may be personal data."""
    lines = []
    cause: BaseException | None = error
    while cause is not None:
        frames = traceback.extract_tb(cause.__traceback__)
        lines.append(type(cause).__qualname__ + " < " + " < ".join(f"{f.name}:{f.lineno}" for f in reversed(frames)))
        cause = cause.__cause__ or cause.__context__
    _log.error("fault in request %s: %s", request_id, " | ".join(lines))
