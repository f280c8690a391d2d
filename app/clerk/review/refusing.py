"""The questions before a decision: before a case is refused for good, and before one passes with pages unseen."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QMessageBox, QWidget

from app.clerk.actions.table import ActionKey, shown_keys
from app.clerk.confirm import ask_first
from domain.catalogue.values import Catalogue
from domain.identity import Mask, mask

if TYPE_CHECKING:
    from domain.wire.cases import CaseView

translate = QCoreApplication.translate


def ask_refusal(parent: QWidget, catalogue: Catalogue, case: CaseView, *, on_yes: Callable[[], object]) -> QMessageBox:
    """Ask whether this very case shall be refused: whose it is (the name masked), what for, under which number."""
    module = catalogue.modules.get(case.module)
    text = translate(
        "Refusing",
        "申请人　{applicant}\n事　项　{item}\n受理号　{no}\n\n不予办理后这笔业务就此结束，不能撤回。\n"
        "材料可以补正的，请选“退回”。确定不予办理吗？",
    )
    return ask_first(
        parent,
        title=translate("Refusing", "不予办理"),
        text=text.format(
            applicant=mask(case.applicant, Mask.SURNAME),
            item=module.name if module else case.module,
            no=case.receipt_no,
        ),
        yes=translate("Refusing", "不予办理"),
        on_yes=on_yes,
    )


def ask_unseen(parent: QWidget, titles: tuple[str, ...], *, on_yes: Callable[[], object]) -> QMessageBox:
    """Ask once whether a case shall pass although nobody has looked at some of its pages, or at the signature."""
    text = translate("Refusing", "这些还没有看：\n{titles}\n\n可按 {keys} 逐页看完再通过。现在就通过吗？")
    return ask_first(
        parent,
        title=translate("Refusing", "有影像没有看"),
        text=text.format(titles="\n".join(titles), keys=shown_keys(ActionKey.NEXT_PAGE)),
        yes=translate("Refusing", "仍然通过"),
        on_yes=on_yes,
    )
