"""What the states of a case are called."""

from __future__ import annotations

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication

from domain.cases.values import Act, CaseStatus

translate = QCoreApplication.translate

_STATUSES = {
    CaseStatus.DRAFT: QT_TRANSLATE_NOOP("statuses", "草稿"),
    CaseStatus.IN_REVIEW: QT_TRANSLATE_NOOP("statuses", "复核中"),
    CaseStatus.IN_APPROVAL: QT_TRANSLATE_NOOP("statuses", "审批中"),
    CaseStatus.RETURNED: QT_TRANSLATE_NOOP("statuses", "已退回"),
    CaseStatus.FINISHED: QT_TRANSLATE_NOOP("statuses", "办结"),
    CaseStatus.REFUSED: QT_TRANSLATE_NOOP("statuses", "不予办理"),
    CaseStatus.WITHDRAWN: QT_TRANSLATE_NOOP("statuses", "已撤回"),
}
_ACTS = {
    Act.ACCEPT: QT_TRANSLATE_NOOP("statuses", "受理"),
    Act.APPROVE: QT_TRANSLATE_NOOP("statuses", "通过"),
    Act.RETURN: QT_TRANSLATE_NOOP("statuses", "退回"),
    Act.REFUSE: QT_TRANSLATE_NOOP("statuses", "不予办理"),
    Act.RESUBMIT: QT_TRANSLATE_NOOP("statuses", "重新提交"),
    Act.WITHDRAW: QT_TRANSLATE_NOOP("statuses", "撤回"),
}


def status_text(status: CaseStatus | None, *, waiting: bool = False, refused: bool = False) -> str:
    """One word for where a case stands."""
    if refused:
        return translate("statuses", "需要处理")
    if waiting or status is None:
        return translate("statuses", "待发送")
    return translate("statuses", str(_STATUSES[status]))


def act_text(act: Act) -> str:
    """One word for what a step does."""
    return translate("statuses", str(_ACTS[act]))
