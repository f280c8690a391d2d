"""What is true of the case under hand, each by itself in the side bar: in sight as long as it is true."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from app.clerk.notice import TINTS
from app.notices.notice import Notice
from app.theme.icons import picture
from app.theme.theme import set_property, set_role
from app.visit.state import VisitState

_ICON_PX, _MARGIN_PX, _EDGE_PX, _SPACING_PX = 16, 6, 5, 6
_BAR_PX = 14
"""Kept free for the bar with which the list is scrolled."""
_KEYS = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)


class StandingCard(QFrame):
    """One of them, in as many lines as it takes; a press or Enter tells the whole of it."""

    def __init__(self, notice: Notice, on_tell: Callable[[Notice], object], *, width_px: int) -> None:
        super().__init__()
        self.notice = notice
        self._on_tell = on_tell
        set_role(self, "notice")
        set_property(self, "tone", notice.tone.value)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAccessibleName(self.tr("注意：{what}").format(what=notice.what))
        self.setAccessibleDescription(" ".join((notice.why, notice.next)))
        self.setToolTip(self.tr("{why}\n怎么办：{next}").format(why=notice.why, next=notice.next))
        mark, text = QLabel(), QLabel(notice.what)
        tint, ratio = TINTS[notice.tone], self.devicePixelRatioF()
        mark.setPixmap(picture(notice.tone.value, size_px=_ICON_PX, tint=tint, ratio=ratio))
        mark.setFixedSize(_ICON_PX, _ICON_PX)
        text.setTextFormat(Qt.TextFormat.PlainText)
        text.setWordWrap(True)
        row = QHBoxLayout(self)
        row.setContentsMargins(_MARGIN_PX, _MARGIN_PX, _MARGIN_PX, _MARGIN_PX)
        row.setSpacing(_SPACING_PX)
        row.addWidget(mark, alignment=Qt.AlignmentFlag.AlignTop)
        row.addWidget(text)
        text.ensurePolished()
        inner_px = width_px - 2 * _MARGIN_PX - _EDGE_PX - _ICON_PX - _SPACING_PX
        text.setFixedSize(inner_px, text.heightForWidth(inner_px))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Tell the whole of it."""
        self._on_tell(self.notice)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Tell the whole of it."""
        if event.key() in _KEYS:
            self._on_tell(self.notice)
        else:
            super().keyPressEvent(event)


class StandingList(QScrollArea):
    """Scrolled where there is little room; takes none while nothing is to be said."""

    def __init__(self, *, width_px: int, on_tell: Callable[[Notice], object]) -> None:
        super().__init__()
        self._on_tell = on_tell
        self._width_px = width_px - _BAR_PX
        self._shown: tuple[Notice, ...] = ()
        self.cards: list[StandingCard] = []
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizeAdjustPolicy(QScrollArea.SizeAdjustPolicy.AdjustToContents)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self.hide()

    def render_visit(self, state: VisitState) -> None:
        """Follow the visit."""
        if state.standing == self._shown:
            return
        self._shown = state.standing
        content = QWidget()
        set_role(content, "scrolled")
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        self.cards = [StandingCard(notice, self._on_tell, width_px=self._width_px) for notice in state.standing]
        for card in self.cards:
            column.addWidget(card)
        self.setWidget(content)
        self.setVisible(bool(self.cards))
        self.updateGeometry()
