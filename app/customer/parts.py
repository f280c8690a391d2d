"""What the Scenes on the customer's screen are built from: large labels, buttons, and a list scrolled by big arrows."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QIcon, QKeyEvent, QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QScroller,
    QVBoxLayout,
    QWidget,
)

from app.customer.words import Scale, Words
from app.theme.icons import picture
from app.theme.theme import color
from app.visit.scene import GuestAnswer

Send = Callable[[GuestAnswer], None]


class SceneView(QWidget):
    """The whole content of the customer's window for one Scene. Signal ``painted``: it was drawn just now."""

    painted = Signal()

    def __init__(self, scale: Scale, parent: QWidget) -> None:
        super().__init__(parent)
        self.scale = scale
        self.column = QVBoxLayout(self)
        margin_px = scale.px(44)
        self.column.setContentsMargins(margin_px, scale.px(32), margin_px, scale.px(32))
        self.column.setSpacing(scale.px(20))

    def lock(self) -> None:
        """The answer was given: nothing can be pressed any more."""
        for button in self.findChildren(QPushButton):
            button.setEnabled(False)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the ground and tell that this Scene reached the screen's memory."""
        painter = QPainter(self)
        painter.fillRect(event.rect(), color("background"))
        painter.end()
        self.painted.emit()


class TouchButton(QPushButton):
    """A button that Enter presses too."""

    def __init__(self, text: str, role: str = "secondary") -> None:
        super().__init__(text)
        self.setProperty("role", role)
        self.setAccessibleName(text)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter and Return press the button, as the space bar does."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.isAutoRepeat():
            self.click()
        else:
            super().keyPressEvent(event)


class PictureButton(TouchButton):
    """A button with an icon instead of words; ``name`` is what a screen reader says."""

    def __init__(self, icon_name: str, name: str, scale: Scale) -> None:
        super().__init__("", "arrow")
        self.setAccessibleName(name)
        size_px = scale.px(48)
        self.setIcon(_icon_of(icon_name, size_px))
        self.setIconSize(QSize(size_px, size_px))


@lru_cache(maxsize=16)
def _icon_of(name: str, size_px: int) -> QIcon:
    """An icon for screens of any density; paler where its button is disabled."""
    made = QIcon()
    for mode, tint in ((QIcon.Mode.Normal, "primary"), (QIcon.Mode.Disabled, "line")):
        for ratio in (1.0, 2.0):
            made.addPixmap(picture(name, size_px=size_px, tint=tint, ratio=ratio), mode)
    return made


def label(text: str, role: str, scale: Scale, *, center: bool = False) -> Words:
    """A short text on one line."""
    return Words(text, role, scale, center=center)


def paragraph(text: str, role: str, scale: Scale, *, center: bool = False) -> Words:
    """A text that wraps."""
    return Words(text, role, scale, center=center, wraps=True)


class Mark(QWidget):
    """An icon as a picture without a meaning of its own, in the middle of its place."""

    def __init__(self, icon_name: str, size_px: int, tint: str) -> None:
        super().__init__()
        self._icon_name, self._size_px, self._tint = icon_name, size_px, tint
        self._drawn = QPixmap()
        self.setMinimumSize(size_px, size_px)

    def sizeHint(self) -> QSize:
        """As large as the icon."""
        return QSize(self._size_px, self._size_px)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw it as finely as the screen can."""
        ratio = self.devicePixelRatioF()
        if self._drawn.devicePixelRatio() != ratio or self._drawn.isNull():
            self._drawn = picture(self._icon_name, size_px=self._size_px, tint=self._tint, ratio=ratio)
        painter = QPainter(self)
        painter.drawPixmap((self.width() - self._size_px) // 2, (self.height() - self._size_px) // 2, self._drawn)
        painter.end()


def card(scale: Scale, *, role: str = "card", margin_px: int = 28) -> tuple[QFrame, QVBoxLayout]:
    """A panel and its column."""
    frame = QFrame()
    frame.setProperty("role", role)
    column = QVBoxLayout(frame)
    column.setContentsMargins(*[scale.px(margin_px)] * 4)
    column.setSpacing(scale.px(12))
    return frame, column


class LongList(QWidget):
    """A column that is longer than the screen: dragged by a finger or moved by two big arrows."""

    def __init__(self, scale: Scale, up: str, down: str) -> None:
        super().__init__()
        self._area = QScrollArea()
        self._area.setWidgetResizable(True)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._area.viewport().setAutoFillBackground(False)
        inner = QWidget()
        inner.setAutoFillBackground(False)
        self.column = QVBoxLayout(inner)
        self.column.setContentsMargins(0, 0, scale.px(8), 0)
        self.column.setSpacing(scale.px(14))
        self._area.setWidget(inner)
        inner.setAutoFillBackground(False)
        QScroller.grabGesture(self._area.viewport(), QScroller.ScrollerGestureType.TouchGesture)
        self._up = PictureButton("arrow_up", up, scale)
        self._down = PictureButton("down", down, scale)
        self._arrange(scale)

    def _arrange(self, scale: Scale) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(scale.px(16))
        row.addWidget(self._area, 1)
        arrows = QVBoxLayout()
        for button in (self._up, self._down):  # without its place kept, showing an arrow could make itself needless
            policy = button.sizePolicy()
            policy.setRetainSizeWhenHidden(True)
            button.setSizePolicy(policy)
        arrows.addWidget(self._up)
        arrows.addStretch(1)
        arrows.addWidget(self._down)
        row.addLayout(arrows)
        self._up.clicked.connect(self._on_up)
        self._down.clicked.connect(self._on_down)
        bar = self._area.verticalScrollBar()
        bar.valueChanged.connect(self._refresh)
        bar.rangeChanged.connect(self._refresh)
        self._refresh()

    @property
    def _fits(self) -> bool:
        return self._area.verticalScrollBar().maximum() <= 0

    def changeEvent(self, event: QEvent) -> None:
        """A new style changes the heights."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self._refresh()

    def _on_up(self) -> None:
        self._move(-1)

    def _on_down(self) -> None:
        self._move(1)

    def _move(self, pages: int) -> None:
        bar = self._area.verticalScrollBar()
        bar.setValue(bar.value() + round(pages * self._area.viewport().height() * 0.8))

    def _refresh(self) -> None:
        bar = self._area.verticalScrollBar()
        for button in (self._up, self._down):
            button.setVisible(not self._fits)
        self._up.setEnabled(bar.value() > 0)
        self._down.setEnabled(bar.value() < bar.maximum())
