"""The clerk's own cases: what waits to be sent, what was refused or returned and why, what is done."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import (
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from app.clerk.notice import NoticeBar
from app.clerk.statuses import status_text
from app.session.state import CaseRow
from app.theme.theme import color, set_role
from app.visit.state import Notice, Tone
from domain.cases.values import CaseId, CaseStatus

_COLUMNS = ("受理号", "事项", "申请人", "状态", "更新时间", "说明")
LoadCases = Callable[[Callable[[tuple[CaseRow, ...]], None]], None]


class CasesPane(QWidget):
    """A table of cases and, below, the reason and the next step for the chosen one."""

    def __init__(self, *, load_cases: LoadCases, on_reopen: Callable[[CaseId], None]) -> None:
        super().__init__()
        self._on_reopen = on_reopen
        set_role(self, "page")
        self._load_cases = load_cases
        self._rows: tuple[CaseRow, ...] = ()
        self.table = QTableWidget(0, len(_COLUMNS))
        self.table.setObjectName("cases")
        self.table.setAccessibleName(self.tr("我的业务"))
        self.table.setHorizontalHeaderLabels([self.tr(name) for name in _COLUMNS])
        self.table.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        self.table.setSelectionBehavior(QTableWidget.SelectionBehavior.SelectRows)
        self.table.setWordWrap(False)
        self.table.verticalHeader().hide()
        self.table.horizontalHeader().setStretchLastSection(True)
        self.table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        for column, width_px in enumerate((210, 150, 90, 110, 150)):
            self.table.setColumnWidth(column, width_px)
        self.table.itemSelectionChanged.connect(self._on_selected)
        self.notice = NoticeBar(on_close=lambda: self.notice.show_notice(None))
        self.reopen = QPushButton(self.tr("补正后重新提交"))
        self.reopen.setObjectName("reopen")
        set_role(self.reopen, "primary")
        self.reopen.clicked.connect(self._on_reopen_clicked)
        self.reopen.hide()
        self.empty = QLabel(self.tr("还没有办理过业务"))
        set_role(self.empty, "hint")
        refresh = QPushButton(self.tr("刷新 (F5)"))
        refresh.setShortcut(Qt.Key.Key_F5)
        refresh.clicked.connect(self.reload)
        title = QLabel(self.tr("我的业务"))
        set_role(title, "title")
        top = QHBoxLayout()
        top.addWidget(title)
        top.addStretch()
        top.addWidget(refresh)
        column_layout = QVBoxLayout(self)
        column_layout.setContentsMargins(24, 16, 24, 16)
        column_layout.addLayout(top)
        column_layout.addWidget(self.notice)
        column_layout.addWidget(self.reopen, alignment=Qt.AlignmentFlag.AlignLeft)
        column_layout.addWidget(self.empty)
        column_layout.addWidget(self.table, stretch=1)

    @Slot()
    def reload(self) -> None:
        """Read the list anew."""
        self._load_cases(self._show)

    def _show(self, rows: tuple[CaseRow, ...]) -> None:
        self._rows = rows
        self.empty.setVisible(not rows)
        self.table.setRowCount(len(rows))
        for number, row in enumerate(rows):
            texts = (
                row.receipt_no or self.tr("待发送"),
                row.module_name,
                row.applicant,
                status_text(row.status, waiting=row.waiting, refused=row.refused is not None),
                f"{row.changed_at:%m-%d %H:%M:%S}",
                row.refused.what if row.refused else row.reason,
            )
            for column, text in enumerate(texts):
                item = QTableWidgetItem(text)
                if row.refused or row.status is CaseStatus.RETURNED:
                    item.setForeground(color("error"))
                self.table.setItem(number, column, item)
        if rows:
            self.table.selectRow(0)
            self._on_selected()

    @Slot()
    def _on_selected(self) -> None:
        row = self._row()
        self.notice.show_notice(self._notice_of(row) if row else None)
        self.reopen.setVisible(row is not None and row.status is CaseStatus.RETURNED and not row.waiting)

    def _row(self) -> CaseRow | None:
        number = self.table.currentRow()
        return self._rows[number] if 0 <= number < len(self._rows) else None

    @Slot()
    def _on_reopen_clicked(self) -> None:
        row = self._row()
        if row is not None:
            self._on_reopen(row.case)

    def _notice_of(self, row: CaseRow) -> Notice | None:
        if row.refused is not None:
            return row.refused
        if row.status is CaseStatus.RETURNED:
            return Notice(
                tone=Tone.WARNING,
                what=self.tr("复核退回：{reason}").format(reason=row.reason),
                why=self.tr("旗县复核岗认为还不能通过"),
                next=self.tr("请联系申请人补正，再点“补正后重新提交”；受理号 {no}").format(no=row.receipt_no),
                code="returned",
            )
        return None
