"""The reviewer's workplace: tasks, then form and pages side by side, then a decision."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Slot
from PySide6.QtGui import QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.clerk.notice import NoticeBar
from app.clerk.notice_place import Floating
from app.clerk.pictures import Pictures
from app.clerk.review.case_form import CaseForm
from app.clerk.review.case_read import CaseRead, FindCatalogue, read_case
from app.clerk.review.decision_bar import DecisionBar
from app.clerk.review.duty import duty_words
from app.clerk.review.page_viewer import PageViewer
from app.clerk.review.refusing import ask_refusal, ask_unseen
from app.clerk.review.rules_told import rules_told_of
from app.clerk.review.side_by_side import SideBySide
from app.clerk.review.signature_told import signature_told_of
from app.clerk.review.task_list import TaskList
from app.clerk.shortcuts import Keys, bind
from app.clerk.zoom_picture import STEP, Fit
from app.notices.codes import NoticeCode
from app.notices.notice import Notice, Tone
from app.notices.texts import say
from app.session.deciding import Deciding, Seen
from app.session.lookup import Lookup
from app.theme.theme import set_role
from domain.cases.values import AccountView, Act, CaseId, CaseStatus
from domain.catalogue.values import Catalogue

if TYPE_CHECKING:
    from domain.wire.cases import CaseView
    from domain.wire.lists import CaseLine

_LIST_WIDTH_PX, _LIST_NARROW_PX = 240, 184
_WIDE_PX, _HIGH_PX = 1200, 520
_FORM, _PAGES = 0, 1
REFRESH_MS = 30_000
"""While the tasks are seen, they are read anew so often."""


class ReviewPane(QWidget):
    """What waits, what was filled in, what was captured, and the decision.

    A case is read with the catalogue that it was made with, ``_made_with``; the lists with the program's own.
    While ``_go_on`` holds, the next task opens by itself: after a login the first one, after a decision the one that
    takes the place ``_after`` of the case decided on.
    """

    def __init__(self, *, catalogue: Catalogue, find_catalogue: FindCatalogue, pictures: Pictures) -> None:
        super().__init__()
        set_role(self, "page")
        self._catalogue = catalogue
        self._find_catalogue = find_catalogue
        self._pictures = pictures
        self._made_with = catalogue
        self._lookup: Lookup | None = None
        self._deciding: Deciding | None = None
        self._reader: AccountView | None = None
        self._case: CaseView | None = None
        self._opening: CaseId | None = None
        self._asked_unseen: CaseId | None = None
        self._go_on = True
        self._after: int | None = None
        self._asked = self._outdated = 0
        self._words = duty_words(catalogue, ())
        self.list = TaskList(catalogue, on_open=self._choose, on_reload=self.reload)
        self.tasks = self.list.tasks
        self.form = CaseForm(catalogue)
        self.viewer = PageViewer(pictures)
        self.parts = SideBySide((self.form, self.viewer), (self.tr("表单"), self.tr("影像和签名")))
        self.notice = NoticeBar(on_close=self._forget_notice)
        self.decision = DecisionBar(on_act=self._act, on_notice=self.notice.show_notice)
        self.refresh = QTimer(self)
        self.refresh.setInterval(REFRESH_MS)
        self.refresh.timeout.connect(self.reload)
        self._bind_keys()
        self._lay_out()

    def _bind_keys(self) -> None:
        picture = self.viewer.picture
        actions: dict[Keys, Callable[[], object]] = {
            Keys.RELOAD: self.reload,
            Keys.NEXT_TASK: self.list.go_on,
            Keys.PREVIOUS_PAGE: partial(self._turn_over, -1),
            Keys.NEXT_PAGE: partial(self._turn_over, 1),
            Keys.ZOOM_IN: partial(picture.zoom, STEP),
            Keys.ZOOM_OUT: partial(picture.zoom, 1 / STEP),
            Keys.WHOLE_PAGE: partial(picture.set_fit, Fit.PAGE),
        }
        for keys, action in actions.items():
            bind(keys, self, action)
        for keys, act in ((Keys.APPROVE, Act.APPROVE), (Keys.RETURN_CASE, Act.RETURN)):
            bind(keys, self, self.decision.buttons[act].click)

    def _turn_over(self, by: int) -> None:
        """The page before or after. Where form and pages take turns, the form stands before the first page."""
        seen = self.viewer.isVisible()
        if seen and self.parts.narrow and by < 0 and self.viewer.at_first:
            self.parts.show_part(_FORM)
            return
        if seen:
            self.viewer.turn_over(by)
        self.parts.show_part(_PAGES)

    def _lay_out(self) -> None:
        work = QHBoxLayout()
        work.setSpacing(12)
        work.addWidget(self.list)
        work.addWidget(self.parts, stretch=1)
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
        """Whose tasks are shown; None after logout. The first task opens by itself."""
        self._lookup, self._deciding, self._reader = lookup, deciding, reader
        self._go_on, self._after = lookup is not None, None
        self._opening = None
        self._words = duty_words(self._catalogue, reader.roles if reader else ())
        self.list.name(self._words.waiting)
        self.notice.show_notice(None)
        self._show_case(None)
        self._show_tasks((), instead=self.tr("正在读取…"))
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
        """Read the tasks anew; the case that is shown stays."""
        lookup = self._lookup
        if lookup is not None:
            self._asked += 1
            lookup.load_tasks(partial(self._tasks_loaded, lookup, self._asked))

    def _tasks_loaded(self, lookup: Lookup, asked: int, answer: tuple[CaseLine, ...] | Notice) -> None:
        if lookup is not self._lookup or asked <= self._outdated:
            return  # somebody else is logged in by now, or a decision was taken since
        if isinstance(answer, Notice):
            self.notice.show_notice(answer)
            if self._go_on and not self.list.lines:
                self._show_tasks((), instead=self.tr("没有读到，请刷新"))
            return
        self._show_tasks(answer, instead=self._words.nothing)
        if self._go_on and answer:
            row = min(self._after or 0, len(answer) - 1)
            self.list.mark(row)
            self._open(answer[row].case)
        elif self._go_on:
            self._after = None

    def _show_tasks(self, lines: tuple[CaseLine, ...], *, instead: str) -> None:
        shown = self._case
        self.list.show_lines(lines, shown=shown.case if shown else None, instead=instead)
        if shown is None or shown.acts or self._opening is not None or self._go_on:
            return
        if self.list.row_of(shown.case) >= 0:
            self._open(shown.case)  # it was decided on here and has come back

    def _choose(self, case: CaseId) -> None:
        """A task was marked or clicked."""
        if case != self._opening and (self._case is None or case != self._case.case):
            self._go_on, self._after = False, None
            self._open(case)

    def _open(self, case: CaseId) -> None:
        if self._lookup is not None:
            self._opening = case
            read_case(self._lookup, self._find_catalogue, case, partial(self._case_loaded, case))

    def _case_loaded(self, case: CaseId, answer: CaseRead | Notice) -> None:
        if case != self._opening:
            return  # another one was chosen meanwhile
        self._opening = None
        by_itself, after_decision = self._go_on, self._after is not None
        self._go_on, self._after = False, None
        if isinstance(answer, Notice):
            self.notice.show_notice(answer)
            return
        if not after_decision:
            self.notice.show_notice(None)  # what became of the last case stays in sight
        self._made_with = answer.catalogue
        self._show_case(answer.view, rest=after_decision)
        told = signature_told_of(answer.view)
        if told:
            self.notice.show_notice(told)
        if by_itself:
            self.decision.opinion.setFocus()

    def _show_case(self, case: CaseView | None, *, rest: bool = False) -> None:
        self._case = case
        self.parts.show_part(_FORM)
        self.decision.start_case(case.acts if case else (), rest=rest)
        lookup, made_with = self._lookup, self._made_with
        if case is not None and lookup is not None:
            signature = signature_told_of(case)  # as the rules' words it is true as long as the case is shown
            told = (*((signature,) if signature else ()), *rules_told_of(made_with, case))
            self.form.show_case(case, made_with, told=told)
            self.viewer.show_case(case, made_with, partial(lookup.load_page, case.case))
        else:
            self.form.show_nothing()
            self.viewer.clear()

    def _forget_notice(self) -> None:
        """It was read; should the same happen once more, it is said once more."""
        self.notice.show_notice(None)

    # -- the decision

    def _act(self, act: Act, opinion: str) -> None:
        case = self._case
        if case is None:
            return
        if act is Act.REFUSE:
            ask_refusal(self, self._made_with, case, on_yes=partial(self._take_step, case, act, opinion))
        elif act is Act.APPROVE and self.viewer.unseen and self._asked_unseen != case.case:
            self._asked_unseen = case.case
            ask_unseen(self, self.viewer.unseen, on_yes=partial(self._take_step, case, act, opinion))
        else:
            self._take_step(case, act, opinion)

    def _take_step(self, case: CaseView, act: Act, opinion: str) -> None:
        deciding = self._deciding
        if case is not self._case or deciding is None:
            return
        self.decision.wait()
        deciding.take_step(case.case, act, opinion, Seen.of(case), partial(self._acted, case.case, act))

    def _acted(self, case: CaseId, act: Act, answer: CaseView | Notice) -> None:
        seen = self._case is not None and self._case.case == case
        if isinstance(answer, Notice):
            self.notice.show_notice(answer)
            if seen and answer.tone is Tone.ERROR and self._lookup is not None:
                read_case(self._lookup, self._find_catalogue, case, partial(self._case_again, case))
            elif seen:
                self.decision.show_acts(())  # kept: it goes out by itself
            return
        if seen:
            self._show_case(answer)
        if seen and self._opening is None:
            self._go_on, self._after = True, max(self.list.row_of(case), 0)
        self._outdated = self._asked
        self.notice.show_notice(self._taken(act, answer))
        self.reload()

    def _taken(self, act: Act, case: CaseView) -> Notice:
        archived = self.tr("本件已办结，案卷自动归档") if case.status is CaseStatus.FINISHED else ""
        step = self._what_next(case.case)
        return say(NoticeCode.STEP_TAKEN, act=act.value, receipt_no=case.receipt_no, why=archived, next=step)

    def _what_next(self, decided: CaseId) -> str:
        if any(line.case != decided for line in self.list.lines):
            return self.tr("请继续看自动打开的下一件")
        return self.tr("没有其他业务在等待，新到的会自动出现在左侧")

    def _case_again(self, case: CaseId, answer: CaseRead | Notice) -> None:
        """After a refused step: what may be done now; the reason of the refusal and the opinion stay in sight."""
        if self._case is None or self._case.case != case:
            return
        if isinstance(answer, Notice) or len(answer.view.steps) == len(self._case.steps):
            self.decision.show_acts(self._case.acts if isinstance(answer, Notice) else answer.view.acts)
        else:
            self._made_with = answer.catalogue
            self._show_case(answer.view)
