"""First pane of a visit: the card on the reader, or name and number by hand."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QGridLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from app.clerk.actions.offering import bind
from app.clerk.actions.table import ActionKey
from app.clerk.intake.applicant_card import ApplicantCard
from app.clerk.intake.bottom_bar import BottomBar
from app.clerk.intake.manual_entry import ManualEntry
from app.clerk.notice import NoticeBar
from app.clerk.notice_place import Shelf
from app.notices.texts import outcome_notice
from app.session.state import SessionState
from app.theme.icons import picture
from app.theme.pointer import once_released
from app.theme.theme import set_property, set_role
from app.visit.state import VisitState
from app.visit.visit import Visit
from hardware.device import DeviceState
from hardware.kinds.id_card_reader import ID_CARD_READER

_UNLIMITED_PX = 16_777_215
_CARD_ICON_PX = 72
_CARD_PX, _MANUAL_PX = (420, 560), (320, 400)
"""Least and most width of the two cards; where both do not fit side by side they stand below each other."""
_HEIGHT_PX = 380
_TROUBLE_PX = 92
_GAP_PX = 16


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
        self.manual = ManualEntry(visit.identifying.enter, visit.identifying.note_typed)
        self._invitation = self._make_invitation()
        self.bar = BottomBar(self, on_next=self.go_on)
        self._lay_out()
        self._show_reader("starting")
        bind(ActionKey.TYPE_IDENTITY, self, self._start_manual)

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
        inner.addWidget(Shelf(self.trouble, card, height_px=_TROUBLE_PX))
        self._cards = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._cards.setSpacing(_GAP_PX)
        for part, (least, most) in ((card, _CARD_PX), (self.manual, _MANUAL_PX)):
            part.setMinimumWidth(least)
            part.setMaximumWidth(most)
            self._cards.addWidget(part, stretch=most)
        self._parts = (card, self.manual)
        content = QWidget()
        set_role(content, "scrolled")
        around = QGridLayout(content)
        around.setContentsMargins(_GAP_PX, _GAP_PX, _GAP_PX, _GAP_PX)
        around.addLayout(self._cards, 1, 1)
        for number, stretch in ((0, 1), (2, 2)):
            around.setRowStretch(number, stretch)
            around.setColumnStretch(number, 1)
        around.setColumnStretch(1, 1000)
        self._area = QScrollArea()
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setWidgetResizable(True)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setWidget(content)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._area, stretch=1)
        column.addWidget(self.bar)
        self._arrange()

    def _arrange(self) -> None:
        """Side by side as long as both fit, else below each other in one width."""
        beside = self.width() >= _CARD_PX[0] + _MANUAL_PX[0] + 3 * _GAP_PX
        way = QBoxLayout.Direction
        self._cards.setDirection(way.LeftToRight if beside else way.TopToBottom)
        for part, (_, most) in zip(self._parts, (_CARD_PX, _MANUAL_PX), strict=True):
            part.setMaximumWidth(most if beside else _CARD_PX[1])
            part.setMinimumHeight(_HEIGHT_PX if beside else 0)
            part.setMaximumHeight(_HEIGHT_PX if beside else _UNLIMITED_PX)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another width may need another arrangement."""
        super().resizeEvent(event)
        self._arrange()

    def _start_manual(self) -> None:
        """The keyboard into the first field typed by hand, all of which comes into sight."""
        self.manual.start()
        self._area.ensureWidgetVisible(self.manual, 0, _GAP_PX)

    def show_visit(self, state: VisitState) -> None:
        """Show who was read or typed in."""
        identity = state.identity
        self.person.show_identity(identity, today=self._visit.tools.today)
        self.person.setVisible(identity is not None)
        self.manual.show_typed(state.typed_name, state.typed_number)
        self._invitation.setVisible(identity is None)
        self.bar.next.setEnabled(identity is not None)
        self.bar.show_saved(state.saved_at)

    def render_session(self, state: SessionState) -> None:
        """Show how the reader is; where it is not ready, what to do."""
        health = state.device(ID_CARD_READER)
        self._show_reader(health.state.value)
        in_trouble = health.state in (DeviceState.ABSENT, DeviceState.ERROR, DeviceState.NOT_CONFIGURED)
        notice = outcome_notice(health.outcome, health.kind, health.facts, health.device)
        self.trouble.show_notice(notice if in_trouble else None)

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
        """The keyboard to 下一步, so that every key of the pane works at once; the card in sight."""
        super().showEvent(event)
        if not event.spontaneous():
            self._area.verticalScrollBar().setValue(0)
            QTimer.singleShot(0, self, partial(once_released, self, self.bar.take_keyboard))

    def go_on(self) -> None:
        """To the choice of the item."""
        self._visit.phases.go_on()
