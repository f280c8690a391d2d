"""The Scene in which the applicant reads the form back, and confirms it or points at what is wrong."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QHBoxLayout, QWidget

from app.customer.parts import SceneView, Send, TouchButton, label
from app.customer.sheet import Sheet
from app.customer.words import Scale
from app.visit.scene import Confirmed, Disputed, ReadBack

REST_MS = 700
"""After a page was turned: the second tap of a hasty finger neither turns another one nor confirms."""


class ReadBackView(SceneView):
    """The form in pages. The button that confirms stands where the one stood that turned the page, on the last one."""

    def __init__(self, scene: ReadBack, send: Send, scale: Scale, parent: QWidget) -> None:
        super().__init__(scale, parent)
        self._send = send
        self._drawn = False
        self._disputing = False
        self._answered = False
        self._digest = scene.digest
        self._title = label("", "title", scale)
        self._item = scene.item
        self._reader = scene.reader
        self._lines = len(scene.lines)
        self._page = label("", "hint", scale)
        self._sheet = Sheet(scene, scale)
        self._hint = label("", "hint", scale)
        self._left = TouchButton("", "secondary")
        self._back = TouchButton(self.tr("上一页"), "secondary")
        self._reveal = TouchButton(self.tr("按住看全文"), "secondary")
        self._right = TouchButton("", "primary")
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(REST_MS)
        self._arrange()
        self._connect()
        self._refresh()

    def _arrange(self) -> None:
        head = QHBoxLayout()
        head.addWidget(self._title, 1)
        head.addWidget(self._page)
        self.column.setSpacing(self.scale.px(12))
        self.column.addLayout(head)
        self.column.addWidget(self._sheet, 1)
        feet = QHBoxLayout()
        feet.setSpacing(self.scale.px(16))
        feet.addWidget(self._left)
        feet.addWidget(self._reveal)
        feet.addWidget(self._hint, 1, Qt.AlignmentFlag.AlignCenter)
        feet.addWidget(self._back)
        feet.addWidget(self._right)
        self.column.addLayout(feet)

    def _connect(self) -> None:
        self._left.clicked.connect(self._on_left)
        self._right.clicked.connect(self._on_right)
        self._back.clicked.connect(lambda: self._sheet.turn(-1))
        self._reveal.pressed.connect(lambda: self._show_whole(revealed=True))
        self._reveal.released.connect(lambda: self._show_whole(revealed=False))
        self._sheet.turned.connect(self._on_turned)
        self._rest.timeout.connect(self._refresh)
        self.painted.connect(self._on_drawn)
        for cell in self._sheet.cells:
            cell.toggled.connect(self._refresh)

    def _show_whole(self, *, revealed: bool) -> None:
        for cell in self._sheet.cells:
            cell.reveal(revealed=revealed)

    def _on_drawn(self) -> None:
        if not self._drawn:
            self._drawn = True
            self._refresh()

    def _on_turned(self) -> None:
        if self._drawn:
            self._rest.start()
        self._refresh()

    def _on_left(self) -> None:
        self._disputing = not self._disputing
        for cell in self._sheet.cells:
            cell.open_for_dispute(opened=self._disputing)
        self._refresh()

    def _on_right(self) -> None:
        if not self._sheet.on_last:
            self._sheet.turn(1)
        elif self._disputing:
            self._tell()
        else:
            self._send(Confirmed(digest=self._digest))

    def _tell(self) -> None:
        marked = [(at, cell.line) for at, cell in enumerate(self._sheet.cells) if cell.isChecked()]
        lines = tuple(at for at, _ in marked if at < self._lines)
        self._send(Disputed(labels=tuple(line.label for _, line in marked), lines=lines))

    def lock(self) -> None:
        """The answer was given: lines and buttons stay as they are."""
        self._answered = True
        for cell in self._sheet.cells:
            cell.open_for_dispute(opened=False, keep=True)
        self._refresh()

    def _refresh(self) -> None:
        sheet, asked = self._sheet, not self._answered
        self._left.setEnabled(asked)
        self._right.setEnabled(asked and self._drawn and not self._rest.isActive())
        self._back.setVisible(sheet.count > 1)
        self._back.setEnabled(asked and sheet.page > 0)
        self._reveal.setVisible(sheet.hides and not self._disputing)
        self._reveal.setEnabled(asked)
        page = self.tr("{item} · 第 {page} 页，共 {count} 页")
        self._page.set_text(page.format(item=self._item, page=sheet.page + 1, count=sheet.count))
        end = self.tr("告诉工作人员") if self._disputing else self.tr("确认无误")
        texts = (
            self.tr("请点一下不对的地方") if self._disputing else self._invitation(),
            self.tr("返回") if self._disputing else self.tr("有误"),
            end if sheet.on_last else self.tr("下一页"),
            self.tr("好的，请稍候") if self._answered else self._marked(),
        )
        self._title.set_text(texts[0])
        for button, text in ((self._left, texts[1]), (self._right, texts[2])):
            button.setText(text)
            button.setAccessibleName(text)
        self._hint.set_text(texts[3])

    def _invitation(self) -> str:
        if self._reader:
            return self.tr("请{reader}代为核对").format(reader=self._reader)
        return self.tr("请核对您的信息")

    def _marked(self) -> str:
        count = sum(cell.isChecked() for cell in self._sheet.cells)
        return self.tr("已点 {count} 处").format(count=count) if count else ""
