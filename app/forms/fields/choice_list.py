"""The list under a choice field: one for the whole form, inside the window, never taking the keyboard."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPoint, QRect, QStringListModel, Qt, Signal
from PySide6.QtWidgets import QListView, QWidget

from domain.catalogue.values import Code

_ROWS = 8


class ChoiceList(QListView):
    """Shows entries as code and label below (or above) a field.

    Signals: ``picked(str)`` the code that was clicked.
    """

    picked = Signal(str)

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._model = QStringListModel(self)
        self._entries: tuple[Code, ...] = ()
        self._field: QWidget | None = None
        self.was_moved = False
        self.setModel(self._model)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setUniformItemSizes(True)
        self.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName(self.tr("可选的代码"))
        self.clicked.connect(self._on_clicked)
        self.hide()

    def serves(self, field: QWidget) -> bool:
        """Whether the list belongs to this field now."""
        return self._field is field

    def offer(self, field: QWidget, entries: tuple[Code, ...], *, current: str) -> None:
        """Show the entries at the field, the first or the current one marked; nothing when there are none."""
        self._field, self._entries, self.was_moved = field, entries, False
        if not entries:
            self.hide()
            return
        self._model.setStringList([f"{entry.code}  {entry.label}" for entry in entries])
        row = next((row for row, entry in enumerate(entries) if entry.code == current), 0)
        self.setCurrentIndex(self._model.index(row))
        self.setGeometry(self._place(field))
        self.raise_()
        self.show()
        self.scrollTo(self.currentIndex())

    def mark_none(self) -> None:
        """No entry is marked until one is moved to."""
        self.setCurrentIndex(QModelIndex())

    def move_by(self, steps: int) -> None:
        """Mark another entry."""
        row = min(max(self.currentIndex().row() + steps, 0), len(self._entries) - 1)
        self.was_moved = True
        self.setCurrentIndex(self._model.index(row))

    def current_code(self) -> str | None:
        """The marked entry."""
        row = self.currentIndex().row()
        return self._entries[row].code if 0 <= row < len(self._entries) else None

    def _on_clicked(self, index: QModelIndex) -> None:
        if 0 <= index.row() < len(self._entries):
            self.picked.emit(self._entries[index.row()].code)

    def _place(self, field: QWidget) -> QRect:
        """Below the field, or above it where there is more room."""
        window = self._window
        row_px = max(self.sizeHintForRow(0), 1)
        wanted = row_px * min(len(self._entries), _ROWS) + 2 * self.frameWidth() + 2
        top = field.mapTo(window, QPoint(0, 0))
        below, above = window.height() - top.y() - field.height(), top.y()
        height = min(wanted, max(below, above))
        y = top.y() + field.height() if below >= height or below >= above else top.y() - height
        return QRect(top.x(), y, field.width(), height)
