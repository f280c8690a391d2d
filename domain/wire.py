"""What client and server say to each other over HTTP. The only module that imports pydantic.

The values are plain frozen dataclasses; ``parse`` checks a request strictly (unknown fields and wrong types are
refused), ``parse_said`` what the server said or keeps: there fields of another version are left out.
Import it only where the network is: pydantic is slow to load.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal, TypeVar

from pydantic import AwareDatetime, ConfigDict, TypeAdapter, ValidationError, with_config

from domain.cases.older import lift_content
from domain.cases.values import CONTENT_VERSION, AccountView, Act, CaseContent, CaseId, CaseStatus, StepId
from domain.catalogue.values import ModuleId, RoleId, StageId
from domain.refusals import Refusal, RefusalCode

API_VERSION = "v1"
IDEMPOTENCY_HEADER = "Idempotency-Key"
SERVER_HEADER = "X-Zonggui-Server"
"""Carried by every reply of the real server, so that a login page of a network box is not taken for it."""

TIME_HEADER = "X-Zonggui-Time"
"""The server's own time in every reply (ISO 8601). ``Date`` would not do: gateways write their own."""

MAX_REQUEST_BYTES = 2 * 1024 * 1024
MAX_LOGIN_BYTES = 4 * 1024
"""Sent by anybody; the longest name, password and counter need less than half of it."""
MAX_REQUEST_PARTS = 8192
"""Members and elements of a request, counted by the commas and brackets before them.

Every part may be wrong, and pydantic keeps a record of each. The largest case has some hundred answers of four and
pages of eight.
"""
MAX_BLOB_BYTES = 16 * 1024 * 1024

T = TypeVar("T")


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
class SubmitCase:
    """The acceptance of a case; the idempotency key is ``step``. All blobs must be on the server before."""

    case: CaseId
    step: StepId
    made_at: AwareDatetime
    content: CaseContent


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """The server's word that the case is accepted."""

    case: CaseId
    receipt_no: str
    accepted_at: AwareDatetime
    due_on: date
    status: CaseStatus
    awaited: RoleId | None
    risk: int
    chain_name: str
    progress: str = ""
    """Path of the public progress page on this server, for the code on the printed receipt (XY-5)."""
    due_certain: bool = True
    """False when the limit runs into a year whose public holidays are not known yet: it may be later, never earlier."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeStep:
    """Any later act on a case; the idempotency key is ``step``.

    ``seen_steps`` is the number of steps that the actor saw, ``seen`` the digest of the content that was shown, empty
    from a client that does not tell it. ``content`` comes with RESUBMIT only; ``target``, the stage to which the case
    goes back, with RETURN only, the first stage being meant without it.
    """

    step: StepId
    act: Act
    seen_steps: int
    opinion: str = ""
    made_at: AwareDatetime
    content: CaseContent | None = None
    seen: str = ""
    target: StageId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StepView:
    """A step as other people may see it."""

    id: StepId
    act: Act
    role: RoleId
    actor_name: str
    office: str
    taken_at: AwareDatetime
    opinion: str
    stage: str = ""
    """What the stage is called."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StageView:
    """A stage by name."""

    id: StageId
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseView:
    """A case with everything that the reader may know."""

    case: CaseId
    receipt_no: str
    module: ModuleId
    applicant: str = field(repr=False)
    status: CaseStatus
    awaited: RoleId | None
    risk: int
    reason: str
    accepted_at: AwareDatetime
    due_on: date
    steps: tuple[StepView, ...]
    acts: tuple[Act, ...]
    """What the reader may do now."""
    targets: tuple[StageView, ...] = ()
    """The stages to which the reader may return the case now."""
    content: CaseContent
    former: tuple[CaseContent, ...] = ()
    """The contents of the revisions before, the first one first; the last is what was returned last."""
    archive: str = ""
    """Name of the dossier, once it lies in the archive."""
    progress: str = ""
    """As in Receipt."""
    due_certain: bool = True
    """As in Receipt."""
    told: Mapping[str, bool] = field(default_factory=dict)
    """What the agency's records say now of who applies, this case left out: facts that rules look at."""
    ink_shared: int = 0
    """How many other people have a case with the very same picture of a signature."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseLine:
    """A case in a list. The name is masked but for the surname."""

    case: CaseId
    receipt_no: str
    module: ModuleId
    status: CaseStatus
    awaited: RoleId | None
    risk: int
    applicant: str
    office: str
    accepted_at: AwareDatetime
    due_on: date
    reason: str = ""
    mended: bool = False
    """Whether it was returned once and came back with another content."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseList:
    """One page of cases; ``after`` is the cursor of the next page, empty at the end."""

    cases: tuple[CaseLine, ...]
    after: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FindCases:
    """What somebody looks for, as ``domain.finding`` reads it. In a body: addresses of requests are written down."""

    text: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Something happened to a case of this office. ``sequence`` grows by one within an office."""

    sequence: int
    case: CaseId
    receipt_no: str
    status: CaseStatus
    reason: str
    at: AwareDatetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeList:
    """Changes after a cursor, oldest first."""

    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditLine:
    """One entry of the audit trail; ``number`` counts within the county, ``sha256`` seals this entry and all before."""

    number: int
    at: AwareDatetime
    account: str
    office: str
    action: str
    detail: dict[str, str]
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditTrail:
    """Everything that was done to a case, oldest first."""

    case: CaseId
    entries: tuple[AuditLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class BlobReceipt:
    """The server holds these bytes."""

    sha256: str
    size_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """The server's time and name; no login needed."""

    now: AwareDatetime
    version: str


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


