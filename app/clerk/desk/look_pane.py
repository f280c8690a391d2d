"""A case that somebody looked for, to be read only: its content, its course, its pages and signature."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.clerk.actions.offering import make_button
from app.clerk.actions.table import ActionKey
from app.clerk.elided_label import ElidedLabel
from app.clerk.pictures import Pictures
from app.clerk.review.case_sheet import CaseSheet
from app.notices.notice import Notice
from app.review.case_read import CaseRead
from app.review.looking import CaseHere, LoadPage, Looking
from app.review.rules_told import rules_told_of
from app.theme.theme import set_role
from domain.cases.values import CaseContent, CaseId
from domain.catalogue.values import Catalogue
from domain.forms.parties import applicant_in


class LookPane(QWidget):
    """Opens one case at a time; ``on_back`` leaves it, ``tell`` says why it could not be read."""

    def __init__(
        self,
        *,
        catalogue: Catalogue,
        looking: Looking,
        pictures: Pictures,
        on_back: Callable[[], object],
        tell: Callable[[Notice], None],
    ) -> None:
        super().__init__()
        set_role(self, "page")
        self._looking = looking
        self._tell = tell
        self._pictures = pictures
        self._wanted: CaseId | None = None
        self.back = make_button(ActionKey.LEAVE_CASE, on_back, owner=self)
        self.title = ElidedLabel()
        set_role(self.title, "heading")
        self.sheet = CaseSheet(catalogue, pictures)
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addWidget(self.back)
        head.addWidget(self.title, stretch=1)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 12)
        column.setSpacing(8)
        column.addLayout(head)
        column.addWidget(self.sheet, stretch=1)
        self.clear()

    def open(self, case: CaseId, *, is_sent: bool, done: Callable[[], object]) -> None:
        """Read a case; ``done`` is called when it is there to be seen. ``is_sent``: the server knows it."""
        self._wanted = case
        self._pictures.warm_up()
        self._looking.read(case, is_sent, partial(self._read, case, done))

    def _read(
        self, case: CaseId, done: Callable[[], object], answer: CaseRead | CaseHere | Notice, load: LoadPage
    ) -> None:
        if case != self._wanted:
            return  # another one, or none, is wanted by now
        if isinstance(answer, Notice):
            self._tell(answer)
            return
        if isinstance(answer, CaseHere):
            self._name(answer.catalogue, answer.content, answer.row.receipt_no)
            self.sheet.show_here(answer, load)
        else:
            view, made_with = answer
            self._name(made_with, view.content, view.receipt_no)
            self.sheet.show_case(view, made_with, load, told=rules_told_of(made_with, view))
        done()
        self.sheet.form.setFocus(Qt.FocusReason.OtherFocusReason)

    def _name(self, catalogue: Catalogue, content: CaseContent, receipt_no: str) -> None:
        """Whose case of what business is read here."""
        module = catalogue.modules.get(content.module)
        name = applicant_in(module, content.form).name
        parts = (name, module.name if module else content.module, receipt_no or self.tr("还没有受理号"))
        self.title.show_text(self.tr("只供查看：{case}").format(case=" · ".join(part for part in parts if part)))

    def clear(self) -> None:
        """Nothing of anybody stays."""
        self._wanted = None
        self.title.show_text("")
        self.sheet.clear()
