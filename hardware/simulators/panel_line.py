"""The panel's connection to a simulator's control socket; never blocks the window."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Mapping

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtNetwork import QAbstractSocket, QTcpSocket


class PanelLine(QObject):
    """Sends commands and tells what came of them. Connects by itself, again after every loss.

    Signals: ``status(object)`` the devices' states, a mapping; ``refused(str)`` why a command was not carried out;
    ``lost()`` the simulator cannot be reached.
    """

    status = Signal(object)
    refused = Signal(str)
    lost = Signal()

    def __init__(self, address: str) -> None:
        super().__init__()
        host, _, port = address.rpartition(":")
        self._host, self._port = host, int(port) if port.isdecimal() else 0
        self._asked: deque[str] = deque()
        self._socket = QTcpSocket(self)
        self._socket.readyRead.connect(self._on_ready)
        self._socket.errorOccurred.connect(self._on_error)

    @Slot()
    def ask_status(self) -> None:
        """Ask for the devices' states, unless the last answer is still awaited."""
        if "status" not in self._asked:
            self.send({"do": "status"})

    def send(self, command: Mapping[str, object]) -> None:
        """Send a command; what is sent while there is no connection goes out when there is one."""
        if self._socket.state() is QAbstractSocket.SocketState.UnconnectedState:
            self._socket.connectToHost(self._host, self._port)
        self._asked.append(str(command.get("do")))
        self._socket.write(json.dumps(command, ensure_ascii=False).encode() + b"\n")

    def close(self) -> None:
        """Let go of the connection."""
        self._socket.abort()

    @Slot()
    def _on_ready(self) -> None:
        while self._socket.canReadLine():
            asked = self._asked.popleft() if self._asked else ""
            answer = json.loads(bytes(self._socket.readLine().data()))
            if not answer.get("ok"):
                self.refused.emit(str(answer.get("error", "")))
            elif asked == "status":
                self.status.emit(answer)

    @Slot()
    def _on_error(self) -> None:
        self._asked.clear()
        self._socket.abort()
        self.lost.emit()
