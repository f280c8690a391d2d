"""First pane of a visit: the card on the reader, or name and number by hand."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from app.clerk.intake.applicant_card import ApplicantCard
from app.clerk.intake.bottom_bar import BottomBar
from app.clerk.intake.manual_entry import ManualEntry
from app.clerk.notice import NoticeBar
from app.clerk.shortcuts import Keys, bind
from app.session.state import SessionState
from app.theme.icons import picture
from app.theme.theme import set_property, set_role
from app.visit.notices import outcome_notice
from app.visit.state import Phase, VisitState
from app.visit.visit import Visit

_READER = "id_card_reader"
_CARD_ICON_PX = 72
_WIDTHS_PX = (560, 400)


class IdentifyPane(QWidget):
    """Follows the visit (``show_visit``) and the reader (``render_session``)."""

    def __init__(self, *, visit: Visit) -> None:
        super().__init__()
        set_role(self, "page")
        self._visit = visit
        self.reader = QLabel()
        self.reader.setObjectName("reader_state")
        set_role(self.reader, "chip")
        self.trouble = NoticeBar()
        self.person = ApplicantCard()
        self.manual = ManualEntry(visit.enter_identity)
        self._invitation = self._make_invitation()
        self.bar = BottomBar(self, on_next=self.go_on)
        self._lay_out()
        self._show_reader("starting")
        bind(Keys.TYPE_IDENTITY, self, self.manual.start)

    def _make_invitation(self) -> QWidget:
        sign = QLabel()
        sign.setPixmap(picture("card", size_px=_CARD_ICON_PX, tint="primary", ratio=self.devicePixelRatioF()))
        title = QLabel(self.tr("请将身份证放在读卡器上"))
        hint = QLabel(self.tr("平放，不要移动；读出后自动进入下一步"))
        set_role(title, "title")
        set_role(hint, "hint")
        box = QWidget()
        column = QVBoxLayout(box)
        column.setSpacing(8)
        for label in (sign, title, hint):
            column.addWidget(label, alignment=Qt.AlignmentFlag.AlignHCenter)
        return box

    def _lay_out(self) -> None:
        card = QFrame()
        set_role(card, "card")
        inner = QVBoxLayout(card)
        inner.setContentsMargins(24, 20, 24, 20)
        inner.setSpacing(12)
        inner.addWidget(self.reader, alignment=Qt.AlignmentFlag.AlignLeft)
        inner.addStretch()
        inner.addWidget(self._invitation)
        inner.addWidget(self.person)
        inner.addStretch()
        inner.addWidget(self.trouble)
        row = QHBoxLayout()
        row.setSpacing(16)
        row.addStretch()
        for part, width in zip((card, self.manual), _WIDTHS_PX, strict=True):
            part.setFixedSize(width, 380)
            row.addWidget(part)
        row.addStretch()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addStretch(1)
        column.addLayout(row)
        column.addStretch(2)
        column.addWidget(self.bar)

    def show_visit(self, state: VisitState) -> None:
        """Show who was read or typed in."""
        identity = state.identity
        self.person.show_identity(identity, today=self._visit.setting.today)
        self.person.setVisible(identity is not None)
        self._invitation.setVisible(identity is None)
        self.bar.next.setEnabled(identity is not None)
        self.bar.show_saved(state.saved_at)

    def render_session(self, state: SessionState) -> None:
        """Show how the reader is; where it is not ready, what to do."""
        health = next((health for kind, health in state.devices.items() if kind.value == _READER), None)
        now = health.state.value if health and state.host_running else "starting"
        self._show_reader(now)
        in_trouble = health is not None and now in ("absent", "error", "not_configured")
        notice = outcome_notice(health.outcome, health.kind, health.facts) if health and in_trouble else None
        self.trouble.show_notice(notice)

    def _show_reader(self, now: str) -> None:
        words = {
            "ready": (self.tr("读卡器就绪"), "success"),
            "busy": (self.tr("正在读卡，请勿移动"), "info"),
            "absent": (self.tr("读卡器未连接"), "warning"),
            "error": (self.tr("读卡器故障"), "error"),
            "not_configured": (self.tr("本机未配置读卡器"), "neutral"),
        }
        text, tone = words.get(now, (self.tr("读卡器正在启动，请稍候"), "neutral"))
        self.reader.setText(text)
        set_property(self.reader, "tone", tone)

    def showEvent(self, event: QShowEvent) -> None:
        """The keyboard to 下一步, so that every key of the pane works at once."""
        super().showEvent(event)
        if not event.spontaneous():
            QTimer.singleShot(0, self, self.bar.take_keyboard)

    def go_on(self) -> None:
        """To the choice of the item."""
        self._visit.go(Phase.CHOOSE)
