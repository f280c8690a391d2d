"""All keys of the clerk's window in one table, and the window that shows them (F1)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from PySide6.QtCore import QCoreApplication, QSize, Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QGridLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from app.theme.theme import set_role

translate = QCoreApplication.translate
_SHARE_OF_WINDOW = 0.94
_MARGINS_PX = (28, 24, 28, 24)
_PRINTED = {"Return": "Enter", "Left": "←", "Up": "↑", "Down": "↓", "-": "−"}


class Keys(StrEnum):
    """What a shortcut does; the value names it in tests and tooltips."""

    HELP = "help"
    BEGIN = "begin"
    FIND = "find"
    TYPE_IDENTITY = "type_identity"
    NEXT = "next"
    BACK = "back"
    STEPS = "steps"
    END_VISIT = "end_visit"
    ADD_CASE = "add_case"
    NEXT_CASE = "next_case"
    DROP_CASE = "drop_case"
    UNDO = "undo"
    ADD_ROW = "add_row"
    DROP_ROW = "drop_row"
    ROW_UP = "row_up"
    ROW_DOWN = "row_down"
    AS_ON_CARD = "as_on_card"
    CAPTURE = "capture"
    BY_HAND = "by_hand"
    PRINT = "print"
    RELOAD = "reload"
    CUSTOMER = "customer"
    NEXT_FIELD = "next_field"
    LIST_MOVE = "list_move"
    LIST_CLOSE = "list_close"
    APPROVE = "approve"
    RETURN_CASE = "return_case"
    NEXT_TASK = "next_task"
    PREVIOUS_PAGE = "previous_page"
    NEXT_PAGE = "next_page"
    ZOOM_IN = "zoom_in"
    ZOOM_OUT = "zoom_out"
    WHOLE_PAGE = "whole_page"
    SECTION_1 = "section_1"
    SECTION_2 = "section_2"
    SECTION_3 = "section_3"
    SECTION_4 = "section_4"
    SECTION_5 = "section_5"
    SECTION_6 = "section_6"


_BY_EDITORS = frozenset({Keys.NEXT_FIELD, Keys.LIST_MOVE})
"""What the fields of a form do with keys themselves."""
SECTIONS = (Keys.SECTION_1, Keys.SECTION_2, Keys.SECTION_3, Keys.SECTION_4, Keys.SECTION_5, Keys.SECTION_6)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of the table. ``sequence`` as Qt writes it; ``scope`` is where it works."""

    keys: Keys
    sequence: str
    text: str
    scope: str


def table() -> tuple[Row, ...]:
    """Every shortcut, in the order in which F1 shows them."""
    everywhere, form = translate("Shortcuts", "全程"), translate("Shortcuts", "表单")
    choosing = translate("Shortcuts", "选择事项")
    alone = translate("Shortcuts", "没有群众屏时")
    found = [
        (Keys.HELP, "F1", translate("Shortcuts", "显示快捷键"), everywhere),
        (Keys.BEGIN, "F2", translate("Shortcuts", "开始办理"), translate("Shortcuts", "首页")),
        (Keys.FIND, "Ctrl+F", translate("Shortcuts", "查找业务或群众"), translate("Shortcuts", "首页")),
        (Keys.TYPE_IDENTITY, "F4", translate("Shortcuts", "手工录入身份信息"), translate("Shortcuts", "核验身份")),
        (Keys.NEXT, "Ctrl+Return", translate("Shortcuts", "下一步"), everywhere),
        (Keys.BACK, "Alt+Left", translate("Shortcuts", "上一步"), everywhere),
        (Keys.STEPS, "F6", translate("Shortcuts", "到步骤清单、回到内容"), everywhere),
        (Keys.END_VISIT, "F8", translate("Shortcuts", "挂起本次办理；在首页写备注"), everywhere),
        (Keys.ADD_CASE, "Ctrl+Shift+Return", translate("Shortcuts", "再加一件，一起签名"), choosing),
        (Keys.NEXT_CASE, "F3", translate("Shortcuts", "换到同时办理的下一件"), everywhere),
        (Keys.DROP_CASE, "Shift+F3", translate("Shortcuts", "把这一件移出本次办理"), everywhere),
        (Keys.UNDO, "Ctrl+Z", translate("Shortcuts", "撤销上一处改动"), everywhere),
        (Keys.CAPTURE, "Space", translate("Shortcuts", "拍一页材料"), translate("Shortcuts", "采集材料")),
        (Keys.BY_HAND, "F7", translate("Shortcuts", "手动选边拍一页"), translate("Shortcuts", "采集材料")),
        (Keys.PRINT, "Ctrl+P", translate("Shortcuts", "打印回执"), translate("Shortcuts", "办理完成")),
        (Keys.RELOAD, "F5", translate("Shortcuts", "刷新列表"), translate("Shortcuts", "我的业务、复核")),
        (Keys.CUSTOMER, "F9", translate("Shortcuts", "在本屏显示或收起群众画面"), alone),
        (Keys.NEXT_FIELD, "Return", translate("Shortcuts", "下一个字段"), form),
        (Keys.LIST_MOVE, "Down", translate("Shortcuts", "打开列表、选下一项"), form),
        (Keys.ADD_ROW, "Alt+Ins", translate("Shortcuts", "增加一行（继承人等）"), form),
        (Keys.DROP_ROW, "Alt+Del", translate("Shortcuts", "删除光标所在的一行"), form),
        (Keys.ROW_UP, "Ctrl+Shift+Up", translate("Shortcuts", "把光标所在的一行上移"), form),
        (Keys.ROW_DOWN, "Ctrl+Shift+Down", translate("Shortcuts", "把光标所在的一行下移"), form),
        (Keys.AS_ON_CARD, "Alt+S", translate("Shortcuts", "与身份证相同（居住地址）"), form),
        (Keys.LIST_CLOSE, "Esc", translate("Shortcuts", "收起列表、关闭提示"), everywhere),
    ]
    found += _review()
    rows = [Row(keys=keys, sequence=sequence, text=text, scope=scope) for keys, sequence, text, scope in found]
    part = translate("Shortcuts", "到表单第 {number} 部分")
    for number, (keys, letter) in enumerate(zip(SECTIONS, "QWERTY", strict=True), start=1):
        rows.append(Row(keys=keys, sequence=f"Alt+{letter}", text=part.format(number=number), scope=form))
    return tuple(rows)


