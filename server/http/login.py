"""Login, logout, the account and the clock."""

from __future__ import annotations

import anyio
from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from domain.cases.values import AccountView
from domain.refusals import Refusal
from domain.wire.envelope import API_VERSION
from domain.wire.login import Clock, LoginReply, LoginRequest
from server.http.openapi import describe
from server.http.problems import answer, installation_of
from server.http.requests import Asking, LoginBody, bearer_token, parse_body
from server.http.turns import in_turn, login_share
from server.service.login import count_failures, log_in, log_out, view_account

router = APIRouter()

_PATIENT_TRIES = 10
_LONGEST_PAUSE_S = 3.0

_LONGEST_ADDRESS = 64
"""What a gateway says of it is a text, no matter which."""


@router.post("/login", openapi_extra=describe(takes=LoginRequest, gives=LoginReply, open_to_all=True))
async def login(request: Request, body: LoginBody) -> Response:
    """登录。"""
    wanted = parse_body(LoginRequest, body)
    address = request.client.host[:_LONGEST_ADDRESS] if request.client else ""
    installation = installation_of(request)
    with login_share(address):
        reply = await in_turn(lambda: log_in(installation, wanted, address=address))
        if isinstance(reply, Refusal):
            tries = await run_in_threadpool(count_failures, installation, wanted.user)
            await anyio.sleep(pause_s(tries))
    return answer(request, reply)


def pause_s(tries: int) -> float:
    """How long a wrong login is kept waiting: nothing at first, longer with each try under the name from anywhere."""
    return 0.0 if tries < _PATIENT_TRIES else min(_LONGEST_PAUSE_S, 0.1 * (tries - _PATIENT_TRIES + 1))


@router.post("/logout", status_code=204, openapi_extra=describe(status=204))
def logout(request: Request, _actor: Asking) -> Response:
    """退出登录。"""
    log_out(installation_of(request), bearer_token(request))
    return Response(status_code=204)


@router.get("/me", openapi_extra=describe(gives=AccountView))
def me(request: Request, actor: Asking) -> Response:
    """当前账号。"""
    return answer(request, view_account(actor))


@router.get("/clock", openapi_extra=describe(gives=Clock, open_to_all=True))
def clock(request: Request) -> Response:
    """服务器时间。"""
    return answer(request, Clock(now=installation_of(request).clock(), version=API_VERSION))
