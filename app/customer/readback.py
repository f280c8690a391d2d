"""The Scene in which the applicant reads the form back, and confirms it or points at what is wrong."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QSizePolicy, QWidget

from app.customer.parts import LongList, SceneView, Send, TouchButton, card, label, paragraph
from app.customer.words import Lines, Scale
from app.theme.theme import color
from app.visit.scene import Confirmed, Disputed, ReadBack, ReadLine

_SIDE_PX, _ABOVE_PX, _GAP_PX = 28, 16, 20
_LABEL_PX, _LEAST_PX = 250, 84


class ReadBackView(SceneView):
    """The form's lines in very large type. 确认无误 opens only when the last line was on the screen."""

    def __init__(self, scene: ReadBack, send: Send, scale: Scale, parent: QWidget) -> None:
        super().__init__(scale, parent)
        self._send = send
        self._drawn = False
        self._disputing = False
        self._answered = False
        self._digest = scene.digest
        self._title = label("", "title", scale)
        self._item = label(scene.item, "hint", scale)
        self._list = LongList(scale, self.tr("向上翻"), self.tr("向下翻"))
        self._rows = [LineRow(line, scale) for line in scene.lines]
        self._hint = label("", "hint", scale)
        self._left = TouchButton("", "secondary")
        self._right = TouchButton("", "primary")
        self._arrange(scene)
        self._connect()
        self._refresh()

    def _arrange(self, scene: ReadBack) -> None:
        head = QHBoxLayout()
        head.addWidget(self._title, 1)
        head.addWidget(self._item)
        self.column.addLayout(head)
        for row in self._rows:
            self._list.column.addWidget(row)
        if scene.materials:
            self._list.column.addWidget(self._materials(scene.materials))
        if scene.declaration:
            frame, column = card(self.scale, role="panel")
            column.addWidget(label(self.tr("您的声明"), "label", self.scale))
            column.addWidget(paragraph(scene.declaration, "lead", self.scale))
            self._list.column.addWidget(frame)
        self._list.column.addStretch(1)
        self.column.addWidget(self._list, 1)
        feet = QHBoxLayout()
        feet.setSpacing(self.scale.px(24))
        feet.addWidget(self._left)
        feet.addWidget(self._hint, 1, Qt.AlignmentFlag.AlignCenter)
        feet.addWidget(self._right)
        self.column.addLayout(feet)

    def _materials(self, names: tuple[str, ...]) -> QWidget:
        frame, column = card(self.scale)
        column.addWidget(label(self.tr("已收材料 {count} 份").format(count=len(names)), "label", self.scale))
        for number, name in enumerate(names, start=1):
            column.addWidget(paragraph(f"{number}. {name}", "lead", self.scale))
        return frame

    def _connect(self) -> None:
        self._left.clicked.connect(self._on_left)
        self._right.clicked.connect(self._on_right)
        self._list.moved.connect(self._refresh)
        self.painted.connect(self._on_drawn)
        for row in self._rows:
            row.toggled.connect(self._refresh)

    def _on_drawn(self) -> None:
        if not self._drawn:
            self._drawn = True
            self._refresh()

    def _on_left(self) -> None:
        self._disputing = not self._disputing
        for row in self._rows:
            row.open_for_dispute(opened=self._disputing)
        self._refresh()

    def _on_right(self) -> None:
        if self._disputing:
            self._send(Disputed(labels=tuple(row.name for row in self._rows if row.isChecked())))
        else:
            self._send(Confirmed(digest=self._digest))

    def lock(self) -> None:
        """The answer was given: lines and buttons stay as they are."""
        self._answered = True
        for row in self._rows:
            row.open_for_dispute(opened=False, keep=True)
        self._refresh()

    def _refresh(self) -> None:
        read = self._drawn and self._list.seen_to_end
        self._left.setEnabled(not self._answered)
        self._right.setEnabled(not self._answered and (self._disputing or read))
        if self._disputing:
            texts = (self.tr("请点一下不对的地方"), self.tr("返回"), self.tr("告诉工作人员"), self._marked())
        else:
            hint = "" if read else self.tr("请往下看完，再按确认")
            texts = (self.tr("请核对您的信息"), self.tr("有误"), self.tr("确认无误"), hint)
        if self._answered:
            texts = (*texts[:3], self.tr("好的，请稍候"))
        self._title.set_text(texts[0])
        for button, text in ((self._left, texts[1]), (self._right, texts[2])):
            button.setText(text)
            button.setAccessibleName(text)
        self._hint.set_text(texts[3])

    def _marked(self) -> str:
        count = sum(row.isChecked() for row in self._rows)
        return self.tr("已点 {count} 处").format(count=count) if count else ""


