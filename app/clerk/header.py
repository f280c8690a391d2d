"""The bar at the top: where one can go, how devices and line are, who is logged in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QButtonGroup, QFrame, QHBoxLayout, QLabel, QPushButton, QToolTip

from app.clerk.actions.offering import make_button, name_button
from app.clerk.actions.table import ActionKey
from app.clerk.places import Place, PlaceKey
from app.notices.faults import FaultCode
from app.notices.notice import Notice
from app.notices.texts import device_name, outcome_notice
from app.session.state import LineState, SessionState
from app.theme.theme import set_property, set_role
from hardware.device import DeviceKind, DeviceState, Health
from hardware.kinds.barcode_scanner import BARCODE_SCANNER
from hardware.kinds.document_camera import DOCUMENT_CAMERA
from hardware.kinds.id_card_reader import ID_CARD_READER

_SHOWN = (ID_CARD_READER, DOCUMENT_CAMERA, BARCODE_SCANNER)
_WELL = (DeviceState.READY, DeviceState.BUSY)
_STARTING = (*_WELL, DeviceState.STARTING)
_TONES = {
    DeviceState.READY: "success",
    DeviceState.BUSY: "success",
    DeviceState.STARTING: "neutral",
    DeviceState.ABSENT: "warning",
    DeviceState.ERROR: "error",
    DeviceState.NOT_CONFIGURED: "neutral",
}
_LINE_TONES = {
    LineState.UNKNOWN: "neutral",
    LineState.ONLINE: "success",
    LineState.OFFLINE: "warning",
    LineState.LOGIN_NEEDED: "error",
}


_SERVER_FAULT = "server_fault"
_SILENT = FaultCode.TIMEOUT.value


class Header(QFrame):
    """Navigation and state: a button for each of the places, ``on_place`` is called with its key."""

    def __init__(
        self,
        places: Sequence[Place],
        *,
        on_place: Callable[[PlaceKey], None],
        on_logout: Callable[[], None],
        on_login_again: Callable[[], None],
    ) -> None:
        super().__init__()
        set_role(self, "toolbar")
        self._places = tuple(places)
        self._group = QButtonGroup(self)
        self.buttons = {place.key: self._button(place.key, on_place) for place in places}
        self._chips = {kind: self._chip() for kind in _SHOWN}
        self._line = self._chip()
        self.login_again = make_button(ActionKey.LOGIN_AGAIN, on_login_again, role="danger")
        self._clerk = QLabel()
        set_role(self._clerk, "hint")
        self.logout = make_button(ActionKey.LOGOUT, on_logout, role="quiet")
        self._lay_out()

    def _button(self, key: PlaceKey, on_place: Callable[[PlaceKey], None]) -> QPushButton:
        button = QPushButton()
        button.setObjectName(f"place_{key.value}")
        button.setCheckable(True)
        set_role(button, "quiet")
        button.clicked.connect(partial(on_place, key))
        self._group.addButton(button)
        return button

    def _chip(self) -> QLabel:
        chip = QLabel()
        set_role(chip, "chip")
        return chip

    def _lay_out(self) -> None:
        brand = QLabel(self.tr("综柜"))
        set_role(brand, "heading")
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 8, 16, 8)
        row.setSpacing(8)
        row.addWidget(brand)
        row.addSpacing(12)
        for button in self.buttons.values():
            row.addWidget(button)
        row.addStretch()
        for chip in (*self._chips.values(), self._line, self.login_again):
            row.addWidget(chip)
        row.addSpacing(8)
        row.addWidget(self._clerk, alignment=Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self.logout)

    def go_to(self, key: PlaceKey) -> None:
        """Mark the place that is shown."""
        self.buttons[key].setChecked(True)

    def render_session(self, state: SessionState) -> None:
        """Follow the session."""
        clerk = state.clerk
        self._clerk.setText(f"{clerk.name} · {clerk.office.name}" if clerk else "")
        for place in self._places:
            self.buttons[place.key].setText(place.title(state))
            self.buttons[place.key].setVisible(place.is_open())
        for kind, chip in self._chips.items():
            self._show_devices(chip, kind, state.devices_of(kind))
        self._show_line(state)

    def _show_devices(self, chip: QLabel, kind: DeviceKind, devices: tuple[Health, ...]) -> None:
        """One chip for a kind: how the device is that needs most to be looked after; all that is to be said of them."""
        names = {
            ID_CARD_READER: self.tr("身份证"),
            DOCUMENT_CAMERA: self.tr("高拍仪"),
            BARCODE_SCANNER: self.tr("扫码枪"),
        }
        troubled = [health for health in devices if health.state not in _STARTING]
        waiting = [health for health in devices if health.state not in _WELL]
        found = (*troubled, *waiting, *devices)[0].state
        words = {
            DeviceState.READY: self.tr("就绪"),
            DeviceState.BUSY: self.tr("就绪"),
            DeviceState.STARTING: self.tr("启动中"),
            DeviceState.ABSENT: self.tr("未连接"),
            DeviceState.ERROR: self.tr("故障"),
            DeviceState.NOT_CONFIGURED: self.tr("未配置"),
        }
        chip.setText(f"{names[kind]} {words[found]}")
        set_property(chip, "tone", _TONES[found])
        told = [_told(outcome_notice(one.outcome, kind, one.facts, one.device)) for one in troubled]
        told += [
            self.tr("{device}是模拟设备").format(device=device_name(kind, one.device))
            for one in devices
            if one.simulated
        ]
        _explain(chip, "\n\n".join(told))

    def _show_line(self, state: SessionState) -> None:
        words = {
            LineState.UNKNOWN: self.tr("未登录"),
            LineState.ONLINE: self.tr("已联网"),
            LineState.OFFLINE: self.tr("未联网"),
            LineState.LOGIN_NEEDED: self.tr("登录过期"),
        }
        text = words[state.line]
        fault = state.line_fault
        if state.line is LineState.OFFLINE and fault is not None:
            text = {_SERVER_FAULT: self.tr("服务器故障"), _SILENT: self.tr("没有回应，正在重试")}.get(fault.code, text)
        if state.waiting:
            text = self.tr("{state} · 待发 {count}").format(state=text, count=state.waiting)
        expired = state.line is LineState.LOGIN_NEEDED
        name_button(self.login_again, ActionKey.LOGIN_AGAIN, text)
        self.login_again.setVisible(expired)
        self._line.setVisible(not expired)
        self._line.setText(text)
        _explain(self._line, _told(fault) if fault else "")
        set_property(self._line, "tone", "warning" if fault else _LINE_TONES[state.line])


def _explain(chip: QLabel, text: str) -> None:
    """What the pointer is told over a chip; what is no longer true goes at once, also while it stands there."""
    if text != chip.toolTip() and chip.underMouse():
        QToolTip.hideText()
    chip.setToolTip(text)


def _told(notice: Notice) -> str:
    return f"{notice.what}\n{notice.why}\n{notice.next}"
