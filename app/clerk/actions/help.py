"""F1: the keys that do something where the clerk is."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from types import MappingProxyType

from PySide6.QtCore import QSize, Qt
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

from app.clerk.actions.table import ACTIONS, Action, ActionKey
from app.theme.theme import set_role

_SHARE_OF_WINDOW = 0.94
_MARGINS_PX = (28, 24, 28, 24)


class HelpDialog(QDialog):
    """Those actions of the table with their keys, to be read while standing at the counter: never larger than the
    window. ``titles``: what some of them are called just now.
    """

    def __init__(
        self,
        keys: Collection[ActionKey],
        parent: QWidget | None = None,
        *,
        titles: Mapping[ActionKey, str] = MappingProxyType({}),
    ) -> None:
        super().__init__(parent)
        self._titles = titles
        self._actions = [action for action in ACTIONS if action.keys and action.key in keys]
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
        high = -(-len(self._actions) // columns)
        for place, action in enumerate(self._actions):
            self._add(grid, action, place % high, 4 * (place // high))
        for column in range(1, columns):
            grid.setColumnMinimumWidth(4 * column - 1, 24)
        return content

    def _add(self, grid: QGridLayout, action: Action, line: int, first: int) -> None:
        keys = QLabel(action.printed_keys)
        set_role(keys, "chip")
        keys.setAlignment(Qt.AlignmentFlag.AlignCenter)
        title, where = QLabel(self._titles.get(action.key, action.title)), QLabel(action.where)
        set_role(where, "hint")
        for offset, label in enumerate((keys, title, where)):
            grid.addWidget(label, line, first + offset)
