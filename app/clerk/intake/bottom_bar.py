"""The bar below every pane of a visit: back, undo, when it was saved, on."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QWidget

from app.clerk.actions.offering import make_button, name_button
from app.clerk.actions.table import ActionKey
from app.theme.theme import set_role
from domain.business_time import business_time


class BottomBar(QFrame):
    """Buttons with their keys; the keys work in the whole pane. A part without an action is left out."""

    def __init__(
        self,
        pane: QWidget,
        *,
        on_next: Callable[[], object],
        on_back: Callable[[], object] | None = None,
        on_undo: Callable[[], object] | None = None,
        next_title: str = "",
    ) -> None:
        super().__init__(pane)
        set_role(self, "footer")
        self.saved = QLabel()
        set_role(self.saved, "hint")
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setAccessibleName(self.tr("上一步和下一步"))
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 8, 16, 8)
        row.setSpacing(8)
        if on_back is not None:
            self.back = make_button(ActionKey.BACK, on_back, owner=pane)
            row.addWidget(self.back)
        if on_undo is not None:
            self.undo = make_button(ActionKey.UNDO, on_undo, owner=pane)
            row.addWidget(self.undo)
        row.addStretch()
        row.addWidget(self.saved)
        row.addSpacing(8)
        self.next = make_button(ActionKey.NEXT, on_next, owner=pane, role="primary")
        name_button(self.next, ActionKey.NEXT, next_title)
        row.addWidget(self.next)

    def tab_stops(self) -> tuple[QWidget, ...]:
        """The buttons in the order in which they are wanted: on, back, undo."""
        keys = (ActionKey.NEXT, ActionKey.BACK, ActionKey.UNDO)
        return tuple(button for key in keys for button in self.findChildren(QPushButton, key.value))

    def take_keyboard(self) -> None:
        """The keyboard to 下一步; while that cannot be pressed, to the bar itself, so that the keys still work."""
        if self.isVisible():  # the next pane may be shown by now
            (self.next if self.next.isEnabled() else self).setFocus(Qt.FocusReason.OtherFocusReason)

    def show_saved(self, at: datetime | None) -> None:
        """When the visit was last saved on this machine (local time)."""
        text = self.tr("已自动保存 {time}").format(time=f"{business_time(at):%H:%M:%S}") if at else ""
        if text != self.saved.text():
            self.saved.setText(text)
