"""The reviewer's workplace: tasks, then form and pages side by side, then a decision."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Slot
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from app.clerk.notice import NoticeBar
from app.clerk.review.case_form import CaseForm
from app.clerk.review.decision_bar import DecisionBar
from app.clerk.review.page_viewer import PageViewer
from app.clerk.review.refusing import ask_refusal
from app.clerk.review.rules_told import rules_told_of
from app.clerk.shortcuts import Keys, bind, shown_keys
from app.clerk.statuses import act_text
from app.session.reading import Reading
from app.theme.theme import set_role
from app.visit.state import Notice, Tone
from domain.cases.values import AccountView, Act, CaseId
from domain.catalogue.values import Catalogue

if TYPE_CHECKING:
    from domain.wire import CaseLine, CaseView

_LIST_WIDTH_PX = 240
REFRESH_MS = 30_000
"""While the tasks are seen, they are read anew so often."""


class ReviewPane(QWidget):
    """Three columns: what waits, what was filled in, what was captured."""

    def __init__(self, *, catalogue: Catalogue) -> None:
        super().__init__()
        set_role(self, "page")
        self._catalogue = catalogue
        self._reading: Reading | None = None
        self._reader: AccountView | None = None
        self._case: CaseView | None = None
        self._opening: CaseId | None = None
        self._fresh = False
        self._lines: tuple[CaseLine, ...] = ()
        self.tasks = QListWidget()
        self.tasks.setObjectName("tasks")
        self.tasks.setAccessibleName(self.tr("待复核"))
        self.tasks.setWordWrap(True)
        self.tasks.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.tasks.currentRowChanged.connect(self._on_task)
        self.tasks.itemClicked.connect(self._on_task_clicked)
        self.form = CaseForm(catalogue)
        self.viewer = PageViewer(catalogue)
        self.notice = NoticeBar(on_close=self._forget_notice)
        self.decision = DecisionBar(on_act=self._act, on_notice=self.notice.show_notice)
        self.refresh = QTimer(self)
        self.refresh.setInterval(REFRESH_MS)
        self.refresh.timeout.connect(self.reload)
        bind(Keys.RELOAD, self, self.reload)
        self._lay_out()

    def _lay_out(self) -> None:
        left = QWidget()
        left.setFixedWidth(_LIST_WIDTH_PX)
        list_column = QVBoxLayout(left)
        list_column.setContentsMargins(0, 0, 0, 0)
        title = QLabel(self.tr("待复核"))
        set_role(title, "heading")
        refresh = QPushButton(self.tr("刷新 ({keys})").format(keys=shown_keys(Keys.RELOAD)))
        refresh.clicked.connect(self.reload)
        list_column.addWidget(title)
        list_column.addWidget(self.tasks, stretch=1)
        list_column.addWidget(refresh)
        both = QSplitter(Qt.Orientation.Horizontal)
        both.addWidget(self.form)
        both.addWidget(self.viewer)
        both.setSizes([460, 600])
        both.setChildrenCollapsible(False)
        main = QVBoxLayout()
        main.addWidget(self.notice)
        main.addWidget(both, stretch=1)
        main.addWidget(self.decision)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 12, 16, 12)
        row.setSpacing(16)
        row.addWidget(left)
        row.addLayout(main, stretch=1)

    def set_reading(self, reading: Reading | None, reader: AccountView | None = None) -> None:
        """Whose tasks are shown; None after logout. The first task opens by itself, later ones only by choice."""
        self._reading, self._reader = reading, reader
        self._fresh = reading is not None
        self._opening = None
        self.notice.show_notice(None)
        self._show_case(None)
        self._show_tasks((), instead=self.tr("正在读取…"))
        if self.isVisible():  # it was the last reviewer's place too, so no showing will ask for the tasks
            self.reload()

    def showEvent(self, event: QShowEvent) -> None:
        """Look for tasks now, and again and again while they are seen."""
        super().showEvent(event)
        self.refresh.start()
        self.reload()

    def hideEvent(self, event: QHideEvent) -> None:
        """Leave the server alone."""
        super().hideEvent(event)
        self.refresh.stop()

    @Slot()
    def reload(self) -> None:
        """Read the tasks anew; the case that is shown stays."""
        reading = self._reading
        if reading is not None:
            reading.load_tasks(partial(self._tasks_loaded, reading))

    def _tasks_loaded(self, reading: Reading, answer: tuple[CaseLine, ...] | Notice) -> None:
        if reading is not self._reading:
            return  # somebody else is logged in by now
        if isinstance(answer, Notice):
            self.notice.show_notice(answer)
            if self._fresh:
                self._show_tasks((), instead=self.tr("没有读到，请刷新"))
            return
        self._show_tasks(answer, instead=self.tr("现在没有待复核的业务"))
        if self._fresh and answer:
            self._fresh = False
            self.tasks.setCurrentRow(0)

    def _show_tasks(self, lines: tuple[CaseLine, ...], *, instead: str) -> None:
        """Where there is no task, ``instead`` is said."""
        self._lines = lines
        self.tasks.blockSignals(True)
        self.tasks.clear()
        for line in lines:
            self.tasks.addItem(self._task(line))
        if not lines:
            nothing = QListWidgetItem(instead, self.tasks)
            nothing.setFlags(Qt.ItemFlag.NoItemFlags)
        shown = self._case.case if self._case is not None else None
        row = next((row for row, line in enumerate(lines) if line.case == shown), -1)
        self.tasks.setCurrentRow(row)
        self.tasks.blockSignals(False)
        if row >= 0 and self._case is not None and not self._case.acts and self._opening is None:
            self._open(self._case.case)  # it was decided on here and has come back

    def _task(self, line: CaseLine) -> QListWidgetItem:
        module = self._catalogue.modules.get(line.module)
        name = module.name if module else line.module
        due = self.tr("{day} 前办结").format(day=line.due_on.isoformat())
        item = QListWidgetItem(f"{line.applicant}  {name}\n{line.office}\n{due}")
        item.setToolTip(line.receipt_no)
        item.setData(Qt.ItemDataRole.UserRole, line.case)
        return item

    @Slot(int)
    def _on_task(self, number: int) -> None:
        if 0 <= number < len(self._lines):
            self._open(self._lines[number].case)

    @Slot(QListWidgetItem)
    def _on_task_clicked(self, item: QListWidgetItem) -> None:
        """A click opens also what is marked already, e.g. after it could not be read."""
        case = item.data(Qt.ItemDataRole.UserRole)
        if case is not None and case != self._opening and (self._case is None or case != self._case.case):
            self._open(case)

    def _open(self, case: CaseId) -> None:
        if self._reading is not None:
            self._opening = case
            self._reading.load_case(case, partial(self._case_loaded, case))

    def _case_loaded(self, case: CaseId, answer: CaseView | Notice) -> None:
        if case != self._opening:
            return  # another one was chosen meanwhile
        self._opening = None
        if isinstance(answer, Notice):
            self.notice.show_notice(answer)
        else:
            self.notice.show_notice(None)
            self._show_case(answer)

    def _show_case(self, case: CaseView | None) -> None:
        self._case = case
        told = rules_told_of(self._catalogue, case, self._reader.office) if case and self._reader else None
        self.form.show_case(case, told=told)
        self.decision.start_case(case.acts if case else ())
        reading = self._reading
        if case is not None and reading is not None:
            self.viewer.show_case(case, partial(reading.load_page, case.case))
        else:
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
            ask_refusal(self, self._catalogue, case, on_yes=partial(self._take_step, case, act, opinion))
        else:
            self._take_step(case, act, opinion)

    def _take_step(self, case: CaseView, act: Act, opinion: str) -> None:
        reading = self._reading
        if case is not self._case or reading is None:
            return
        self.decision.wait()
        reading.take_step(case.case, act, opinion, len(case.steps), partial(self._acted, case.case, act))

    def _acted(self, case: CaseId, act: Act, answer: CaseView | Notice) -> None:
        seen = self._case is not None and self._case.case == case
        if isinstance(answer, Notice):
            self.notice.show_notice(answer)
            if seen and answer.tone is Tone.ERROR and self._reading is not None:
                self._reading.load_case(case, partial(self._case_again, case))
            elif seen:
                self.decision.show_acts(())  # kept: it goes out by itself
            return
        if seen:
            self._show_case(answer)
        self.notice.show_notice(self._taken(act, answer))
        self.reload()

    def _taken(self, act: Act, case: CaseView) -> Notice:
        return Notice(
            tone=Tone.SUCCESS,
            what=self.tr("已{act}：{no}").format(act=act_text(act), no=case.receipt_no),
            why=self.tr("案卷 {name} 已归档").format(name=case.archive) if case.archive else "",
            next=self.tr("可从左侧选择下一件"),
            code="step_taken",
        )

    def _case_again(self, case: CaseId, answer: CaseView | Notice) -> None:
        """After a refused step: what may be done now; the reason of the refusal and the opinion stay in sight."""
        if self._case is None or self._case.case != case:
            return
        if isinstance(answer, Notice) or len(answer.steps) == len(self._case.steps):
            self.decision.show_acts(self._case.acts if isinstance(answer, Notice) else answer.acts)
        else:
            self._show_case(answer)
