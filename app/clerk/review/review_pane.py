"""The reviewer's workplace: tasks, then form and pages side by side, then a decision."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QTimer, Slot
from PySide6.QtGui import QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.clerk.notice import NoticeBar
from app.clerk.notice_place import Floating
from app.clerk.pictures import Pictures
from app.clerk.review.case_sheet import CaseSheet
from app.clerk.review.decision_bar import DecisionBar
from app.clerk.review.duty import duty_words
from app.clerk.review.refusing import ask_refusal, ask_unseen
from app.clerk.review.returning import ReturnDialog
from app.clerk.review.task_list import TaskList
from app.clerk.review.verifying import VerifyDialog
from app.review.case_read import FindCatalogue
from app.review.opinion import unfit_opinion, with_verified
from app.review.review import Review
from app.review.state import Listed, OpenCase, Question, ReviewState
from app.session.deciding import Deciding
from app.session.lookup import Lookup
from app.theme.theme import set_role
from domain.cases.values import AccountView, Act
from domain.catalogue.values import Catalogue

_LIST_WIDTH_PX, _LIST_NARROW_PX = 240, 184
_WIDE_PX, _HIGH_PX = 1200, 520
REFRESH_MS = 30_000
"""While the tasks are seen, they are read anew so often."""


class ReviewPane(QWidget):
    """What waits, what was filled in, what was captured, and the decision, as ``review`` says."""

    def __init__(self, *, catalogue: Catalogue, find_catalogue: FindCatalogue, pictures: Pictures) -> None:
        super().__init__()
        set_role(self, "page")
        self._catalogue = catalogue
        self._pictures = pictures
        self._shown = ReviewState()
        self.review = Review(find_catalogue)
        self._words = duty_words(catalogue, ())
        self.list = TaskList(catalogue, on_open=self.review.choose, on_reload=self.reload)
        self.tasks = self.list.tasks
        self.sheet = CaseSheet(catalogue, pictures, on_seen=self.review.look_at)
        self.notice = NoticeBar(on_close=partial(self.review.tell, None))
        self.decision = DecisionBar(on_act=self._act, on_notice=self.review.tell)
        self.refresh = QTimer(self)
        self.refresh.setInterval(REFRESH_MS)
        self.refresh.timeout.connect(self.reload)
        self._lay_out()
        self._show_case(None)
        self.review.observe(self._render)

    def _lay_out(self) -> None:
        work = QHBoxLayout()
        work.setSpacing(12)
        work.addWidget(self.list)
        work.addWidget(self.sheet, stretch=1)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 12)
        column.setSpacing(8)
        column.addLayout(work, stretch=1)
        column.addWidget(self.decision)
        Floating(self.notice, self, foot=self.decision)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """List and opinion give way on a small or much enlarged screen."""
        super().resizeEvent(event)
        self.list.setFixedWidth(_LIST_WIDTH_PX if self.width() >= _WIDE_PX else _LIST_NARROW_PX)
        self.decision.be_low(low=self.height() < _HIGH_PX)

    def begin(self, lookup: Lookup | None, deciding: Deciding | None = None, reader: AccountView | None = None) -> None:
        """Whose tasks are shown; None after logout."""
        self._words = duty_words(self._catalogue, reader.roles if reader else ())
        self.list.name(self._words.waiting)
        self.review.begin(lookup, deciding)
        if self.isVisible():  # it was the last reviewer's place too, so no showing will ask for the tasks
            self.reload()

    def showEvent(self, event: QShowEvent) -> None:
        """Look for tasks now, and again and again while they are seen."""
        super().showEvent(event)
        self.refresh.start()
        self._pictures.warm_up()
        self.reload()

    def hideEvent(self, event: QHideEvent) -> None:
        """Leave the server alone."""
        super().hideEvent(event)
        self.refresh.stop()

    @Slot()
    def reload(self) -> None:
        """Read the tasks anew."""
        self.review.reload()

    # -- what is shown

    def _render(self, state: ReviewState) -> None:
        before, self._shown = self._shown, state
        decides = self.decision.has_keyboard
        if state.lines is not before.lines or state.listed is not before.listed:
            self.list.show_lines(state.lines, more=state.more, shown=state.marked, instead=self._instead(state.listed))
        elif state.marked != before.marked:
            self.list.mark(self.list.row_of(state.marked))
        if state.open is not before.open:
            self._show_case(state.open)
        elif (state.acts, state.sending) != (before.acts, before.sending):
            self.decision.show_acts(state.acts)
        if state.sending:
            self.decision.wait()
        self.sheet.viewer.show_unseen(state.unseen)
        self.notice.show_notice(state.notice)
        if decides and not self.decision.has_keyboard:  # nothing is left to decide: it would go to whatever comes next
            self.list.refresh.setFocus()

    def _instead(self, listed: Listed) -> str:
        """What stands in the list while no task does."""
        words = {
            Listed.READING: self.tr("正在读取…"),
            Listed.READ: self._words.nothing,
            Listed.FAILED: self.tr("没有读到，请刷新"),
        }
        return words[listed]

    def _show_case(self, shown: OpenCase | None) -> None:
        if shown is None:
            self.decision.start_case(())
            self.sheet.clear()
            return
        view, made_with, by_itself = shown.view, shown.catalogue, shown.by_itself
        self.decision.start_case(view.acts, rest=by_itself is not None and by_itself.decided)
        self.sheet.show_case(view, made_with, self.review.load_page, told=shown.told)
        if by_itself is not None:
            self.decision.opinion.setFocus()

    # -- the decision

    def _act(self, act: Act, opinion: str) -> None:
        shown = self.review.state.open
        if shown is None:
            return
        take = partial(self.review.take_step, shown.view, act, opinion)
        question = self.review.question_before(act)
        if question is Question.REFUSE:
            ask_refusal(self, shown.catalogue, shown.view, on_yes=take)
        elif question is Question.UNSEEN:
            ask_unseen(self, self.sheet.viewer.unseen, on_yes=partial(self._act, act, opinion))
        elif question is Question.RED:
            VerifyDialog(self, shown.red, on_verified=partial(self._verified, shown, opinion)).open()
        elif question is Question.TARGET:
            ReturnDialog(self, shown.view.targets, on_stage=take).open()
        else:
            take()

    def _verified(self, shown: OpenCase, opinion: str) -> None:
        """The ticks stand in the opinion, for whoever reads the course later."""
        whole = with_verified(opinion, shown.red)
        unfit = unfit_opinion(Act.APPROVE, whole)
        if unfit is not None:
            self.review.tell(unfit)
        else:
            self.review.take_step(shown.view, Act.APPROVE, whole)
