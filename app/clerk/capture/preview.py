"""The camera's live picture with the page that was found in it."""

from __future__ import annotations

from PySide6.QtCore import QT_TRANSLATE_NOOP, QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QImage, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QWidget

from app.theme.theme import color, set_role
from hardware.kinds.document_camera import PreviewFrame
from hardware.outcomes import OutcomeCode

_HINTS = {
    OutcomeCode.OK: QT_TRANSLATE_NOOP("Preview", "已找到页面，可以拍摄"),
    OutcomeCode.PAGE_NOT_FOUND: QT_TRANSLATE_NOOP("Preview", "没有看到页面，请把材料平放在镜头下"),
    OutcomeCode.PAGE_CUT_OFF: QT_TRANSLATE_NOOP("Preview", "页面超出画面，请往中间移"),
    OutcomeCode.PAGE_TOO_DARK: QT_TRANSLATE_NOOP("Preview", "画面太暗，请打开补光灯"),
    OutcomeCode.PAGE_TOO_SMALL: QT_TRANSLATE_NOOP("Preview", "页面太小，请放近一些"),
    OutcomeCode.PAGE_BLURRED: QT_TRANSLATE_NOOP("Preview", "画面不清晰，请稍等对焦"),
}
_LEAST_PX = (240, 120)
_HINT_HEIGHT_PX = 36
_TEXT_MARGIN_PX = 32


class Preview(QWidget):
    """Draws the newest frame; older ones are dropped. ``problem`` is said in the picture's place."""

    def __init__(self) -> None:
        super().__init__()
        set_role(self, "preview")
        self.setObjectName("preview")
        self.setAccessibleName(self.tr("高拍仪画面"))
        self.setMinimumSize(*_LEAST_PX)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self._image = QImage()
        self._view: memoryview | None = None
        self.frame: PreviewFrame | None = None
        self.problem = ""
        self.found_text = ""
        """What is said of a page that was found, in place of the usual words."""
        self.show_waiting()

    def show_frame(self, frame: PreviewFrame, view: memoryview) -> None:
        """A new picture in shared memory; it is drawn without a copy and must stay until the next one."""
        self._view = view
        self._image = QImage(view, frame.width_px, frame.height_px, frame.width_px * 3, QImage.Format.Format_BGR888)
        self.frame = frame
        self.problem = ""
        self.update()

    def show_problem(self, text: str) -> None:
        """Words instead of a picture."""
        if text != self.problem:
            self.problem = text
            self.clear_frame()

    def show_waiting(self) -> None:
        """No picture yet, but one will come."""
        self.show_problem(self.tr("正在打开高拍仪…"))

    def clear_frame(self) -> None:
        """Let go of the shared memory."""
        self._image, self._view, self.frame = QImage(), None, None
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """The picture, the page's outline, one line of advice."""
        painter = QPainter(self)
        self._paint(painter)
        painter.end()

    def _paint(self, painter: QPainter) -> None:
        painter.fillRect(self.rect(), color("text"))
        if self.frame is None or self._image.isNull():
            painter.setPen(color("on_primary"))
            margin = _TEXT_MARGIN_PX
            place = self.rect().adjusted(margin, margin, -margin, -margin)
            painter.drawText(place, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, self.problem)
            return
        target = self._target()
        painter.drawImage(target, self._image)
        self._draw_outline(painter, target, self.frame)
        self._draw_hint(painter)

    def _target(self) -> QRectF:
        size = QSizeF(self._image.size()).scaled(QSizeF(self.size()), Qt.AspectRatioMode.KeepAspectRatio)
        left, top = (self.width() - size.width()) / 2, (self.height() - size.height()) / 2
        return QRectF(QPointF(left, top), size)

    def _draw_outline(self, painter: QPainter, target: QRectF, frame: PreviewFrame) -> None:
        if frame.corners is None:
            return
        points = [
            QPointF(target.left() + x * target.width(), target.top() + y * target.height()) for x, y in frame.corners
        ]
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        tone = "success_line" if frame.hint is OutcomeCode.OK else "warning_line"
        painter.setPen(QPen(color(tone), 3))
        painter.drawPolygon(QPolygonF(points))

    @property
    def said(self) -> str:
        """The line of advice below the picture; empty without a picture."""
        if self.frame is None:
            return ""
        hint = self.frame.hint
        if hint is OutcomeCode.OK and self.found_text:
            return self.found_text
        return self.tr(str(_HINTS.get(hint, _HINTS[OutcomeCode.PAGE_NOT_FOUND])))

    def _draw_hint(self, painter: QPainter) -> None:
        bar = QRectF(0, self.height() - _HINT_HEIGHT_PX, self.width(), _HINT_HEIGHT_PX)
        shade = color("text")
        shade.setAlpha(200)
        painter.fillRect(bar, shade)
        painter.setPen(color("on_primary"))
        painter.drawText(bar, Qt.AlignmentFlag.AlignCenter, self.said)
