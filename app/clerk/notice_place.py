"""Where notices stand, so that nothing moves when they come and go."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QSize, Qt, QTimer
from PySide6.QtGui import QMoveEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from app.clerk.notice import NoticeBar

SHELF_PX = 58
"""A notice of two lines."""
_LOW_PX, _LOW_SHELF_PX = 500, 20
"""In a host that is lower, so little is kept free: there a notice lies over what is below, until it is closed."""
_FLOATING_PX, _MARGIN_PX = (520, 420, 340), 16
"""The widest that finds room between the buttons."""
_AGAIN_MS = 100
"""Pages are filled and laid out in turns of their own, so a button may come to lie under a notice later."""


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
    """Lets a notice lie over ``host``, above ``foot`` where there is one: as low as it can without covering a button.

    Where every place covers some, it takes the one that covers least of them.
    """

    def __init__(self, bar: NoticeBar, host: QWidget, foot: QWidget | None = None) -> None:
        super().__init__(host)
        self._bar, self._host, self._foot = bar, host, foot
        bar.setParent(host)
        bar.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        bar.on_changed = self.place
        self._placed: tuple[object, ...] = ()
        """What its place was found for."""
        self._again = QTimer(self)
        self._again.setInterval(_AGAIN_MS)
        self._again.timeout.connect(self.place)
        host.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The notice follows its host."""
        if event.type() == QEvent.Type.Resize:
            self.place()
        return False

    def place(self) -> None:
        """Find its place anew, now and as long as it is there."""
        if self._bar.isHidden():
            self._again.stop()
            self._placed = ()
            return
        if not self._again.isActive():
            self._again.start()
        foot = self._foot
        bottom_px = foot.mapTo(self._host, QPoint(0, 0)).y() if foot is not None else self._host.height()
        buttons = list(self._buttons())
        room = QSize(self._host.width(), bottom_px)
        sizes = [self._size(width_px) for width_px in _FLOATING_PX]
        asked = (room.toTuple(), *(size.toTuple() for size in sizes), *(box.getRect() for box in buttons))
        if asked != self._placed:
            self._placed = asked
            self._bar.setGeometry(_place_among(buttons, sizes, room))
        self._bar.raise_()

    def _size(self, width_px: int) -> QSize:
        width_px = min(width_px, self._host.width() - 2 * _MARGIN_PX)
        return QSize(width_px, self._bar.heightForWidth(width_px))

    def _buttons(self) -> Iterator[QRect]:
        """Where on the host the buttons are that are in sight, as much of each as is seen."""
        for button in self._host.findChildren(QAbstractButton):
            if button.isVisible() and not self._bar.isAncestorOf(button):
                seen = button.visibleRegion().boundingRect()
                if not seen.isEmpty():
                    yield seen.translated(button.mapTo(self._host, QPoint(0, 0)))


def _place_among(buttons: list[QRect], sizes: list[QSize], room: QSize) -> QRect:
    """The first place that covers no button: the widest, then the lowest; else the one that covers least of them."""
    sizes = [size for size in sizes if size.height() + _MARGIN_PX <= room.height()] or sizes[:1]
    for size in sizes:
        for place in _places(buttons, size, room):
            if not any(map(place.intersects, buttons)):
                return place
    places = (place for size in sizes for place in _places(buttons, size, room))
    return min(places, key=lambda place: sum(_area(place & box) for box in buttons))


def _places(buttons: list[QRect], size: QSize, room: QSize) -> Iterator[QRect]:
    """At the sides, beside and above each button, from below upwards."""
    rightmost_px = room.width() - _MARGIN_PX - size.width()
    beside_px = {box.right() + 1 + _MARGIN_PX for box in buttons}
    lefts_px = [_MARGIN_PX, rightmost_px, *sorted(left for left in beside_px if _MARGIN_PX < left < rightmost_px)]
    lows_px = {room.height(), *(box.top() for box in buttons if box.top() < room.height())}
    for low_px in sorted(lows_px, reverse=True):
        for left_px in lefts_px:
            yield QRect(QPoint(left_px, max(0, low_px - _MARGIN_PX - size.height())), size)


def _area(box: QRect) -> int:
    return box.width() * box.height() if box.isValid() else 0
