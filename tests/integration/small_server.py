"""A small but real HTTP server that speaks the wire format and keeps its promise of idempotency, for sync tests."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from domain.cases.values import CaseId, CaseStatus
from domain.refusals import Refusal, RefusalCode
from domain.wire.blobs import BlobReceipt
from domain.wire.cases import Receipt, SubmitCase
from domain.wire.codec import dump, parse
from domain.wire.envelope import IDEMPOTENCY_HEADER, SERVER_HEADER, Problem
from domain.wire.lists import CaseLine, CaseList, Change, ChangeList
from domain.wire.login import Clock

_STATUS = {RefusalCode.TOKEN_EXPIRED: 401, RefusalCode.NOT_FOUND: 404, RefusalCode.SERVER_BUSY: 503}
Answer = tuple[int, str, bytes]


class SmallServer:
    """The state; ``refuse`` may decline a submit before it is looked at."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.token = "good"
        self.blobs: dict[str, bytes] = {}
        self.answers: dict[str, tuple[bytes, Answer]] = {}
        self.cases: list[CaseId] = []
        self.changes: list[Change] = []
        self.says_more = True
        """As a server of before the field does not."""
        self.tasks: list[CaseLine] = []
        self.submits = 0
        self.refuse: Callable[[SubmitCase], Refusal | None] = lambda _submit: None
        self.before_step: Callable[[str], None] = lambda _step: None
        """May hold up the answer to a step."""
        self.url = ""

    def answer(self, method: str, path: str, key: str, token: str, body: bytes) -> Answer:
        """The reply to one request."""
        if path == "/v1/clock":
            return _value(Clock(now=_now(), version="test"))
        if token != f"Bearer {self.token}":
            return _problem(Refusal(code=RefusalCode.TOKEN_EXPIRED))
        self.before_step(key)
        with self.lock:
            if path.startswith("/v1/blobs/"):
                return self._blob(method, path.rpartition("/")[2], body)
            if path.startswith("/v1/changes"):
                wanted = {name: int(values[0]) for name, values in parse_qs(urlsplit(path).query).items()}
                after, end = wanted.get("after", 0), wanted.get("after", 0) + wanted.get("limit", 100)
                more = end < len(self.changes) if self.says_more else None
                return _value(ChangeList(changes=tuple(self.changes[after:end]), more=more))
            if path.startswith("/v1/tasks"):
                asked = {name: values[0] for name, values in parse_qs(urlsplit(path).query).items()}
                start, limit = int(asked.get("after", "0")), int(asked.get("limit", "50"))
                rest = start + limit < len(self.tasks)
                return _value(
                    CaseList(cases=tuple(self.tasks[start : start + limit]), after=str(start + limit) if rest else "")
                )
            if path == "/v1/cases" and method == "POST":
                return self._once(key, body)
        return _problem(Refusal(code=RefusalCode.NOT_FOUND))

    def say_returned(self, case: CaseId, reason: str) -> None:
        """A reviewer returned the case."""
        with self.lock:
            self._change(case, CaseStatus.RETURNED, reason)

    def say_finished(self, case: CaseId) -> None:
        """The last reviewer approved the case."""
        with self.lock:
            self._change(case, CaseStatus.FINISHED, "")

    def _change(self, case: CaseId, status: CaseStatus, reason: str) -> None:
        self.changes.append(
            Change(
                sequence=len(self.changes) + 1,
                case=case,
                receipt_no=f"R{self.cases.index(case) + 1:04}",
                status=status,
                reason=reason,
                at=_now(),
            )
        )

    def _blob(self, method: str, sha256: str, body: bytes) -> Answer:
        if method == "HEAD":
            return (200 if sha256 in self.blobs else 404), "", b""
        if hashlib.sha256(body).hexdigest() != sha256:
            return _problem(Refusal(code=RefusalCode.PAGE_DAMAGED))
        self.blobs[sha256] = body
        return _value(BlobReceipt(sha256=sha256, size_bytes=len(body)))

    def _once(self, key: str, body: bytes) -> Answer:
        """The stored answer for a known key, KEY_REUSED for a foreign body under it."""
        self.submits += 1
        if key in self.answers:
            first_body, answer = self.answers[key]
            return answer if first_body == body else _problem(Refusal(code=RefusalCode.KEY_REUSED))
        answer = self._submit(body)
        if answer[0] < 500:
            self.answers[key] = (body, answer)
        return answer

    def _submit(self, body: bytes) -> Answer:
        submit = parse(SubmitCase, body)
        if isinstance(submit, Refusal):
            return _problem(submit)
        refusal = self.refuse(submit)
        if refusal is not None:
            return _problem(refusal)
        if any(page.sha256 not in self.blobs for page in submit.content.pages):
            return _problem(Refusal(code=RefusalCode.PAGES_MISSING))
        self.cases.append(submit.case)
        self._change(submit.case, CaseStatus.IN_REVIEW, "")
        return _value(
            Receipt(
                case=submit.case,
                receipt_no=f"R{len(self.cases):04}",
                accepted_at=_now(),
                due_on=date(2026, 12, 1),
                status=CaseStatus.IN_REVIEW,
                awaited=None,
                risk=2,
                chain_name="受理、复核",
            )
        )


def _now() -> datetime:
    return datetime.now(UTC)


def _value(value: object) -> Answer:
    return 200, "application/json", dump(value)


def _problem(refusal: Refusal) -> Answer:
    status = _STATUS.get(refusal.code, 409)
    problem = Problem(
        type="about:blank",
        title=refusal.code.value,
        status=status,
        detail="不行",
        code=refusal.code.value,
        facts=dict(refusal.facts),
    )
    return status, "application/problem+json", dump(problem)


@contextmanager
def small_server() -> Iterator[SmallServer]:
    """A running server on a free port."""
    state = SmallServer()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

        def _serve(self) -> None:
            size = int(self.headers.get("Content-Length") or "0")
            body = self.rfile.read(size)
            if len(body) < size:  # cut on the way: a real server never sees such a request either
                self.close_connection = True
                return
            headers = self.headers
            status, kind, reply = state.answer(
                self.command,
                self.path,
                headers.get(IDEMPOTENCY_HEADER, ""),
                headers.get("Authorization", ""),
                body,
            )
            try:
                self.send_response(status)
                self.send_header(SERVER_HEADER, "test")
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(reply)))
                self.end_headers()
                self.wfile.write(reply)
            except OSError:
                self.close_connection = True

        do_GET = do_PUT = do_POST = do_HEAD = _serve  # noqa: N815

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, request: object, client_address: object) -> None:
            """A connection that the proxy cut is no news."""

    server = Server(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    state.url = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield state
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)
