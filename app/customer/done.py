"""The last Scene of a visit: the receipt number, or that the case is saved and will be sent; and what comes next."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from app.customer.parts import Mark, SceneView, Send, card, label, paragraph
from app.customer.words import Scale
from app.visit.scene import Done
from domain.papers.texts import chinese_date, number_groups
from resources import word


class DoneView(SceneView):
    """A case with a number is accepted; without one it is only saved, and this says so."""

    def __init__(self, scene: Done, send: Send, scale: Scale, parent: QWidget) -> None:
        super().__init__(scale, parent)
        accepted = bool(scene.receipt_no)
        head = QHBoxLayout()
        head.setSpacing(scale.px(24))
        head.addWidget(Mark("success" if accepted else "clock", scale.px(96), "success" if accepted else "primary"))
        titles = QVBoxLayout()
        title = self.tr("已受理") if accepted else self.tr("已保存，待发送")
        titles.addWidget(label(title, "success" if accepted else "accent", scale))
        titles.addWidget(paragraph(scene.item, "lead", scale))
        head.addLayout(titles, 1)
        self.column.addLayout(head)
        self.column.addWidget(self._number(scene) if accepted else self._waiting(), 1)
        self.column.addWidget(self._next(scene))
        self.column.addWidget(label(self.tr("谢谢您，请带好证件和材料"), "title", scale, center=True))

    def _number(self, scene: Done) -> QWidget:
        frame, column = card(self.scale, role="panel", margin_px=32)
        column.addStretch(1)
        column.addWidget(label(self.tr("受理号"), "hint", self.scale, center=True))
        groups = number_groups(scene.receipt_no)
        number = label("  ".join(groups), "number", self.scale, center=True)
        number.setAccessibleName(self.tr("受理号 {number}").format(number=scene.receipt_no))
        column.addWidget(number)
        column.addStretch(1)
        return frame

    def _waiting(self) -> QWidget:
        frame, column = card(self.scale, role="panel", margin_px=32)
        column.addStretch(1)
        column.addWidget(paragraph(self.tr("您的材料和签名已经保存好了。"), "lead", self.scale, center=True))
        text = self.tr("网络恢复后会自动发送，不用您再填一遍。\n受理号随后向本窗口查询。")
        column.addWidget(paragraph(text, "lead", self.scale, center=True))
        column.addStretch(1)
        return frame

    def _next(self, scene: Done) -> QWidget:
        frame, column = card(self.scale, margin_px=28)
        row = QHBoxLayout()
        row.setSpacing(self.scale.px(32))
        facts = QVBoxLayout()
        facts.setSpacing(self.scale.px(14))
        facts.addStretch(1)
        if scene.due_on is not None:
            moves = "" if scene.due_certain else word("case", "due_may_move")
            facts.addWidget(self._fact(word("case", "due"), chinese_date(scene.due_on) + moves))
        for other in scene.also:
            facts.addWidget(self._fact(self.tr("同时受理"), f"{other.item}  {other.receipt_no or self.tr('待发送')}"))
        if scene.contact:
            facts.addWidget(self._fact(self.tr("咨询"), scene.contact))
        if scene.progress_code:
            facts.addWidget(self._fact(self.tr("查进度"), self.tr("用手机扫右边的二维码")))
        facts.addStretch(1)
        row.addLayout(facts, 1)
        code = self._code(scene.progress_code)
        if code is not None:
            row.addWidget(code, 0, Qt.AlignmentFlag.AlignRight)
        column.addLayout(row)
        return frame

    def _fact(self, name: str, value: str) -> QWidget:
        made = QWidget()
        row = QHBoxLayout(made)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(self.scale.px(16))
        named = paragraph(name, "fact", self.scale)
        named.setFixedWidth(self.scale.px(140))
        row.addWidget(named, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(paragraph(value, "strong", self.scale), 1)
        return made

    def _code(self, data: bytes) -> QLabel | None:
        picture = QPixmap()
        if not data or not picture.loadFromData(data, "PNG"):
            return None
        made = QLabel()
        made.setPixmap(picture.scaledToWidth(self.scale.px(220), Qt.TransformationMode.FastTransformation))
        made.setAccessibleName(self.tr("查询进度的二维码"))
        return made
