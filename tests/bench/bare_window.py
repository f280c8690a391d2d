"""The bare thing that the start is measured against: a QMainWindow with one label, as Qt's own first example.

``python -m tests.bench.bare_window FILE`` writes the monotonic time of its first paint, in ns, into FILE.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QApplication, QLabel, QMainWindow


class BareWindow(QMainWindow):
    painted = False

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self.painted:
            self.painted = True
            QTimer.singleShot(0, report)


def report() -> None:
    Path(sys.argv[1]).write_text(f"{time.monotonic_ns()}\n", encoding="utf-8")


if __name__ == "__main__":
    application = QApplication([])
    window = BareWindow()
    window.resize(1024, 768)
    window.setCentralWidget(QLabel("综柜"))
    window.show()
    sys.exit(application.exec())
