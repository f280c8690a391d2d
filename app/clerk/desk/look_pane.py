"""A case that somebody looked for, to be read only: its content, its course, its pages and signature."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from app.clerk.elided_label import ElidedLabel
from app.clerk.pictures import Pictures
from app.clerk.review.case_form import CaseForm
from app.clerk.review.page_viewer import PageViewer
from app.clerk.review.side_by_side import SideBySide
from app.clerk.shortcuts import Keys, bind, shown_keys
from app.clerk.zoom_picture import STEP, Fit
from app.notices.notice import Notice
from app.review.case_read import CaseRead
from app.review.looking import CaseHere, LoadPage, Looking
from app.review.rules_told import rules_told_of
from app.theme.theme import set_role
from domain.cases.values import CaseContent, CaseId
from domain.catalogue.values import Catalogue
from domain.forms.parties import applicant_in

_PAGES = 1


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
        self.back = QPushButton(self.tr("返回 ({keys})").format(keys=shown_keys(Keys.BACK)))
        self.back.setObjectName("leave_case")
        self.back.setAutoDefault(True)
        self.back.clicked.connect(on_back)
        self.title = ElidedLabel()
        set_role(self.title, "heading")
        self.form = CaseForm(catalogue)
        self.viewer = PageViewer(pictures)
        self.parts = SideBySide((self.form, self.viewer), (self.tr("表单"), self.tr("影像和签名")))
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addWidget(self.back)
        head.addWidget(self.title, stretch=1)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 12)
        column.setSpacing(8)
        column.addLayout(head)
        column.addWidget(self.parts, stretch=1)
        picture = self.viewer.picture
        for keys, action in (
            (Keys.BACK, self.back.click),
            (Keys.PREVIOUS_PAGE, partial(self._turn_over, -1)),
            (Keys.NEXT_PAGE, partial(self._turn_over, 1)),
            (Keys.ZOOM_IN, partial(picture.zoom, STEP)),
            (Keys.ZOOM_OUT, partial(picture.zoom, 1 / STEP)),
            (Keys.WHOLE_PAGE, partial(picture.set_fit, Fit.PAGE)),
        ):
            bind(keys, self, action)
        self.clear()

    def _turn_over(self, by: int) -> None:
        if self.viewer.isVisible():
            self.viewer.turn_over(by)
        self.parts.show_part(_PAGES)

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
            self.form.show_here(answer)
            self.viewer.show_content(answer.content, answer.catalogue, load)
        else:
            view, made_with = answer
            self._name(made_with, view.content, view.receipt_no)
            self.form.show_case(view, made_with, told=rules_told_of(made_with, view))
            self.viewer.show_case(view, made_with, load)
        self.parts.show_part(0)
        done()
        self.form.setFocus(Qt.FocusReason.OtherFocusReason)

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
        self.form.show_nothing()
        self.viewer.clear()
