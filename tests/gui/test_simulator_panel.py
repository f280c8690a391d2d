"""The simulators' panel works a running simulator."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QGroupBox, QLabel, QLineEdit, QPushButton
from pytestqt.qtbot import QtBot

from hardware.simulators.panel import Panel
from hardware.simulators.panel_line import PanelLine
from tests.helpers.simulators import RunningSimulators, running_simulators

WAIT_MS = 20_000


@pytest.fixture(scope="module")
def simulators() -> Iterator[RunningSimulators]:
    with running_simulators(camera=False) as running:
        yield running


@pytest.fixture
def panel(qtbot: QtBot, simulators: RunningSimulators) -> Iterator[Panel]:
    line = PanelLine(simulators.endpoints["control"])
    window = Panel(line)
    qtbot.addWidget(window)
    yield window
    line.close()


def click(panel: Panel, device: str, text: str) -> None:
    buttons = [button for button in group(panel, device).findChildren(QPushButton) if button.text().startswith(text)]
    assert len(buttons) == 1
    buttons[0].click()


def group(panel: Panel, device: str) -> QGroupBox:
    return next(group for group in panel.findChildren(QGroupBox) if group.title() == device)


def wait_for_words(qtbot: QtBot, panel: Panel, words: str) -> None:
    qtbot.waitUntil(lambda: any(words in label.text() for label in panel.findChildren(QLabel)), timeout=WAIT_MS)


def test_cards_are_laid_down_and_lifted(qtbot: QtBot, panel: Panel, simulators: RunningSimulators) -> None:
    group(panel, "身份证阅读器").findChildren(QComboBox)[0].setCurrentIndex(4)

    click(panel, "身份证阅读器", "放上证件")
    wait_for_words(qtbot, panel, "证件：𠅤㛃䶮")
    click(panel, "身份证阅读器", "拿走证件")

    def lifted() -> bool:
        state = simulators.send({"do": "status"})["id_card_reader"]
        return isinstance(state, dict) and state["card"] == ""

    qtbot.waitUntil(lifted, timeout=WAIT_MS)


def test_codes_are_scanned_with_the_enter_key(qtbot: QtBot, panel: Panel, simulators: RunningSimulators) -> None:
    field = panel.findChildren(QLineEdit)[0]
    QTest.keyClicks(field, "1599992026000001")
    QTest.keyClick(field, Qt.Key.Key_Return)

    def scanned() -> bool:
        state = simulators.send({"do": "status"})["barcode_scanner"]
        return isinstance(state, dict) and state["scans"] > 0

    qtbot.waitUntil(scanned, timeout=WAIT_MS)


def test_devices_are_unplugged_and_plugged(qtbot: QtBot, panel: Panel) -> None:
    click(panel, "扫码枪", "拔掉")
    wait_for_words(qtbot, panel, "已拔掉")
    click(panel, "扫码枪", "插回")

    def back() -> bool:
        return not any("已拔掉" in label.text() for label in panel.findChildren(QLabel))

    qtbot.waitUntil(back, timeout=WAIT_MS)


def test_a_refused_command_is_said(qtbot: QtBot, panel: Panel) -> None:
    with qtbot.waitSignal(panel._line.refused, timeout=WAIT_MS):
        click(panel, "高拍仪", "清空台面")


def test_a_simulator_that_ended_is_said(qtbot: QtBot) -> None:
    line = PanelLine("127.0.0.1:1")
    window = Panel(line)
    qtbot.addWidget(window)

    wait_for_words(qtbot, window, "zonggui-sim run")
    line.close()
