"""When something that was awaited had reached the screen."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QWidget

_QUIET_MS = 150
"""A widget that was not painted for so long has settled."""


class PaintStamp(QObject):
    """Notes the first and the last paint of watched widgets after ``ready`` came true. Lives on the UI thread.

    ``settled`` is set once nothing more is painted; times are those of the idle moment after the paint, monotonic ns.
    """

    def __init__(self, widgets: Iterable[QWidget], ready: Callable[[], bool]) -> None:
        super().__init__()
        self.settled = threading.Event()
        self.first_ns = 0
        self.last_ns = 0
        self._ready = ready
        self._is_ready = False
        self._quiet = QTimer(self)
        self._quiet.setSingleShot(True)
        self._quiet.setInterval(_QUIET_MS)
        self._quiet.timeout.connect(self._on_quiet)
        self._widgets = tuple(widgets)
        for widget in self._widgets:
            widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint and not self.settled.is_set():
            self._is_ready = self._is_ready or self._ready()  # asked no more than needed: it takes what it measures
            if self._is_ready:
                QTimer.singleShot(0, self, self._on_painted)
        return False

    def _on_painted(self) -> None:
        self.last_ns = time.monotonic_ns()
        self.first_ns = self.first_ns or self.last_ns
        self._quiet.start()

    def _on_quiet(self) -> None:
        self.settled.set()
        for widget in self._widgets:
            widget.removeEventFilter(self)
