"""What is asked when somebody comes of whom something is not finished yet."""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtCore import QCoreApplication

from app.session.begun import Begun
from app.session.state import DraftRow

translate = QCoreApplication.translate


class Offer(NamedTuple):
    """Title and text of the question, and what its yes is called."""

    title: str
    text: str
    yes: str


def offer_words(begun: Begun) -> Offer:
    """An unfinished visit is gone on with; a case that came back is mended."""
    if isinstance(begun, DraftRow):
        text = translate("Offer", "这位群众的“{module}”停在“{phase}”，填好的和拍好的都在。\n要接着办这一笔吗？")
        unnamed = translate("Offer", "还没有选事项的一笔")
        return Offer(
            title=translate("Offer", "有一笔没有办完的业务"),
            text=text.format(module=begun.module_name or unnamed, phase=begun.phase_title),
            yes=translate("Offer", "接着办"),
        )
    if begun.refused is not None:
        text = translate("Offer", "这位群众的“{module}”没有被服务器接受：{why}。\n要先改正这一件吗？")
        return Offer(
            title=translate("Offer", "有一件要改正的业务"),
            text=text.format(module=begun.module_name, why=begun.refused.what),
            yes=translate("Offer", "改正这一件"),
        )
    text = translate("Offer", "这位群众的“{module}”（{receipt_no}）被退回：{why}。\n要先补正这一件吗？")
    return Offer(
        title=translate("Offer", "有一件被退回的业务"),
        text=text.format(module=begun.module_name, receipt_no=begun.receipt_no, why=begun.reason.rstrip("。")),
        yes=translate("Offer", "补正这一件"),
    )
