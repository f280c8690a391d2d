"""Who wants in, and what time the server has."""

from __future__ import annotations

from dataclasses import dataclass, field

from pydantic import AwareDatetime

from domain.cases.values import AccountView

MAX_LOGIN_BYTES = 4 * 1024
"""Sent by anybody; the longest name, password and counter need less than half of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LoginRequest:
    """Who wants in, from which counter."""

    user: str
    password: str = field(repr=False)
    counter: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LoginReply:
    """A bearer token and for how long it is good."""

    token: str = field(repr=False)
    expires_at: AwareDatetime
    account: AccountView
    catalogue_sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """The server's time and name; no login needed."""

    now: AwareDatetime
    version: str
