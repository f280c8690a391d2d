"""Buttons and keys of the table's actions."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QShortcut
from PySide6.QtWidgets import QAbstractButton, QPushButton, QToolButton, QWidget

from app.clerk.actions.table import BY_EDITORS, SECTIONS, ActionKey, action_of, with_keys
from app.theme.icons import icon
from app.theme.theme import set_role

Button = TypeVar("Button", bound=QAbstractButton)


class ActionShortcut(QShortcut):
    """The keys of an action, held down they act once. They do nothing while ``is_there`` is false."""

    def __init__(self, key: ActionKey, owner: QWidget, act: Callable[[], object], is_there: Callable[[], bool]) -> None:
        super().__init__(owner)
        self.key_of_action = key
        self._owner = owner
        self._act = act
        self._is_there = is_there
        self.setObjectName(key.value)
        self.setKeys(action_of(key).sequences)
        context = Qt.ShortcutContext
        within = key is ActionKey.TAKE_PAGE  # the space bar presses buttons, so it works with the keyboard in here only
        self.setContext(context.WidgetWithChildrenShortcut if within else context.WindowShortcut)
        self.setAutoRepeat(False)
        self.activated.connect(self._on_activated)

    @property
    def is_at_work(self) -> bool:
        """Whether the keys would do something."""
        return self._owner.isVisible() and self._is_there()

    @Slot()
    def _on_activated(self) -> None:
        if self._is_there():
            self._act()


def bind(
    key: ActionKey, owner: QWidget, act: Callable[[], object], *, is_there: Callable[[], bool] = lambda: True
) -> None:
    """Make an action's keys work while ``owner`` is in sight, wherever the keyboard is, and ``is_there`` holds."""
    ActionShortcut(key, owner, act, is_there)


def make_button(
    key: ActionKey, act: Callable[[], object], *, owner: QWidget | None = None, role: str = ""
) -> QPushButton:
    """A button with title, icon and keys of its action. Its keys press it while it is seen in ``owner``."""
    button = QPushButton()
    name_button(button, key)
    button.setToolTip(action_of(key).tip)
    button.setAutoDefault(True)  # Enter presses it too while it has the keyboard
    if role:
        set_role(button, role)
    return _offered(button, key, act, owner)


def make_tool(key: ActionKey, act: Callable[[], object], *, owner: QWidget | None = None) -> QToolButton:
    """A small button with the icon alone; what it does is told under the pointer."""
    tool, action = QToolButton(), action_of(key)
    tool.setAccessibleName(action.title)
    tool.setToolTip("\n".join(part for part in (with_keys(key), action.tip) if part))
    return _offered(tool, key, act, owner)


def name_button(button: QPushButton, key: ActionKey, title: str = "") -> None:
    """Call a button as its action is called, or as it is called just now."""
    button.setText(with_keys(key, title))
    button.setAccessibleName(title or action_of(key).title)


def _offered(button: Button, key: ActionKey, act: Callable[[], object], owner: QWidget | None) -> Button:
    action = action_of(key)
    button.setObjectName(key.value)
    if action.icon:
        button.setIcon(icon(action.icon))
    button.clicked.connect(lambda: act())
    if owner is not None and action.keys:
        bind(key, owner, button.click, is_there=button.isVisible)
    return button


def keys_at_work(window: QWidget) -> frozenset[ActionKey]:
    """Whose keys do something now: what is in sight, and with a form what its fields do with keys themselves."""
    bound = {one.key_of_action for one in window.findChildren(ActionShortcut) if one.is_at_work} | {ActionKey.CLOSE}
    return frozenset(bound | BY_EDITORS if bound & set(SECTIONS) else bound)
