"""A case to be read: its form, and its pages with the signature."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from app.clerk.actions.offering import bind
from app.clerk.actions.table import ActionKey
from app.clerk.pictures import Pictures
from app.clerk.review.case_form import CaseForm
from app.clerk.review.page_viewer import PageViewer
from app.clerk.review.side_by_side import SideBySide
from app.notices.notice import Notice
from app.review.looking import CaseHere, LoadPage
from domain.cases.values import BlobHash
from domain.catalogue.values import Catalogue

if TYPE_CHECKING:
    from domain.wire.cases import CaseView

translate = QCoreApplication.translate
_FORM, _PAGES = 0, 1


class CaseSheet(SideBySide):
    """Shows one case after the other; ``on_seen`` as in PageViewer."""

    def __init__(
        self, catalogue: Catalogue, pictures: Pictures, *, on_seen: Callable[[BlobHash], None] | None = None
    ) -> None:
        form, viewer = CaseForm(catalogue), PageViewer(pictures, on_seen=on_seen)
        super().__init__((form, viewer), (translate("CaseSheet", "表单"), translate("CaseSheet", "影像和签名")))
        self.form, self.viewer = form, viewer
        bind(ActionKey.PREVIOUS_PAGE, self, partial(self._turn_over, -1))
        bind(ActionKey.NEXT_PAGE, self, partial(self._turn_over, 1))

    def show_case(self, view: CaseView, made_with: Catalogue, load: LoadPage, *, told: tuple[Notice, ...]) -> None:
        """A case in the words of the catalogue that it was made with, the form first; ``told`` as in CaseForm."""
        self.show_part(_FORM)
        self.form.show_case(view, made_with, told=told)
        self.viewer.show_case(view, made_with, load)

    def show_here(self, case: CaseHere, load: LoadPage) -> None:
        """A case as this machine has it, the form first."""
        self.show_part(_FORM)
        self.form.show_here(case)
        self.viewer.show_content(case.content, case.catalogue, load)

    def clear(self) -> None:
        """Nothing of anybody stays."""
        self.show_part(_FORM)
        self.form.show_nothing()
        self.viewer.clear()

    def _turn_over(self, by: int) -> None:
        """The page before or after. Where form and pages take turns, the form stands before the first page."""
        seen = self.viewer.isVisible()
        if seen and self.narrow and by < 0 and self.viewer.at_first:
            self.show_part(_FORM)
            return
        if seen:
            self.viewer.turn_over(by)
        self.show_part(_PAGES)
