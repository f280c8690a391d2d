"""A case as the reviewer reads it: who came, what the rules say, form with the origin of each value, course."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication
from PySide6.QtWidgets import QTextBrowser

from app.clerk.notice import TINTS
from app.clerk.review.mended_told import mended_told_of, returned_told_of
from app.clerk.statuses import act_text, status_text
from app.notices.notice import Notice
from app.review.looking import CaseHere
from app.theme.tokens import COLORS
from domain.business_time import business_time
from domain.cases.changes import Changes, changes_between
from domain.cases.values import CaseContent
from domain.catalogue.values import Catalogue, Module, ModuleId
from domain.forms.answers import AnswerKey, Answers, ApplicantKind, Origin, places_in
from domain.forms.parties import signer_in
from domain.forms.words import label_of, text_of
from resources import word

if TYPE_CHECKING:
    from domain.wire.cases import CaseView, StepView

translate = QCoreApplication.translate

_GAP = "<p style='font-size:2px; margin:0'>&nbsp;</p>"
_LABEL_PX, _ORIGIN_PX = 108, 76
_ORIGINS = {
    Origin.CARD: QT_TRANSLATE_NOOP("CaseForm", "身份证读取"),
    Origin.ELECTRONIC: QT_TRANSLATE_NOOP("CaseForm", "电子证照"),
    Origin.TYPED: QT_TRANSLATE_NOOP("CaseForm", "手工录入"),
    Origin.SERVER: QT_TRANSLATE_NOOP("CaseForm", "数据共享"),
    Origin.COMPUTED: QT_TRANSLATE_NOOP("CaseForm", "自动计算"),
    Origin.DEFAULT: "",
    Origin.SIMULATED: QT_TRANSLATE_NOOP("CaseForm", "模拟设备"),
}


_IDENTITIES = {
    Origin.CARD: QT_TRANSLATE_NOOP("CaseForm", "读卡（身份证阅读器）"),
    Origin.ELECTRONIC: QT_TRANSLATE_NOOP("CaseForm", "出示电子证照"),
    Origin.TYPED: QT_TRANSLATE_NOOP("CaseForm", "手工录入（没有读卡，请对照身份证影像）"),
    Origin.SERVER: QT_TRANSLATE_NOOP("CaseForm", "数据共享"),
    Origin.DEFAULT: QT_TRANSLATE_NOOP("CaseForm", "没有记录"),
    Origin.SIMULATED: QT_TRANSLATE_NOOP("CaseForm", "模拟读卡器（演练用，不是真的身份证）"),
}


class CaseForm(QTextBrowser):
    """Read-only; text can be selected and copied."""

    def __init__(self, catalogue: Catalogue) -> None:
        super().__init__()
        self._catalogue = catalogue
        """What the case that is shown was made with; until one is, the program's own."""
        self.setObjectName("case_form")
        self.setAccessibleName(self.tr("表单内容"))
        self.setOpenLinks(False)

    def show_nothing(self) -> None:
        """No case is open."""
        self.setAccessibleDescription("")
        self.setHtml(f"<p style='color:{COLORS['text_soft']}'>{self.tr('请从左侧选择一件业务')}</p>")

    def show_case(self, case: CaseView, catalogue: Catalogue, *, told: tuple[Notice, ...] = ()) -> None:
        """Show a case in the words of the catalogue that it was made with, what changed since it came back, and what
        the rules say of it.
        """
        self._catalogue = catalogue
        back = [notice for notice in (returned_told_of(case), mended_told_of(case)) if notice]
        self.setAccessibleDescription("。".join(part for notice in back for part in (notice.what, notice.why)))
        former = case.former[-1] if case.former else None
        page = self._page(case.module, case.content, self._standing(case), (*back, *told), former)
        self.setHtml(page + self._course(case))

    def show_here(self, case: CaseHere) -> None:
        """Show a case as this machine has it: without its course, which only the server knows."""
        self._catalogue = case.catalogue
        self.setAccessibleDescription("。".join(part for notice in case.told for part in (notice.what, notice.why)))
        state = status_text(case.row.status, waiting=case.row.waiting, refused=case.row.refused is not None)
        number = case.row.receipt_no or self.tr("还没有")
        standing = f"{self.tr('受理号')} <b>{escape(number)}</b> · {escape(state)}"
        self.setHtml(self._page(case.content.module, case.content, standing, case.told, None))

    def _page(
        self,
        module_id: ModuleId,
        content: CaseContent,
        standing: str,
        told: tuple[Notice, ...],
        former: CaseContent | None,
    ) -> str:
        """All but the course; ``standing`` is HTML, ``former`` what the form held before the case came back."""
        module = self._catalogue.modules.get(module_id)
        title = module.name if module else module_id
        identity = self.tr(str(_IDENTITIES[content.identity_origin]))
        lines = [
            f"<h2>{escape(title)}</h2>",
            f"<p>{standing}</p>",
            f"<p>{self.tr('谁来办理')} <b>{escape(self._who(content))}</b> · "
            f"{self.tr('身份核验')} <b>{escape(identity)}</b></p>",
        ]
        boxes = "".join(_GAP + _told_html(notice) for notice in told)
        return "".join(lines) + boxes + _GAP + self._fields(module, content, former)

    def _standing(self, case: CaseView) -> str:
        return (
            f"{self.tr('受理号')} <b>{escape(case.receipt_no)}</b> · {escape(status_text(case.status))} · "
            f"{self.tr('风险')} {case.risk} {self.tr('级')} · {word('case', 'due')} {case.due_on}{_moves(case)}"
        )

    def _who(self, content: CaseContent) -> str:
        """In what capacity somebody came; an agent with the name."""
        module, kind = self._catalogue.modules.get(content.module), content.applicant_kind
        if module is None or kind is ApplicantKind.SELF:
            return kind.value
        name = signer_in(module, content.form, kind).name
        return self.tr("{kind}（{name}）").format(kind=kind.value, name=name)

    def _fields(self, module: Module | None, content: CaseContent, before: CaseContent | None) -> str:
        """The form; ``before``: what it held before the case came back."""
        form = content.form
        keys = (place.key for place in places_in(module.form, form)) if module else iter(form)
        known = [key for key in keys if key in form and key.field in self._catalogue.fields]
        changes = changes_between(before, content) if before is not None else Changes()
        former = before.form if before is not None else Answers()
        gone = (key for key in changes.places if key not in known and key.field in self._catalogue.fields)
        rows = "".join(self._row(module, form, key, former if key in changes.places else None) for key in known)
        rows += "".join(self._row_gone(module, former, key) for key in gone)
        return f"<table cellpadding='5' cellspacing='0' width='100%'>{rows}</table>"

    def _row(self, module: Module | None, form: Answers, key: AnswerKey, former: Answers | None) -> str:
        """A place and its value; ``former``: what the form held before, where this place held something else."""
        label = label_of(self._catalogue, module, form, key)
        value = f"<b>{escape(text_of(self._catalogue, form, key))}</b>"
        if former is not None:
            before = text_of(self._catalogue, former, key)
            was = self.tr("已改，原为 {value}").format(value=before) if before else self.tr("已改，原来没填")
            value += f"<br><span style='color:{COLORS['warning']}; font-size:12px'>{escape(was)}</span>"
        return _row_html(label, value, self.tr(str(_ORIGINS[form[key].origin])), marked=former is not None)

    def _row_gone(self, module: Module | None, former: Answers, key: AnswerKey) -> str:
        """A place that held something before, and is empty or not on the form any more."""
        label = label_of(self._catalogue, module, former, key)
        was = self.tr("已删去，原为 {value}").format(value=text_of(self._catalogue, former, key))
        return _row_html(label, f"<span style='color:{COLORS['warning']}'>{escape(was)}</span>", "", marked=True)

    def _act(self, step: StepView) -> str:
        """What was done; of a return also where it led."""
        act = act_text(step.act)
        return self.tr("{act}到“{stage}”").format(act=act, stage=step.target) if step.target else act

    def _course(self, case: CaseView) -> str:
        steps = "".join(
            f"<li>{business_time(step.taken_at):%Y-%m-%d %H:%M} {escape(step.office)} {escape(step.actor_name)} "
            f"<b>{escape(self._act(step))}</b> {escape(step.opinion)}</li>"
            for step in case.steps
        )
        return f"<h3>{self.tr('办理过程')}</h3><ul>{steps}</ul>"


