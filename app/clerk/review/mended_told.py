"""What is told of a case that came back: why it was returned, and, where it was mended, what is new since."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from app.notices.codes import NoticeCode
from app.notices.notice import Notice
from app.notices.texts import say
from domain.cases.changes import Changes, changes_between
from domain.cases.values import Act

if TYPE_CHECKING:
    from domain.wire.cases import CaseView

translate = QCoreApplication.translate


def changes_of(case: CaseView) -> Changes:
    """What the last revision brought; nothing where there is one only."""
    return changes_between(case.former[-1], case.content) if case.former else Changes()


def mended_told_of(case: CaseView) -> Notice | None:
    """The last reason on top, and how much to look at; None of a case that was never mended."""
    if not case.former:
        return None
    reason = next((step.opinion for step in reversed(case.steps) if step.act is Act.RETURN), "")
    return say(NoticeCode.MENDED, reason=reason, changes=_what_is_new(changes_of(case)))


def returned_told_of(case: CaseView) -> Notice | None:
    """Why a case waits again for somebody who had passed it; None of any other."""
    last = case.steps[-1] if case.steps else None
    if last is None or not last.target or Act.APPROVE not in case.acts:
        return None
    return say(
        NoticeCode.RETURNED_HERE, stage=last.target, reason=last.opinion, office=last.office, actor=last.actor_name
    )


def _what_is_new(changes: Changes) -> str:
    counts = (
        (len(changes.places), translate("MendedTold", "改动 {count} 处")),
        (len(changes.pages), translate("MendedTold", "新拍 {count} 页")),
        (len(changes.pages_gone), translate("MendedTold", "撤下 {count} 页")),
    )
    told = "，".join(text.format(count=count) for count, text in counts if count)
    if not told:
        return translate("MendedTold", "补正后表单和影像都没有改动")
    return translate("MendedTold", "补正后{told}").format(told=told)
