"""The signature pad: ink from a pen, a finger or a mouse, drawn piece by piece as it comes."""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtCore import QElapsedTimer, QEvent, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QInputDevice,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QPixmap,
    QResizeEvent,
    QTabletEvent,
    QTouchEvent,
)
from PySide6.QtWidgets import QWidget

from app.customer.words import Scale
from app.theme.fonts import text_font
from app.theme.theme import color
from app.visit.scene import Point

MAX_POINTS = 20_000
"""More than any signature; what comes after is not taken, so a stuck pen cannot fill the memory."""
_EVEN_PRESSURE = 0.5
_NEAREST_PX = 0.4
"""Points closer than this to the last one add nothing."""
_BASELINE = 0.74
"""Where the line to sign on lies, as a part of the height."""


class Stroke(NamedTuple):
    """What was drawn without lifting."""

    source: str
    points: list[Point]


class InkPad(QWidget):
    """A sheet of paper to sign on. Signal ``inked``: a stroke was begun or ended, or all was wiped.

    Positions are logical px with fractions; time is ms since the first point. One stroke has one source; while it
    is drawn the others are ignored, and mouse events that Qt makes from touch or pen always are.
    """

    inked = Signal()

    def __init__(self, scale: Scale, hint: str) -> None:
        super().__init__()
        self._scale = scale
        self._hint = hint
        self._strokes: list[Stroke] = []
        self._count = 0
        self._drawing: Stroke | None = None
        self._touch_id = -1
        self._clock = QElapsedTimer()
        self._ink = QPixmap()
        self.setAttribute(Qt.WidgetAttribute.WA_AcceptTouchEvents)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setAccessibleName(hint)

    @property
    def strokes(self) -> tuple[tuple[Point, ...], ...]:
        """All strokes so far."""
        return tuple(tuple(stroke.points) for stroke in self._strokes)

    @property
    def source(self) -> str:
        """``pen``, ``finger`` or ``mouse``: with what most points were made."""
        counts: dict[str, int] = {}
        for stroke in self._strokes:
            counts[stroke.source] = counts.get(stroke.source, 0) + len(stroke.points)
        return max(counts, key=lambda name: counts[name], default="")

    def wipe(self) -> None:
        """Take a fresh sheet."""
        self._strokes.clear()
        self._drawing = None
        self._count = 0
        self._ink.fill(Qt.GlobalColor.transparent)
        self.update()
        self.inked.emit()

    def tabletEvent(self, event: QTabletEvent) -> None:
        """The pen, with its pressure."""
        event.accept()
        kind = event.type()
        if kind == QEvent.Type.TabletPress:
            self._begin("pen", event.position(), event.pressure())
        elif kind == QEvent.Type.TabletMove:
            self._go("pen", event.position(), event.pressure())
        elif kind == QEvent.Type.TabletRelease:
            self._end("pen")

    def event(self, event: QEvent) -> bool:
        """Touch comes here; only the first finger draws, the ball of the hand does not."""
        if isinstance(event, QTouchEvent):
            self._touch(event)
            return True
        return super().event(event)

    def _touch(self, event: QTouchEvent) -> None:
        event.accept()
        if event.type() == QEvent.Type.TouchCancel:
            self._end("finger")
            return
        for point in event.points():
            pressed = point.state() == point.state().Pressed
            if pressed and self._drawing is None:
                self._touch_id = point.id()
                self._begin("finger", point.position(), _EVEN_PRESSURE)
            elif point.id() == self._touch_id and not pressed:
                self._go("finger", point.position(), _EVEN_PRESSURE)
                if point.state() == point.state().Released:
                    self._end("finger")

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """The left button of a real mouse."""
        event.accept()
        if self._is_real_mouse(event) and event.button() == Qt.MouseButton.LeftButton:
            self._begin("mouse", event.position(), _EVEN_PRESSURE)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """The mouse with its button held."""
        event.accept()
        if self._is_real_mouse(event):
            self._go("mouse", event.position(), _EVEN_PRESSURE)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """The button was let go."""
        event.accept()
        if self._is_real_mouse(event) and event.button() == Qt.MouseButton.LeftButton:
            self._end("mouse")

    @staticmethod
    def _is_real_mouse(event: QMouseEvent) -> bool:
        made_by_qt = event.source() != Qt.MouseEventSource.MouseEventNotSynthesized
        touch = QInputDevice.DeviceType.TouchScreen
        return not made_by_qt and event.device().type() != touch

    def _begin(self, source: str, at: QPointF, pressure: float) -> None:
        if self._drawing is not None or self._count >= MAX_POINTS or not self.isEnabled():
            return
        self._drawing = Stroke(source, [])
        self._strokes.append(self._drawing)
        self._add(at, pressure)
        if len(self._strokes) == 1:
            self.update()  # the hint has served
        self.inked.emit()

    def _go(self, source: str, at: QPointF, pressure: float) -> None:
        stroke = self._drawing
        if stroke is None or stroke.source != source or self._count >= MAX_POINTS:
            return
        last = stroke.points[-1]
        if abs(last.x_px - at.x()) + abs(last.y_px - at.y()) >= _NEAREST_PX:
            self._add(at, pressure)

    def _end(self, source: str) -> None:
        if self._drawing is not None and self._drawing.source == source:
            painter = self._ink_painter()
            touched = self._draw_tip(painter, self._drawing.points)
            painter.end()
            self.update(touched)
            self._drawing = None
            self._touch_id = -1
            self.inked.emit()

    def _add(self, at: QPointF, pressure: float) -> None:
        if not self._clock.isValid() or self._count == 0:
            self._clock.start()
        stroke = self._strokes[-1]
        x_px = min(max(at.x(), 0.0), float(self.width()))
        y_px = min(max(at.y(), 0.0), float(self.height()))
        stroke.points.append(Point(x_px, y_px, self._clock.elapsed(), min(max(pressure, 0.0), 1.0)))
        self._count += 1
        painter = self._ink_painter()
        touched = self._draw_last(painter, stroke.points)
        painter.end()
        self.update(touched)

    def _ink_painter(self) -> QPainter:
        painter = QPainter(self._ink)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        return painter

    def _draw_last(self, painter: QPainter, points: list[Point]) -> QRect:
        """Draw what the last of ``points`` adds: a curve between the middles of the last two pieces; where it is."""
        first, before, end = _last_three(points)
        path = QPainterPath((first + before) / 2)
        path.quadTo(before, (before + end) / 2)
        return self._draw(painter, path, points)

    def _draw_tip(self, painter: QPainter, points: list[Point]) -> QRect:
        """Draw the last half piece, when the stroke has ended; where it is."""
        _, before, end = _last_three(points)
        path = QPainterPath((before + end) / 2)
        path.lineTo(end)
        return self._draw(painter, path, points)

    def _draw(self, painter: QPainter, path: QPainterPath, points: list[Point]) -> QRect:
        width_px = self._width_px(points)
        solid = Qt.PenStyle.SolidLine
        round_cap, round_join = Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin
        painter.setPen(QPen(color("ink"), width_px, solid, round_cap, round_join))
        painter.drawPath(path)
        if path.length() == 0:
            painter.drawPoint(path.currentPosition())
        room_px = width_px + 2
        return path.boundingRect().adjusted(-room_px, -room_px, room_px, room_px).toAlignedRect()

    def _width_px(self, points: list[Point]) -> float:
        """Thicker with pressure; the mean of the last points, so the width does not jump."""
        last = points[-4:]
        mean = sum(point.pressure for point in last) / len(last)
        return (2.4 + 7.2 * mean) * self._scale.factor

    def resizeEvent(self, event: QResizeEvent) -> None:
        """A new sheet of the new size with the same ink."""
        super().resizeEvent(event)
        ratio = self.devicePixelRatioF()
        whole = (self.size().toSizeF() * ratio).toSize()
        self._ink = QPixmap(whole.expandedTo(QSize(1, 1)))  # on a sheet of no size nothing can be drawn
        self._ink.setDevicePixelRatio(ratio)
        self._ink.fill(Qt.GlobalColor.transparent)
        painter = self._ink_painter()
        for stroke in self._strokes:
            for count in range(1, len(stroke.points) + 1):
                self._draw_last(painter, stroke.points[max(0, count - 4) : count])
            if stroke is not self._drawing:
                self._draw_tip(painter, stroke.points[-4:])
        painter.end()

    def paintEvent(self, event: QPaintEvent) -> None:
        """The paper, its line and hint, and the ink; only what has changed."""
        painter = QPainter(self)
        painter.setClipRect(event.rect())
        painter.fillRect(event.rect(), color("paper"))
        self._draw_paper(painter)
        ratio = self._ink.devicePixelRatio()
        part = QRectF(event.rect())
        painter.drawPixmap(part, self._ink, QRectF(part.topLeft() * ratio, part.size() * ratio))
        painter.end()

    def _draw_paper(self, painter: QPainter) -> None:
        width_px, height_px = self.width(), self.height()
        side_px = self._scale.px(60)
        base_px = round(height_px * _BASELINE)
        painter.setPen(QPen(color("line_strong"), self._scale.px(3)))
        painter.drawLine(side_px, base_px, width_px - side_px, base_px)
        if not self._strokes:
            painter.setPen(color("hint_ink"))
            painter.setFont(text_font(self._scale.px(64)))
            painter.drawText(QRect(0, 0, width_px, base_px), Qt.AlignmentFlag.AlignCenter, self._hint)
        painter.setPen(QPen(color("line_strong"), 2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(QRectF(1, 1, width_px - 2, height_px - 2))


def _last_three(points: list[Point]) -> tuple[QPointF, QPointF, QPointF]:
    """The last three positions; the first of a shorter stroke stands for those that it does not have."""
    last = [QPointF(point.x_px, point.y_px) for point in points[-3:]]
    missing = [last[0]] * (3 - len(last))
    first, before, end = missing + last
    return first, before, end
