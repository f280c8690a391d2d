"""One line of text that is cut off with dots where there is no room; the whole is in its tooltip."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QToolButton


class ElidedLabel(QLabel):
    """``full`` is the whole text."""

    def __init__(self) -> None:
        super().__init__()
        self.full = ""
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def show_text(self, text: str) -> None:
        """Show as much of a text as there is room for."""
        self.full = text
        self.setAccessibleName(text)
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show more, or less."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        fitted = self.fontMetrics().elidedText(self.full, Qt.TextElideMode.ElideMiddle, max(self.width() - 2, 0))
        self.setText(fitted)
        self.setToolTip(self.full if fitted != self.full else "")


class ElidedButton(QToolButton):
    """The same as a button, ``padding_px`` of which are not for its text."""

    def __init__(self, text: str, *, padding_px: int) -> None:
        super().__init__()
        self._full = text
        self._padding_px = padding_px
        self.setAccessibleName(text)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setText(text)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show more, or less."""
        super().resizeEvent(event)
        room_px = max(self.width() - self._padding_px, 0)
        fitted = self.fontMetrics().elidedText(self._full, Qt.TextElideMode.ElideRight, room_px)
        self.setText(fitted)
        self.setToolTip(self._full if fitted != self._full else "")