class LineRow(QAbstractButton):
    """One line of the form; while the applicant disputes, it can be tapped to mark it as wrong."""

    def __init__(self, line: ReadLine, scale: Scale) -> None:
        super().__init__()
        self.name = line.label
        self._scale = scale
        self._label = Lines(line.label, "label", scale)
        self._value = Lines(line.value or self.tr("(空)"), "value", scale)
        self._mark = Lines(self.tr("✗ 有误"), "disputed", scale)
        self._heights: dict[tuple[int, bool], int] = {}
        """By width and mark: a layout asks a dozen times."""
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setAccessibleName(f"{line.label} {line.value}")
        self.toggled.connect(self._refresh)
        self.open_for_dispute(opened=False)

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
        self.setAccessibleDescription(self._mark.text if self.isChecked() else "")
        self.updateGeometry()  # a mark takes room from the value
        self.update()

    def _places(self, width: int) -> tuple[int, int, int]:
        """Where the value begins, how wide it may be, and where the mark begins, in a line of this width."""
        px = self._scale.px
        value_px = px(_SIDE_PX) + px(_LABEL_PX) + px(_GAP_PX)
        mark_px = width - px(_SIDE_PX) - round(self._mark.natural_px)
        end_px = mark_px - px(_GAP_PX) if self.isChecked() else width - px(_SIDE_PX)
        return value_px, max(1, end_px - value_px), mark_px

    def heightForWidth(self, width: int) -> int:
        """As its words need."""
        asked = width, self.isChecked()
        if asked not in self._heights:
            _, room_px, _ = self._places(width)
            words_px = max(self._label.height_at(self._scale.px(_LABEL_PX)), self._value.height_at(room_px))
            least_px, above_px = self._scale.px(_LEAST_PX), self._scale.px(_ABOVE_PX)
            self._heights[asked] = max(least_px, round(words_px) + 2 * above_px)
        return self._heights[asked]

    def sizeHint(self) -> QSize:
        """Any width will do; the height follows from it."""
        width_px = self._scale.px(2 * _SIDE_PX + 2 * _LABEL_PX)
        return QSize(width_px, self.heightForWidth(max(width_px, self.width())))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter marks the line, as the space bar does."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.isAutoRepeat():
            self.click()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """A white panel; a red one with a thick border when marked; a blue border for the keyboard."""
        tint, line, thick = ("error_soft", "error", 4) if self.isChecked() else ("surface", "line", 1)
        if self.hasFocus():
            line, thick = ("error" if self.isChecked() else "primary"), 4
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(color(line), self._scale.px(thick)))
        painter.setBrush(color(tint))
        inset_px = self._scale.px(thick) // 2 + 1
        radius_px = self._scale.px(14)
        painter.drawRoundedRect(self.rect().adjusted(inset_px, inset_px, -inset_px, -inset_px), radius_px, radius_px)
        value_px, room_px, mark_px = self._places(self.width())
        self._draw(painter, self._label, self._scale.px(_SIDE_PX), self._scale.px(_LABEL_PX))
        self._draw(painter, self._value, value_px, room_px)
        if self.isChecked():
            self._draw(painter, self._mark, mark_px, self._mark.natural_px)
        painter.end()

    def _draw(self, painter: QPainter, lines: Lines, x_px: int, width_px: float) -> None:
        lines.break_at(width_px)
        lines.draw(painter, x_px, (self.height() - lines.height_px) / 2)
