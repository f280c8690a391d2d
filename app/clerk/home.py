"""Between two visits: one big button, and what was left unfinished."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from app.clerk.confirm import ask_first
from app.clerk.shortcuts import Keys, shown_keys
from app.session.state import DraftRow, SessionState
from app.theme.theme import set_property, set_role

_CARD_PX = (480, 720)
_ROWS_SEEN = 4


class HomePane(QWidget):
    """Begin a visit or go on with an unfinished one."""

    def __init__(
        self,
        *,
        on_begin: Callable[[], None],
        on_resume: Callable[[str], None],
        on_discard: Callable[[str], None],
        on_recover: Callable[[], None],
    ) -> None:
        super().__init__()
        set_role(self, "page")
        self._on_resume = on_resume
        self._on_discard = on_discard
        self._drafts: tuple[DraftRow, ...] = ()
        self.begin = QPushButton(self.tr("开始办理 ({keys})").format(keys=shown_keys(Keys.BEGIN)))
        self.begin.setObjectName("begin")
        self.begin.setAutoDefault(True)
        set_property(self.begin, "extent", "large")
        set_role(self.begin, "primary")
        self.begin.clicked.connect(on_begin)
        self.recover = QPushButton(self.tr("找回本机数据"))
        self.recover.setObjectName("recover")
        self.recover.setAutoDefault(True)
        self.recover.setToolTip(self.tr("把损坏后移开的文件中能读出的草稿和未发送的件放回来"))
        self.recover.clicked.connect(on_recover)
        self.recover.hide()
        self.unfinished = QLabel(self.tr("没有办完的业务"))
        set_role(self.unfinished, "heading")
        self.list = QScrollArea()
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setSizeAdjustPolicy(QScrollArea.SizeAdjustPolicy.AdjustToContents)
        self.list.setWidgetResizable(True)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._lay_out()
        self._show_drafts(())

    def _lay_out(self) -> None:
        card = QFrame()
        set_role(card, "card")
        card.setMinimumWidth(_CARD_PX[0])
        card.setMaximumWidth(_CARD_PX[1])
        inner = QVBoxLayout(card)
        inner.setContentsMargins(40, 36, 40, 32)
        inner.setSpacing(12)
        for text, role in ((self.tr("请下一位群众到窗口"), "title"), (self.tr("可先把身份证放在读卡器上"), "hint")):
            label = QLabel(text)
            set_role(label, role)
            inner.addWidget(label, alignment=Qt.AlignmentFlag.AlignHCenter)
        inner.addSpacing(12)
        inner.addWidget(self.begin, alignment=Qt.AlignmentFlag.AlignHCenter)
        inner.addWidget(self.recover, alignment=Qt.AlignmentFlag.AlignHCenter)
        inner.addSpacing(16)
        inner.addWidget(self.unfinished)
        inner.addWidget(self.list)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(card, stretch=1000)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.addStretch(1)
        column.addLayout(row)
        column.addStretch(2)

    def render_session(self, state: SessionState) -> None:
        """Follow the session's unfinished visits, and what waits to be taken back."""
        self.recover.setVisible(state.to_recover > 0)
        if state.drafts != self._drafts:
            self._show_drafts(state.drafts)

    def _show_drafts(self, drafts: tuple[DraftRow, ...]) -> None:
        self._drafts = drafts
        content = QWidget()
        set_role(content, "scrolled")
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for draft in drafts:
            column.addWidget(self._make_line())
            column.addWidget(self._make_row(draft))
        self.list.setWidget(content)
        rows = max(len(drafts), 1)
        height = content.sizeHint().height() // rows
        self.list.setMinimumHeight(height)
        self.list.setMaximumHeight(height * min(rows, _ROWS_SEEN))
        for part in (self.unfinished, self.list):
            part.setVisible(bool(drafts))

    def _make_line(self) -> QWidget:
        line = QFrame()
        set_role(line, "line")
        return line

    def _make_row(self, draft: DraftRow) -> QWidget:
        row = QWidget()
        what = QLabel(self._what_of(draft))
        set_role(what, "hint")
        resume = QPushButton(self.tr("继续办理"))
        resume.setObjectName("resume")
        resume.setAutoDefault(True)
        resume.clicked.connect(partial(self._on_resume, draft.visit))
        discard = QPushButton(self.tr("放弃"))
        discard.setObjectName("discard")
        discard.setAutoDefault(True)
        set_role(discard, "quiet")
        discard.clicked.connect(partial(self._ask_discard, draft))
        texts = QVBoxLayout()
        texts.setSpacing(2)
        texts.addLayout(self._make_who(draft))
        texts.addWidget(what)
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 10, 8, 10)
        line.setSpacing(8)
        line.addLayout(texts, stretch=1)
        line.addWidget(resume)
        line.addWidget(discard)
        return row

    def _who_of(self, draft: DraftRow) -> str:
        end = self.tr("（尾号 {number}）").format(number=draft.number_end) if draft.number_end else ""
        return f"{draft.applicant}{end}"

    def _what_of(self, draft: DraftRow) -> str:
        where = self.tr("停在“{phase}”").format(phase=draft.phase_title) if draft.phase_title else ""
        when = self.tr("{time} 保存").format(time=f"{draft.changed_at:%m-%d %H:%M}")
        return " · ".join(word for word in (draft.module_name, where, when) if word)

    def _make_who(self, draft: DraftRow) -> QHBoxLayout:
        who = QLabel(self._who_of(draft) or self.tr("还没有核验身份"))
        set_role(who, "heading")
        line = QHBoxLayout()
        line.setSpacing(8)
        line.addWidget(who)
        marks = ((draft.mends, self.tr("补正、改正")), (draft.has_twin, self.tr("同一人有多笔")))
        for _, text in filter(lambda mark: mark[0], marks):
            chip = QLabel(text)
            set_role(chip, "chip")
            set_property(chip, "tone", "warning")
            line.addWidget(chip)
        line.addStretch()
        return line

    def _ask_discard(self, draft: DraftRow) -> None:
        what = "\n".join(word for word in (self._who_of(draft), self._what_of(draft)) if word)
        ask_first(
            self,
            title=self.tr("放弃办理"),
            text=self.tr("{what}\n已填写的内容和拍好的材料都会删除，不能恢复。要放弃吗？").format(what=what),
            yes=self.tr("放弃"),
            on_yes=partial(self._on_discard, draft.visit),
        )
