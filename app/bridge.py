"""The only crossing between threads: work away from the UI thread, results back on it."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from typing import TypeVar

from PySide6.QtCore import QCoreApplication, QObject, Qt, QTimer, Signal, Slot

T = TypeVar("T")
Action = Callable[[], None]


class Bridge(QObject):
    """Runs work on lanes of its own. ``run`` keeps the order of its calls; ``run_aside`` is for reads over the line.

    Signal ``_arrived(action)``: something to call on the UI thread; emitted from any thread.
    """

    _arrived = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._arrived.connect(self._on_arrived, Qt.ConnectionType.QueuedConnection)
        self._ordered = ThreadPoolExecutor(1, thread_name_prefix="zonggui-store")
        self._aside = ThreadPoolExecutor(3, thread_name_prefix="zonggui-line")

    def run(self, work: Callable[[], T], done: Callable[[T], None], failed: Callable[[Exception], None]) -> None:
        """Do ``work`` after all earlier work of this lane; then ``done`` or ``failed`` on the UI thread."""
        self._submit(self._ordered, work, done, failed)

    def run_aside(self, work: Callable[[], T], done: Callable[[T], None], failed: Callable[[Exception], None]) -> None:
        """The same without any order: a slow line must not hold up the store."""
        self._submit(self._aside, work, done, failed)

    def post(self, action: Action) -> None:
        """Call ``action`` on the UI thread soon. From any thread."""
        self._arrived.emit(action)

    def later(self, delay_s: float, action: Action) -> Action:
        """Call ``action`` on the UI thread after a delay; the result cancels it."""
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.timeout.connect(action)
        timer.timeout.connect(timer.deleteLater)
        timer.start(int(delay_s * 1000))
        return partial(_cancel, timer)

    def stop(self) -> None:
        """Finish the work that is under way and deliver its results."""
        self._ordered.shutdown(wait=True)
        self._aside.shutdown(wait=True, cancel_futures=True)
        QCoreApplication.sendPostedEvents(self)

    def _submit(
        self,
        lane: ThreadPoolExecutor,
        work: Callable[[], T],
        done: Callable[[T], None],
        failed: Callable[[Exception], None],
    ) -> None:
        lane.submit(work).add_done_callback(partial(self._deliver, done, failed))

    def _deliver(self, done: Callable[[T], None], failed: Callable[[Exception], None], future: Future[T]) -> None:
        if future.cancelled():
            return
        error = future.exception()
        if error is None:
            self.post(partial(done, future.result()))
        elif isinstance(error, Exception):
            self.post(partial(failed, error))

    @Slot(object)
    def _on_arrived(self, action: Action) -> None:
        action()


def _cancel(timer: QTimer) -> None:
    try:
        timer.stop()
        timer.deleteLater()
    except RuntimeError:
        pass  # the timer has fired and is gone
