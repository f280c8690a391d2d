"""A case as the reviewer reads it: who came, what the rules say, form with the origin of each value, course."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication
from PySide6.QtWidgets import QTextBrowser

from app.clerk.statuses import act_text, status_text
from app.theme.tokens import COLORS
from app.visit.state import Notice
from domain.business_time import business_time
from domain.cases.values import CaseContent
from domain.catalogue.values import Catalogue, Module
from domain.forms.answers import AnswerKey, Answers, ApplicantKind, Origin, places_in
from domain.forms.parties import signer_in
from domain.forms.words import label_of, text_of

if TYPE_CHECKING:
    from domain.wire import CaseView

translate = QCoreApplication.translate

_GAP = "<p style='font-size:2px; margin:0'>&nbsp;</p>"
_LABEL_PX, _ORIGIN_PX = 108, 76
_ORIGINS = {
    Origin.CARD: QT_TRANSLATE_NOOP("CaseForm", "身份证读取"),
    Origin.ELECTRONIC: QT_TRANSLATE_NOOP("CaseForm", "电子证照"),
    Origin.TYPED: QT_TRANSLATE_NOOP("CaseForm", "手工录入"),
    Origin.SERVER: QT_TRANSLATE_NOOP("CaseForm", "数据共享"),
    Origin.DEFAULT: "",
}


_IDENTITIES = {
    Origin.CARD: QT_TRANSLATE_NOOP("CaseForm", "读卡（身份证阅读器）"),
    Origin.ELECTRONIC: QT_TRANSLATE_NOOP("CaseForm", "出示电子证照"),
    Origin.TYPED: QT_TRANSLATE_NOOP("CaseForm", "手工录入（没有读卡，请对照身份证影像）"),
    Origin.SERVER: QT_TRANSLATE_NOOP("CaseForm", "数据共享"),
    Origin.DEFAULT: QT_TRANSLATE_NOOP("CaseForm", "没有记录"),
}


class CaseForm(QTextBrowser):
    """Read-only; text can be selected and copied."""

    def __init__(self, catalogue: Catalogue) -> None:
        super().__init__()
        self._catalogue = catalogue
        self.setObjectName("case_form")
        self.setAccessibleName(self.tr("表单内容"))
        self.setOpenLinks(False)

    def show_case(self, case: CaseView | None, *, told: Notice | None = None) -> None:
        """Show a case and what the rules say of it, or nothing."""
        if case is None:
            self.setHtml(f"<p style='color:{COLORS['text_soft']}'>{self.tr('请从左侧选择一件业务')}</p>")
            return
        self.setHtml(self._head(case) + _GAP + _told_html(told) + _GAP + self._fields(case) + self._course(case))

    def _head(self, case: CaseView) -> str:
        module = self._catalogue.modules.get(case.module)
        title = module.name if module else case.module
        state = status_text(case.status)
        identity = self.tr(str(_IDENTITIES[case.content.identity_origin]))
        lines = [
            f"<h2>{escape(title)}</h2>",
            f"<p>{self.tr('受理号')} <b>{escape(case.receipt_no)}</b> · {escape(state)} · "
            f"{self.tr('风险')} {case.risk} {self.tr('级')} · {self.tr('应于')} {case.due_on} {self.tr('前办结')}</p>",
            f"<p>{self.tr('谁来办理')} <b>{escape(self._who(case.content))}</b> · "
            f"{self.tr('身份核验')} <b>{escape(identity)}</b></p>",
        ]
        return "".join(lines)

    def _who(self, content: CaseContent) -> str:
        """In what capacity somebody came; an agent with the name."""
        module, kind = self._catalogue.modules.get(content.module), content.applicant_kind
        if module is None or kind is ApplicantKind.SELF:
            return kind.value
        name = signer_in(module, content.form, kind).name
        return self.tr("{kind}（{name}）").format(kind=kind.value, name=name)

    def _fields(self, case: CaseView) -> str:
        module, form = self._catalogue.modules.get(case.module), case.content.form
        keys = (place.key for place in places_in(module.form, form)) if module else iter(form)
        known = (key for key in keys if key in form and key.field in self._catalogue.fields)
        rows = "".join(self._row(module, form, key) for key in known)
        return f"<table cellpadding='5' cellspacing='0' width='100%'>{rows}</table>"

    def _row(self, module: Module | None, form: Answers, key: AnswerKey) -> str:
        soft = COLORS["text_soft"]
        label = label_of(self._catalogue, module, form, key)
        value = text_of(self._catalogue, form, key)
        origin = self.tr(str(_ORIGINS[form[key].origin]))
        return (
            f"<tr><td width='{_LABEL_PX}' style='color:{soft}'>{escape(label)}</td><td><b>{escape(value)}</b></td>"
            f"<td width='{_ORIGIN_PX}' style='color:{soft}; font-size:12px'>{escape(origin)}</td></tr>"
        )

    def _course(self, case: CaseView) -> str:
        steps = "".join(
            f"<li>{business_time(step.taken_at):%Y-%m-%d %H:%M} {escape(step.office)} {escape(step.actor_name)} "
            f"<b>{escape(act_text(step.act))}</b> {escape(step.opinion)}</li>"
            for step in case.steps
        )
        return f"<h3>{self.tr('办理过程')}</h3><ul>{steps}</ul>"


def _told_html(told: Notice | None) -> str:
    """A box in the tone of the notice, over the form."""
    if told is None:
        return ""
    tone = told.tone.value
    step = translate("CaseForm", "怎么办：{next}").format(next=told.next) if told.next else ""
    more = "。".join(part.rstrip("。") for part in (told.why, step) if part)
    return (
        f"<table width='100%' cellpadding='8' cellspacing='0' bgcolor='{COLORS[tone + '_soft']}'><tr>"
        f"<td style='color:{COLORS[tone]}'><b>{escape(told.what)}</b><br>{escape(more)}</td></tr></table>"
    )