def _moves(case: CaseView) -> str:
    """That the limit may be later than told: it runs into a year whose holidays are not published yet."""
    return "" if case.due_certain else word("case", "due_may_move")


def _row_html(label: str, value: str, origin: str, *, marked: bool) -> str:
    """A line of the table; ``value`` is HTML."""
    soft, ground = COLORS["text_soft"], f" bgcolor='{COLORS['warning_soft']}'" if marked else ""
    return (
        f"<tr{ground}><td width='{_LABEL_PX}' style='color:{soft}'>{escape(label)}</td><td>{value}</td>"
        f"<td width='{_ORIGIN_PX}' style='color:{soft}; font-size:12px'>{escape(origin)}</td></tr>"
    )


def _told_html(told: Notice) -> str:
    """A box in the tone of the notice, over the form."""
    tint = TINTS[told.tone]
    step = translate("CaseForm", "怎么办：{next}").format(next=told.next) if told.next else ""
    more = "。".join(part.rstrip("。") for part in (told.why, step) if part)
    return (
        f"<table width='100%' cellpadding='8' cellspacing='0' bgcolor='{COLORS[tint + '_soft']}'><tr>"
        f"<td style='color:{COLORS[tint]}'><b>{escape(told.what)}</b><br>{escape(more)}</td></tr></table>"
    )
