"""One page that can be enlarged, turned and moved, to read what is small and to right what lies askew."""

from __future__ import annotations

from enum import Enum
from functools import partial

from PySide6.QtCore import QPoint, QPointF, QRect, QSize, Qt, Signal
from PySide6.QtGui import (
    QImage,
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

from app.clerk.late import while_there
from app.clerk.pictures import Pictures
from app.theme.theme import color, set_role

STEP = 1.25
_CLOSE_UP = 2.5
"""How much larger than the whole page a double click shows it."""
_LARGEST = 8.0
"""Times the whole page."""
_NOTCH = 120
_SHIFT_PX = 60
_FRAME_PX = 3
_LEAST = (240, 120)
_TEXT_MARGIN_PX = 24
_ROUNDING_PX = 1
_WHOLE_FROM = 0.5
"""From this share of its own size on, a picture is decoded whole: further steps then cost nothing."""


class Fit(Enum):
    """What follows the size of the widget."""

    PAGE = "page"
    WIDTH = "width"


class ZoomPicture(QWidget):
    """A picture, fitted or as large as asked, or words in its place.

    Signal ``zoomed``: the size in which it is shown may have changed; ``decoded``: pixels came, or there are none to be
    had. Until they come, those that are there are shown larger or smaller.

    Ctrl and wheel, + − 0, or a double click change the size; what is larger than its place is dragged, or moved with
    wheel and arrows. ``turned`` are degrees clockwise.
    """

    zoomed = Signal()
    decoded = Signal()

    def __init__(self, pictures: Pictures) -> None:
        super().__init__()
        self._pictures = pictures
        self._content = b""
        self._image = QImage()
        self._pixmap = QPixmap()
        self._token = 0
        self.text = ""
        set_role(self, "preview")
        self.setMinimumSize(*_LEAST)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.fit: Fit | None = Fit.PAGE
        self.turned = 0
        self._size = QSize()
        self._asked = QSize()
        self._scale: float = 1.0
        self._corner = QPointF()
        self._held: QPoint | None = None

    # -- what is shown

    @property
    def has_picture(self) -> bool:
        """Whether a picture is seen, and not words."""
        return not self._pixmap.isNull()

    def show_content(self, content: bytes) -> None:
        """A picture's bytes, from its top; a size that was asked for one page is not kept for the next."""
        self._forget()
        self._content = content
        self.fit = self.fit or Fit.PAGE
        self._decode()

    def show_text(self, text: str) -> None:
        """Words instead of a picture."""
        self._forget()
        self.text = text
        self._follow()

    def _forget(self) -> None:
        self._token += 1
        self._content, self.text = b"", ""
        self._image, self._pixmap = QImage(), QPixmap()
        self._size, self._asked, self._corner = QSize(), QSize(), QPointF()

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
        self._corner = QPointF()
        self._turn_pixels()
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
        """Scale and place anew; ask for other pixels only when those there are too few or far too many."""
        if self.fit is Fit.PAGE or not self._upright.width():
            self._scale = self._whole
        elif self.fit is Fit.WIDTH:
            self._scale = self.width() / self._upright.width()
        if self._content:
            self._ask_pixels()
        self._corner = QPointF(self._place().topLeft())
        self._follow()

    def _ask_pixels(self) -> None:
        wanted = self._size * (self._scale * self.devicePixelRatioF())
        if self._size.isEmpty():  # before the first answer: as large as the widget shows a whole page
            side = max(self.width(), self.height()) if self.turned % 180 else 0
            wanted = QSize(side or self.width(), side or self.height()) * self.devicePixelRatioF()
        elif wanted.width() >= self._size.width() * _WHOLE_FROM:
            wanted = self._size
        missing = wanted - self._image.size()
        if wanted == self._asked or max(abs(missing.width()), abs(missing.height())) <= _ROUNDING_PX:
            return
        self._asked = wanted
        self._token += 1
        decoded = while_there(self, partial(self._decoded, self._token))
        self._pictures.decode(self._content, wanted, decoded, place=self)

    def _decoded(self, token: int, image: QImage, size: QSize) -> None:
        if token != self._token:
            return  # other pixels, or another page, were asked for meanwhile
        first = self._size.isEmpty()
        self._size, self._image = size, image
        if image.isNull():
            self._forget()
            self.text = self.tr(
                "这一页的图像无法显示\n图像不完整、不是正常的图片，或者解码时出错\n"
                "请重新打开这一页；仍然不行时请退回，由受理机构重新采集"
            )
        self._turn_pixels()
        if first and not image.isNull():
            self._decode()
        self._follow()
        self.decoded.emit()

    def _turn_pixels(self) -> None:
        if not self._image.isNull():
            self._pixmap = QPixmap.fromImage(self._image.transformed(QTransform().rotate(self.turned)))

    def paintEvent(self, event: QPaintEvent) -> None:
        """The picture on paper white (a signature is transparent), or words; with a frame for the keyboard."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), color("surface_soft"))
        if self.has_picture:
            target = self._place()
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.fillRect(target, color("surface"))
            painter.drawPixmap(target, self._pixmap)
        else:
            painter.setPen(color("text_soft"))
            margin = _TEXT_MARGIN_PX
            place = self.rect().adjusted(margin, margin, -margin, -margin)
            painter.drawText(place, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, self.text)
        if self.hasFocus():
            painter.setPen(QPen(color("primary"), _FRAME_PX))
            painter.drawRect(self.rect().adjusted(1, 1, -2, -2))
        painter.end()

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
        super().resizeEvent(event)
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
