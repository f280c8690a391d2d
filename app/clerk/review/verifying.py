"""The question before a case passes although something in red is said of it: each one is ticked by itself."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QDialog, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from app.notices.notice import Notice
from app.theme.theme import set_role

_WIDTH_PX = 560


class VerifyDialog(QDialog):
    """One tick for each, and no way on before all are set: Space ticks, Esc changes nothing."""

    def __init__(self, parent: QWidget, told: tuple[Notice, ...], *, on_verified: Callable[[], object]) -> None:
        super().__init__(parent)
        self.setObjectName("verify")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("通过前请逐项核实"))
        self.setMinimumWidth(_WIDTH_PX)
        column = QVBoxLayout(self)
        column.setContentsMargins(28, 24, 28, 24)
        column.setSpacing(12)
        title = QLabel(self.tr("红色提示要逐项核实才能通过"))
        set_role(title, "heading")
        column.addWidget(title)
        hint = QLabel(self.tr("核实无误的按空格勾选，勾选会写进办理意见；核实不了的请取消，改为退回。"))
        set_role(hint, "hint")
        hint.setWordWrap(True)
        column.addWidget(hint)
        self._ticks = [self._tick(column, number, notice) for number, notice in enumerate(told)]
        column.addLayout(self._buttons())
        self._ticks[0].setFocus()
        self.accepted.connect(on_verified)

    def _tick(self, column: QVBoxLayout, number: int, notice: Notice) -> QCheckBox:
        tick = QCheckBox(self.tr("已核实：{what}").format(what=notice.what))
        tick.setObjectName(f"verify_{number}")
        tick.toggled.connect(self._on_tick)
        why = QLabel(notice.why)
        why.setWordWrap(True)
        why.setIndent(28)
        set_role(why, "error")
        tick.setAccessibleDescription(notice.why)
        column.addWidget(tick)
        column.addWidget(why)
        return tick

    def _buttons(self) -> QHBoxLayout:
        cancel, self._go = QPushButton(self.tr("取消 (Esc)")), QPushButton(self.tr("通过 (Enter)"))
        cancel.setObjectName("verify_cancel")
        self._go.setObjectName("verify_go")
        set_role(cancel, "secondary")
        set_role(self._go, "primary")
        cancel.setAutoDefault(False)
        self._go.setDefault(True)
        self._go.setEnabled(False)
        cancel.clicked.connect(self.reject)
        self._go.clicked.connect(self.accept)
        row = QHBoxLayout()
        row.addStretch()
        row.addWidget(cancel)
        row.addWidget(self._go)
        return row

    def _on_tick(self) -> None:
        self._go.setEnabled(all(tick.isChecked() for tick in self._ticks))
