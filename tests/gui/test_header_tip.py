"""U20: what is said over a device that is ready again is no longer that it was not found."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QLabel, QToolTip
from pytestqt.qtbot import QtBot

from app.clerk.header import _explain
from tests.helpers.noise import ExpectedNoise


def test_U20_a_tooltip_in_sight_goes_with_what_it_told(
    qtbot: QtBot, themed: QApplication, expected_noise: ExpectedNoise
) -> None:
    expected_noise.qt("does not support raise", reason="a tooltip is raised; the offscreen platform cannot")
    chip = QLabel("高拍仪 未连接")
    qtbot.addWidget(chip)
    chip.show()
    chip.setAttribute(Qt.WidgetAttribute.WA_UnderMouse)
    _explain(chip, "没有找到高拍仪")
    QToolTip.showText(chip.mapToGlobal(QPoint(5, 5)), chip.toolTip(), chip)
    qtbot.waitUntil(QToolTip.isVisible)

    _explain(chip, "")

    assert chip.toolTip() == ""
    qtbot.waitUntil(lambda: not QToolTip.isVisible())
