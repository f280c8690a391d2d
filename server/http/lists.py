"""Lists of cases, of what waits, and the feed of an office."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from domain.wire.lists import CaseList, ChangeList, FindCases
from domain.wire.patterns import CURSOR
from server.http.openapi import Limit, Sequence, describe
from server.http.problems import answer, installation_of
from server.http.requests import Asking, Sending, parse_body
from server.service.finding import find_cases
from server.service.lists import read_cases, read_changes, read_tasks

router = APIRouter()

After = Annotated[str, Query(max_length=128, json_schema_extra={"pattern": f"^({CURSOR})?$"})]


@router.get("/cases", openapi_extra=describe(gives=CaseList))
def list_cases(request: Request, actor: Asking, after: After = "", limit: Limit = 50) -> Response:
    """本机构的受理件，新的在前。"""
    return answer(request, read_cases(installation_of(request), actor, after=after, limit=limit))


@router.post("/cases/find", openapi_extra=describe(takes=FindCases, gives=CaseList))
def find(request: Request, sending: Sending, after: After = "", limit: Limit = 50) -> Response:
    """按受理号、姓名或身份证号查找受理件，新的在前；查找会留痕。"""
    actor, body = sending
    wanted = parse_body(FindCases, body)
    return answer(request, find_cases(installation_of(request), actor, wanted.text, after=after, limit=limit))


@router.get("/tasks", openapi_extra=describe(gives=CaseList))
def list_tasks(request: Request, actor: Asking, after: After = "", limit: Limit = 50) -> Response:
    """等待本人办理的件，先来的在前。"""
    return answer(request, read_tasks(installation_of(request), actor, after=after, limit=limit))


@router.get("/changes", openapi_extra=describe(gives=ChangeList))
def list_changes(request: Request, actor: Asking, after: Sequence = 0, limit: Limit = 100) -> Response:
    """本机构受理件的变化，从 after 之后起。"""
    return answer(request, read_changes(installation_of(request), actor, after=after, limit=limit))
