"""The bar below every pane of a visit: back, undo, when it was saved, on."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QWidget

from app.clerk.shortcuts import Keys, bind, shown_keys
from app.theme.icons import icon
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
        next_text: str = "",
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
            self.back = self._button(pane, Keys.BACK, self.tr("上一步"), "arrow_left", on_back)
            row.addWidget(self.back)
        if on_undo is not None:
            self.undo = self._button(pane, Keys.UNDO, self.tr("撤销"), "undo", on_undo)
            row.addWidget(self.undo)
        row.addStretch()
        row.addWidget(self.saved)
        row.addSpacing(8)
        self.next = self._button(pane, Keys.NEXT, next_text or self.tr("下一步"), "", on_next)
        self.next.setObjectName("next")
        set_role(self.next, "primary")
        row.addWidget(self.next)

    def _button(self, pane: QWidget, keys: Keys, text: str, picture: str, action: Callable[[], object]) -> QPushButton:
        button = QPushButton(f"{text} ({shown_keys(keys)})")
        button.setAccessibleName(text)
        button.setObjectName(keys.value)
        button.setAutoDefault(True)  # Enter presses it too while it has the keyboard
        if picture:
            button.setIcon(icon(picture))
        button.clicked.connect(action)
        bind(keys, pane, button.click)
        return button

    def tab_stops(self) -> tuple[QWidget, ...]:
        """The buttons in the order in which they are wanted: on, back, undo."""
        names = (Keys.NEXT.value, Keys.BACK.value, Keys.UNDO.value)
        return tuple(button for name in names for button in self.findChildren(QPushButton, name))

    def take_keyboard(self) -> None:
        """The keyboard to 下一步; while that cannot be pressed, to the bar itself, so that the keys still work."""
        if self.isVisible():  # the next pane may be shown by now
            (self.next if self.next.isEnabled() else self).setFocus(Qt.FocusReason.OtherFocusReason)

    def show_saved(self, at: datetime | None) -> None:
        """When the visit was last saved on this machine (local time)."""
        text = self.tr("已自动保存 {time}").format(time=f"{business_time(at):%H:%M:%S}") if at else ""
        if text != self.saved.text():
            self.saved.setText(text)
