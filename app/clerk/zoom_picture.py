"""One page that can be enlarged, turned and moved, to read what is small and to right what lies askew."""

from __future__ import annotations

from enum import Enum

from PySide6.QtCore import QPoint, QPointF, QRect, QSize, Qt, Signal
from PySide6.QtGui import (
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QResizeEvent,
    QTransform,
    QWheelEvent,
)
from PySide6.QtWidgets import QWidget

from app.clerk.picture import Picture
from app.clerk.pictures import load_picture, size_of
from app.theme.theme import color

STEP = 1.25
_CLOSE_UP = 2.5
"""How much larger than the whole page a double click shows it."""
_LARGEST = 8.0
"""Times the whole page."""
_NOTCH = 120
_SHIFT_PX = 60
_FRAME_PX = 3
_LEAST = (240, 120)
_WHOLE_FROM = 0.5
"""From this share of its own size on, a picture is decoded whole: further steps then cost nothing."""


class Fit(Enum):
    """What follows the size of the widget."""

    PAGE = "page"
    WIDTH = "width"


class ZoomPicture(Picture):
    """Fitted, or as large as asked. Signal ``zoomed``: the size in which it is shown may have changed.

    Ctrl and wheel, + − 0, or a double click change the size; what is larger than its place is dragged, or moved with
    wheel and arrows. ``turned`` are degrees clockwise.
    """

    zoomed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setMinimumSize(*_LEAST)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.fit: Fit | None = Fit.PAGE
        self.turned = 0
        self._size = QSize()
        self._decoded = QSize()
        self._scale = 1.0
        self._corner = QPointF()
        self._held: QPoint | None = None

    # -- what is shown

    def show_content(self, content: bytes) -> None:
        """A picture's bytes, from its top; a size that was asked for one page is not kept for the next."""
        self._size = size_of(content)
        if self._size.isEmpty():
            self._size = load_picture(content).size()
        self.fit = self.fit or Fit.PAGE
        self._pixmap, self._corner = QPixmap(), QPointF()
        super().show_content(content)

    def show_text(self, text: str) -> None:
        """Words instead of a picture."""
        self._size = QSize()
        super().show_text(text)
        self._follow()

    @property
    def larger(self) -> bool:
        """Whether it is shown larger than the whole page."""
        return self._scale > self._whole * 1.001

    @property
    def times(self) -> float:
        """How many times larger than the whole page it is shown."""
        return self._scale / self._whole

    @property
    def shown(self) -> QRect:
        """Where the picture lies in the widget, also what is cut off."""
        return self._place()

    def set_fit(self, fit: Fit) -> None:
        """Follow the widget's size from now on."""
        self.fit, self._corner = fit, QPointF()
        self._decode()

    def turn(self, degrees: int) -> None:
        """Turn clockwise by a multiple of 90."""
        self.turned = (self.turned + degrees) % 360
        self._pixmap, self._corner = QPixmap(), QPointF()
        self._decode()

    def zoom(self, factor: float, at: QPointF | None = None) -> None:
        """Show it so many times as large; what is at the place ``at`` (else in the middle) stays there."""
        if not self.has_picture:
            return
        still = at if at is not None else QPointF(self.width() / 2, self.height() / 2)
        scale = min(max(self._scale * factor, self._whole), self._whole * _LARGEST)
        factor = scale / self._scale
        self._corner = still - (still - QPointF(self._place().topLeft())) * factor
        self.fit = Fit.PAGE if scale <= self._whole else None
        self._scale = scale
        self._decode()

    # -- geometry

    @property
    def _upright(self) -> QSize:
        """The picture's own size as it is turned."""
        return self._size.transposed() if self.turned % 180 else self._size

    @property
    def _whole(self) -> float:
        """The scale at which the whole page is seen."""
        size = self._upright
        if size.isEmpty():
            return 1.0
        return min(self.width() / size.width(), self.height() / size.height())

    def _decode(self) -> None:
        """Scale and place anew; decode only when what is there is too small or much too large."""
        if self.fit is Fit.PAGE or not self._upright.width():
            self._scale = self._whole
        elif self.fit is Fit.WIDTH:
            self._scale = self.width() / self._upright.width()
        if self._content and not self._size.isEmpty():
            self._load()
        elif self._content:
            super()._decode()
        self._corner = QPointF(self._place().topLeft())
        self._follow()

    def _load(self) -> None:
        wanted = self._size * (self._scale * self.devicePixelRatioF())
        fit = None if wanted.width() >= self._size.width() * _WHOLE_FROM else wanted.expandedTo(QSize(1, 1))
        target = self._size if fit is None else fit
        if self._decoded == target and self.has_picture:
            return
        self._decoded = target
        image = load_picture(self._content, fit)
        self._pixmap = QPixmap.fromImage(image.transformed(QTransform().rotate(self.turned)))
        if self._pixmap.isNull():
            self.text = self.tr("这一页的图像无法显示")

    def paintEvent(self, event: QPaintEvent) -> None:
        """With a frame while it has the keyboard."""
        super().paintEvent(event)
        if self.hasFocus():
            painter = QPainter(self)
            painter.setPen(QPen(color("primary"), _FRAME_PX))
            painter.drawRect(self.rect().adjusted(1, 1, -2, -2))

    def _place(self) -> QRect:
        size = self._upright * self._scale
        left = _held_within(self._corner.x(), size.width(), self.width())
        top = _held_within(self._corner.y(), size.height(), self.height())
        return QRect(QPoint(left, top), size)

    def _follow(self) -> None:
        place = self._place()
        movable = self.has_picture and (place.width() > self.width() or place.height() > self.height())
        closed = Qt.CursorShape.ClosedHandCursor if self._held is not None else Qt.CursorShape.OpenHandCursor
        self.setCursor(closed if movable else Qt.CursorShape.ArrowCursor)
        self.update()
        self.zoomed.emit()

    def _move(self, by: QPoint) -> bool:
        """Move the picture; False where it cannot go further."""
        before = self._place().topLeft()
        self._corner = QPointF(before + by)
        after = self._place().topLeft()
        self._corner = QPointF(after)
        self.update()
        return after != before

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Follow the widget; a size that was asked for stays, but never smaller than the whole page."""
        QWidget.resizeEvent(self, event)
        if self.fit is None and self._scale <= self._whole:
            self.fit = Fit.PAGE
        self._decode()

    # -- hands

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Ctrl and wheel change the size, the wheel alone moves."""
        delta = event.angleDelta()
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.zoom(STEP ** (delta.y() / _NOTCH), event.position())
            event.accept()
            return
        sideways = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        way = QPoint(delta.y(), 0) if sideways else delta
        event.setAccepted(self._move(way * _SHIFT_PX / _NOTCH))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take hold of the page."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._held = event.position().toPoint()
            self._follow()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag the page."""
        if self._held is not None:
            here = event.position().toPoint()
            self._move(here - self._held)
            self._held = here

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:
        """Let go."""
        self._held = None
        self._follow()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Close up at this place, or back to the whole page."""
        if self.larger:
            self.set_fit(Fit.PAGE)
        else:
            self.zoom(_CLOSE_UP, event.position())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """The keys + − 0, and arrows while there is somewhere to go."""
        key = event.key()
        if key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
            self.zoom(STEP)
        elif key in (Qt.Key.Key_Minus, Qt.Key.Key_Underscore):
            self.zoom(1 / STEP)
        elif key == Qt.Key.Key_0:
            self.set_fit(Fit.PAGE)
        elif event.modifiers() or key not in _ARROWS or not self._move(QPoint(*_ARROWS[key]) * _SHIFT_PX):
            super().keyPressEvent(event)


_ARROWS: dict[int, tuple[int, int]] = {
    Qt.Key.Key_Left: (1, 0),
    Qt.Key.Key_Right: (-1, 0),
    Qt.Key.Key_Up: (0, 1),
    Qt.Key.Key_Down: (0, -1),
}


def _held_within(corner: float, size: int, room: int) -> int:
    """Where a side begins: in the middle when there is room, else so that no edge leaves a gap."""
    if size <= room:
        return (room - size) // 2
    return round(min(max(corner, room - size), 0))
