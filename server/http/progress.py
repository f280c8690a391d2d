"""The page behind the code on a receipt: made for a phone, without script and without personal data (XY-5)."""

from __future__ import annotations

from html import escape

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from resources import word
from server.http.openapi import describe
from server.http.problems import installation_of
from server.service.progress import Progress, find_progress

router = APIRouter()

_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
_STYLE = """
body{margin:0;background:#f4f6f8;color:#1d2733;font:18px/1.6 "Noto Sans CJK SC","Microsoft YaHei",sans-serif}
main{max-width:32rem;margin:2rem auto;padding:1.5rem;background:#fff;border-radius:12px}
h1{font-size:1.3rem;margin:0 0 1rem}.state{font-size:1.6rem;font-weight:600;color:#0b5cab;margin:.5rem 0 1rem}
dt{color:#5b6875;font-size:.9rem}dd{margin:0 0 .8rem}
"""


@router.get("/progress/{receipt_no}/{code}", openapi_extra=describe(open_to_all=True))
def show_progress(request: Request, receipt_no: str, code: str) -> Response:
    """办理进度（网页）。"""
    progress = find_progress(installation_of(request), receipt_no, code)
    headers = {"Content-Security-Policy": _POLICY, "Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex"}
    if progress is None:
        return HTMLResponse(_page("没有查到", _NOT_FOUND), status_code=404, headers=headers)
    return HTMLResponse(_page("办理进度", _describe(progress)), headers=headers)


_NOT_FOUND = "<p>查询码不正确，或业务不存在。请重新扫描受理回执上的二维码，或到受理窗口查询。</p>"


def _describe(progress: Progress) -> str:
    status = word("status", progress.status.value)
    rows = {
        "业务": f"{progress.item} · {progress.module}",
        "受理编号": progress.receipt_no,
        "受理日期": progress.accepted_on.isoformat(),
        "承诺办结日期": progress.due_on.isoformat(),
        "受理机构": progress.office,
        "咨询电话": progress.phone,
    }
    items = "".join(f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>" for name, value in rows.items() if value)
    return f'<p class="state">{escape(status)}</p><dl>{items}</dl>'


def _page(title: str, body: str) -> str:
    return (
        '<!doctype html><html lang="zh-CN"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head>"
        f"<body><main><h1>{escape(title)}</h1>{body}</main></body></html>"
    )
