"""A case that a reviewer returned, as a visit to be mended and submitted again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.visit.state import Identity, Notice, PageTaken, Phase, Tone, VisitState

if TYPE_CHECKING:
    from domain.wire import CaseView


def reopened(view: CaseView, *, visit: str) -> VisitState:
    """The visit with everything that was submitted; confirmation and signature must be given anew."""
    content = view.content
    return VisitState(
        visit=visit,
        phase=Phase.FORM,
        reached=Phase.MATERIALS,
        identity=Identity(
            name=content.applicant_name, id_number=content.applicant_id_number, origin=content.identity_origin
        ),
        applicant_kind=content.applicant_kind,
        module=content.module,
        answers=content.answers_by_field,
        pages=tuple(
            PageTaken(
                material=page.material,
                number=page.number,
                sha256=page.sha256,
                size_bytes=page.size_bytes,
                width_px=0,
                height_px=0,
            )
            for page in content.pages
        ),
        case=view.case,
        returned_after=len(view.steps),
        notice=Notice(
            tone=Tone.WARNING,
            what=f"复核退回：{view.reason}",
            why=f"受理号 {view.receipt_no} 需要补正",
            next="请按退回原因修改表单或补拍材料，再请申请人重新核对、签名并提交",
            code="returned",
        ),
    )
