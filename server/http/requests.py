"""What every route does first: who asks, and the body within its limits. Failures leave as ``DeclinedError``."""

from __future__ import annotations

from typing import Annotated, TypeVar

import anyio
from fastapi import Depends
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request

from domain.refusals import Refusal, RefusalCode
from domain.wire.codec import MAX_REQUEST_BYTES, parse, parse_stored
from domain.wire.envelope import IDEMPOTENCY_HEADER
from domain.wire.login import MAX_LOGIN_BYTES
from domain.workflow import Actor
from server.http.problems import JSON_TYPE, installation_of
from server.service.login import find_actor

T = TypeVar("T")

BODY_TIMEOUT_S = 60
"""A whole JSON body must be here within this time."""


class DeclinedError(Exception):
    """A refusal before the service was reached; the edge turns it into a problem."""

    def __init__(self, refusal: Refusal, *, status: int = 0, closes: bool = False) -> None:
        super().__init__(refusal.code)
        self.closes = closes
        self.refusal = refusal
        self.status = status


def bearer_token(request: Request) -> str:
    """The token of the request, or an empty text."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def get_actor(request: Request) -> Actor:
    """Who asks; declines with TOKEN_MISSING or TOKEN_EXPIRED."""
    actor = find_actor(installation_of(request), bearer_token(request))
    if isinstance(actor, Refusal):
        raise DeclinedError(actor)
    return actor


async def read_body(request: Request, limit: int = MAX_REQUEST_BYTES) -> bytes:
    """The body of a JSON request. Declines before reading when it is announced too large, else while reading."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != JSON_TYPE:
        raise DeclinedError(_malformed("body", "content_type"), status=415)
    check_length(request, limit)
    body = bytearray()
    try:
        with anyio.fail_after(BODY_TIMEOUT_S):
            async for chunk in request.stream():
                body += chunk
                if len(body) > limit:
                    raise DeclinedError(too_large(limit))
    except (TimeoutError, ClientDisconnect) as error:
        raise DeclinedError(_malformed("body", "incomplete"), status=408) from error
    return bytes(body)


async def read_login_body(request: Request) -> bytes:
    """The body of a request that anybody may send, so a short one."""
    return await read_body(request, MAX_LOGIN_BYTES)


async def read_actor_and_body(request: Request) -> tuple[Actor, bytes]:
    """Who asks, and only then what: nobody's bytes are read without a token."""
    actor = await run_in_threadpool(get_actor, request)
    return actor, await read_body(request)


Asking = Annotated[Actor, Depends(get_actor)]
Sending = Annotated[tuple[Actor, bytes], Depends(read_actor_and_body)]
LoginBody = Annotated[bytes, Depends(read_login_body)]


def check_framing(request: Request) -> None:
    """Decline a body that is measured in two ways: a gateway may see another end of it, so the line is closed."""
    if "content-length" in request.headers and "transfer-encoding" in request.headers:
        raise DeclinedError(_malformed("headers", "two_lengths"), closes=True)


def check_length(request: Request, limit: int) -> None:
    """Decline a body that is announced too large."""
    announced = request.headers.get("content-length", "0")
    if not announced.isascii() or not announced.isdigit() or int(announced[:20]) > limit:
        raise DeclinedError(too_large(limit))


def parse_body(kind: type[T], body: bytes) -> T:
    """The body as a wire value; declines with REQUEST_MALFORMED."""
    value = parse(kind, body)
    if isinstance(value, Refusal):
        raise DeclinedError(value)
    return value


def parse_step(kind: type[T], body: bytes) -> tuple[T, Refusal | None]:
    """The body as a wire value; one whose content is of a version before comes with VERSION_UNKNOWN, in today's form.

    It may be a copy of what that version answered. Declines with REQUEST_MALFORMED.
    """
    value = parse(kind, body)
    if isinstance(value, Refusal) and value.code is RefusalCode.VERSION_UNKNOWN:
        older = parse_stored(kind, body)
        if not isinstance(older, Refusal):
            return older, value
    if isinstance(value, Refusal):
        raise DeclinedError(value)
    return value, None


def check_key(request: Request, step: str) -> None:
    """The idempotency key must be there and name the step. Quotes are optional, as clients differ."""
    key = request.headers.get(IDEMPOTENCY_HEADER, "").strip().removeprefix('"').removesuffix('"')
    if not key:
        raise DeclinedError(Refusal(code=RefusalCode.KEY_MISSING))
    if key != step:
        raise DeclinedError(_malformed("step", "not_the_key"))


def too_large(limit: int) -> Refusal:
    """REQUEST_TOO_LARGE with the limit in bytes."""
    return Refusal(code=RefusalCode.REQUEST_TOO_LARGE, facts={"limit": str(limit)})


def _malformed(place: str, why: str) -> Refusal:
    return Refusal(code=RefusalCode.REQUEST_MALFORMED, facts={"place": place, "why": why})
