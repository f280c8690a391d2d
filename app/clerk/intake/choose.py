"""Which business: one search box over all modules of the catalogue."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QKeyEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from app.clerk.actions.offering import bind, make_button
from app.clerk.actions.table import ActionKey, shown_keys
from app.clerk.intake.applicant_card import ApplicantCard
from app.clerk.intake.bottom_bar import BottomBar
from app.forms.framed_radio import FramedRadio
from app.theme.icons import icon
from app.theme.pointer import once_released
from app.theme.theme import set_role
from app.visit.state import VisitState
from app.visit.visit import Visit
from domain.catalogue.values import Module, ModuleId
from domain.forms.answers import ApplicantKind

_WIDTHS_PX = (200, 0, 64, 60, 60, 112, 96)
_NARROW_NAME_PX = 160
_DISPENSABLE = (4, 5, 2)
"""The columns that go, one after the other, where they leave too little for the item's name."""
_ITEM_LEAST_PX = 216
_LIST_MARGINS_PX = 2 * (16 + 20) + 14
"""Between the pane's edges and the list's columns: margins of pane and card, a scroll bar."""
_LOW_PX = 540
"""In a pane that is lower than this the list needs the room."""
_MOVES = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1, Qt.Key.Key_PageUp: -10, Qt.Key.Key_PageDown: 10}


class _SearchBox(QLineEdit):
    """Arrows move in the list, Enter takes; everything else is typing."""

    def __init__(self, pane: ChoosePane) -> None:
        super().__init__()
        self._pane = pane

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, plain = Qt.Key(event.key()), not event.modifiers() & Qt.KeyboardModifier.ControlModifier
        if key in _MOVES:
            self._pane.move_by(_MOVES[key])
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and plain:
            self._pane.go_on()
        else:
            super().keyPressEvent(event)


