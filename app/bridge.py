"""The only crossing between threads: work away from the UI thread, results back on it."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

from PySide6.QtCore import QCoreApplication, QObject, Qt, QTimer, Signal, Slot

T = TypeVar("T")
Action = Callable[[], None]


@dataclass(slots=True)
class _Job:
    """What was asked for and what came of it; kept by the UI thread, as all of it may hold on to a widget."""

    work: Callable[[], Any]
    done: Callable[[Any], None]
    failed: Callable[[Exception], None]
    value: Any = None
    error: Exception | None = None


class Bridge(QObject):
    """Runs work on lanes of its own. ``run`` keeps the order of its calls; ``run_aside`` is for reads over the line.

    All but ``post`` is called on the UI thread. Lanes know jobs by number only: the last reference to a job dies on
    the UI thread, and with it perhaps a widget, which must not be destroyed anywhere else. For the same reason work
    knows nothing of Qt: on Python 3.11 PySide keeps its types in a table that the UI thread reads without a lock, so
    a lane that made a type (an import is enough) would now and then crash the program.

    Signal ``_arrived(action)``: something to call on the UI thread; emitted from any thread.
    """

    _arrived = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._arrived.connect(self._on_arrived, Qt.ConnectionType.QueuedConnection)
        self._ordered = ThreadPoolExecutor(1, thread_name_prefix="zonggui-store")
        self._aside = ThreadPoolExecutor(3, thread_name_prefix="zonggui-line")
        self._numbers = itertools.count(1)
        self._jobs: dict[int, _Job] = {}

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
        number = next(self._numbers)
        self._jobs[number] = _Job(work, done, failed)
        lane.submit(self._work, number)

    def _work(self, number: int) -> None:
        """On a lane: when the UI thread is told, nothing here refers to the job or its outcome any more."""
        job = self._jobs[number]
        try:
            job.value = job.work()
        except Exception as error:  # whoever asked decides what it means
            job.error = error
        del job
        self.post(partial(self._deliver, number))

    def _deliver(self, number: int) -> None:
        job = self._jobs.pop(number)
        if job.error is None:
            job.done(job.value)
        else:
            job.failed(job.error)

    @Slot(object)
    def _on_arrived(self, action: Action) -> None:
        action()


def _cancel(timer: QTimer) -> None:
    try:
        timer.stop()
        timer.deleteLater()
    except RuntimeError:
        pass  # the timer has fired and is gone
