"""The trail of a case."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from domain.wire.audit import AuditTrail
from server.http.openapi import CaseInPath, describe
from server.http.problems import answer, installation_of
from server.http.requests import Asking
from server.service.reading import read_trail

router = APIRouter()


@router.get("/cases/{case}/audit", openapi_extra=describe(gives=AuditTrail))
def get_trail(request: Request, actor: Asking, case: CaseInPath) -> Response:
    """一件的审计记录。"""
    return answer(request, read_trail(installation_of(request), actor, case))