def _review() -> list[tuple[Keys, str, str, str]]:
    """The keys of whoever decides on cases; + − 0 alone do the same while the page has the keyboard."""
    review = translate("Shortcuts", "复核、审批")
    return [
        (Keys.APPROVE, "Alt+Return", translate("Shortcuts", "通过"), review),
        (Keys.RETURN_CASE, "Alt+B", translate("Shortcuts", "退回"), review),
        (Keys.NEXT_TASK, "Alt+Down", translate("Shortcuts", "下一件"), review),
        (Keys.PREVIOUS_PAGE, "Alt+PgUp", translate("Shortcuts", "上一页影像"), review),
        (Keys.NEXT_PAGE, "Alt+PgDown", translate("Shortcuts", "下一页影像"), review),
        (Keys.ZOOM_IN, "Ctrl++", translate("Shortcuts", "放大影像（或按 +）"), review),
        (Keys.ZOOM_OUT, "Ctrl+-", translate("Shortcuts", "缩小影像（或按 −）"), review),
        (Keys.WHOLE_PAGE, "Ctrl+0", translate("Shortcuts", "整页影像（或按 0）"), review),
    ]


def sequence_of(keys: Keys) -> str:
    """The keys of a shortcut as Qt writes them."""
    return next(row.sequence for row in table() if row.keys is keys)


def shown_keys(keys: Keys) -> str:
    """The keys as they are printed on a keyboard."""
    text = "+".join(_PRINTED.get(part, part) for part in sequence_of(keys).split("+"))
    return text.replace("Space", translate("Shortcuts", "空格"))


def sequences_of(keys: Keys) -> list[QKeySequence]:
    """Everything that does the same: either Enter key, and plus with or without Shift."""
    sequence = sequence_of(keys)
    sequences = [QKeySequence(sequence)]
    if sequence.endswith("Return"):
        sequences.append(QKeySequence(sequence.replace("Return", "Enter")))
    if sequence.endswith("++"):
        sequences.append(QKeySequence(sequence.replace("++", "+=")))  # the same key without Shift
    return sequences


def keys_at_work(window: QWidget) -> frozenset[Keys]:
    """What does something now: the keys that are enabled and whose owner is in sight, and with a form those of its
    fields.
    """
    enabled = (one for one in window.findChildren(QShortcut) if one.objectName() and one.isEnabled())
    seen = (one for one in enabled if _owner_of(one).isVisible())
    bound = {Keys(one.objectName()) for one in seen} | {Keys.LIST_CLOSE}
    return frozenset(bound | _BY_EDITORS if bound & set(SECTIONS) else bound)


