"""Cases: submit, read, act."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from domain.wire.cases import CaseView, Receipt, SubmitCase, TakeStep
from domain.wire.envelope import API_VERSION
from server.http.openapi import CaseInPath, describe
from server.http.problems import answer, answer_made, installation_of
from server.http.requests import Asking, Sending, check_key, parse_step
from server.service.intake import accept_case
from server.service.reading import read_case
from server.service.review import act_on_case

router = APIRouter()


@router.post("/cases", status_code=201, openapi_extra=describe(takes=SubmitCase, gives=Receipt, status=201, keyed=True))
def submit_case(request: Request, sending: Sending) -> Response:
    """提交受理件。"""
    actor, body = sending
    wanted, too_old = parse_step(SubmitCase, body)
    check_key(request, wanted.step)
    made = accept_case(installation_of(request), actor, wanted, body=body, too_old=too_old)
    return answer_made(request, made, location=_place_of(wanted.case))


@router.post(
    "/cases/{case}/steps",
    status_code=201,
    openapi_extra=describe(takes=TakeStep, gives=CaseView, status=201, keyed=True),
)
def take_step(request: Request, sending: Sending, case: CaseInPath) -> Response:
    """办理一个环节。"""
    actor, body = sending
    wanted, too_old = parse_step(TakeStep, body)
    check_key(request, wanted.step)
    made = act_on_case(installation_of(request), actor, case, wanted, body=body, too_old=too_old)
    return answer_made(request, made, location=_place_of(case))


@router.get("/cases/{case}", openapi_extra=describe(gives=CaseView))
def get_case(request: Request, actor: Asking, case: CaseInPath) -> Response:
    """一件的全部内容；查看会留痕。"""
    return answer(request, read_case(installation_of(request), actor, case))


def _place_of(case: str) -> str:
    return f"/{API_VERSION}/cases/{case}"
