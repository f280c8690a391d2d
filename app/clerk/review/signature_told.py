"""What the server found out about a signature that nobody can see on its picture."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from app.notices.notice import Notice, Tone

if TYPE_CHECKING:
    from domain.wire.cases import CaseView


def signature_told_of(case: CaseView) -> Notice | None:
    """A signature that stands in other people's cases too is none."""
    if not case.ink_shared:
        return None
    translate = QCoreApplication.translate
    return Notice(
        tone=Tone.ERROR,
        what=translate("SignatureTold", "这份签名图像还用在另外 {count} 人的件中").format(count=case.ink_shared),
        why=translate("SignatureTold", "同一个人两次签名也不会完全相同，一张图像用于多人，不是申请人当场签的"),
        next=translate("SignatureTold", "请不要通过；退回由申请人重新签名，并报告主管核查受理窗口"),
        code="ink_shared",
    )
