"""Logging in and out, and the server's clock."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from app.sync.line import Line
from app.sync.reply import LOGIN_TIMEOUT_S, LineFault, Question
from domain.refusals import Refusal

if TYPE_CHECKING:
    from domain.wire.login import LoginReply

_LOGOUT_TIMEOUT_S = 3.0


def log_in(line: Line, user: str, password: str) -> LoginReply | Refusal:
    """A token for user and password; it is not set as the line's own."""
    from domain.wire.codec import dump
    from domain.wire.login import LoginReply, LoginRequest

    body = dump(LoginRequest(user=user, password=password, counter=line.counter))
    return line.value(LoginReply, Question(method="POST", path="/v1/login", body=body, timeout_s=LOGIN_TIMEOUT_S))


def log_out(line: Line) -> Refusal | None:
    """End the token on the server; without one nothing is asked. Nobody waits long for it."""
    if not line.has_token:
        return None
    ask = Question(method="POST", path="/v1/logout", body=b"", accept="", timeout_s=_LOGOUT_TIMEOUT_S)
    reply = line.ask(ask)
    return reply if isinstance(reply, Refusal) else None


def end_login(line: Line, token: str) -> None:
    """End a login that nobody takes any more; a server that is away ends it by itself."""
    other = line.fresh()
    other.set_token(token)
    with suppress(LineFault):
        log_out(other)
