"""The two screens of the tests are real to Qt: plugging and unplugging reach the program (IM-5f)."""

from __future__ import annotations

import subprocess
import sys

from PySide6.QtCore import QLocale, QRect
from PySide6.QtGui import QFontInfo, QGuiApplication, QScreen
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from tests.helpers.screens import Screens
from tests.helpers.xvfb import VirtualDisplay


def test_both_screens_are_there_side_by_side(two_screens: Screens) -> None:
    assert two_screens.clerk.geometry() == QRect(0, 0, 1366, 768)
    assert two_screens.customer.geometry() == QRect(1366, 0, 1280, 800)


def test_unplugging_and_plugging_the_customers_screen_is_signalled(qapp: QApplication, two_screens: Screens) -> None:
    seen: list[tuple[str, str]] = []

    def note_removed(screen: QScreen) -> None:
        seen.append(("removed", screen.name()))

    def note_added(screen: QScreen) -> None:
        seen.append(("added", screen.name()))

    qapp.screenRemoved.connect(note_removed)
    qapp.screenAdded.connect(note_added)

    two_screens.unplug_customer()
    left = two_screens.names()
    two_screens.plug_both()

    qapp.screenRemoved.disconnect(note_removed)
    qapp.screenAdded.disconnect(note_added)
    assert left == {"CLERK"}
    assert seen == [("removed", "CUSTOMER"), ("added", "CUSTOMER")]
    assert two_screens.names() == {"CLERK", "CUSTOMER"}


def test_a_window_of_a_lost_screen_falls_to_the_other(qtbot: QtBot, two_screens: Screens) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    window.setScreen(two_screens.customer)
    window.setGeometry(two_screens.customer.geometry())
    window.show()
    on = window.screen().name()

    two_screens.unplug_customer()

    assert on == "CUSTOMER"
    assert window.screen().name() == "CLERK"
    assert window.isVisible()


def test_the_tests_speak_chinese_with_the_programs_font(qapp: QApplication) -> None:
    assert QLocale().name() == "zh_CN"
    assert QFontInfo(qapp.font()).family() == "Noto Sans CJK SC"
    assert QGuiApplication.platformName() == "offscreen"


_WATCHER = """
import sys
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
app = QApplication([])
def tell(*_):
    print(*sorted(s.name() for s in app.screens()), flush=True)
app.screenAdded.connect(tell)
app.screenRemoved.connect(tell)
QTimer.singleShot(0, tell)
QTimer.singleShot(60000, app.quit)
app.exec()
"""


def test_a_program_on_the_virtual_display_sees_monitors_come_and_go(xvfb_two_screens: VirtualDisplay) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", _WATCHER], env=xvfb_two_screens.environment, stdout=subprocess.PIPE, text=True
    ) as watcher:
        assert watcher.stdout is not None
        try:
            first = watcher.stdout.readline().split()
            xvfb_two_screens.unplug("CUSTOMER")
            second = watcher.stdout.readline().split()
            xvfb_two_screens.plug("CUSTOMER")
            third = watcher.stdout.readline().split()
        finally:
            watcher.kill()

    assert (first, second, third) == (["CLERK", "CUSTOMER"], ["CLERK"], ["CLERK", "CUSTOMER"])
