"""The Scene between two visits: greeting, what to lay out, and the privacy notice in short points."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QWidget

from app.customer.parts import LongList, Mark, SceneView, Send, card, label, paragraph
from app.customer.words import Scale
from app.visit.scene import Welcome


class WelcomeView(SceneView):
    """Shows nothing of anybody."""

    def __init__(self, scene: Welcome, send: Send, scale: Scale, parent: QWidget) -> None:
        super().__init__(scale, parent)
        self.column.addWidget(label(scene.office, "lead", scale, center=True))
        self.column.addStretch(2)
        self.column.addLayout(self._greeting())
        self.column.addStretch(3)
        if scene.privacy_notice:
            self._add_notice(scene.privacy_notice)

    def _greeting(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(self.scale.px(48))
        row.addStretch(1)
        row.addWidget(Mark("card", self.scale.px(170), "primary"))
        texts = QHBoxLayout()
        frame, column = card(self.scale, role="plain", margin_px=0)
        column.addWidget(label(self.tr("您好"), "giant", self.scale))
        column.addWidget(label(self.tr("请出示身份证"), "accent", self.scale))
        texts.addWidget(frame)
        row.addLayout(texts)
        row.addStretch(1)
        return row

    def _add_notice(self, points: tuple[str, ...]) -> None:
        """Filled where it stands: what is full when it comes into a window has all of it styled once more."""
        frame, column = card(self.scale, margin_px=24)
        self.column.addWidget(frame, 24)
        head = QHBoxLayout()
        head.setSpacing(self.scale.px(12))
        head.addWidget(Mark("shield", self.scale.px(34), "primary"))
        head.addWidget(label(self.tr("个人信息处理告知"), "strong", self.scale), 1, Qt.AlignmentFlag.AlignLeft)
        column.addLayout(head)
        points_list = LongList(self.scale, self.tr("向上翻"), self.tr("向下翻"))
        column.addWidget(points_list, 1)
        for point in points:
            points_list.column.addWidget(paragraph(self.tr("·  {point}").format(point=point), "body", self.scale))
        points_list.column.addStretch(1)
