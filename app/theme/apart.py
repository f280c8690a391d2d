"""Windows that are painted in a turn of their own: not in that of what changed them, nor in that of another window.

Qt paints right behind whatever changed a window, and one window behind the other, before it looks at a key again.
"""

from __future__ import annotations

from collections import deque
from time import perf_counter

from PySide6.QtCore import QCoreApplication, QEvent, QTimer
from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

from app.theme.ahead import LATE_S


class _Turns:
    """The windows that wait to be painted, and the timer that begins the turn of the next."""

    def __init__(self) -> None:
        self._waiting: deque[PaintedApart] = deque()
        self._timer: QTimer | None = None
        self._due_s = 0.0
        self._was_put_off = False

    def add(self, window: PaintedApart) -> None:
        if window not in self._waiting:
            self._waiting.append(window)
        if self._timer is None:
            # Not singleShot(0): that posts an event, which is dealt with in this same turn.
            self._timer = QTimer(QCoreApplication.instance(), interval=0, singleShot=True)
            self._timer.timeout.connect(self._paint_next)
        self._wait()

    def _wait(self) -> None:
        self._due_s = perf_counter()
        if self._timer is not None:
            self._timer.start()

    def _paint_next(self) -> None:
        is_late = perf_counter() - self._due_s > LATE_S  # this turn has done something else already
        if is_late and not self._was_put_off:
            self._was_put_off = True
            self._wait()
            return
        self._was_put_off = False  # once only: where every turn is long, windows are painted all the same
        window = self._waiting.popleft()
        if isValid(window):
            window.paint_now()
        if self._waiting:
            self._wait()


_turns = _Turns()


class PaintedApart(QWidget):
    """A window of this kind."""

    _is_painting = False

    def paint_now(self) -> None:
        """Paint what waits to be painted."""
        self._is_painting = True
        QCoreApplication.sendEvent(self, QEvent(QEvent.Type.UpdateRequest))
        self._is_painting = False

    def event(self, event: QEvent) -> bool:
        """Put painting off to its turn."""
        if event.type() == QEvent.Type.UpdateRequest and not self._is_painting:
            _turns.add(self)
            return True
        return super().event(event)
