"""The Scene in which the applicant signs."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QWidget

from app.customer.ink import InkPad
from app.customer.parts import Mark, SceneView, Send, TouchButton, card, label, paragraph
from app.customer.words import Scale
from app.visit.scene import Sign, Signed


class SignView(SceneView):
    """What is signed, a big pad, 重签 and 完成；完成 opens with the first ink."""

    def __init__(self, scene: Sign, send: Send, scale: Scale, parent: QWidget) -> None:
        super().__init__(scale, parent)
        self._send = send
        self._answered = False
        self._digest = scene.digest
        self._pad = InkPad(scale, self.tr("请在此签名"))
        self._again = TouchButton(self.tr("重签"), "secondary")
        self._finish = TouchButton(self.tr("完成"), "primary")
        self._hint = label("", "hint", scale)
        head = QHBoxLayout()
        head.addWidget(label(self.tr("请签名"), "title", scale), 1)
        head.addWidget(
            label(self.tr("签名人 {name}").format(name=scene.signer), "lead", scale), 0, Qt.AlignmentFlag.AlignRight
        )
        self.column.addLayout(head)
        if scene.redo:
            self.column.addWidget(self._redo(scene.redo))
        self.column.addWidget(paragraph(self._statement(scene), "body", scale))
        self.column.addWidget(self._pad, 1)
        feet = QHBoxLayout()
        feet.addWidget(self._again)
        feet.addWidget(self._hint, 1, Qt.AlignmentFlag.AlignCenter)
        feet.addWidget(self._finish)
        self.column.addLayout(feet)
        self._pad.inked.connect(self._refresh)
        self._again.clicked.connect(self._pad.wipe)
        self._finish.clicked.connect(self._on_finish)
        self._refresh()

    def _statement(self, scene: Sign) -> str:
        return self.tr("{item}。{declaration}").format(item=scene.item, declaration=scene.declaration)

    def _redo(self, why: str) -> QWidget:
        frame, column = card(self.scale, role="notice", margin_px=18)
        row = QHBoxLayout()
        row.setSpacing(self.scale.px(16))
        row.addWidget(Mark("warning", self.scale.px(36), "warning"))
        row.addWidget(paragraph(why, "warning", self.scale), 1)
        column.addLayout(row)
        return frame

    def _on_finish(self) -> None:
        size = self._pad.size()
        answer = Signed(
            digest=self._digest,
            strokes=self._pad.strokes,
            width_px=size.width(),
            height_px=size.height(),
            source=self._pad.source,
        )
        self._send(answer)

    @property
    def has_ink(self) -> bool:
        """Whether something was written that nobody has taken yet."""
        return bool(self._pad.strokes) and not self._answered

    def lock(self) -> None:
        """The signature was given: no more ink."""
        self._answered = True
        self._pad.setEnabled(False)
        self._refresh()

    def _refresh(self) -> None:
        open_now = bool(self._pad.strokes) and not self._answered
        self._again.setEnabled(open_now)
        self._finish.setEnabled(open_now)
        self._hint.set_text(self.tr("好的，请稍候") if self._answered else "")
