"""The materials of the case beside the camera: choose, look, take."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QT_TRANSLATE_NOOP, Qt, Slot
from PySide6.QtGui import QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QCheckBox, QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from app.clerk.actions.offering import make_button
from app.clerk.actions.table import ActionKey, shown_keys, with_keys
from app.clerk.capture.corners_dialog import CornersDialog
from app.clerk.capture.lying_still import Known, LyingStill, points_of, sheet_of
from app.clerk.capture.material_list import MaterialList
from app.clerk.capture.page_dialog import PageDialog
from app.clerk.capture.page_strip import LoadBlob, PageStrip
from app.clerk.capture.preview import Preview
from app.clerk.intake.bottom_bar import BottomBar
from app.clerk.pictures import Pictures
from app.notices.texts import outcome_notice
from app.session.state import SessionState
from app.theme.theme import set_property, set_role
from app.visit.state import Phase, VisitState
from app.visit.visit import Visit
from hardware.device import DeviceState
from hardware.kinds.document_camera import DOCUMENT_CAMERA, Corners, PageShape, PreviewFrame
from hardware.outcomes import OutcomeCode

_LIST_WIDTHS_PX = (240, 340)
_STRIP_PICTURE_PX = 136
"""The strip of pages: a picture, then two lines of text and their margins."""
_FLAT_STRIP_PX = 92
"""The same where there is little room: small pictures with their text beside them."""
_NARROW_PX, _LOW_PX = 860, 500
"""A pane that is smaller gives the camera's picture what list and strip can spare."""
_IN_TROUBLE = (DeviceState.ABSENT, DeviceState.ERROR, DeviceState.NOT_CONFIGURED)
_KNOWN = {
    Known.LAY_THERE: QT_TRANSLATE_NOOP("MaterialsPane", "原来就在镜头下，不会自动拍；要拍这页请按 {keys}"),
    Known.ASKED_FOR: QT_TRANSLATE_NOOP("MaterialsPane", "正在拍摄，请不要移动"),
    Known.TAKEN: QT_TRANSLATE_NOOP("MaterialsPane", "这张刚拍过，请换下一页；要再拍一次请按 {keys}"),
    Known.FAILED: QT_TRANSLATE_NOOP("MaterialsPane", "刚才没有拍成：压平、手离开，等一秒再按 {keys}"),
}
"""What is said of a page that was found and will not be taken by itself."""
WatchPreview = Callable[[Callable[[PreviewFrame, memoryview], None] | None, PageShape], None]


