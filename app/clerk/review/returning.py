"""The question to which stage a case goes back, where there is more than one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QButtonGroup,
    QDialog,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from app.theme.theme import set_role
from domain.catalogue.values import StageId

if TYPE_CHECKING:
    from domain.wire.cases import StageView


class ReturnDialog(QDialog):
    """One line for each stage, the first one chosen: the arrows choose, Enter returns, Esc changes nothing."""

    def __init__(self, parent: QWidget, stages: Sequence[StageView], *, on_stage: Callable[[StageId], object]) -> None:
        super().__init__(parent)
        self.setObjectName("return_to")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("退回"))
        column = QVBoxLayout(self)
        column.setContentsMargins(28, 24, 28, 24)
        column.setSpacing(12)
        title = QLabel(self.tr("退回到哪个环节？"))
        set_role(title, "heading")
        column.addWidget(title)
        self._group = QButtonGroup(self)
        for number, stage in enumerate(stages):
            choice = QRadioButton(stage.name)
            choice.setObjectName(f"return_to_{stage.id}")
            self._group.addButton(choice, number)
            column.addWidget(choice)
        first = self._group.button(0)
        first.setChecked(True)
        first.setFocus()
        column.addLayout(self._buttons())
        self.accepted.connect(lambda: on_stage(stages[self._group.checkedId()].id))

    def _buttons(self) -> QHBoxLayout:
        cancel, go = QPushButton(self.tr("取消 (Esc)")), QPushButton(self.tr("退回 (Enter)"))
        cancel.setObjectName("return_cancel")
        go.setObjectName("return_go")
        set_role(cancel, "secondary")
        set_role(go, "primary")
        cancel.setAutoDefault(False)
        go.setDefault(True)
        cancel.clicked.connect(self.reject)
        go.clicked.connect(self.accept)
        row = QHBoxLayout()
        row.addStretch()
        row.addWidget(cancel)
        row.addWidget(go)
        return row
