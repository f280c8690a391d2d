"""What the states of a case are called."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from domain.cases.values import Act, CaseStatus
from resources import word

translate = QCoreApplication.translate


def status_text(status: CaseStatus | None, *, waiting: bool = False, refused: bool = False) -> str:
    """One word for where a case stands."""
    if refused:
        return translate("statuses", "需要处理")
    if waiting or status is None:
        return translate("statuses", "待发送")
    return word("status", status.value)


def act_text(act: Act) -> str:
    """One word for what a step does."""
    return word("act", act.value)
