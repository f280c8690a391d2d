"""The OpenAPI page: routes name wire types, and their schemas come from ``domain.wire``."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import FastAPI, Path, Query
from fastapi.openapi.utils import get_openapi

from domain.wire.codec import schema
from domain.wire.envelope import API_VERSION, IDEMPOTENCY_HEADER, Problem
from domain.wire.patterns import SHA256, UUID
from server.http.problems import JSON_TYPE, PROBLEM_TYPE

_KEY = {
    "name": IDEMPOTENCY_HEADER,
    "in": "header",
    "required": True,
    "schema": {"type": "string", "pattern": f"^{UUID}$"},
    "description": "与正文的 step 相同",
}


_ALLOW = {"Allow": {"description": "这里可用的全部方法", "schema": {"type": "string"}}}
_LOCATION = {"Location": {"description": "所建内容的地址", "schema": {"type": "string"}}}


def _path(pattern: str) -> Any:
    """A part of the path: its form is told, and checked where it is looked up."""
    return Path(json_schema_extra={"pattern": f"^{pattern}$"})


CaseInPath = Annotated[str, _path(UUID)]
HashInPath = Annotated[str, _path(SHA256)]
MOST_LISTED = 200
"""So much of a list is given at once; what comes after it is asked for again."""
Limit = Annotated[int, Query(ge=1, le=MOST_LISTED)]
Sequence = Annotated[int, Query(ge=0, le=2**53)]
_named: dict[str, type[Any]] = {}
"""The wire types that routes name."""


def describe(
    *,
    takes: type[Any] | None = None,
    gives: type[Any] | None = None,
    status: int = 200,
    open_to_all: bool = False,
    keyed: bool = False,
) -> dict[str, Any]:
    """The ``openapi_extra`` of a route: the wire types that go in and out, and whether it needs a token, and a key."""
    reply: dict[str, Any] = {"description": "成功"}
    if gives:
        reply["content"] = {JSON_TYPE: {"schema": _reference(gives)}}
    problem = {"description": "拒绝", "content": {PROBLEM_TYPE: {"schema": _reference(Problem)}}}
    extra: dict[str, Any] = {
        "responses": {str(status): reply, "405": {**problem, "headers": _ALLOW}, "default": problem}
    }
    if takes:
        extra["requestBody"] = {"required": True, "content": {JSON_TYPE: {"schema": _reference(takes)}}}
    if keyed:
        reply["headers"] = _LOCATION
        extra["parameters"] = [_KEY]
    extra["security"] = [] if open_to_all else [{"token": []}]
    return extra


def build_openapi(app: FastAPI) -> dict[str, Any]:
    """The whole description, with all schemas."""
    page = get_openapi(title="综柜中心服务", version=API_VERSION, routes=app.routes)
    schemas: dict[str, Any] = {}
    for kind in _named.values():
        one = schema(kind)
        schemas |= one.pop("$defs", {})
        schemas[kind.__name__] = one
    components = page.setdefault("components", {})
    components["schemas"] = dict(sorted(schemas.items()))
    components["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer"}}
    for operations in page["paths"].values():
        for operation in operations.values():
            operation["responses"].pop("422", None)  # the framework's own; ours are problems
    return page


def _reference(kind: type[Any]) -> dict[str, str]:
    _named[kind.__name__] = kind
    return {"$ref": f"#/components/schemas/{kind.__name__}"}
