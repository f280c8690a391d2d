"""Cases: submit, read, act, and the feed of an office."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from domain.refusals import Refusal
from domain.wire import AuditTrail, CaseList, CaseView, ChangeList, FindCases, Receipt, SubmitCase, TakeStep
from server.http.openapi import describe
from server.http.problems import answer, installation_of, problem_reply, respond
from server.http.requests import Asking, Sending, check_key, parse_body
from server.service.finding import find_cases
from server.service.intake import accept_case
from server.service.reading import read_blob, read_case, read_cases, read_changes, read_tasks, read_trail
from server.service.review import act_on_case

router = APIRouter()

_MOST = 200
_BIGGEST = 2**53
Limit = Annotated[int, Query(ge=1, le=_MOST)]
After = Annotated[str, Query(max_length=128)]
Sequence = Annotated[int, Query(ge=0, le=_BIGGEST)]


@router.post("/cases", status_code=201, openapi_extra=describe(takes=SubmitCase, gives=Receipt, status=201))
def submit_case(request: Request, sending: Sending) -> Response:
    """提交受理件。"""
    actor, body = sending
    wanted = parse_body(SubmitCase, body)
    check_key(request, wanted.step)
    installation = installation_of(request)
    return respond(accept_case(installation, actor, wanted, lambda refusal: problem_reply(refusal, installation)))


@router.post("/cases/{case}/steps", status_code=201, openapi_extra=describe(takes=TakeStep, gives=CaseView, status=201))
def take_step(request: Request, sending: Sending, case: str) -> Response:
    """办理一个环节。"""
    actor, body = sending
    wanted = parse_body(TakeStep, body)
    check_key(request, wanted.step)
    installation = installation_of(request)
    return respond(act_on_case(installation, actor, case, wanted, lambda refusal: problem_reply(refusal, installation)))


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


@router.get("/cases/{case}", openapi_extra=describe(gives=CaseView))
def get_case(request: Request, actor: Asking, case: str) -> Response:
    """一件的全部内容；查看会留痕。"""
    return answer(request, read_case(installation_of(request), actor, case))


@router.get("/cases/{case}/audit", openapi_extra=describe(gives=AuditTrail))
def get_trail(request: Request, actor: Asking, case: str) -> Response:
    """一件的审计记录。"""
    return answer(request, read_trail(installation_of(request), actor, case))


@router.get("/cases/{case}/blobs/{sha256}", openapi_extra=describe())
def get_blob(request: Request, actor: Asking, case: str, sha256: str) -> Response:
    """一件中的影像或签名。"""
    body = read_blob(installation_of(request), actor, case, sha256)
    if isinstance(body, Refusal):
        return answer(request, body)
    return Response(body, media_type="application/octet-stream", headers={"Cache-Control": "private, no-store"})


@router.get("/tasks", openapi_extra=describe(gives=CaseList))
def list_tasks(request: Request, actor: Asking, after: After = "", limit: Limit = 50) -> Response:
    """等待本人办理的件，先来的在前。"""
    return answer(request, read_tasks(installation_of(request), actor, after=after, limit=limit))


@router.get("/changes", openapi_extra=describe(gives=ChangeList))
def list_changes(request: Request, actor: Asking, after: Sequence = 0, limit: Limit = 100) -> Response:
    """本机构受理件的变化，从 after 之后起。"""
    return answer(request, read_changes(installation_of(request), actor, after=after, limit=limit))
