"""How the devices are, in the bar at the top: one chip for a kind, each device by its own name."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from app.clerk.header import Header
from app.notices.faults import FaultCode
from app.notices.texts import fault_notice
from app.session.state import LineState, SessionState
from hardware.device import DeviceId, DeviceState, Health
from hardware.kinds.id_card_reader import ID_CARD_READER
from hardware.outcomes import OutcomeCode

LEFT, RIGHT = DeviceId("左"), DeviceId("右")


def a_reader(
    device: DeviceId, state: DeviceState, outcome: OutcomeCode = OutcomeCode.OK, *, simulated: bool = False
) -> Health:
    return Health(kind=ID_CARD_READER, device=device, state=state, outcome=outcome, driver="x", simulated=simulated)


def chip(header: Header, *readers: Health) -> QLabel:
    """The readers' chip once the session is so."""
    header.render_session(SessionState(devices={one.device: one for one in readers}))
    return next(label for label in header.findChildren(QLabel) if label.text().startswith("身份证"))


@pytest.fixture
def header(qtbot: QtBot, themed: QApplication) -> Header:
    bar = Header((), on_place=lambda _name: None, on_logout=lambda: None, on_login_again=lambda: None)
    qtbot.addWidget(bar)
    return bar


def test_of_two_readers_the_one_in_trouble_is_told_by_its_name(header: Header) -> None:
    well, gone = a_reader(LEFT, DeviceState.READY), a_reader(RIGHT, DeviceState.ABSENT, OutcomeCode.NO_DEVICE)

    told = chip(header, well, gone)
    assert told.text() == "身份证 未连接"
    assert "“右”" in told.toolTip()
    assert "“左”" not in told.toolTip()

    told = chip(header, well, a_reader(RIGHT, DeviceState.STARTING))
    assert (told.text(), told.toolTip()) == ("身份证 启动中", "")
    assert chip(header, well, a_reader(RIGHT, DeviceState.READY)).text() == "身份证 就绪"
    assert chip(header).text() == "身份证 启动中"


def test_a_simulated_device_is_called_so(header: Header) -> None:
    told = chip(header, a_reader(LEFT, DeviceState.READY, simulated=True))

    assert told.text() == "身份证 就绪"
    assert told.toolTip() == "身份证阅读器“左”是模拟设备"


def test_work_goes_on_with_the_reader_that_is_ready() -> None:
    gone = a_reader(LEFT, DeviceState.ABSENT, OutcomeCode.NO_DEVICE)
    ready = a_reader(RIGHT, DeviceState.READY)

    assert SessionState(devices={LEFT: gone, RIGHT: ready}).device(ID_CARD_READER) == ready
    assert SessionState(devices={LEFT: gone}).device(ID_CARD_READER) == gone


def test_a_line_without_an_answer_is_not_green_and_says_so(header: Header) -> None:
    silent = fault_notice(FaultCode.TIMEOUT, {})
    header.render_session(SessionState(line=LineState.OFFLINE, line_fault=silent, waiting=1))

    (line,) = (label for label in header.findChildren(QLabel) if "待发" in label.text())
    assert line.text() == "没有回应，正在重试 · 待发 1"
    assert line.property("tone") == "warning"
    assert silent.what in line.toolTip()
