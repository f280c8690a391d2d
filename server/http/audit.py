"""The trail of a case."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from domain.wire.audit import AuditTrail
from server.http.openapi import MOST_LISTED, CaseInPath, Limit, Sequence, describe
from server.http.problems import answer, installation_of
from server.http.requests import Asking
from server.service.reading import read_trail

router = APIRouter()


@router.get("/cases/{case}/audit", openapi_extra=describe(gives=AuditTrail))
def get_trail(
    request: Request, actor: Asking, case: CaseInPath, after: Sequence = 0, limit: Limit = MOST_LISTED
) -> Response:
    """一件的审计记录，从编号 after 之后起；查看会留痕。"""
    return answer(request, read_trail(installation_of(request), actor, case, after=after, limit=limit))
