"""What goes with every request and reply, and how a refusal travels."""

from __future__ import annotations

from dataclasses import dataclass

from domain.refusals import Refusal, RefusalCode

API_VERSION = "v1"
IDEMPOTENCY_HEADER = "Idempotency-Key"
SERVER_HEADER = "X-Zonggui-Server"
"""Carried by every reply of the real server, so that a login page of a network box is not taken for it."""

TIME_HEADER = "X-Zonggui-Time"
"""The server's own time in every reply (ISO 8601). ``Date`` would not do: gateways write their own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """application/problem+json (RFC 9457) with our code and facts. ``detail`` is Chinese and fit to show.

    ``code`` is a RefusalCode, perhaps of a later version; ``refusal_of`` makes a Refusal of it.
    """

    type: str
    title: str
    status: int
    detail: str
    code: str
    facts: dict[str, str]
    next: str = ""


def refusal_of(problem: Problem) -> Refusal:
    """What the problem says; UNKNOWN with the server's own words (``what``, ``why``, ``next``) for an unknown code."""
    if problem.code in set(RefusalCode):
        return Refusal(code=RefusalCode(problem.code), facts=problem.facts)
    why = problem.detail.removeprefix(f"{problem.title}。").removesuffix("。")
    return Refusal(code=RefusalCode.UNKNOWN, facts={"what": problem.title, "why": why, "next": problem.next})
