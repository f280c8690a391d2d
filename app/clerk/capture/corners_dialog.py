"""The four corners of a page, set by hand where the camera could not find them: by mouse or by keys alone."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt, Slot
from PySide6.QtGui import QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from app.clerk.pictures import load_picture
from app.theme.theme import color, set_role
from hardware.kinds.document_camera import WHOLE_PICTURE, Corners, HeldPicture

_SHARE_OF_WINDOW = 0.92
_REACH_PX = 36
"""A corner is grasped from so far."""
_HANDLE_PX = 9
_STEP, _FINE = 0.02, 0.002
"""What an arrow moves a corner by, as a share of the picture; less with Shift."""
_ARROWS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}


class CornerPicture(QWidget):
    """The picture with four handles. 1–4 or Tab choose a corner, arrows move it (with Shift a little)."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("corner_picture")
        self.setAccessibleName(self.tr("画面与四个角：数字键 1 到 4 选角，方向键移动，按住 Shift 微调"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumSize(320, 200)
        self._image = QImage()
        self._dragged = False
        self.corners: Corners = WHOLE_PICTURE
        self.chosen = 0

    def show_picture(self, image: QImage, corners: Corners) -> None:
        """Another picture (or none) with its corners."""
        self._image, self.chosen, self._dragged = image, 0, False
        self.set_corners(corners)

    def set_corners(self, corners: Corners) -> None:
        """Put all four corners."""
        self.corners = corners
        self.update()

    def place_of(self, number: int) -> QPointF:
        """Where a corner is drawn."""
        target, (x, y) = self._target(), self.corners[number]
        return QPointF(target.left() + x * target.width(), target.top() + y * target.height())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Choose and move."""
        number, key = event.key() - Qt.Key.Key_1, Qt.Key(event.key())
        if 0 <= number < len(self.corners):
            self.chosen = number
            self.update()
        elif key in _ARROWS:
            step = _FINE if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else _STEP
            x, y = self.corners[self.chosen]
            across, down = _ARROWS[key]
            self._move(x + across * step, y + down * step)
        else:
            super().keyPressEvent(event)

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Tab goes from corner to corner, and on after the last."""
        following = self.chosen + (1 if forward else -1)
        if not 0 <= following < len(self.corners):
            return super().focusNextPrevChild(forward)
        self.chosen = following
        self.update()
        return True

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Grasp the nearest corner."""
        far = [(self.place_of(number) - event.position()).manhattanLength() for number in range(len(self.corners))]
        if min(far) <= _REACH_PX:
            self.chosen, self._dragged = far.index(min(far)), True
            self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Move what was grasped."""
        target = self._target()
        if self._dragged and not target.isEmpty():
            at = event.position()
            self._move((at.x() - target.left()) / target.width(), (at.y() - target.top()) / target.height())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go."""
        super().mouseReleaseEvent(event)
        self._dragged = False

    def paintEvent(self, event: QPaintEvent) -> None:
        """The picture, the page's outline, the handles."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), color("text"))
        if not self._image.isNull():
            self._draw_page(painter)
        painter.end()

    def _draw_page(self, painter: QPainter) -> None:
        painter.drawImage(self._target(), self._image)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(color("warning_line"), 2))
        places = [self.place_of(number) for number in range(len(self.corners))]
        painter.drawPolygon(QPolygonF(places))
        for number, place in enumerate(places):
            painter.setBrush(color("primary" if number == self.chosen else "surface"))
            painter.drawEllipse(place, _HANDLE_PX, _HANDLE_PX)

    def _move(self, x: float, y: float) -> None:
        moved = list(self.corners)
        moved[self.chosen] = (min(max(x, 0.0), 1.0), min(max(y, 0.0), 1.0))
        first, second, third, fourth = moved
        self.set_corners((first, second, third, fourth))

    def _target(self) -> QRectF:
        room = QSizeF(self.width() - 4 * _HANDLE_PX, self.height() - 4 * _HANDLE_PX)
        size = QSizeF(self._image.size()).scaled(room, Qt.AspectRatioMode.KeepAspectRatio)
        return QRectF(
            QPointF((self.width() - size.width()) / 2, (self.height() - size.height()) / 2),
            size,
        )


class CornersDialog(QDialog):
    """Opened for one held picture after the other. ``on_take(corners)`` when the clerk agrees; Esc takes nothing."""

    def __init__(self, *, on_take: Callable[[Corners], object], parent: QWidget) -> None:
        super().__init__(parent)
        self._on_take = on_take
        self._over = parent
        self.setObjectName("corners_dialog")
        self.setWindowTitle(self.tr("手动选边"))
        self.picture = CornerPicture()
        say = QLabel(self.tr("把四个角拖到纸的四角；也可以按 1–4 选角，用方向键移动，按住 Shift 微调。"))
        say.setWordWrap(True)
        set_role(say, "hint")
        self.whole = QPushButton(self.tr("整幅画面 (&W)"))
        self.whole.setObjectName("corners_whole")
        self.whole.setAutoDefault(False)
        self.whole.clicked.connect(self._on_whole)
        self.take = QPushButton(self.tr("按这四个角拍 (Enter)"))
        self.take.setObjectName("corners_take")
        set_role(self.take, "primary")
        self.take.setDefault(True)
        self.take.clicked.connect(self._on_agreed)
        cancel = QPushButton(self.tr("取消 (Esc)"))
        cancel.setObjectName("corners_cancel")
        cancel.setAutoDefault(False)
        cancel.clicked.connect(self.reject)
        line = QHBoxLayout()
        line.addWidget(self.whole)
        line.addStretch()
        line.addWidget(cancel)
        line.addWidget(self.take)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 16)
        column.setSpacing(12)
        column.addWidget(say)
        column.addWidget(self.picture, stretch=1)
        column.addLayout(line)
        self.finished.connect(self._clear)

    def show_picture(self, held: HeldPicture) -> None:
        """Open over the window with the corners that were found."""
        self.picture.show_picture(load_picture(held.jpeg), held.corners)
        self.resize(self._over.window().size() * _SHARE_OF_WINDOW)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.open()
        self.picture.setFocus()

    @Slot()
    def _on_whole(self) -> None:
        self.picture.set_corners(WHOLE_PICTURE)
        self.picture.setFocus()

    @Slot()
    def _on_agreed(self) -> None:
        corners = self.picture.corners
        self.accept()
        self._on_take(corners)

    def _clear(self) -> None:
        self.picture.show_picture(QImage(), WHOLE_PICTURE)
