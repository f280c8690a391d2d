"""Wire values to JSON and back: strict with a request, lenient with what another version of ours said or keeps."""

from __future__ import annotations

import contextlib
import json
from typing import Any, Literal, TypeVar

from pydantic import ConfigDict, TypeAdapter, ValidationError, with_config

from domain.cases.older import lift_content
from domain.cases.values import CONTENT_VERSION, CaseContent
from domain.refusals import Refusal, RefusalCode
from domain.wire.patterns import patterns_in

T = TypeVar("T")

MAX_REQUEST_BYTES = 2 * 1024 * 1024
MAX_REQUEST_PARTS = 8192
"""Members and elements of a request, counted by the commas and brackets before them.

Every part may be wrong, and pydantic keeps a record of each. The largest case has some hundred answers of four and
pages of eight.
"""

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


def dump(value: object) -> bytes:
    """JSON bytes of a wire value."""
    return _adapter(type(value)).dump_json(value)


def schema(kind: type[Any]) -> dict[str, Any]:
    """JSON schema of a wire value, for the OpenAPI page."""
    whole = _adapter(kind).json_schema(ref_template="#/components/schemas/{model}")
    parts = {kind.__name__: whole, **whole.get("$defs", {})}
    for name, member, pattern in patterns_in(kind):
        parts[name]["properties"][member]["pattern"] = f"^{pattern}$"
    return whole
