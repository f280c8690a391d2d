"""Catalogues: the one in force, and each that was."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from domain.refusals import Refusal, RefusalCode
from server.http.openapi import HashInPath, describe
from server.http.problems import JSON_TYPE, answer, installation_of
from server.http.requests import Asking

router = APIRouter()


@router.get("/catalogue", openapi_extra=describe())
def catalogue(request: Request, actor: Asking) -> Response:
    """现行业务目录：sha256 和 data。"""
    return catalogue_version(request, actor, installation_of(request).catalogues.current.sha256)


@router.head("/catalogue/{sha256}", openapi_extra=describe())
def catalogue_known(request: Request, _actor: Asking, sha256: HashInPath) -> Response:
    """有没有这一版业务目录。"""
    return Response(status_code=200 if installation_of(request).catalogues.knows(sha256) else 404)


@router.get("/catalogue/{sha256}", openapi_extra=describe())
def catalogue_version(request: Request, _actor: Asking, sha256: HashInPath) -> Response:
    """某一版业务目录。"""
    catalogues = installation_of(request).catalogues
    body = catalogues.find_body(sha256)
    if body is None:
        return answer(request, Refusal(code=RefusalCode.NOT_FOUND))
    headers = {"ETag": f'"{sha256}"', "Cache-Control": "private, no-cache"}
    if headers["ETag"] in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    text = f'{{"sha256":"{sha256}","data":{body}}}'
    return Response(text, media_type=JSON_TYPE, headers=headers)
