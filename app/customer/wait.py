"""The Scene while something takes a moment."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from app.customer.parts import Mark, SceneView, Send, label, paragraph
from app.customer.words import Scale
from app.visit.scene import Wait


class WaitView(SceneView):
    """A clock, what is happening, and the request to wait, once."""

    def __init__(self, scene: Wait, send: Send, scale: Scale, parent: QWidget) -> None:
        super().__init__(scale, parent)
        self.column.addStretch(2)
        self.column.addWidget(Mark("clock", scale.px(150), "primary"))
        self.column.addSpacing(scale.px(24))
        self.column.addWidget(paragraph(scene.text, "title", scale, center=True))
        request = self.tr("请稍候")
        if request not in scene.text:
            self.column.addWidget(label(request, "hint", scale, center=True))
        self.column.addStretch(3)
