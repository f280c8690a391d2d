"""What the states of a case are called."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from domain.cases.values import Act, CaseStatus

_STATUSES = {
    CaseStatus.DRAFT: "草稿",
    CaseStatus.IN_REVIEW: "复核中",
    CaseStatus.IN_APPROVAL: "审批中",
    CaseStatus.RETURNED: "已退回",
    CaseStatus.FINISHED: "办结",
    CaseStatus.REFUSED: "不予办理",
    CaseStatus.WITHDRAWN: "已撤回",
}
_ACTS = {
    Act.ACCEPT: "受理",
    Act.APPROVE: "通过",
    Act.RETURN: "退回",
    Act.REFUSE: "不予办理",
    Act.RESUBMIT: "重新提交",
    Act.WITHDRAW: "撤回",
}


def status_text(status: CaseStatus | None, *, waiting: bool = False, refused: bool = False) -> str:
    """One word for where a case stands."""
    if refused:
        return _tr("需要处理")
    if waiting:
        return _tr("待发送")
    return _tr(_STATUSES[status]) if status is not None else _tr("待发送")


def act_text(act: Act) -> str:
    """One word for what a step does."""
    return _tr(_ACTS[act])


def _tr(text: str) -> str:
    return QCoreApplication.translate("statuses", text)
