"""The cases that wait for whoever is logged in."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QLabel, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from app.clerk.actions.offering import make_button
from app.clerk.actions.table import ActionKey
from app.theme.theme import set_role
from domain.cases.values import CaseId
from domain.catalogue.values import Catalogue
from resources import word

if TYPE_CHECKING:
    from domain.wire.lists import CaseLine


class TaskList(QWidget):
    """A line each, soonest due first as the server sent them. Calls ``on_open(case)`` and ``on_reload()``."""

    def __init__(
        self, catalogue: Catalogue, *, on_open: Callable[[CaseId], None], on_reload: Callable[[], None]
    ) -> None:
        super().__init__()
        self._catalogue = catalogue
        self._on_open = on_open
        self.lines: tuple[CaseLine, ...] = ()
        self.title = QLabel()
        set_role(self.title, "heading")
        self.tasks = QListWidget()
        self.tasks.setObjectName("tasks")
        self.tasks.setWordWrap(True)
        self.tasks.setResizeMode(QListWidget.ResizeMode.Adjust)  # a scroll bar takes width, and lines wrap anew
        self.tasks.setTextElideMode(Qt.TextElideMode.ElideNone)
        self.tasks.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.tasks.currentRowChanged.connect(self._on_row)
        self.tasks.itemClicked.connect(self._on_clicked)
        self.next = make_button(ActionKey.NEXT_TASK, self.go_on, owner=self)
        self.refresh = make_button(ActionKey.RELOAD, on_reload, owner=self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.title)
        column.addWidget(self.tasks, stretch=1)
        column.addWidget(self.next)
        column.addWidget(self.refresh)

    def name(self, title: str) -> None:
        """What the list is called."""
        self.title.setText(title)
        self.tasks.setAccessibleName(title)

    def show_lines(self, lines: tuple[CaseLine, ...], *, more: bool, shown: CaseId | None, instead: str) -> None:
        """These tasks, the one that is ``shown`` marked, and whether there are ``more``; where there is no task,
        ``instead`` is said.
        """
        self.lines = lines
        self.tasks.blockSignals(True)
        self.tasks.clear()
        for line in lines:
            self.tasks.addItem(self._task(line))
        if more or not lines:
            said = self.tr("还有更多件没有列出。办完上面的，再刷新这张表")
            told = QListWidgetItem(said if lines else instead, self.tasks)
            told.setFlags(Qt.ItemFlag.NoItemFlags)
        self.tasks.blockSignals(False)
        self.mark(self.row_of(shown))
        self.next.setEnabled(bool(lines))

    def mark(self, row: int) -> None:
        """Mark a line without opening it."""
        self.tasks.blockSignals(True)
        self.tasks.setCurrentRow(row)
        self.tasks.blockSignals(False)

    def row_of(self, case: CaseId | None) -> int:
        """Where a case stands in the list, −1 for nowhere."""
        return next((row for row, line in enumerate(self.lines) if line.case == case), -1)

    def go_on(self) -> None:
        """Open the task below the marked one; after the last comes the first."""
        if self.lines:
            self.tasks.setCurrentRow((self.tasks.currentRow() + 1) % len(self.lines))

    def _task(self, line: CaseLine) -> QListWidgetItem:
        module = self._catalogue.modules.get(line.module)
        name = module.name if module else line.module
        due = self.tr("{due} {day}").format(due=word("case", "due"), day=line.due_on.isoformat())
        mended = self.tr("补正后再报") if line.mended else ""
        back = self.tr("退回重核") if line.reason else ""  # the last step was a return, and it led here
        texts = (f"{line.applicant}  {name}", line.office, back or mended, due)  # a line each: the limit is never cut
        item = QListWidgetItem("\n".join(text for text in texts if text))
        item.setToolTip(f"{item.text()}\n{line.receipt_no}")
        item.setData(Qt.ItemDataRole.UserRole, line.case)
        return item

    @Slot(int)
    def _on_row(self, number: int) -> None:
        if 0 <= number < len(self.lines):
            self._on_open(self.lines[number].case)

    @Slot(QListWidgetItem)
    def _on_clicked(self, item: QListWidgetItem) -> None:
        """A click opens also what is marked already, e.g. after it could not be read."""
        case = item.data(Qt.ItemDataRole.UserRole)
        if case is not None:
            self._on_open(case)