class ChoosePane(QWidget):
    """Pinyin initials, Chinese or code; the first match is marked, Enter takes what is marked."""

    def __init__(self, *, visit: Visit) -> None:
        super().__init__()
        set_role(self, "page")
        self._visit = visit
        self._modules: tuple[Module, ...] = ()
        self._texts: str | None = None
        self.person = ApplicantCard()
        self.search = _SearchBox(self)
        self.search.setObjectName("module_search")
        self.search.setAccessibleName(self.tr("查找事项"))
        self.search.setPlaceholderText(self.tr("输入拼音首字母、汉字或代码，例如 xcbdj、参保、M01"))
        self.search.setMinimumHeight(44)
        self.search.addAction(icon("search"), QLineEdit.ActionPosition.LeadingPosition)
        self.search.textChanged.connect(self._find)
        self.list = self._make_list()
        self._nothing = QLabel(self.tr("没有找到。可换一个说法，或清空后从列表中选。"))
        set_role(self._nothing, "hint")
        self.kinds = QButtonGroup(self)
        self.more = make_button(ActionKey.ADD_CASE, self.add, owner=self)
        self.agent = QLabel()
        self.agent.setObjectName("agent_shown")
        set_role(self.agent, "hint")
        self._kind_row = self._make_kinds()
        self.bar = BottomBar(self, on_next=self.go_on, on_back=visit.phases.go_back)
        bind(ActionKey.FIND, self, self._begin)
        self._lay_out()

    def _make_list(self) -> QTreeWidget:
        tree = QTreeWidget()
        tree.setObjectName("modules")
        tree.setAccessibleName(self.tr("可以办理的业务"))
        tree.setHeaderLabels(
            [self.tr("业务"), self.tr("所属事项"), self.tr("代码"), self.tr("办理"), self.tr("风险"),
             self.tr("法定时限"), self.tr("承诺时限")]
        )  # fmt: skip
        tree.setRootIsDecorated(False)
        tree.setUniformRowHeights(True)
        tree.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        tree.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        tree.itemDoubleClicked.connect(self.go_on)
        header = tree.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        for column, width in enumerate(_WIDTHS_PX):
            if width:
                header.resizeSection(column, width)
        return tree

    def _make_kinds(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(16)
        label = QLabel(self.tr("谁来办理"))
        set_role(label, "label")
        row.addWidget(label)
        for kind in ApplicantKind:
            button = FramedRadio(kind.value)
            button.setProperty("kind", kind.value)
            self.kinds.addButton(button)
            row.addWidget(button)
        row.addWidget(self.agent)
        row.addStretch()
        self.kinds.buttonClicked.connect(self._on_kind)
        return row

    def _lay_out(self) -> None:
        card = QFrame()
        set_role(card, "card")
        inner = self._inner = QVBoxLayout(card)
        self._title = QLabel(self.tr("办理什么业务"))
        set_role(self._title, "heading")
        head = QHBoxLayout()
        head.addWidget(self._title)
        head.addStretch()
        head.addWidget(self.more)
        inner.addLayout(head)
        inner.addWidget(self.search)
        inner.addLayout(self._kind_row)
        inner.addWidget(self.list, stretch=1)
        inner.addWidget(self._nothing)
        parts = self._around = QVBoxLayout()
        parts.addWidget(self.person)
        parts.addWidget(card, stretch=1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(parts)
        column.addWidget(self.bar)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where the pane is small, what is least needed goes: the list and the names in it stay readable."""
        super().resizeEvent(event)
        low = self.height() < _LOW_PX
        self.person.set_flat(flat=low)
        self._title.setVisible(not low)
        for layout, side_px in ((self._inner, 20), (self._around, 16)):
            layout.setContentsMargins(side_px, 6 if low else 16, side_px, 6 if low else 16)
            layout.setSpacing(6 if low else 12)
        self._choose_columns()

    def _choose_columns(self) -> None:
        room = self.width() - _LIST_MARGINS_PX - sum(_WIDTHS_PX)
        name_px = _WIDTHS_PX[0] if room >= _ITEM_LEAST_PX else _NARROW_NAME_PX
        self.list.header().resizeSection(0, name_px)
        room += _WIDTHS_PX[0] - name_px
        for column in _DISPENSABLE:
            self.list.setColumnHidden(column, room < _ITEM_LEAST_PX)
            room += _WIDTHS_PX[column] if room < _ITEM_LEAST_PX else 0

    def show_visit(self, state: VisitState) -> None:
        """Show the applicant, who acts, and the business chosen before."""
        self.person.show_identity(state.identity, today=self._visit.tools.today)
        for button in self.kinds.buttons():
            if button.property("kind") == state.applicant_kind.value:
                button.setChecked(True)
        self._show_agent(state)
        if self._texts is None:
            self._find(self.search.text())
            self._mark(state.module)
        self.more.setVisible(state.module is not None and not state.returned_after and not state.replaces)
        self.bar.show_saved(state.saved_at)

    def _show_agent(self, state: VisitState) -> None:
        """Who acts for the applicant, or how they show who they are."""
        acts = state.applicant_kind is not ApplicantKind.SELF
        shown = self.tr("已核验：{name}").format(name=state.agent.name) if state.agent else self.tr("请放其身份证")
        if state.agent is not None and state.agent_changes:
            shown = self.tr("现为{name}；换人请放新的身份证").format(name=state.agent.name)
        self.agent.setText(shown if acts else "")
        by_hand = self.tr("读不出的，请回上一步按 {keys} 手工录入").format(keys=shown_keys(ActionKey.TYPE_IDENTITY))
        self.agent.setToolTip(by_hand if acts and state.agent is None else "")
        set_role(self.agent, "success" if state.agent else "hint")

    def showEvent(self, event: QShowEvent) -> None:
        """The keyboard into the search box: type at once."""
        super().showEvent(event)
        if not event.spontaneous():
            QTimer.singleShot(0, self, partial(once_released, self, self._begin))

    def _begin(self) -> None:
        if self.isVisible():  # the next pane may be shown by now
            self.search.setFocus()
            self.search.selectAll()

    def move_by(self, steps: int) -> None:
        """Mark another business."""
        self._mark_row(min(max(self._marked_row() + steps, 0), len(self._modules) - 1))

    def _marked_row(self) -> int:
        item = self.list.currentItem()
        return self.list.indexOfTopLevelItem(item) if item is not None else -1

    def _mark_row(self, row: int) -> None:
        item = self.list.topLevelItem(row)
        if item is not None:
            self.list.setCurrentItem(item)

    def go_on(self) -> None:
        """Take the marked business and open its form."""
        self._take(self._visit.choosing.choose)

    def add(self) -> None:
        """Take the marked business beside what is being done already."""
        self._take(self._visit.choosing.add)

    def _take(self, take: Callable[[ModuleId], None]) -> None:
        at = self._marked_row()
        if 0 <= at < len(self._modules):
            take(self._modules[at].id)

    def _on_kind(self, button: FramedRadio) -> None:
        self._visit.identifying.set_applicant_kind(ApplicantKind(button.property("kind")))

    def _find(self, text: str) -> None:
        self._texts = text
        self._modules = self._visit.choosing.find(text)
        self.list.clear()
        for module in self._modules:
            self.list.addTopLevelItem(self._item(module))
        self._nothing.setVisible(not self._modules)
        self.bar.next.setEnabled(bool(self._modules))
        self._mark_row(0)

    def _item(self, module: Module) -> QTreeWidgetItem:
        legal = self.tr("{days} 个工作日").format(days=module.legal_days)
        promise = (
            self.tr("{days} 个工作日").format(days=module.promise_days) if module.promise_days else self.tr("当场")
        )
        risk = self.tr("{level} 级").format(level=module.risk)
        texts = [module.name, module.item_name, module.id, module.mode.value, risk, legal, promise]
        item = QTreeWidgetItem(texts)
        heads = self.list.headerItem()
        whole = "\n".join(f"{heads.text(column)}：{text}" for column, text in enumerate(texts))
        for column in range(len(texts)):
            item.setToolTip(column, whole)
        return item

    def _mark(self, wanted: ModuleId | None) -> None:
        for row, module in enumerate(self._modules):
            if module.id == wanted:
                self._mark_row(row)