_LONGEST_PLACE = 200
"""An unknown field is named by the sender: its name may be as long as the whole request."""

_STRICT = ConfigDict(extra="forbid", strict=True)


_ADAPTERS: dict[type[Any], TypeAdapter[Any]] = {}


def _adapter(kind: type[T]) -> TypeAdapter[T]:
    if kind not in _ADAPTERS:
        _ADAPTERS[kind] = TypeAdapter(with_config(_STRICT)(kind))
    return _ADAPTERS[kind]


def parse(kind: type[T], body: bytes) -> T | Refusal:
    """A request from JSON bytes, or REQUEST_MALFORMED with the place (never the value) of the first fault."""
    if len(body) > MAX_REQUEST_BYTES:
        return Refusal(code=RefusalCode.REQUEST_TOO_LARGE, facts={"limit": str(MAX_REQUEST_BYTES)})
    if sum(body.count(mark) for mark in b",{[") > MAX_REQUEST_PARTS:
        return _malformed("body", "too_many_parts")
    return _malformed("body", "member_twice") if _has_twice(body) else _parse(kind, body, "forbid")


def _has_twice(body: bytes) -> bool:
    """Whether an object has a member twice: readers differ in which of both they take. Bad JSON is told elsewhere."""
    twice: list[bool] = []

    def note(pairs: list[tuple[str, Any]]) -> None:
        twice.append(len({name for name, _ in pairs}) != len(pairs))

    with contextlib.suppress(ValueError, RecursionError):
        json.loads(body, object_pairs_hook=note)
    return any(twice)


def parse_said(kind: type[T], body: bytes) -> T | Refusal:
    """What the server said or keeps, as ``parse``; without its limits, as defaults may have been left out before."""
    return _parse(kind, body, "ignore")


def parse_stored(kind: type[T], body: bytes) -> T | Refusal:
    """A CaseContent, SubmitCase or TakeStep that we stored, with a content of this version or of one before.

    As strict as ``parse``, without its limits; a later version is refused with VERSION_UNKNOWN and left as it is.
    """
    try:
        data = json.loads(body)
        if kind is CaseContent:
            data = _todays(data)
        elif data.get("content") is not None:
            data["content"] = _todays(data["content"])
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        return _malformed("body", type(error).__name__)
    return _parse(kind, json.dumps(data).encode(), "forbid")


def _todays(content: dict[str, Any]) -> dict[str, Any]:
    return lift_content(content) if content.get("version", 1) == 1 else content


def _parse(kind: type[T], body: bytes, unknown: Literal["forbid", "ignore"]) -> T | Refusal:
    try:
        value = _adapter(kind).validate_json(body, strict=True, extra=unknown)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        return _other_version(kind, body) or _malformed(place[:_LONGEST_PLACE], first["type"])
    content = value if isinstance(value, CaseContent) else getattr(value, "content", None)
    if isinstance(content, CaseContent):
        if content.version > CONTENT_VERSION:
            return _version_unknown(content.version)
        place = _without_zone(content)
        if place:
            return _malformed(place, "timezone_aware")
    return value


def _other_version(kind: type[Any], body: bytes) -> Refusal | None:
    """VERSION_UNKNOWN where a content is of another version: that says more than the first fault in it."""
    try:
        data = json.loads(body)
        content = data if kind is CaseContent else data["content"]
        version = content.get("version", 1)
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return None
    return _version_unknown(version) if type(version) is int and version != CONTENT_VERSION else None


def _version_unknown(version: int) -> Refusal:
    return Refusal(
        code=RefusalCode.VERSION_UNKNOWN, facts={"version": str(version)[:8], "wanted": str(CONTENT_VERSION)}
    )


def _malformed(place: str, why: str) -> Refusal:
    return Refusal(code=RefusalCode.REQUEST_MALFORMED, facts={"place": place, "why": why})


def _without_zone(content: CaseContent) -> str:
    """Where a time has no zone: the content is a value of the domain, which does not know pydantic's type for it."""
    if content.signature is not None and content.signature.signed_at.tzinfo is None:
        return "content.signature.signed_at"
    times = (page.source.taken_at for page in content.pages)
    return "content.pages.source.taken_at" if any(time and time.tzinfo is None for time in times) else ""


def refusal_of(problem: Problem) -> Refusal:
    """What the problem says; UNKNOWN with the server's own words (``what``, ``why``, ``next``) for an unknown code."""
    if problem.code in set(RefusalCode):
        return Refusal(code=RefusalCode(problem.code), facts=problem.facts)
    why = problem.detail.removeprefix(f"{problem.title}。").removesuffix("。")
    return Refusal(code=RefusalCode.UNKNOWN, facts={"what": problem.title, "why": why, "next": problem.next})


def dump(value: object) -> bytes:
    """JSON bytes of a wire value."""
    return _adapter(type(value)).dump_json(value)


def schema(kind: type[Any]) -> dict[str, Any]:
    """JSON schema of a wire value, for the OpenAPI page."""
    return _adapter(kind).json_schema(ref_template="#/components/schemas/{model}")
