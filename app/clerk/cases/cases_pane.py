"""The clerk's own cases: what waits to be sent, what was refused or returned and why, what is done."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from app.clerk.actions.offering import make_button
from app.clerk.actions.table import ActionKey, action_of
from app.clerk.confirm import ask_first
from app.clerk.notice import NoticeBar
from app.clerk.notice_place import Shelf
from app.clerk.statuses import status_text
from app.notices.codes import NoticeCode
from app.notices.notice import Notice
from app.notices.texts import say
from app.session.session import Session
from app.session.state import CaseRow, SessionState
from app.theme.theme import color, set_role
from domain.cases.values import CaseId

_CHANGED_AT = 4
"""The column of the time."""


class CasesPane(QWidget):
    """A table of cases and, above it, the reason and the next step for the chosen one."""

    def __init__(self, *, session: Session) -> None:
        super().__init__()
        set_role(self, "page")
        self._session = session
        self._rows: tuple[CaseRow, ...] = ()
        self._wanted: str | None = None
        """Receipt number or id of the case that is looked for."""
        self._or_else: Callable[[], object] = lambda: None
        self._counts = (0, 0, 0)
        self._sorted_by: tuple[int, bool] | None = None
        """Column and whether upwards; until a heading is clicked the order is that of the list."""
        self.table = self._make_table()
        self.notice = NoticeBar()
        self.refresh = make_button(ActionKey.RELOAD, self.reload, owner=self)
        self.again = make_button(ActionKey.SEND_AGAIN, self._on_again)
        self.take_off = make_button(ActionKey.TAKE_OFF, self._on_take_off)
        self.mend = make_button(ActionKey.MEND, self._on_mend, role="primary")
        self.reopen = make_button(ActionKey.REOPEN, self._on_reopen, role="primary")
        self.print_again = make_button(ActionKey.PRINT_AGAIN, self._on_print, owner=self)
        self._acts = (self.mend, self.reopen, self.again, self.take_off, self.print_again)
        for button in self._acts:
            button.hide()
        self.empty = QLabel(self.tr("还没有办理过业务"))
        set_role(self.empty, "hint")
        self._lay_out()

    def _make_table(self) -> QTableWidget:
        names = (
            self.tr("受理号"),
            self.tr("事项"),
            self.tr("申请人"),
            self.tr("状态"),
            self.tr("更新时间"),
            self.tr("说明"),
        )
        table = QTableWidget(0, len(names))
        table.setObjectName("cases")
        table.setAccessibleName(self.tr("我的业务"))
        table.setHorizontalHeaderLabels(names)
        table.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        table.setSelectionBehavior(QTableWidget.SelectionBehavior.SelectRows)
        table.setSelectionMode(QTableWidget.SelectionMode.SingleSelection)
        table.setWordWrap(False)
        table.setTabKeyNavigation(False)
        table.setShowGrid(False)
        table.verticalHeader().hide()
        header = table.horizontalHeader()
        header.setStretchLastSection(True)
        header.setHighlightSections(False)
        header.setSectionsClickable(True)
        header.sectionClicked.connect(self._on_heading)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)  # also where the type is large
        table.itemSelectionChanged.connect(self._on_selected)
        return table

    def _lay_out(self) -> None:
        title = QLabel(self.tr("我的业务"))
        set_role(title, "title")
        top = QHBoxLayout()
        top.setSpacing(8)
        top.addWidget(title)
        top.addStretch()
        top.addWidget(self.refresh)
        acts = QHBoxLayout()
        acts.setSpacing(8)
        for button in self._acts:
            acts.addWidget(button)
        acts.addStretch()
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 16, 24, 16)
        column.setSpacing(12)
        column.addLayout(top)
        self._shelf = Shelf(self.notice, self)
        column.addWidget(self._shelf)
        column.addLayout(acts)
        column.addWidget(self.empty)
        column.addWidget(self.table, stretch=1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """In a low window less is kept free for notices."""
        super().resizeEvent(event)
        self._shelf.fit(self.height())

    def showEvent(self, event: QShowEvent) -> None:
        """The keyboard into the table."""
        super().showEvent(event)
        self.table.setFocus()

    def render_session(self, state: SessionState) -> None:
        """Follow the session: a list that is seen is read anew when something of it was sent, refused or returned."""
        counts = (state.waiting, state.refused, state.returned)
        news, self._counts = counts != self._counts, counts
        if news and self.isVisible():
            self.reload()

    def clear(self) -> None:
        """Show nothing of anybody."""
        self._wanted = self._sorted_by = None
        self.table.horizontalHeader().setSortIndicatorShown(False)
        self._show(())

    @Slot()
    def reload(self) -> None:
        """Read the list anew; the chosen case stays chosen."""
        self._session.cases.load(self._show)

    def find_case(self, receipt_no: str, or_else: Callable[[], object]) -> None:
        """Read the list anew and choose the case with this number; where there is none, ``or_else``."""
        self._wanted, self._or_else = receipt_no, or_else
        self.reload()

    def choose(self, case: CaseId) -> None:
        """Read the list anew and choose this case."""
        self._wanted, self._or_else = case, lambda: None
        self.reload()

    # -- the list

    def _show(self, rows: tuple[CaseRow, ...]) -> None:
        chosen = self._chosen()
        self._rows = self._in_order(rows)
        self.empty.setVisible(not rows)
        self.table.setVisible(bool(rows))
        self.table.blockSignals(True)
        self.table.setRowCount(len(rows))
        for number, row in enumerate(self._rows):
            self._fill(number, row)
        number = self._row_to_choose(chosen.case if chosen else None)
        self.table.setCurrentCell(number, 0)
        self.table.blockSignals(False)
        self._on_selected()
        if self._wanted is not None:
            wanted, self._wanted = self._wanted, None
            if not any(wanted in (row.receipt_no, row.case) for row in self._rows):
                self._or_else()

    @Slot(int)
    def _on_heading(self, column: int) -> None:
        """Sort by this column; once more, the other way round. The chosen case stays chosen."""
        upwards = self._sorted_by != (column, True)
        self._sorted_by = (column, upwards)
        header = self.table.horizontalHeader()
        header.setSortIndicatorShown(True)
        order = Qt.SortOrder.AscendingOrder if upwards else Qt.SortOrder.DescendingOrder
        header.setSortIndicator(column, order)
        self._show(self._rows)

    def _in_order(self, rows: tuple[CaseRow, ...]) -> tuple[CaseRow, ...]:
        if self._sorted_by is None:
            return rows
        column, upwards = self._sorted_by
        by_time = column == _CHANGED_AT  # its text leaves the year out
        return tuple(
            sorted(rows, key=lambda row: row.changed_at if by_time else self._texts(row)[column], reverse=not upwards)
        )

    def _texts(self, row: CaseRow) -> tuple[str, ...]:
        """A text for each column."""
        return (
            row.receipt_no or (self.tr("未受理") if row.refused else self.tr("待发送")),
            row.module_name if row.own else self.tr("本机构其他窗口受理"),
            row.applicant,
            status_text(row.status, waiting=row.waiting, refused=row.refused is not None),
            f"{row.changed_at:%m-%d %H:%M:%S}",
            row.refused.what if row.refused else row.reason,
        )

    def _fill(self, number: int, row: CaseRow) -> None:
        for column, text in enumerate(self._texts(row)):
            item = QTableWidgetItem(text)
            item.setToolTip(text)
            if row.needs_clerk:
                item.setForeground(color("error"))
            self.table.setItem(number, column, item)

    def _row_to_choose(self, chosen: CaseId | None) -> int:
        """The one that was looked for, else the one chosen before, else the first that needs the clerk."""
        for fits in (
            lambda row: bool(self._wanted) and self._wanted in (row.receipt_no, row.case),
            lambda row: row.case == chosen,
            lambda row: row.needs_clerk,
        ):
            number = next((number for number, row in enumerate(self._rows) if fits(row)), None)
            if number is not None:
                return number
        return 0 if self._rows else -1

    # -- the chosen case

    def _chosen(self) -> CaseRow | None:
        number = self.table.currentRow()
        return self._rows[number] if 0 <= number < len(self._rows) else None

    @Slot()
    def _on_selected(self) -> None:
        row = self._chosen()
        self.notice.show_notice(self._notice_of(row) if row else None)
        refused = row is not None and row.refused is not None
        self.again.setVisible(refused)
        self.take_off.setVisible(refused)
        self.mend.setVisible(refused)
        self.reopen.setVisible(row is not None and not refused and row.was_returned)
        self.print_again.setVisible(row is not None and _has_own_receipt(row))

    def _notice_of(self, row: CaseRow) -> Notice | None:
        if row.refused is not None:
            return row.refused
        if row.was_returned:
            return say(NoticeCode.RETURNED_LISTED, reason=row.reason, receipt_no=row.receipt_no)
        return None

    def _on_again(self) -> None:
        row = self._chosen()
        if row is not None:
            self._session.cases.send_again(row.case, self.reload)

    def _on_take_off(self) -> None:
        row = self._chosen()
        if row is None:
            return
        ask_first(
            self,
            title=self.tr("移出列表"),
            text=self.tr(
                "{applicant} 的 {item} 没有被服务器接受。\n移出后不再发送，也不能恢复。\n"
                "要改内容请点“改正后重新提交”。要移出吗？"
            ).format(applicant=row.applicant, item=row.module_name),
            yes=self.tr("移出列表"),
            on_yes=lambda: self._session.cases.take_off(row.case, self.reload),
        )

    def _on_print(self) -> None:
        row = self._chosen()
        if row is not None and _has_own_receipt(row):
            self._session.papers.print_again(row.case)

    def _on_mend(self) -> None:
        self._open_again(ActionKey.MEND, self._session.mend)

    def _on_reopen(self) -> None:
        self._open_again(ActionKey.REOPEN, self._session.reopen)

    def _open_again(self, key: ActionKey, open_case: Callable[[CaseId], object]) -> None:
        row = self._chosen()
        if row is None:
            return
        if self._session.visit is not None:
            self._session.tell(say(NoticeCode.VISIT_OPEN, button=action_of(key).title))
            return
        open_case(row.case)


def _has_own_receipt(row: CaseRow) -> bool:
    """Whether the receipt is this clerk's to print: her name stands on it."""
    return bool(row.receipt_no) and row.own
