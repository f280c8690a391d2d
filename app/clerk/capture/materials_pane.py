"""The materials of the case beside the camera: choose, look, take."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QHideEvent, QIcon, QShowEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.clerk.capture.page_strip import LoadBlob, PageStrip
from app.clerk.capture.preview import Preview
from app.clerk.intake.bottom_bar import BottomBar
from app.clerk.shortcuts import Keys, bind, shown_keys
from app.theme.icons import icon
from app.theme.theme import set_role
from app.visit.state import MaterialRow, Phase, VisitState
from app.visit.visit import Visit
from domain.catalogue.values import MaterialId
from hardware.messages import PreviewFrame

_LIST_WIDTH_PX = 360
WatchPreview = Callable[[Callable[[PreviewFrame, memoryview], None] | None], None]


class MaterialsPane(QWidget):
    """List of materials left, live picture right, taken pages below. One key takes a page."""

    def __init__(self, *, visit: Visit, load_blob: LoadBlob, watch_preview: WatchPreview) -> None:
        super().__init__()
        self._visit = visit
        self._watch_preview = watch_preview
        self._rows: tuple[MaterialRow, ...] = ()
        self.list = QListWidget()
        self.list.setObjectName("materials")
        self.list.setAccessibleName(self.tr("材料清单"))
        self.list.setWordWrap(True)
        self.list.setTextElideMode(Qt.TextElideMode.ElideNone)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setFixedWidth(_LIST_WIDTH_PX)
        self.list.currentRowChanged.connect(self._on_row_changed)
        self.preview = Preview()
        self.strip = PageStrip(load_blob=load_blob, on_drop=self._drop)
        self.take = QPushButton(self._take_text())
        self.take.setObjectName("take_page")
        self.take.setIcon(icon("camera"))
        self.take.setMinimumWidth(200)
        self.take.clicked.connect(self._on_take)
        self._note = QLabel()
        self._note.setWordWrap(True)
        set_role(self._note, "hint")
        self.bar = BottomBar(
            self,
            on_next=lambda: visit.go(Phase.READ_BACK),
            on_back=lambda: visit.go(Phase.FORM),
            on_undo=visit.undo,
            next_text=self.tr("请群众核对"),
        )
        bind(Keys.CAPTURE, self, self.take.click)
        self._lay_out()

    def _take_text(self) -> str:
        return self.tr("拍摄 ({keys})").format(keys=shown_keys(Keys.CAPTURE))

    def _lay_out(self) -> None:
        left = QVBoxLayout()
        title = QLabel(self.tr("本次需要的材料"))
        set_role(title, "heading")
        left.addWidget(title)
        left.addWidget(self.list, stretch=1)
        left.addWidget(self._note)
        right = QVBoxLayout()
        right.addWidget(self.preview, stretch=1)
        bar = QHBoxLayout()
        bar.addStretch()
        bar.addWidget(self.take)
        bar.addStretch()
        right.addLayout(bar)
        card = QFrame()
        set_role(card, "card")
        inner = QVBoxLayout(card)
        inner.setContentsMargins(12, 8, 12, 8)
        inner.addWidget(self.strip)
        right.addWidget(card)
        row = QHBoxLayout()
        row.setContentsMargins(16, 12, 16, 12)
        row.setSpacing(16)
        row.addLayout(left)
        row.addLayout(right, stretch=1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(row, stretch=1)
        column.addWidget(self.bar)

    # -- the camera runs only while this pane is seen

    def showEvent(self, event: QShowEvent) -> None:
        """Open the camera."""
        super().showEvent(event)
        self._watch_preview(self.preview.show_frame)
        self.list.setFocus()

    def hideEvent(self, event: QHideEvent) -> None:
        """Let the camera rest."""
        super().hideEvent(event)
        self._watch_preview(None)
        self.preview.clear_frame()

    def show_visit(self, state: VisitState) -> None:
        """Follow the visit."""
        if state.materials != self._rows:
            self._show_rows(state.materials, {missing.material for missing in state.missing})
        self.take.setEnabled(state.capturing is None and state.phase is Phase.MATERIALS and self._row() is not None)
        self.take.setText(self.tr("正在处理…") if state.capturing is not None else self._take_text())
        self.bar.show_saved(state.saved_at)

    def _show_rows(self, rows: tuple[MaterialRow, ...], missing: set[MaterialId]) -> None:
        chosen = self._row()
        was_complete = chosen is not None and chosen.complete and bool(chosen.pages)
        self._rows = rows
        self.list.blockSignals(True)
        self.list.clear()
        for row in rows:
            item = QListWidgetItem(_icon(row), self._line(row), self.list)
            item.setData(Qt.ItemDataRole.UserRole, row.material)
        self.list.blockSignals(False)
        self.list.setCurrentRow(self._next_row(chosen, was_complete=was_complete))
        self._show_chosen()

    def _next_row(self, chosen: MaterialRow | None, *, was_complete: bool) -> int:
        """Stay on the chosen material until it is complete, then go to the next that is not."""
        names = [row.material for row in self._rows]
        at = names.index(chosen.material) if chosen is not None and chosen.material in names else 0
        if names and self._rows[at].complete and self._rows[at].pages and not was_complete:
            return next((number for number, row in enumerate(self._rows) if not row.complete), at)
        return at if names else -1

    def _line(self, row: MaterialRow) -> str:
        need = self.tr("必交") if row.required else self.tr("选交")
        pages = self.tr("{have}/{need} 页").format(have=len(row.pages), need=row.min_pages)
        return f"{row.name}\n{need} · {pages}"

    def _row(self) -> MaterialRow | None:
        item = self.list.currentItem()
        wanted = item.data(Qt.ItemDataRole.UserRole) if item is not None else None
        return next((row for row in self._rows if row.material == wanted), None)

    def _show_chosen(self) -> None:
        row = self._row()
        self.strip.show_row(row)
        self._note.setText(row.note if row else "")
        self.take.setEnabled(row is not None and self._visit.state.capturing is None)

    @Slot(int)
    def _on_row_changed(self, _number: int) -> None:
        self._show_chosen()

    @Slot()
    def _on_take(self) -> None:
        row = self._row()
        if row is not None:
            self._visit.capture(row.material)

    def _drop(self, number: int) -> None:
        row = self._row()
        if row is not None:
            self._visit.drop_page(row.material, number)


def _icon(row: MaterialRow) -> QIcon:
    if row.complete and row.pages:
        return icon("success", tint="success")
    return icon("warning", tint="warning") if row.required else icon("document")
