"""One press, one act: what a held key and a double press do, event by event."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QPushButton, QVBoxLayout, QWidget
from shiboken6 import delete

from app.presses import REST_S, Presses, page_turned

SPACE, ENTER, DOWN, LETTER = Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Down, Qt.Key.Key_A
_CODES = {SPACE: 65, ENTER: 36, DOWN: 116, LETTER: 38}
_TEXTS = {SPACE: " ", ENTER: "\r", LETTER: "a"}


class Keyboard:
    """Sends what X11 sends to whatever has the keyboard, on a clock of its own (ms)."""

    def __init__(self, app: QApplication) -> None:
        self.now_ms = 1000
        self.presses = Presses(app, clock=lambda: self.now_ms / 1000)

    def press(self, key: Qt.Key, *, repeat: bool = False) -> None:
        self._send(QEvent.Type.ShortcutOverride, key, repeat=repeat)
        self._send(QEvent.Type.KeyPress, key, repeat=repeat)

    def release(self, key: Qt.Key) -> None:
        self._send(QEvent.Type.KeyRelease, key, repeat=False)

    def click(self, key: Qt.Key, *, after_s: float = 1.0) -> None:
        self.now_ms += round(after_s * 1000)
        self.press(key)
        self.now_ms += 60
        self.release(key)

    def hold(self, key: Qt.Key, *, times: int = 10) -> None:
        """Some repeats are told as repeats, most as a release and a fresh press at the same time."""
        self.now_ms += 1000
        self.press(key)
        for number in range(times):
            self.now_ms += 40
            if number % 4 == 3:
                self.press(key, repeat=True)
            else:
                self.release(key)
                self.press(key)
        self.now_ms += 40
        self.release(key)

    def _send(self, kind: QEvent.Type, key: Qt.Key, *, repeat: bool) -> None:
        focus = QApplication.focusObject()
        assert focus is not None
        none = Qt.KeyboardModifier.NoModifier
        event = QKeyEvent(kind, key, none, _CODES[key], key.value, 0, _TEXTS.get(key, ""), repeat)
        event.setTimestamp(self.now_ms)
        QApplication.sendEvent(focus, event)


@pytest.fixture
def keyboard(qapp: QApplication) -> Iterator[Keyboard]:
    made = Keyboard(qapp)
    yield made
    made.presses.setParent(None)
    made.presses.deleteLater()


class Page(QWidget):
    """A button and a field."""

    def __init__(self) -> None:
        super().__init__()
        self.clicks = 0
        self.button, self.field = QPushButton(), QLineEdit()
        self.button.setAutoDefault(True)
        self.button.clicked.connect(self._count)
        column = QVBoxLayout(self)
        column.addWidget(self.button)
        column.addWidget(self.field)
        self.show()
        self.activateWindow()
        QApplication.processEvents()

    def _count(self) -> None:
        self.clicks += 1


@pytest.fixture
def page(keyboard: Keyboard) -> Iterator[Page]:
    made = Page()
    keyboard.presses.watch_pointer(made.windowHandle())
    made.button.setFocus()
    yield made
    made.deleteLater()


@pytest.mark.parametrize("key", [SPACE, ENTER])
def test_F2_a_key_that_is_held_presses_a_button_once(keyboard: Keyboard, page: Page, key: Qt.Key) -> None:
    keyboard.hold(key)
    assert page.clicks == 1

    keyboard.click(key)
    assert page.clicks == 2


def test_F2_a_held_key_acts_once_although_the_keyboard_went_elsewhere_meanwhile(keyboard: Keyboard, page: Page) -> None:
    other = QPushButton(page)
    other.setAutoDefault(True)
    other.show()
    pressed: list[bool] = []
    other.clicked.connect(lambda: pressed.append(True))
    page.button.clicked.connect(other.setFocus)

    keyboard.hold(ENTER)

    assert (page.clicks, pressed) == (1, [])


def test_F2_what_is_held_to_go_on_goes_on(keyboard: Keyboard, page: Page) -> None:
    page.field.setFocus()

    keyboard.hold(LETTER, times=4)

    assert page.field.text() == "aaaaa"


def test_F2_a_key_that_turned_the_page_rests_before_it_acts_on_the_new_one(keyboard: Keyboard, page: Page) -> None:
    keyboard.click(ENTER)
    page_turned()
    for _ in range(3):
        keyboard.click(ENTER, after_s=REST_S / 2)
    assert page.clicks == 1, "each press renews the rest"

    keyboard.click(ENTER, after_s=REST_S + 0.1)
    assert page.clicks == 2


def test_F2_other_keys_in_between_end_the_rest(keyboard: Keyboard, page: Page) -> None:
    keyboard.click(ENTER)
    page_turned()
    page.field.setFocus()
    keyboard.click(LETTER, after_s=0.1)
    page.button.setFocus()

    keyboard.click(ENTER, after_s=0.1)

    assert page.clicks == 2


def test_F2_the_second_press_of_a_double_click_does_not_land_on_the_next_page(keyboard: Keyboard, page: Page) -> None:
    window = page.windowHandle()

    def click() -> None:
        """As the platform does it; two of them are a double click."""
        QTest.mouseClick(window, Qt.MouseButton.LeftButton, pos=page.button.geometry().center(), delay=1)

    click()
    click()
    assert page.clicks == 2, "on one page both count"
    QTest.mouseClick(window, Qt.MouseButton.LeftButton, pos=page.field.geometry().center(), delay=1)

    click()
    page_turned()
    click()
    assert page.clicks == 3
    QTest.mouseClick(window, Qt.MouseButton.LeftButton, pos=page.field.geometry().center(), delay=1)
    click()
    assert page.clicks == 4


def test_a_field_that_is_deleted_while_it_has_the_keyboard_leaves_nothing_behind(
    page: Page, keyboard: Keyboard
) -> None:
    class Field(QLineEdit):
        """Of our own making: its Python side goes before the keyboard leaves it."""

    field = Field(page)
    field.show()
    field.setFocus()
    assert QApplication.focusObject() is field

    delete(field)
    page.button.setFocus()
    keyboard.click(SPACE)
    assert page.clicks == 1
