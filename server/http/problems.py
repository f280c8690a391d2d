"""Refusals as application/problem+json (RFC 9457): one table from code to status, one place for the words."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus

from starlette.requests import Request
from starlette.responses import Response

import resources
from domain.catalogue.values import RoleId
from domain.refusals import Refusal, RefusalCode
from domain.wire.codec import dump
from domain.wire.envelope import Problem
from server.service.work import Installation
from server.storage.operations import KeptAnswer

PROBLEM_TYPE = "application/problem+json"
JSON_TYPE = "application/json"
_RETRY_AFTER_S = "5"

STATUS: Mapping[RefusalCode, HTTPStatus] = {
    RefusalCode.LOGIN_WRONG: HTTPStatus.UNAUTHORIZED,
    RefusalCode.LOGIN_LOCKED: HTTPStatus.LOCKED,
    RefusalCode.TOKEN_EXPIRED: HTTPStatus.UNAUTHORIZED,
    RefusalCode.TOKEN_MISSING: HTTPStatus.UNAUTHORIZED,
    RefusalCode.NOT_ALLOWED: HTTPStatus.FORBIDDEN,
    RefusalCode.WRONG_OFFICE: HTTPStatus.FORBIDDEN,
    RefusalCode.SAME_PERSON: HTTPStatus.FORBIDDEN,
    RefusalCode.OWN_BUSINESS: HTTPStatus.FORBIDDEN,
    RefusalCode.REQUEST_MALFORMED: HTTPStatus.BAD_REQUEST,
    RefusalCode.REQUEST_TOO_LARGE: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    RefusalCode.NOT_FOUND: HTTPStatus.NOT_FOUND,
    RefusalCode.MODULE_UNKNOWN: HTTPStatus.UNPROCESSABLE_ENTITY,
    RefusalCode.CATALOGUE_UNKNOWN: HTTPStatus.UNPROCESSABLE_ENTITY,
    RefusalCode.KEY_MISSING: HTTPStatus.BAD_REQUEST,
    RefusalCode.KEY_REUSED: HTTPStatus.UNPROCESSABLE_ENTITY,
    RefusalCode.PASSWORD_WEAK: HTTPStatus.UNPROCESSABLE_ENTITY,
    RefusalCode.SEARCH_UNCLEAR: HTTPStatus.UNPROCESSABLE_ENTITY,
    RefusalCode.ID_NUMBER_LENGTH: HTTPStatus.UNPROCESSABLE_ENTITY,
    RefusalCode.ID_NUMBER_CHARACTERS: HTTPStatus.UNPROCESSABLE_ENTITY,
    RefusalCode.ID_NUMBER_DATE: HTTPStatus.UNPROCESSABLE_ENTITY,
    RefusalCode.ID_NUMBER_CHECK_DIGIT: HTTPStatus.UNPROCESSABLE_ENTITY,
    RefusalCode.ID_NUMBER_REGION: HTTPStatus.UNPROCESSABLE_ENTITY,
    RefusalCode.FORM_INVALID: HTTPStatus.UNPROCESSABLE_ENTITY,
    RefusalCode.MATERIALS_MISSING: HTTPStatus.UNPROCESSABLE_ENTITY,
    RefusalCode.PAGES_MISSING: HTTPStatus.CONFLICT,
    RefusalCode.PAGE_DAMAGED: HTTPStatus.UNPROCESSABLE_ENTITY,
    RefusalCode.IDENTITY_MISSING: HTTPStatus.UNPROCESSABLE_ENTITY,
    RefusalCode.VERSION_UNKNOWN: HTTPStatus.UNPROCESSABLE_ENTITY,
    RefusalCode.DEVICE_SIMULATED: HTTPStatus.UNPROCESSABLE_ENTITY,
    RefusalCode.PAGE_UNREADABLE: HTTPStatus.UNPROCESSABLE_ENTITY,
    RefusalCode.PAGE_LOST: HTTPStatus.GONE,
    RefusalCode.UPLOADS_TOO_MANY: HTTPStatus.TOO_MANY_REQUESTS,
    RefusalCode.SIGNATURE_MISSING: HTTPStatus.UNPROCESSABLE_ENTITY,
    RefusalCode.SIGNATURE_STALE: HTTPStatus.UNPROCESSABLE_ENTITY,
    RefusalCode.RULE_BLOCKED: HTTPStatus.UNPROCESSABLE_ENTITY,
    RefusalCode.PARAMETER_UNVERIFIED: HTTPStatus.UNPROCESSABLE_ENTITY,
    RefusalCode.STEP_NOT_NOW: HTTPStatus.CONFLICT,
    RefusalCode.REASON_MISSING: HTTPStatus.UNPROCESSABLE_ENTITY,
    RefusalCode.CASE_CHANGED: HTTPStatus.PRECONDITION_FAILED,
    RefusalCode.APPLICANT_CHANGED: HTTPStatus.UNPROCESSABLE_ENTITY,
    RefusalCode.SERVER_BUSY: HTTPStatus.SERVICE_UNAVAILABLE,
    RefusalCode.SERVER_FAULT: HTTPStatus.INTERNAL_SERVER_ERROR,
    RefusalCode.UNKNOWN: HTTPStatus.UNPROCESSABLE_ENTITY,
}


def problem(refusal: Refusal, installation: Installation, *, status: int = 0) -> Response:
    """A refusal in Chinese. The facts stay codes; in the text they become words. ``status`` overrides the table."""
    facts = _with_names(refusal.facts, installation)
    told = resources.message("refusals", refusal.code.value, facts)
    status = status or STATUS[refusal.code]
    said = Problem(
        type=f"urn:zonggui:refusal:{refusal.code.value}",
        title=told.what,
        status=status,
        detail=f"{told.what}。{told.why}。",
        code=refusal.code.value,
        facts=facts,
        next=told.next,
    )
    response = Response(dump(said), status_code=status, media_type=PROBLEM_TYPE)
    if status == HTTPStatus.UNAUTHORIZED:
        response.headers["WWW-Authenticate"] = "Bearer"
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        response.headers["Retry-After"] = _RETRY_AFTER_S
    return response


def answer(request: Request, value: object | Refusal, *, status: int = 200) -> Response:
    """The value as JSON, or the refusal as a problem."""
    if isinstance(value, Refusal):
        return problem(value, installation_of(request))
    return Response(dump(value), status_code=status, media_type=JSON_TYPE)


def answer_made(request: Request, made: KeptAnswer, *, location: str) -> Response:
    """What was made, which lies at ``location``, or the refusal as a problem."""
    if isinstance(made, Refusal):
        return problem(made, installation_of(request))
    return Response(made, status_code=HTTPStatus.CREATED, media_type=JSON_TYPE, headers={"Location": location})


def installation_of(request: Request) -> Installation:
    """What the composition root has put together."""
    installation: Installation = request.app.state.installation
    return installation


def _with_names(facts: Mapping[str, str], installation: Installation) -> dict[str, str]:
    """The facts, with the name of a role beside its code: only the catalogue knows it."""
    role = installation.catalogues.current.roles.get(RoleId(facts.get("role", "")))
    return {**facts, "role_name": role.name} if role else dict(facts)
