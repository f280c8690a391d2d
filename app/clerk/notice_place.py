"""Where notices stand, so that nothing moves when they come and go."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QSize, Qt
from PySide6.QtGui import QMoveEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.clerk.notice import NoticeBar

SHELF_PX = 58
"""A notice of two lines."""
_LOW_PX, _LOW_SHELF_PX = 500, 20
"""In a host that is lower, so little is kept free: there a notice lies over what is below, until it is closed."""
_FLOATING_PX, _MARGIN_PX = 520, 16


class Shelf(QWidget):
    """A place that is kept free for a notice. One that needs more lies over what is below; ``host`` is around both."""

    def __init__(self, bar: NoticeBar, host: QWidget, *, height_px: int = SHELF_PX) -> None:
        super().__init__()
        self._bar = bar
        bar.setParent(host)
        bar.on_changed = self._place
        self._height_px = height_px
        self.setFixedHeight(height_px)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def fit(self, host_px: int) -> None:
        """Keep less free in a low host."""
        self.setFixedHeight(self._height_px if host_px >= _LOW_PX else _LOW_SHELF_PX)

    def _place(self) -> None:
        host = self._bar.parentWidget()
        if host is not None and host.isAncestorOf(self):
            height_px = max(self._bar.heightForWidth(self.width()), self.height())
            self._bar.setGeometry(QRect(self.mapTo(host, QPoint(0, 0)), QSize(self.width(), height_px)))
            self._bar.raise_()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The notice follows."""
        super().resizeEvent(event)
        self._place()

    def moveEvent(self, event: QMoveEvent) -> None:
        """The notice follows."""
        super().moveEvent(event)
        self._place()


class Floating(QObject):
    """Lets a notice lie over the lower left corner of ``host``, above ``foot`` where there is one."""

    def __init__(self, bar: NoticeBar, host: QWidget, foot: QWidget | None = None) -> None:
        super().__init__(host)
        self._bar, self._host, self._foot = bar, host, foot
        bar.setParent(host)
        bar.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        bar.on_changed = self._place
        host.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The notice follows its host."""
        if event.type() == QEvent.Type.Resize:
            self._place()
        return False

    def _place(self) -> None:
        width_px = min(_FLOATING_PX, self._host.width() - 2 * _MARGIN_PX)
        height_px = self._bar.heightForWidth(width_px)
        foot = self._foot
        bottom_px = foot.mapTo(self._host, QPoint(0, 0)).y() if foot is not None else self._host.height()
        self._bar.setGeometry(_MARGIN_PX, max(0, bottom_px - _MARGIN_PX - height_px), width_px, height_px)
        self._bar.raise_()