def _owner_of(shortcut: QShortcut) -> QWidget:
    owner = shortcut.parent()
    assert isinstance(owner, QWidget)
    return owner


def bind(keys: Keys, owner: QWidget, action: Callable[[], object]) -> QShortcut:
    """Make a shortcut work while ``owner`` is in sight, wherever the keyboard is; both Enter keys count as one.

    A key that is held down acts once. The space bar presses buttons, so it works only with the keyboard in ``owner``.
    """
    shortcut = QShortcut(owner)
    shortcut.setObjectName(keys.value)
    shortcut.setKeys(sequences_of(keys))
    within = keys is Keys.CAPTURE
    context = Qt.ShortcutContext
    shortcut.setContext(context.WidgetWithChildrenShortcut if within else context.WindowShortcut)
    shortcut.setAutoRepeat(False)
    shortcut.activated.connect(action)
    return shortcut


class ShortcutsDialog(QDialog):
    """Those ``keys`` of the table, to be read while standing at the counter: never larger than the window."""

    def __init__(self, keys: frozenset[Keys], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._table = tuple(row for row in table() if row.keys in keys)
        self.setWindowTitle(self.tr("快捷键"))
        title = QLabel(self.tr("快捷键"))
        set_role(title, "title")
        self.area = QScrollArea()
        self.area.setFrameShape(QFrame.Shape.NoFrame)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.setWidgetResizable(True)
        self.area.setFocusPolicy(Qt.FocusPolicy.StrongFocus)  # the arrows scroll
        self.area.setAccessibleName(title.text())
        self.close_button = QPushButton(self.tr("关闭 (Esc)"))
        set_role(self.close_button, "primary")
        self.close_button.setDefault(True)
        self.close_button.clicked.connect(self.accept)
        column = QVBoxLayout(self)
        column.setContentsMargins(*_MARGINS_PX)
        column.setSpacing(16)
        column.addWidget(title)
        column.addWidget(self.area, stretch=1)
        column.addWidget(self.close_button, alignment=Qt.AlignmentFlag.AlignRight)
        self._fit()

    def _fit(self) -> None:
        """Whole where the window has room for it, else in as many columns as are seen whole, and scrolled."""
        parent = self.parentWidget()
        room = (parent.window() if parent else self).screen().availableSize()
        if parent is not None:
            room = parent.window().size().boundedTo(room)
        most = room * _SHARE_OF_WINDOW
        sizes = {columns: self._size_in(columns) for columns in (1, 2, 3)}
        whole = [columns for columns in (2, 3) if sizes[columns].boundedTo(most) == sizes[columns]]
        beside = [columns for columns in (3, 2) if sizes[columns].width() <= most.width()]
        columns = (*whole, *beside, 1)[0]
        self._size_in(columns)
        self.resize(sizes[columns].boundedTo(most))

    def _size_in(self, columns: int) -> QSize:
        content = self._make_table(columns)
        self.area.setWidget(content)
        return self._size_around(content)

    def _size_around(self, content: QWidget) -> QSize:
        """The size at which nothing has to be scrolled."""
        for part in self.findChildren(QWidget):
            part.ensurePolished()  # sizes are those of the type that the style sheet gives
        around = self.sizeHint() - self.area.sizeHint()
        bar_px = self.area.verticalScrollBar().sizeHint().width()
        table_size = content.sizeHint()
        left, _, right, _ = _MARGINS_PX
        return QSize(table_size.width() + bar_px + left + right, table_size.height() + around.height())

    def _make_table(self, columns: int) -> QWidget:
        content = QWidget()
        set_role(content, "scrolled")
        grid = QGridLayout(content)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(20)
        grid.setVerticalSpacing(8)
        rows = self._table
        high = -(-len(rows) // columns)
        for place, row in enumerate(rows):
            self._add(grid, row, place % high, 4 * (place // high))
        for column in range(1, columns):
            grid.setColumnMinimumWidth(4 * column - 1, 24)
        return content

    def _add(self, grid: QGridLayout, row: Row, line: int, first: int) -> None:
        keys = QLabel(shown_keys(row.keys))
        set_role(keys, "chip")
        keys.setAlignment(Qt.AlignmentFlag.AlignCenter)
        text, scope = QLabel(row.text), QLabel(row.scope)
        set_role(scope, "hint")
        for offset, label in enumerate((keys, text, scope)):
            grid.addWidget(label, line, first + offset)
