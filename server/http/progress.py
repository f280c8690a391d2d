"""The page behind the code on a receipt: made for a phone, without script and without personal data (XY-5)."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from domain.papers.template import Value, fill
from resources import word
from server.http.openapi import describe
from server.http.problems import installation_of
from server.service.progress import Progress, find_progress

router = APIRouter()

_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"


@router.get("/progress/{receipt_no}/{code}", openapi_extra=describe(open_to_all=True))
def show_progress(request: Request, receipt_no: str, code: str) -> Response:
    """办理进度（网页）。"""
    progress = find_progress(installation_of(request), receipt_no, code)
    headers = {"Content-Security-Policy": _POLICY, "Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex"}
    if progress is None:
        return HTMLResponse(fill("progress", {"status": ""}), status_code=404, headers=headers)
    return HTMLResponse(fill("progress", _values_of(progress)), headers=headers)


def _values_of(progress: Progress) -> dict[str, Value]:
    return {
        "status": word("status", progress.status.value),
        "item": progress.item,
        "module": progress.module,
        "receipt_no": progress.receipt_no,
        "accepted_on": progress.accepted_on.isoformat(),
        "due_on": progress.due_on.isoformat(),
        "office": progress.office,
        "phone": progress.phone,
    }
