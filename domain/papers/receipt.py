"""The receipt (受理回执, DO01, form FL-07) as HTML for a text document of A4 size; before there is a number, a slip."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from datetime import date, datetime

from domain.business_time import business_day
from domain.identity import Mask, mask
from domain.papers.qr import qr_png
from domain.papers.template import fill
from domain.papers.texts import chinese_date, chinese_time, number_groups
from resources import word

_QR_MM = 34
_PX_PER_MM = 300 / 25.4


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
        return word("paper", "receipt") if self.receipt_no else word("paper", "slip")


def receipt_html(paper: ReceiptPaper) -> str:
    """The whole paper. Every text that is put in is escaped; the QR code is inside as a picture."""
    picture = qr_png(paper.progress_url, max_px=round(_QR_MM * _PX_PER_MM)) if paper.receipt_no else b""
    groups = number_groups(paper.receipt_no)
    return fill(
        "receipt",
        {
            "title": paper.title,
            "receipt_no": paper.receipt_no,
            "number_groups": [{"group": group, "more": "more" if at else ""} for at, group in enumerate(groups)],
            "code": base64.b64encode(picture).decode("ascii"),
            "item": paper.item,
            "applicant": mask(paper.applicant, Mask.SURNAME),
            "taken_at": chinese_time(paper.taken_at),
            "due_on": chinese_date(paper.due_on) if paper.due_on else "",
            "due_may_move": "" if paper.due_certain else "may move",
            "clerk_name": paper.clerk_name,
            "clerk_number": paper.clerk_number,
            "office": paper.office,
            "office_phone": paper.office_phone,
            "kinds": str(len(paper.materials)),
            "pages": str(sum(material.pages for material in paper.materials)),
            "materials": [
                {"number": str(number), "name": material.name, "its_pages": str(material.pages)}
                for number, material in enumerate(paper.materials, start=1)
            ],
            "privacy_notice": "".join(paper.privacy_notice),
            "day": chinese_date(business_day(paper.taken_at)),
        },
    )
