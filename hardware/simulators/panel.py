"""The simulators' panel: lay down cards, put paper under the camera, scan codes and cause faults by hand.

A program of its own that speaks to a running simulator through its control socket.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping

from PySide6.QtCore import QCoreApplication, QTimer, Slot
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QGridLayout,
    QGroupBox,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from hardware.simulators.panel_line import PanelLine
from hardware.simulators.persons import load_persons

_STATUS_EVERY_MS = 1000
_WIDTH_PX = 460


class Panel(QWidget):
    """One group per device. What cannot be done is said in the line at the bottom."""

    def __init__(self, line: PanelLine) -> None:
        super().__init__()
        self._line = line
        self.setWindowTitle(self.tr("综柜 模拟设备"))
        self.setMinimumWidth(_WIDTH_PX)
        self._reader = _DeviceGroup(self.tr("身份证阅读器"), "id_card_reader", line)
        self._scanner = _DeviceGroup(self.tr("扫码枪"), "barcode_scanner", line)
        self._camera = _DeviceGroup(self.tr("高拍仪"), "document_camera", line)
        self._notice = QLabel(self.tr("正在连接模拟器…"))
        self._notice.setWordWrap(True)
        column = QVBoxLayout(self)
        for group in (self._reader, self._scanner, self._camera):
            column.addWidget(group)
        column.addWidget(self._notice)
        column.addStretch(1)
        self._fill_reader()
        self._fill_scanner()
        self._fill_camera()
        line.status.connect(self._on_status)
        line.refused.connect(self._on_refused)
        line.lost.connect(self._on_lost)
        self._clock = QTimer(self)
        self._clock.timeout.connect(line.ask_status)
        self._clock.start(_STATUS_EVERY_MS)
        line.ask_status()

    def _fill_reader(self) -> None:
        self._person = _choice((str(person["title"]), name) for name, person in load_persons().items())
        lay = QPushButton(self.tr("放上证件(&L)"))
        lay.clicked.connect(self._on_lay_card)
        lift = QPushButton(self.tr("拿走证件(&T)"))
        lift.clicked.connect(self._on_lift_card)
        self._reader.add_row(self._person)
        self._reader.add_row(lay, lift)
        self._reader.add_faults(
            (
                (self.tr("读卡时拿走证件"), "lift_while_reading"),
                (self.tr("应答残缺"), "truncate"),
                (self.tr("应答数据损坏"), "corrupt"),
                (self.tr("应答校验错误"), "bad_check"),
                (self.tr("线路噪声"), "noise"),
                (self.tr("应答缓慢"), "slow"),
                (self.tr("没有应答"), "silent"),
                (self.tr("恢复正常"), "none"),
            )
        )

    def _fill_scanner(self) -> None:
        self._code = QLineEdit()
        self._code.setPlaceholderText(self.tr("要扫的内容，例如受理号"))
        self._code.returnPressed.connect(self._on_scan)
        scan = QPushButton(self.tr("扫码(&S)"))
        scan.clicked.connect(self._on_scan)
        self._scanner.add_row(self._code, scan)
        self._scanner.add_plug()

    def _fill_camera(self) -> None:
        self._scene = _choice(())
        put = QPushButton(self.tr("放纸(&P)"))
        put.clicked.connect(self._on_paper)
        empty = QPushButton(self.tr("清空台面(&E)"))
        empty.clicked.connect(self._on_empty)
        self._camera.add_row(self._scene)
        self._camera.add_row(put, empty)
        self._camera.add_faults(
            (
                (self.tr("画面停住"), "stall"),
                (self.tr("画面损坏"), "garbage"),
                (self.tr("画面残缺"), "truncated"),
                (self.tr("全黑"), "black"),
                (self.tr("模糊"), "blur"),
                (self.tr("画面过大"), "oversize"),
                (self.tr("恢复正常"), "none"),
            )
        )

    @Slot()
    def _on_lay_card(self) -> None:
        self._line.send({"do": "lay_card", "card": self._person.currentData()})

    @Slot()
    def _on_lift_card(self) -> None:
        self._line.send({"do": "lift_card"})

    @Slot()
    def _on_scan(self) -> None:
        if self._code.text():
            self._line.send({"do": "scan", "text": self._code.text()})

    @Slot()
    def _on_paper(self) -> None:
        self._line.send({"do": "paper", "scene": self._scene.currentData()})

    @Slot()
    def _on_empty(self) -> None:
        self._line.send({"do": "empty"})

    @Slot(object)
    def _on_status(self, status: Mapping[str, object]) -> None:
        self._notice.setText(self.tr("已连接"))
        for group in (self._reader, self._scanner, self._camera):
            group.show_status(status.get(group.device))
        camera = status.get("document_camera")
        scenes = camera.get("scenes") if isinstance(camera, Mapping) else None
        if isinstance(scenes, list) and self._scene.count() == 0:
            for scene in scenes:
                self._scene.addItem(_scene_title(str(scene)), scene)

    @Slot(str)
    def _on_refused(self, reason: str) -> None:
        self._notice.setText(self.tr("未执行：{reason}").format(reason=reason))

    @Slot()
    def _on_lost(self) -> None:
        self._notice.setText(self.tr("模拟器已退出或连接不上，请先运行 zonggui-sim run"))


class _DeviceGroup(QGroupBox):
    """The controls of one device, in rows of two columns."""

    def __init__(self, title: str, device: str, line: PanelLine) -> None:
        super().__init__(title)
        self.device = device
        self._line = line
        self._state = QLabel()
        self._kinds: QComboBox | None = None
        self._grid = QGridLayout(self)
        self._grid.setColumnStretch(0, 1)
        self._grid.setColumnStretch(1, 1)
        self._grid.addWidget(self._state, 0, 0, 1, 2)

    def add_row(self, *widgets: QWidget) -> None:
        """Add one wide widget, or two beside each other."""
        row = self._grid.rowCount()
        for column, widget in enumerate(widgets):
            self._grid.addWidget(widget, row, column, 1, 3 - len(widgets))

    def add_faults(self, kinds: Iterable[tuple[str, str]]) -> None:
        """Add the choice of faults, their buttons, and the plug."""
        self._kinds = _choice(kinds)
        cause = QPushButton(self.tr("制造故障"))
        cause.clicked.connect(self._on_cause)
        self.add_row(self._kinds, cause)
        self.add_plug()

    def add_plug(self) -> None:
        """Add the buttons that pull the device out and put it back."""
        unplug, plug = QPushButton(self.tr("拔掉")), QPushButton(self.tr("插回"))
        unplug.clicked.connect(self._on_unplug)
        plug.clicked.connect(self._on_plug)
        self.add_row(unplug, plug)

    def show_status(self, status: object) -> None:
        """Say whether the device is plugged in and what lies on it."""
        if not isinstance(status, Mapping) or not status:
            self._state.setText(self.tr("未启动"))
            return
        words = [self.tr("已拔掉") if status.get("plugged") is False else self.tr("已连接")]
        if status.get("card"):
            person = load_persons().get(str(status["card"]), {})
            words.append(self.tr("证件：{card}").format(card=person.get("name") or status["card"]))
        if status.get("scene"):
            words.append(self.tr("画面：{scene}").format(scene=_scene_title(str(status["scene"]))))
        self._state.setText(" · ".join(words))

    @Slot()
    def _on_cause(self) -> None:
        # Twice: the driver makes one damaged answer good by itself, and then nothing would be seen.
        if self._kinds is not None:
            kind = self._kinds.currentData()
            self._line.send({"do": "fault", "device": self.device, "kind": kind, "at": 100, "times": 2})

    @Slot()
    def _on_unplug(self) -> None:
        self._line.send({"do": "unplug", "device": self.device})

    @Slot()
    def _on_plug(self) -> None:
        self._line.send({"do": "plug", "device": self.device})


def _scene_title(scene: str) -> str:
    """The scene's name for people; further scenes go by the names of their files."""
    titles = {
        "household_first": QCoreApplication.translate("Panel", "户口簿首页"),
        "household_self": QCoreApplication.translate("Panel", "户口簿本人页"),
        "registration_form": QCoreApplication.translate("Panel", "参保登记表"),
        "special_status_proof": QCoreApplication.translate("Panel", "特殊身份证明"),
        "id_card": QCoreApplication.translate("Panel", "身份证"),
        "blurred": QCoreApplication.translate("Panel", "模糊的纸"),
        "dark": QCoreApplication.translate("Panel", "光线太暗"),
        "cut_off": QCoreApplication.translate("Panel", "纸超出画面"),
        "empty": QCoreApplication.translate("Panel", "空台面"),
    }
    return titles.get(scene, scene)


def _choice(items: Iterable[tuple[str, str]]) -> QComboBox:
    box = QComboBox()
    box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    for text, value in items:
        box.addItem(text, value)
    return box


def show_panel(address: str) -> int:
    """Show the panel for the simulator at ``host:port`` until it is closed; the process's exit status."""
    application = QApplication(sys.argv[:1])
    application.setStyle("Fusion")
    line = PanelLine(address)
    panel = Panel(line)
    panel.show()
    status = application.exec()
    line.close()
    return status
