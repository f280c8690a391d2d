"""The bare thing that the card is measured against: bytes over a pty, pyserial, one label.

``python -m tests.bench.bare_card``: for every line on stdin a card's worth of bytes is sent; answers with the
time from the last byte to the painted label, in ms.
"""

from __future__ import annotations

import os
import sys
import threading
import time
import tty

import serial
from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QApplication, QLabel, QMainWindow

from tests.bench.painted import PaintStamp

_TEXT_BYTES = 256
_ANSWER_BYTES = 1295
"""A whole answer of a reader: frame, 256 bytes of text, 1,024 of photo."""
_PATIENCE_S = 20.0


class Label(QObject):
    """Signal ``arrived(bytes)`` from the reading thread."""

    arrived = Signal(bytes)

    def __init__(self) -> None:
        super().__init__()
        self.window = QMainWindow()
        self.window.resize(1024, 768)
        self.label = QLabel()
        self.window.setCentralWidget(self.label)
        self.window.show()
        self.arrived.connect(self._on_arrived)

    @Slot(bytes)
    def _on_arrived(self, answer: bytes) -> None:
        self.stamp = PaintStamp([self.label], lambda: True)
        self.label.setText(answer[:_TEXT_BYTES].decode("utf-16-le"))


def serve(label: Label) -> None:
    device, system = os.openpty()
    tty.setraw(system)
    with serial.Serial(os.ttyname(system), 115200, timeout=_PATIENCE_S) as port:
        for number, _line in enumerate(sys.stdin):
            text = f"第{number}张".ljust(_TEXT_BYTES // 2).encode("utf-16-le")
            os.write(device, text.ljust(_ANSWER_BYTES, b"\0"))
            answer = port.read(_ANSWER_BYTES)
            received_ns = time.monotonic_ns()
            label.stamp = None  # type: ignore[assignment]
            label.arrived.emit(answer)
            while label.stamp is None:
                time.sleep(0.05)
            assert label.stamp.settled.wait(_PATIENCE_S)
            print((label.stamp.last_ns - received_ns) / 1e6, flush=True)
    os._exit(0)  # the window's own end waits for a display that may be gone already


if __name__ == "__main__":
    application = QApplication([])
    shown = Label()
    threading.Thread(target=serve, args=(shown,), daemon=True).start()
    sys.exit(application.exec())
