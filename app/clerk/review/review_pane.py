"""The reviewer's workplace: tasks, then form and pages side by side, then a decision."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Slot
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
from app.clerk.statuses import act_text
from app.session.reading import Reading
from app.theme.theme import set_role
from app.visit.state import Notice, Tone
from domain.cases.values import Act, CaseId
from domain.catalogue.values import Catalogue

if TYPE_CHECKING:
    from domain.wire import CaseLine, CaseView

_LIST_WIDTH_PX = 260


class ReviewPane(QWidget):
    """Three columns: what waits, what was filled in, what was captured."""

    def __init__(self, *, catalogue: Catalogue) -> None:
        super().__init__()
        set_role(self, "page")
        self._catalogue = catalogue
        self._reading: Reading | None = None
        self._case: CaseView | None = None
        self._lines: tuple[CaseLine, ...] = ()
        self.tasks = QListWidget()
        self.tasks.setObjectName("tasks")
        self.tasks.setAccessibleName(self.tr("待复核"))
        self.tasks.setFixedWidth(_LIST_WIDTH_PX)
        self.tasks.currentRowChanged.connect(self._on_task)
        self.form = CaseForm(catalogue)
        self.viewer = PageViewer(catalogue)
        self.decision = DecisionBar(on_act=self._act)
        self.notice = NoticeBar(on_close=lambda: self.notice.show_notice(None))
        self._lay_out()

    def _lay_out(self) -> None:
        left = QWidget()
        left.setFixedWidth(_LIST_WIDTH_PX)
        list_column = QVBoxLayout(left)
        list_column.setContentsMargins(0, 0, 0, 0)
        title = QLabel(self.tr("待复核"))
        set_role(title, "heading")
        refresh = QPushButton(self.tr("刷新 (F5)"))
        refresh.setShortcut(Qt.Key.Key_F5)
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

    def set_reading(self, reading: Reading | None) -> None:
        """Whose tasks are shown; None after logout."""
        self._reading = reading
        self._show_tasks(())
        self._show_case(None)

    @Slot()
    def reload(self) -> None:
        """Read the tasks anew."""
        if self._reading is not None:
            self._reading.load_tasks(self._tasks_loaded)

    def _tasks_loaded(self, answer: tuple[CaseLine, ...] | Notice) -> None:
        if isinstance(answer, Notice):
            self.notice.show_notice(answer)
        else:
            self._show_tasks(answer)

    def _show_tasks(self, lines: tuple[CaseLine, ...]) -> None:
        self._lines = lines
        self.tasks.blockSignals(True)
        self.tasks.clear()
        for line in lines:
            module = self._catalogue.modules.get(line.module)
            name = module.name if module else line.module
            item = QListWidgetItem(f"{line.applicant}  {name}\n{line.office}\n{line.receipt_no}", self.tasks)
            item.setData(Qt.ItemDataRole.UserRole, line.case)
        self.tasks.blockSignals(False)
        if not lines:
            self.tasks.addItem(self.tr("现在没有待复核的业务"))
        elif self._case is None:
            self.tasks.setCurrentRow(0)

    @Slot(int)
    def _on_task(self, number: int) -> None:
        if self._reading is not None and 0 <= number < len(self._lines):
            self._reading.load_case(self._lines[number].case, self._case_loaded)

    def _case_loaded(self, answer: CaseView | Notice) -> None:
        if isinstance(answer, Notice):
            self.notice.show_notice(answer)
        else:
            self.notice.show_notice(None)
            self._show_case(answer)

    def _show_case(self, case: CaseView | None) -> None:
        self._case = case
        self.form.show_case(case)
        self.decision.show_acts(case.acts if case else ())
        reading = self._reading
        if case is not None and reading is not None:
            self.viewer.show_case(case, lambda sha256, done: reading.load_page(case.case, sha256, done))
        else:
            self.viewer.clear()

    def _act(self, act: Act, opinion: str) -> None:
        case, reading = self._case, self._reading
        if case is None or reading is None:
            return
        self.decision.show_acts(())
        reading.take_step(case.case, act, opinion, len(case.steps), lambda answer: self._acted(case.case, act, answer))

    def _acted(self, case: CaseId, act: Act, answer: CaseView | Notice) -> None:
        if isinstance(answer, Notice):
            self.notice.show_notice(answer)
            if self._reading is not None and answer.tone is Tone.ERROR:
                self._reading.load_case(case, self._case_again)
            return
        self._show_case(answer)
        self.notice.show_notice(
            Notice(
                tone=Tone.SUCCESS,
                what=self.tr("已{act}:{no}").format(act=act_text(act), no=answer.receipt_no),
                why=self.tr("案卷 {name} 已归档").format(name=answer.archive) if answer.archive else "",
                code="step_taken",
            )
        )
        self.reload()

    def _case_again(self, answer: CaseView | Notice) -> None:
        """After a refused step: show the case as it stands now, and keep the reason of the refusal in sight."""
        if not isinstance(answer, Notice):
            self._show_case(answer)