class MaterialsPane(QWidget):
    """List of materials left, live picture right, taken pages below. One key takes a page.

    With ``takes_itself`` a required page is taken as soon as a fresh sheet lies still.
    """

    def __init__(
        self,
        *,
        visit: Visit,
        load_blob: LoadBlob,
        pictures: Pictures,
        watch_preview: WatchPreview,
        takes_itself: bool = False,
    ) -> None:
        super().__init__()
        set_role(self, "page")
        self._visit = visit
        self._watch_preview = watch_preview
        self._trouble = ""
        self.list = MaterialList()
        self.list.currentRowChanged.connect(self._on_row_changed)
        self.count = QLabel()
        self.count.setObjectName("materials_missing")
        set_role(self.count, "chip")
        self.preview = Preview()
        self.page = PageDialog(load_blob=load_blob, pictures=pictures, parent=self)
        self.strip = PageStrip(load_blob=load_blob, pictures=pictures, on_drop=self._drop, on_open=self.page.show_page)
        self.take = make_button(ActionKey.TAKE_PAGE, self._on_take, owner=self)
        self.take.setMinimumWidth(200)
        self.by_hand = make_button(ActionKey.BY_HAND, self._on_by_hand, owner=self)
        self.by_itself = self._make_choice(takes_itself)
        self._still = LyingStill()
        self._pages = 0
        self.corners = CornersDialog(on_take=self._take_held, parent=self)
        self.corners.finished.connect(self.list.setFocus)
        self._note = QLabel()
        self._note.setWordWrap(True)
        set_role(self._note, "hint")
        self.bar = BottomBar(
            self,
            on_next=visit.phases.go_on,
            on_back=visit.phases.go_back,
            on_undo=visit.keeping.undo,
            next_title=self.tr("请群众核对"),
        )
        self._lay_out()

    def _make_choice(self, takes_itself: bool) -> QCheckBox:
        choice = QCheckBox(self.tr("放稳后自动拍摄"))
        choice.setObjectName("takes_itself")
        choice.setToolTip(self.tr("必交的材料放下、放稳后自动拍一页；镜头下原来就有的不拍"))
        choice.setChecked(takes_itself)
        choice.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # Space goes on taking pages after a click on it
        return choice

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.setContentsMargins(16, 12, 16, 12)
        row.setSpacing(16)
        row.addWidget(self._make_left())
        row.addLayout(self._make_right(), stretch=1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(row, stretch=1)
        column.addWidget(self.bar)
        self._fit()

    def _make_left(self) -> QWidget:
        title = QLabel(self.tr("本次需要的材料"))
        set_role(title, "heading")
        head = QHBoxLayout()
        head.addWidget(title)
        head.addStretch()
        head.addWidget(self.count)
        self._side = QWidget()
        left = QVBoxLayout(self._side)
        left.setContentsMargins(0, 0, 0, 0)
        left.setSpacing(8)
        left.addLayout(head)
        left.addWidget(self.list, stretch=1)
        left.addWidget(self._note)
        left.addWidget(self.by_itself)
        return self._side

    def _make_right(self) -> QVBoxLayout:
        self._strip_card = QFrame()
        set_role(self._strip_card, "card")
        inner = QVBoxLayout(self._strip_card)
        inner.setContentsMargins(12, 8, 12, 4)
        inner.addWidget(self.strip)
        taking = QHBoxLayout()
        taking.addStretch()
        taking.addWidget(self.take)
        taking.addWidget(self.by_hand)
        taking.addStretch()
        right = QVBoxLayout()
        right.setSpacing(8)
        right.addWidget(self.preview, stretch=1)
        right.addLayout(taking)
        right.addWidget(self._strip_card)
        return right

    def _fit(self) -> None:
        """Share the room between list, picture and strip."""
        narrow, low = self.width() < _NARROW_PX, self.height() < _LOW_PX
        self._side.setFixedWidth(_LIST_WIDTHS_PX[not narrow])
        whole = _STRIP_PICTURE_PX + 3 * self._strip_card.fontMetrics().height()
        self._strip_card.setFixedHeight(_FLAT_STRIP_PX if low else whole)
        self.strip.set_flat(flat=low)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another size shares the room anew."""
        super().resizeEvent(event)
        self._fit()

    # -- the camera runs only while this pane is seen

    def showEvent(self, event: QShowEvent) -> None:
        """Open the camera."""
        super().showEvent(event)
        self._still.start_anew()
        self._show_camera()
        self._watch()
        self.list.setFocus()

    def hideEvent(self, event: QHideEvent) -> None:
        """Close the camera."""
        super().hideEvent(event)
        self._watch_preview(None, PageShape.ANY)
        self.preview.clear_frame()

    def _watch(self) -> None:
        """Look for a page of the chosen material's shape: what is found is what a press would take."""
        row = self.list.chosen()
        if self.isVisible():
            self._watch_preview(self._on_frame, PageShape(row.shape) if row else PageShape.ANY)

    def _on_frame(self, frame: PreviewFrame, view: memoryview) -> None:
        """Show it; a fresh sheet that lies still is taken, if a required page is missing and nothing else goes on."""
        self._still.see(points_of(frame, view), lambda: sheet_of(frame, view), found=frame.hint is OutcomeCode.OK)
        if self.by_itself.isChecked():
            self._say_what_follows()
            row, busy = self.list.chosen(), self.corners.isVisible() or self.page.isVisible()
            if self._still.lies_still and row is not None and not row.complete and not busy and self.take.isEnabled():
                self._on_take()
        self.preview.show_frame(frame, view)

    def _say_what_follows(self) -> None:
        row = self.list.chosen()
        waits = row is not None and not row.complete
        fresh, known = self.tr("已找到页面，放稳后自动拍摄"), self.tr(str(_KNOWN[self._still.known]))
        text = fresh if self._still.is_fresh else known.format(keys=shown_keys(ActionKey.TAKE_PAGE))
        self.preview.found_text = text if waits and self._still.watches else ""

    def render_session(self, state: SessionState) -> None:
        """Follow the camera: while it is in trouble, its place says why and what to do."""
        health = state.device(DOCUMENT_CAMERA)
        trouble = ""
        if health.state is DeviceState.STARTING:
            trouble = self.tr("设备程序正在启动，请稍候…")
        elif health.state in _IN_TROUBLE:
            notice = outcome_notice(health.outcome, health.kind, health.facts, health.device)
            trouble = self.tr("{what}\n{why}\n\n怎么办：{next}").format(
                what=notice.what, why=notice.why, next=notice.next
            )
        if trouble != self._trouble:
            self._trouble = trouble
            self._show_camera()

    def _show_camera(self) -> None:
        if self._trouble:
            self.preview.show_problem(self._trouble)
        else:
            self.preview.show_waiting()

    # -- materials and pages

    def show_visit(self, state: VisitState) -> None:
        """Follow the visit."""
        pages, self._pages = self._pages, sum(len(row.pages) for row in state.materials)
        if self._pages < pages:
            self._still.note_dropped()
        if state.capturing is None:
            self._still.note_answer(taken=self._pages > pages)
        missing = frozenset(missing.material for missing in state.missing)
        if self.list.show_rows(state.materials, missing):
            self._show_count()
            self._show_chosen()
        chosen = self.list.chosen()
        self._allow(state.capturing is None and state.phase is Phase.MATERIALS and chosen is not None)
        busy = state.capturing is not None
        self.take.setText(self.tr("正在处理…") if busy else with_keys(ActionKey.TAKE_PAGE))
        self.bar.show_saved(state.saved_at)

    def _show_count(self) -> None:
        missing = self.list.count_missing()
        self.count.setText(self.tr("还缺 {count} 项").format(count=missing) if missing else self.tr("材料已齐"))
        set_property(self.count, "tone", "warning" if missing else "success")

    def _show_chosen(self) -> None:
        row = self.list.chosen()
        self.strip.show_row(row)
        self._note.setText(row.note if row else "")
        self._note.setVisible(bool(row and row.note))
        self._allow(row is not None and self._visit.state.capturing is None)
        self._watch()

    @Slot(int)
    def _on_row_changed(self, _number: int) -> None:
        self._show_chosen()

    def _on_take(self) -> None:
        row = self.list.chosen()
        if row is not None:
            self._still.note_asked()
            self._visit.pages.take(row.material)

    def _on_by_hand(self) -> None:
        row = self.list.chosen()
        if row is not None:
            self._visit.pages.hold(row.material, self.corners.show_picture)

    def _take_held(self, corners: Corners) -> None:
        row = self.list.chosen()
        if row is not None:
            self._still.note_asked()
            self._visit.pages.take_held(row.material, corners)

    def _allow(self, allowed: bool) -> None:
        self.take.setEnabled(allowed)
        self.by_hand.setEnabled(allowed)

    def _drop(self, number: int) -> None:
        row = self.list.chosen()
        if row is not None:
            self._visit.pages.drop(row.material, number)
            self.list.setFocus()  # the button that had the keyboard went with its page
