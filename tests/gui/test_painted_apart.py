"""Windows painted in turns of their own: what is due in between (a key, a beat) does not wait for all of it."""

from __future__ import annotations

from time import perf_counter

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from app.theme.apart import PaintedApart

BEAT_MS = 1
LONG_S = 0.004


def _work() -> None:
    """As long as a large pane takes; the processor is busy, so nothing else of this thread runs."""
    until = perf_counter() + LONG_S
    while perf_counter() < until:
        pass


class Slow(PaintedApart):
    def __init__(self, name: str, told: list[str]) -> None:
        super().__init__()
        self.name, self.told = name, told

    def paintEvent(self, event: QPaintEvent) -> None:
        self.told.append(self.name)
        _work()


@pytest.fixture
def windows(qtbot: QtBot) -> tuple[list[str], Slow, Slow]:
    told: list[str] = []
    both = Slow("clerk", told), Slow("customer", told)
    for window in both:
        qtbot.addWidget(window)
        window.show()
    qtbot.waitUntil(lambda: {"clerk", "customer"} <= set(told))
    for _ in range(10):  # whatever the window system still tells of the first showing
        QApplication.processEvents()
    told.clear()
    return told, *both


def test_two_windows_that_change_at_once_are_painted_in_two_turns_after_that_of_the_change(
    qtbot: QtBot, windows: tuple[list[str], Slow, Slow]
) -> None:
    told, clerk, customer = windows
    beat = QTimer(clerk, interval=BEAT_MS)
    beat.timeout.connect(lambda: told.append("beat"))

    def change() -> None:
        told.clear()
        customer.update()
        clerk.update()
        _work()
        told.append("change")

    beat.start()
    QTimer.singleShot(BEAT_MS, clerk, change)
    qtbot.waitUntil(lambda: {"clerk", "customer"} <= set(told))
    beat.stop()

    order = [one for number, one in enumerate(told) if one != "beat" or told[number - 1] != "beat"]
    assert order[:5] == ["change", "beat", "customer", "beat", "clerk"]


def test_a_window_is_painted_where_every_turn_is_long(qtbot: QtBot, windows: tuple[list[str], Slow, Slow]) -> None:
    told, clerk, _customer = windows
    busy = QTimer(clerk, interval=0)
    busy.timeout.connect(_work)
    busy.start()

    clerk.update()

    qtbot.waitUntil(lambda: "clerk" in told, timeout=2000)
    busy.stop()


def test_a_window_that_is_gone_when_its_turn_comes_is_not_painted(
    qtbot: QtBot, windows: tuple[list[str], Slow, Slow]
) -> None:
    told, clerk, _customer = windows
    gone: QWidget = Slow("gone", told)
    gone.show()
    qtbot.waitUntil(lambda: "gone" in told)
    told.clear()

    gone.update()
    clerk.update()
    gone.deleteLater()
    qtbot.waitUntil(lambda: "clerk" in told)

    assert told == ["clerk"]
