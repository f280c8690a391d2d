"""A case as the reviewer reads it: course, form with the origin of each value, declaration."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from PySide6.QtCore import QT_TRANSLATE_NOOP
from PySide6.QtWidgets import QTextBrowser

from app.clerk.statuses import act_text, status_text
from app.theme.tokens import COLORS
from domain.catalogue.values import Catalogue, FieldKind
from domain.forms.answers import Answer, Origin

if TYPE_CHECKING:
    from domain.wire import CaseView

_ORIGINS = {
    Origin.CARD: QT_TRANSLATE_NOOP("CaseForm", "身份证读取"),
    Origin.TYPED: QT_TRANSLATE_NOOP("CaseForm", "手工录入"),
    Origin.SERVER: QT_TRANSLATE_NOOP("CaseForm", "数据共享"),
    Origin.DEFAULT: "",
}


class CaseForm(QTextBrowser):
    """Read-only; text can be selected and copied."""

    def __init__(self, catalogue: Catalogue) -> None:
        super().__init__()
        self._catalogue = catalogue
        self.setObjectName("case_form")
        self.setAccessibleName(self.tr("表单内容"))
        self.setOpenLinks(False)

    def show_case(self, case: CaseView | None) -> None:
        """Show a case, or nothing."""
        if case is None:
            self.setHtml(f"<p style='color:{COLORS['text_soft']}'>{self.tr('请从左侧选择一件业务')}</p>")
            return
        self.setHtml(self._head(case) + self._fields(case) + self._course(case))

    def _head(self, case: CaseView) -> str:
        module = self._catalogue.modules.get(case.module)
        title = module.name if module else case.module
        state = status_text(case.status)
        lines = [
            f"<h2>{escape(title)}</h2>",
            f"<p>{self.tr('受理号')} <b>{escape(case.receipt_no)}</b> · {escape(state)} · "
            f"{self.tr('风险')} {case.risk} {self.tr('级')} · {self.tr('应于')} {case.due_on} {self.tr('前办结')}</p>",
        ]
        return "".join(lines)

    def _fields(self, case: CaseView) -> str:
        rows = "".join(self._row(answer) for answer in case.content.answers if answer.field in self._catalogue.fields)
        return f"<table cellpadding='5' cellspacing='0' width='100%'>{rows}</table>"

    def _row(self, answer: Answer) -> str:
        spec = self._catalogue.fields[answer.field]
        value = answer.value
        if spec.kind is FieldKind.CHOICE:
            value = self._catalogue.codes[spec.codes].find_label(value) or value
        soft = COLORS["text_soft"]
        origin = self.tr(str(_ORIGINS[answer.origin]))
        return (
            f"<tr><td style='color:{soft}; white-space:nowrap'>{escape(spec.label)}</td><td><b>{escape(value)}</b> "
            f"<span style='color:{soft}; font-size:12px; white-space:nowrap'>&nbsp;{escape(origin)}</span></td></tr>"
        )

    def _course(self, case: CaseView) -> str:
        steps = "".join(
            f"<li>{step.taken_at.astimezone():%Y-%m-%d %H:%M} {escape(step.office)} {escape(step.actor_name)} "
            f"<b>{escape(act_text(step.act))}</b> {escape(step.opinion)}</li>"
            for step in case.steps
        )
        return f"<h3>{self.tr('办理过程')}</h3><ul>{steps}</ul>"
