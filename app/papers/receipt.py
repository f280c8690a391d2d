"""The receipt (受理回执, DO01, form FL-07) as HTML for a text document of A4 size; before there is a number, a slip."""

from __future__ import annotations

import base64
import html
from dataclasses import dataclass, field
from datetime import date, datetime

from app.papers.qr import qr_png
from app.papers.texts import chinese_date, chinese_time, number_groups
from domain.business_time import business_day
from domain.identity import Mask, mask

_QR_MM = 34
_PX_PER_MM = 300 / 25.4
_GAP = '<p style="font-size:5pt; margin-top:0; margin-bottom:0">&nbsp;</p>'


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperMaterial:
    """A material that was taken, with its number of pages."""

    name: str
    pages: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptPaper:
    """What stands on the receipt. Without ``receipt_no`` it is a slip that the case is kept and waits to be sent.

    ``applicant`` is printed as surname and stars, however it is given. ``taken_at`` is when the server accepted the
    case, or when it was saved; aware. ``due_certain``: false while holidays that may move the limit are unknown.
    """

    receipt_no: str = ""
    item: str
    applicant: str = field(repr=False)
    materials: tuple[PaperMaterial, ...]
    taken_at: datetime
    due_on: date | None = None
    due_certain: bool = True
    clerk_name: str
    clerk_number: str
    office: str
    office_phone: str
    progress_url: str = ""
    privacy_notice: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """The name of the paper: only one with a number is a receipt."""
        return "受理回执" if self.receipt_no else "材料收存单（待发送）"


def receipt_html(paper: ReceiptPaper) -> str:
    """The whole paper. Every text that is put in is escaped; the QR code is inside as a picture."""
    parts = [
        f'<p align="center" style="font-size:12pt; margin-bottom:6px">{_safe(paper.office)}</p>',
        f'<p align="center" style="font-size:24pt; font-weight:600; margin-bottom:18px">{_safe(paper.title)}</p>{_GAP}',
        _head(paper),
        _facts(paper),
        _materials(paper.materials),
        _explanation(paper),
        _feet(paper),
    ]
    return f'<html><body style="font-size:11.5pt; color:#000000">{"".join(parts)}</body></html>'


def _head(paper: ReceiptPaper) -> str:
    if not paper.receipt_no:
        return (
            '<table width="100%" cellpadding="10" style="border:1px solid #000000; border-collapse:collapse"><tr><td>'
            '<p style="font-size:14pt; font-weight:600">待发送：本单不是受理回执</p>'
            "<p>您的材料和签名已保存在本窗口，网络恢复后自动发送。"
            "受理号生成后，请向本窗口领取受理回执。</p></td></tr></table>" + _GAP
        )
    number = "&nbsp;&nbsp;".join(_safe(group) for group in number_groups(paper.receipt_no))
    picture = qr_png(paper.progress_url, max_px=round(_QR_MM * _PX_PER_MM))
    code = ""
    if picture:
        data = base64.b64encode(picture).decode("ascii")
        code = (
            f'<td align="right" width="30%"><img src="data:image/png;base64,{data}" width="{_QR_MM * 3}"/>'
            '<p align="right" style="font-size:9pt; margin-top:0; margin-bottom:10px">扫码查询办理进度</p></td>'
        )
    return (
        '<table width="100%" cellpadding="0"><tr><td style="vertical-align:middle">'
        '<p style="font-size:11pt; margin-bottom:3px">受理号</p>'
        f'<p style="font-size:19pt; font-weight:600; margin-top:0">{number}</p></td>{code}</tr></table>'
    )


def _facts(paper: ReceiptPaper) -> str:
    taken = "受理时间" if paper.receipt_no else "保存时间"
    rows = [
        ("办理事项", paper.item),
        ("申请人", mask(paper.applicant, Mask.SURNAME)),
        (taken, chinese_time(paper.taken_at)),
        ("承诺办结日", _due(paper)),
        ("经办柜员", f"{paper.clerk_name}（工号 {paper.clerk_number}）"),
        ("经办机构", paper.office),
        ("机构电话", paper.office_phone or "—"),
    ]
    cells = "".join(f'<tr><td width="22%"><b>{name}</b></td><td>{_safe(value)}</td></tr>' for name, value in rows)
    return _table(cells)


def _due(paper: ReceiptPaper) -> str:
    if paper.due_on is not None:
        return chinese_date(paper.due_on) + ("" if paper.due_certain else "（遇国务院新公布的放假安排顺延）")
    return "即时办结" if paper.receipt_no else "以受理回执为准"


def _materials(materials: tuple[PaperMaterial, ...]) -> str:
    total = sum(material.pages for material in materials)
    rows = "".join(
        f'<tr><td width="10%" align="center">{number}</td><td>{_safe(material.name)}</td>'
        f'<td width="16%" align="center">{material.pages}</td></tr>'
        for number, material in enumerate(materials, start=1)
    )
    head = '<tr><td align="center"><b>序号</b></td><td><b>材料名称</b></td><td align="center"><b>页数</b></td></tr>'
    title = f"已收材料清单（共 {len(materials)} 种 {total} 页）"
    style = "font-size:12pt; font-weight:600; margin-top:24px; margin-bottom:8px"
    return f'<p style="{style}">{title}</p>{_table(head + rows)}'


def _explanation(paper: ReceiptPaper) -> str:
    phone = f"或拨打 {_safe(paper.office_phone)} " if paper.office_phone else ""
    if paper.receipt_no:
        way = "扫描右上角二维码，" if paper.progress_url else ""
        lines = [f"查询：{way}凭受理号到经办机构窗口{phone}查询办理进度。", "请妥善保管本回执，领取办理结果时出示。"]
    else:
        lines = [f"查询：凭本人身份证到本窗口{phone}查询。", "本单只证明材料已收存，不产生受理的效力。"]
    if paper.privacy_notice:
        lines.append("个人信息处理告知：" + "".join(_safe(point) for point in paper.privacy_notice))
    return "".join(f'<p style="font-size:10pt; margin-top:10px; margin-bottom:0">{line}</p>' for line in lines)


def _feet(paper: ReceiptPaper) -> str:
    stamp = "（业务专用章）" if paper.receipt_no else "收件人（签字）："
    day = chinese_date(business_day(paper.taken_at))
    return (
        '<table width="100%" style="margin-top:35px"><tr><td width="55%"></td>'
        f'<td align="center"><p style="font-size:12pt">{_safe(paper.office)}</p>'
        f'<p style="font-size:12pt; margin-top:26px; color:#555555">{stamp}</p>'
        f'<p style="font-size:12pt; margin-top:26px">{day}</p></td></tr></table>'
    )


def _table(rows: str) -> str:
    style = "border-collapse:collapse; border:1px solid #000000"
    return f'<table width="100%" border="1" cellpadding="7" cellspacing="0" style="{style}">{rows}</table>'


def _safe(text: str) -> str:
    return html.escape(text)
