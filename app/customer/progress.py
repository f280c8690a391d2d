"""The Scene while the clerk works: where the visit stands and what the applicant may do now."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QWidget

from app.customer.parts import Mark, SceneView, Send, card, label, paragraph
from app.customer.progress_list import ProgressList
from app.customer.words import Scale
from app.theme.fonts import text_font
from app.theme.icons import picture
from app.theme.theme import color
from app.visit.scene import Progress

_PICTURES = {0: "card", 1: "pen", 2: "camera"}
"""What the applicant sees while nothing has been read, entered or taken yet, by the step."""


class ProgressView(SceneView):
    """Title, applicant, stepper, the present step, and what is there by now; where there is nothing yet, a picture."""

    def __init__(self, scene: Progress, send: Send, scale: Scale, parent: QWidget) -> None:
        super().__init__(scale, parent)
        self._scene = scene
        head = QHBoxLayout()
        head.setSpacing(scale.px(24))
        head.addWidget(paragraph(scene.item or self.tr("正在办理"), "title", scale), 1)
        if scene.applicant:
            head.addWidget(label(scene.applicant, "lead", scale), 0, Qt.AlignmentFlag.AlignRight)
        self.column.addLayout(head)
        self.column.addWidget(Stepper(scene.steps, scene.current, scale))
        self._list = ProgressList(scale) if scene.lines else None
        frame, column = card(scale, role="panel", margin_px=28)
        if self._list is not None:
            column.addWidget(paragraph(scene.hint, "strong", scale, center=True))
            column.addWidget(self._list, 1)
            self._list.show_lines(scene.lines)
        else:
            column.addStretch(1)
            column.addWidget(Mark(_PICTURES.get(scene.current, "clock"), scale.px(150), "primary"))
            column.addWidget(paragraph(scene.hint, "title", scale, center=True))
            column.addStretch(1)
        self.column.addWidget(frame, 1)

    def follow(self, scene: Progress) -> bool:
        """Show what has come since; False where more than the lines is another."""
        if self._list is None or not scene.lines or replace(scene, lines=self._scene.lines) != self._scene:
            return False
        self._scene = scene
        self._list.show_lines(scene.lines)
        self.update()
        return True


class Stepper(QWidget):
    """All steps in a row: done ones ticked, the present one filled, later ones outlined; words under each."""

    def __init__(self, steps: tuple[str, ...], current: int, scale: Scale) -> None:
        super().__init__()
        self._steps = steps
        self._current = current
        self._scale = scale
        self.setFixedHeight(scale.px(118))
        done = steps[current] if 0 <= current < len(steps) else ""
        text = self.tr("第 {number} 步，共 {count} 步：{step}")
        self.setAccessibleName(text.format(number=current + 1, count=len(steps), step=done))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the steps from left to right."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        width_px = self.width() / max(1, len(self._steps))
        radius_px = self._scale.px(27)
        middle_px = radius_px + self._scale.px(4)
        centers = [QPoint(round(width_px * (at + 0.5)), middle_px) for at in range(len(self._steps))]
        for at, (left, right) in enumerate(pairwise(centers)):
            painter.setPen(QPen(color("primary" if at < self._current else "line"), self._scale.px(4)))
            painter.drawLine(left, right)
        for at, center in enumerate(centers):
            self._draw_disc(painter, at, center, radius_px)
            self._draw_words(painter, at, center, round(width_px))
        painter.end()

    def _draw_disc(self, painter: QPainter, at: int, center: QPoint, radius_px: int) -> None:
        passed = at <= self._current
        painter.setPen(QPen(color("primary" if passed else "line_strong"), self._scale.px(3)))
        painter.setBrush(color("primary" if at == self._current else "primary_soft" if passed else "surface"))
        painter.drawEllipse(center, radius_px, radius_px)
        if at < self._current:
            size_px = self._scale.px(32)
            check = picture("check", size_px=size_px, tint="primary", ratio=self.devicePixelRatioF())
            painter.drawPixmap(center - QPoint(size_px // 2, size_px // 2), check)
            return
        painter.setPen(color("on_primary" if at == self._current else "text_soft"))
        painter.setFont(text_font(self._scale.px(26), bold=True))
        box = QRect(center - QPoint(radius_px, radius_px), center + QPoint(radius_px, radius_px))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, str(at + 1))

    def _draw_words(self, painter: QPainter, at: int, center: QPoint, width_px: int) -> None:
        painter.setPen(color("primary" if at == self._current else "text_soft"))
        painter.setFont(text_font(self._scale.px(24), bold=at == self._current))
        box = QRect(center.x() - width_px // 2, self._scale.px(68), width_px, self._scale.px(44))
        painter.drawText(box, Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop, self._steps[at])
