"""One line of the form on the read-back: what it is called, and its value in very large type."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QWidget

from app.customer.words import Lines, Scale
from app.theme.theme import color
from app.visit.scene import ReadLine

_SIDE_PX, _ABOVE_PX, _GAP_PX = 14, 3, 12
_LABEL_PX, _RADIUS_PX = 164, 12
_CROSS_PX = 34
"""Of the label's place: kept free for the cross of a line that is marked, so that nothing moves then."""


class LineCell(QAbstractButton):
    """While the applicant disputes, it can be tapped to mark it as wrong. ``reveal`` shows what is hidden by stars.

    ``role`` is how the value is drawn (``app.customer.words``).
    """

    def __init__(self, line: ReadLine, scale: Scale, parent: QWidget, *, role: str = "value") -> None:
        super().__init__(parent)
        self.line = line
        self._scale = scale
        self._label = Lines(line.label, "label", scale)
        self._masked = Lines(line.value or self.tr("(空)"), role, scale)
        self._whole = Lines(line.whole, role, scale) if line.whole else self._masked
        self._value = self._masked
        self.setAccessibleName(f"{line.label} {line.value}")
        self.toggled.connect(self._refresh)
        self.open_for_dispute(opened=False)

    @property
    def _named(self) -> Lines:
        """What the line is called and, marked, that it is wrong: by the cross alone where more does not fit."""
        if not self.isChecked():
            return self._label
        whole = Lines(self.tr("{label} ✗ 有误").format(label=self.line.label), "disputed", self._scale)
        if whole.natural_px <= self._label_px():
            return whole
        return Lines(self.tr("✗ {label}").format(label=self.line.label), "disputed", self._scale)

    def reveal(self, *, revealed: bool) -> None:
        """Show the whole value, or the one with stars; nothing moves."""
        self._value = self._whole if revealed else self._masked
        self.setAccessibleName(f"{self.line.label} {self._value.text}")
        self.update()

    def open_for_dispute(self, *, opened: bool, keep: bool = False) -> None:
        """Let the line be marked, or not; when closed the mark is taken away unless it is kept."""
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents, not opened)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus if opened else Qt.FocusPolicy.NoFocus)
        if opened:
            self.setCheckable(True)
        elif not keep:
            self.setChecked(False)
            self.setCheckable(False)
        self._refresh()

    def _refresh(self) -> None:
        self.setAccessibleDescription(self.tr("✗ 有误") if self.isChecked() else "")
        self.update()

    def fits(self, width_px: int) -> bool:
        """Whether the value needs one line only at this width."""
        return max(self._masked.natural_px, self._whole.natural_px) <= self._room_px(width_px)

    def height_at(self, width_px: int) -> int:
        """As its words need, masked or whole, marked or not."""
        room_px = self._room_px(width_px)
        texts = (
            self._label.height_at(self._label_px() - self._scale.px(_CROSS_PX)),
            *(one.height_at(room_px) for one in (self._masked, self._whole)),
        )
        return round(max(texts)) + 2 * self._scale.px(_ABOVE_PX)

    def _label_px(self) -> int:
        return self._scale.px(_LABEL_PX)

    def _value_px(self) -> int:
        """Where the value begins."""
        return self._scale.px(_SIDE_PX) + self._label_px() + self._scale.px(_GAP_PX)

    def _room_px(self, width_px: int) -> int:
        """How wide the value may be in a cell of this width."""
        return max(1, width_px - self._value_px() - self._scale.px(_SIDE_PX))

    @property
    def drawn_label(self) -> str:
        """What the line is called now, with the mark where it is marked."""
        return self._named.text

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter marks the line, as the space bar does."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.isAutoRepeat():
            self.click()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """A frame only while it can be marked: red and thick when marked, blue for the keyboard."""
        painter = QPainter(self)
        if self.isCheckable():
            self._draw_frame(painter)
        self._draw(painter, self._named, self._scale.px(_SIDE_PX), self._label_px())
        self._draw(painter, self._value, self._value_px(), self._room_px(self.width()))
        painter.end()

    def _draw_frame(self, painter: QPainter) -> None:
        tint, line, thick = ("error_soft", "error", 4) if self.isChecked() else ("surface", "line_strong", 2)
        if self.hasFocus():
            line, thick = ("error" if self.isChecked() else "primary"), 4
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(color(line), self._scale.px(thick)))
        painter.setBrush(color(tint))
        inset_px, radius_px = self._scale.px(thick) // 2 + 1, self._scale.px(_RADIUS_PX)
        painter.drawRoundedRect(self.rect().adjusted(inset_px, inset_px, -inset_px, -inset_px), radius_px, radius_px)

    def _draw(self, painter: QPainter, lines: Lines, x_px: int, width_px: float) -> None:
        lines.break_at(width_px)
        lines.draw(painter, x_px, (self.height() - lines.height_px) / 2)
