"""What the server found out about a signature that nobody can see on its picture."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.notices.codes import NoticeCode
from app.notices.notice import Notice
from app.notices.texts import say

if TYPE_CHECKING:
    from domain.wire.cases import CaseView


def signature_told_of(case: CaseView) -> Notice | None:
    """A signature that stands in other people's cases too is none."""
    return say(NoticeCode.INK_SHARED, count=case.ink_shared) if case.ink_shared else None
