"""One press, one act: a key that is held, or a double press that runs into the next page, acts once.

X11 delivers some repeats of a held key as a release and a fresh press at one and the same time of its clock, and Qt
passes those on as fresh. So a repeat is known by the clock of the events too, wherever the keyboard is by then.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt, Slot
from PySide6.QtGui import QGuiApplication, QKeyEvent, QWindow
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QTextEdit
from shiboken6 import isValid

REST_S = 0.5
"""A key that turned a page acts on the new one only after it was left alone for so long."""
_BOUNCE_MS = 20
"""Nobody lets go of a key and presses it again in less."""
_MOVES = frozenset(
    {
        Qt.Key.Key_Left,
        Qt.Key.Key_Right,
        Qt.Key.Key_Up,
        Qt.Key.Key_Down,
        Qt.Key.Key_Home,
        Qt.Key.Key_End,
        Qt.Key.Key_PageUp,
        Qt.Key.Key_PageDown,
        Qt.Key.Key_Tab,
        Qt.Key.Key_Backtab,
        Qt.Key.Key_Backspace,
        Qt.Key.Key_Delete,
        Qt.Key.Key_Plus,
        Qt.Key.Key_Minus,
        Qt.Key.Key_Equal,
    }
)
"""Held down, these go on and on, and that is what they are held for."""
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_MODIFIERS = frozenset({Qt.Key.Key_Shift, Qt.Key.Key_Control, Qt.Key.Key_Alt, Qt.Key.Key_AltGr, Qt.Key.Key_Meta})
_TEXTS = (QLineEdit, QPlainTextEdit, QTextEdit)
_KEYS = (QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress)
_Press = tuple[int, Qt.KeyboardModifier]


class Presses(QObject):
    """Looks at keys before anything else does, where the keyboard is, and at the pointer of watched windows."""

    def __init__(self, app: QGuiApplication, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__(app)
        self._clock = clock
        self._watched: QObject | None = None
        self._released: dict[int, int] = {}
        """When a key was let go last, in ms of the clock of the events; by its place on the keyboard."""
        self._last: _Press | None = None
        self._last_at = float("-inf")
        self._held_back: int | None = None
        """The time of the press that must not act: its shortcut and its key come one after the other."""
        self._turned_by: _Press | None = None
        self._turned_since_click = self._turned_before_click = False
        app.focusObjectChanged.connect(self._follow)
        self._follow(app.focusObject())

    def watch_pointer(self, window: QWindow) -> None:
        """Let the second press of a double click in this window not land on a page that was not there at the first."""
        window.installEventFilter(self)

    def page_turned(self) -> None:
        """Something else is seen from now on: what was pressed last was not meant for it."""
        self._turned_by = self._last
        self._turned_since_click = True

    @Slot(QObject)
    def _follow(self, focus: QObject | None) -> None:
        if self._watched is not None and isValid(self._watched):  # the keyboard leaves a widget while it is deleted
            self._watched.removeEventFilter(self)
            self._watched.destroyed.disconnect(self._forget)
        self._watched = focus
        if focus is not None:
            focus.installEventFilter(self)
            focus.destroyed.connect(self._forget)

    @Slot()
    def _forget(self) -> None:
        self._watched = None

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """True for a press that must not act."""
        kind = event.type()
        if kind in _KEYS and isinstance(event, QKeyEvent):
            if watched is not self._watched:
                return False  # it passes through the window on its way
            stopped = self._must_not_act(watched, event, is_shortcut=kind == QEvent.Type.ShortcutOverride)
            if stopped:
                event.accept()  # so that no shortcut is looked for either
            return stopped
        if kind == QEvent.Type.KeyRelease and isinstance(event, QKeyEvent):
            self._released[_place_of(event)] = event.timestamp()
        elif kind == QEvent.Type.MouseButtonPress:
            # Qt tells of the second press of a double click too, just before the double click.
            self._turned_before_click, self._turned_since_click = self._turned_since_click, False
        elif kind == QEvent.Type.MouseButtonDblClick:
            return self._turned_before_click
        return False

    def _must_not_act(self, watched: QObject, event: QKeyEvent, *, is_shortcut: bool) -> bool:
        if not is_shortcut and event.timestamp() and event.timestamp() == self._held_back:
            return True  # it was looked at as a shortcut a moment ago
        stopped = self._is_repeat(event) and not _may_repeat(watched, event)
        press = (_plain(event), event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier)
        if is_shortcut and not event.isAutoRepeat() and event.key() not in _MODIFIERS:
            stopped = self._rests(press) or stopped
        self._held_back = event.timestamp() if stopped else None
        return stopped

    def _is_repeat(self, event: QKeyEvent) -> bool:
        let_go = self._released.get(_place_of(event))
        bounced = bool(event.timestamp()) and let_go is not None and event.timestamp() - let_go < _BOUNCE_MS
        return event.isAutoRepeat() or bounced

    def _rests(self, press: _Press) -> bool:
        """Whether the key that turned the page is pressed again too soon, and nothing else in between."""
        now = self._clock()
        soon = press == self._last == self._turned_by and now - self._last_at < REST_S
        if not soon:
            self._turned_by = None
        self._last, self._last_at = press, now
        return soon


def page_turned() -> None:
    """Tell whoever watches presses in this program that something else is seen from now on."""
    app = QGuiApplication.instance()
    if app is not None:
        for presses in app.findChildren(Presses, options=Qt.FindChildOption.FindDirectChildrenOnly):
            presses.page_turned()


def _plain(event: QKeyEvent) -> int:
    """Both Enter keys are one."""
    return int(Qt.Key.Key_Return) if event.key() in _ENTER else event.key()


def _place_of(event: QKeyEvent) -> int:
    return event.nativeScanCode() or event.key()


def _may_repeat(watched: QObject, event: QKeyEvent) -> bool:
    """Whether a held key may go on: it moves or deletes, or it is text where text is typed."""
    modifiers = event.modifiers()
    if modifiers & Qt.KeyboardModifier.AltModifier:
        return False
    if event.key() in _MOVES:
        return True
    typed = bool(event.text()) and event.text().isprintable() and not modifiers & Qt.KeyboardModifier.ControlModifier
    return typed and isinstance(watched, _TEXTS)
