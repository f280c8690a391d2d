"""Between two visits: one big button, and what was left unfinished."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from app.session.state import DraftRow, SessionState
from app.theme.theme import set_role

_CARD_WIDTH_PX = 640


class HomePane(QWidget):
    """Begin a visit or go on with an unfinished one."""

    def __init__(
        self,
        *,
        on_begin: Callable[[], None],
        on_resume: Callable[[str], None],
        on_discard: Callable[[str], None],
    ) -> None:
        super().__init__()
        set_role(self, "page")
        self._on_resume = on_resume
        self._on_discard = on_discard
        self._drafts: tuple[DraftRow, ...] = ()
        self.begin = QPushButton(self.tr("开始办理 (F2)"))
        self.begin.setObjectName("begin")
        self.begin.setMinimumSize(260, 64)
        set_role(self.begin, "primary")
        self.begin.clicked.connect(on_begin)
        self._list = QVBoxLayout()
        self._lay_out()

    def _lay_out(self) -> None:
        card = QFrame()
        set_role(card, "card")
        card.setFixedWidth(_CARD_WIDTH_PX)
        inner = QVBoxLayout(card)
        inner.setContentsMargins(40, 36, 40, 36)
        inner.setSpacing(12)
        for text, role in ((self.tr("请下一位群众到窗口"), "title"), (self.tr("可先把身份证放在读卡器上"), "hint")):
            label = QLabel(text)
            set_role(label, role)
            inner.addWidget(label, alignment=Qt.AlignmentFlag.AlignHCenter)
        inner.addSpacing(12)
        inner.addWidget(self.begin, alignment=Qt.AlignmentFlag.AlignHCenter)
        inner.addSpacing(8)
        inner.addLayout(self._list)
        row = QHBoxLayout()
        row.addStretch()
        row.addWidget(card)
        row.addStretch()
        column = QVBoxLayout(self)
        column.addStretch(1)
        column.addLayout(row)
        column.addStretch(2)

    def render_session(self, state: SessionState) -> None:
        """Follow the session's unfinished visits."""
        if state.drafts == self._drafts:
            return
        self._drafts = state.drafts
        while (item := self._list.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.deleteLater()
        if state.drafts:
            title = QLabel(self.tr("没有办完的业务"))
            set_role(title, "heading")
            self._list.addWidget(title)
        for draft in state.drafts:
            self._list.addWidget(self._draft_row(draft))

    def _draft_row(self, draft: DraftRow) -> QWidget:
        row = QFrame()
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 4, 0, 4)
        words = [draft.applicant, draft.module_name, self.tr("停在“{phase}”").format(phase=draft.phase_title)]
        line.addWidget(QLabel("  ".join(word for word in words if word)))
        line.addStretch()
        resume = QPushButton(self.tr("继续办理"))
        resume.setObjectName("resume")
        resume.clicked.connect(lambda: self._on_resume(draft.visit))
        discard = QPushButton(self.tr("放弃"))
        set_role(discard, "quiet")
        discard.clicked.connect(lambda: self._on_discard(draft.visit))
        line.addWidget(resume)
        line.addWidget(discard)
        return row
