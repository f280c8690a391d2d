"""One page as large as the place for it."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPixmap, QResizeEvent
from PySide6.QtWidgets import QWidget

from app.clerk.pictures import load_picture
from app.theme.theme import color, set_role

_LEAST_PX = 300
_TEXT_MARGIN_PX = 24


class Picture(QWidget):
    """A picture fitted into the widget, or words in its place; decoded anew only when the size has changed."""

    def __init__(self) -> None:
        super().__init__()
        set_role(self, "preview")
        self.setMinimumSize(_LEAST_PX, _LEAST_PX)
        self._content = b""
        self._pixmap = QPixmap()
        self.text = ""

    @property
    def has_picture(self) -> bool:
        """Whether a picture is seen, and not words."""
        return not self._pixmap.isNull()

    def show_content(self, content: bytes) -> None:
        """A picture's bytes."""
        self._content = content
        self.text = ""
        self._decode()

    def show_text(self, text: str) -> None:
        """Words instead of a picture."""
        self._content, self._pixmap, self.text = b"", QPixmap(), text
        self.update()

    def _decode(self) -> None:
        fit = QSize(max(1, self.width()), max(1, self.height())) * self.devicePixelRatioF()
        self._pixmap = QPixmap.fromImage(load_picture(self._content, fit)) if self._content else QPixmap()
        if self._content and self._pixmap.isNull():
            self.text = self.tr("这一页的图像无法显示")
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Decode for the new size."""
        super().resizeEvent(event)
        if self._content:
            self._decode()

    def paintEvent(self, event: QPaintEvent) -> None:
        """The picture on paper white (a signature is transparent), or the words."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), color("surface_soft"))
        if self._pixmap.isNull():
            painter.setPen(color("text_soft"))
            margin = _TEXT_MARGIN_PX
            place = self.rect().adjusted(margin, margin, -margin, -margin)
            painter.drawText(place, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, self.text)
            return
        target = self._place()
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.fillRect(target, color("surface"))
        painter.drawPixmap(target, self._pixmap)

    def _place(self) -> QRect:
        """Where the picture is drawn."""
        size = self._pixmap.size().scaled(self.size(), Qt.AspectRatioMode.KeepAspectRatio)
        return QRect((self.width() - size.width()) // 2, (self.height() - size.height()) // 2, *size.toTuple())
