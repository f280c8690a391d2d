"""The materials of the case as a list: what is needed, what is there, what is missing."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QIcon, QKeyEvent
from PySide6.QtWidgets import QListWidget, QListWidgetItem

from app.theme.icons import icon
from app.theme.theme import color
from app.visit.state import MaterialRow
from domain.catalogue.values import MaterialId


class MaterialList(QListWidget):
    """Stays on the chosen material until all its pages are there, then goes to the next that is not complete."""

    def __init__(self) -> None:
        super().__init__()
        self._rows: tuple[MaterialRow, ...] = ()
        self._blocking: frozenset[MaterialId] = frozenset()
        self.setObjectName("materials")
        self.setAccessibleName(self.tr("材料清单"))
        self.setWordWrap(True)
        self.setResizeMode(QListWidget.ResizeMode.Adjust)  # a scroll bar takes width, and lines wrap anew
        self.setTextElideMode(Qt.TextElideMode.ElideNone)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def show_rows(self, rows: tuple[MaterialRow, ...], missing: frozenset[MaterialId]) -> bool:
        """Show the list; ``missing`` blocked the last try to go on and stays red until it is there. Tells whether
        anything is another than before.
        """
        complete = {row.material for row in rows if row.complete}
        blocking = (self._blocking | missing) - complete
        if (rows, blocking) == (self._rows, self._blocking):
            return False
        chosen = self.chosen()
        self._rows, self._blocking = rows, blocking
        self.blockSignals(True)
        self.clear()
        for row in rows:
            self._add(row)
        self.setCurrentRow(self._next_row(chosen, newly_blocked=bool(missing - complete)))
        self.blockSignals(False)
        return True

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Letters are looked for in no list of materials: they were meant for a form."""
        if event.text().isprintable() and event.text():
            event.ignore()
        else:
            super().keyPressEvent(event)

    def chosen(self) -> MaterialRow | None:
        """The material that a page would be taken for."""
        item = self.currentItem()
        wanted = item.data(Qt.ItemDataRole.UserRole) if item is not None else None
        return next((row for row in self._rows if row.material == wanted), None)

    def count_missing(self) -> int:
        """How many required materials are not complete."""
        return sum(not row.complete for row in self._rows)

    def _add(self, row: MaterialRow) -> None:
        need = self.tr("必交") if row.required else self.tr("选交")
        pages = self.tr("{have}/{need} 页").format(have=len(row.pages), need=row.min_pages)
        if row.material in self._blocking:
            pages = self.tr("还缺 {count} 页").format(count=row.min_pages - len(row.pages))
        item = QListWidgetItem(_icon(row, blocking=row.material in self._blocking), f"{row.name}\n{need} · {pages}")
        item.setData(Qt.ItemDataRole.UserRole, row.material)
        if row.material in self._blocking:
            item.setForeground(color("error"))
        self.addItem(item)

    def _next_row(self, chosen: MaterialRow | None, *, newly_blocked: bool) -> int:
        if not self._rows:
            return -1
        names = [row.material for row in self._rows]
        at = names.index(chosen.material) if chosen is not None and chosen.material in names else 0
        now = self._rows[at]
        finished = _is_full(now) and not (chosen is not None and _is_full(chosen))
        if finished or (newly_blocked and now.complete):
            return next((number for number, row in enumerate(self._rows) if not row.complete), at)
        return at


def _is_full(row: MaterialRow) -> bool:
    """Whether all its pages are there; also of a material that nobody has to bring."""
    return len(row.pages) >= max(row.min_pages, 1)


def _icon(row: MaterialRow, *, blocking: bool) -> QIcon:
    if _is_full(row):
        return icon("success", tint="success")
    if blocking:
        return icon("error", tint="error")
    return icon("warning", tint="warning") if row.required else icon("document")
