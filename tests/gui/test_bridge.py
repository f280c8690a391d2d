"""The crossing between threads: order, faults, and nothing of Qt that dies on another thread."""

from __future__ import annotations

import gc
import sys
import threading
import weakref
from collections.abc import Callable, Iterator
from functools import partial

import pytest
from PySide6.QtCore import QThread
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from app.bridge import Bridge


@pytest.fixture
def bridge(qapp: QApplication) -> Iterator[Bridge]:
    made = Bridge()
    yield made
    made.stop()
    made.deleteLater()


@pytest.fixture
def hasty_threads() -> Iterator[None]:
    """Threads take turns all the time, so that what may happen between two lines does happen."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(usual)


def unexpected(error: Exception) -> None:
    raise error


def test_work_keeps_its_order_and_results_come_on_the_ui_thread(qtbot: QtBot, bridge: Bridge) -> None:
    came: list[tuple[int, bool, bool]] = []
    lanes: list[int] = []

    def work(number: int) -> int:
        lanes.append(threading.get_ident())
        return number

    def note(number: int) -> None:
        came.append((number, threading.current_thread() is threading.main_thread(), QThread.isMainThread()))

    for number in range(20):
        bridge.run(partial(work, number), note, unexpected)
    qtbot.waitUntil(lambda: len(came) == 20)

    assert came == [(number, True, True) for number in range(20)]
    assert threading.main_thread().ident not in lanes


def test_a_fault_of_the_work_comes_as_a_fault(qtbot: QtBot, bridge: Bridge) -> None:
    came: list[Exception] = []

    def work() -> None:
        raise OSError("no space")

    bridge.run_aside(work, lambda _: pytest.fail("it did not work"), came.append)
    qtbot.waitUntil(lambda: bool(came))

    assert isinstance(came[0], OSError)


@pytest.mark.parametrize("fails", [False, True])
def test_a_widget_that_only_a_job_still_holds_dies_on_the_ui_thread(
    qtbot: QtBot, bridge: Bridge, hasty_threads: None, fails: bool
) -> None:
    died: list[threading.Thread] = []
    came: list[object] = []

    def job() -> tuple[Callable[[], None], Callable[[object], None]]:
        label = QLabel("只有这件事还用着它")
        weakref.finalize(label, lambda: died.append(threading.current_thread()))

        def work() -> None:
            if fails:
                raise OSError(label.objectName())

        def arrived(value: object) -> None:
            came.append(label.objectName())

        return work, arrived

    for number in range(1, 121):  # each has its chance to go wrong
        work, arrived = job()
        bridge.run(work, arrived, arrived)
        del work, arrived
        qtbot.waitUntil(lambda: len(came) == number)  # noqa: B023 - waited for at once
    gc.collect()
    qtbot.waitUntil(lambda: len(died) == 120)

    assert set(died) == {threading.main_thread()}


def test_what_is_under_way_at_the_end_is_delivered(qapp: QApplication) -> None:
    bridge = Bridge()
    came: list[int] = []

    bridge.run(lambda: 7, came.append, unexpected)
    bridge.stop()

    assert came == [7]
    bridge.deleteLater()
