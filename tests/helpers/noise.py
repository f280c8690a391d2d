"""Silence is tested: what a test leaves behind or lets slip fails it, unless the test says that it expects it and why.

Noise is a log record of level WARNING or above, a message of Qt of that level, a top-level window, a non-daemon thread
or a child process that outlives the test. Warnings of Python are errors by the settings of pytest.
"""

from __future__ import annotations

import gc
import logging
import multiprocessing
import os
import re
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QEvent, QMessageLogContext, QtMsgType, qInstallMessageHandler
from PySide6.QtGui import QGuiApplication, QWindow
from PySide6.QtWidgets import QApplication, QWidget
from shiboken6 import getCppPointer

GRACE_S = 10.0
"""Threads and processes that were told to end may take so long on a busy machine."""

_POLL_S = 0.01

_HARMLESS_CHILDREN = ("multiprocessing.resource_tracker", "multiprocessing.forkserver")
"""Children which the standard library keeps for the whole life of the process."""

_MARK = "ZONGGUI_TESTS"
"""In the environment of everything that the tests start, and of what that starts, whoever its parent is by then."""

_OFFSCREEN_LIMIT = "This plugin does not support propagateSizeHints()"
"""What the offscreen platform says of every dialog that is shown."""

_QT_LEVELS = {
    QtMsgType.QtWarningMsg: "warning",
    QtMsgType.QtCriticalMsg: "critical",
    QtMsgType.QtFatalMsg: "fatal",
}


class NoiseKind(Enum):
    """What can be heard after a test."""

    LOG = "log record"
    QT = "Qt message"
    WINDOW = "surviving window"
    THREAD = "surviving thread"
    CHILD = "surviving child process"


@dataclass(frozen=True, slots=True, kw_only=True)
class Noise:
    """One thing that was heard; ``text`` is what an expectation's pattern is searched in."""

    kind: NoiseKind
    text: str

    def __str__(self) -> str:
        return f"{self.kind.value}: {self.text}"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Expectation:
    kind: NoiseKind
    pattern: re.Pattern[str]
    reason: str

    def covers(self, noise: Noise) -> bool:
        return noise.kind is self.kind and self.pattern.search(noise.text) is not None


@dataclass(slots=True)
class ExpectedNoise:
    """What a test expects to be heard. An expected noise that does not come fails the test too."""

    _expectations: list[_Expectation] = field(default_factory=list)

    def log(self, pattern: str, *, reason: str) -> None:
        """Expect log records; ``pattern`` is searched in ``LEVEL logger: message``."""
        self._expect(NoiseKind.LOG, pattern, reason)

    def qt(self, pattern: str, *, reason: str) -> None:
        """Expect messages of Qt; ``pattern`` is searched in ``level category: message``."""
        self._expect(NoiseKind.QT, pattern, reason)

    def window(self, pattern: str, *, reason: str) -> None:
        """Expect windows to survive; ``pattern`` is searched in ``class objectName windowTitle``."""
        self._expect(NoiseKind.WINDOW, pattern, reason)

    def thread(self, pattern: str, *, reason: str) -> None:
        """Expect threads to survive; ``pattern`` is searched in the thread's name."""
        self._expect(NoiseKind.THREAD, pattern, reason)

    def child(self, pattern: str, *, reason: str) -> None:
        """Expect child processes to survive; ``pattern`` is searched in ``pid command line``."""
        self._expect(NoiseKind.CHILD, pattern, reason)

    def judge(self, noises: Iterable[Noise]) -> list[str]:
        """What is wrong: each unexpected noise, and each expectation that was not met."""
        heard = list(noises)
        unexpected = [f"unexpected {noise}" for noise in heard if not any(e.covers(noise) for e in self._expectations)]
        missing = [
            f"expected {e.kind.value} /{e.pattern.pattern}/ ({e.reason}), but there was none"
            for e in self._expectations
            if not any(e.covers(noise) for noise in heard)
        ]
        return unexpected + missing

    def expects(self, noise: Noise) -> bool:
        """Whether this noise was announced."""
        return any(e.covers(noise) for e in self._expectations)

    def _expect(self, kind: NoiseKind, pattern: str, reason: str) -> None:
        assert reason, "say why the noise is right"
        self._expectations.append(_Expectation(kind=kind, pattern=re.compile(pattern), reason=reason))


class _Collector(logging.Handler):
    """Keeps what is logged at WARNING or above while it is attached to the root logger."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.noises: list[Noise] = []

    def emit(self, record: logging.LogRecord) -> None:
        text = f"{record.levelname} {record.name}: {record.getMessage()}"
        self.noises.append(Noise(kind=NoiseKind.LOG, text=text))

    def take_qt(self, level: QtMsgType, context: QMessageLogContext, message: str) -> None:
        """Qt's message handler; called on whatever thread the message comes from."""
        if level in _QT_LEVELS and message != _OFFSCREEN_LIMIT:
            category = getattr(context, "category", None) or "default"
            self.noises.append(Noise(kind=NoiseKind.QT, text=f"{_QT_LEVELS[level]} {category}: {message}"))


@contextmanager
def listening(expected: ExpectedNoise) -> Iterator[Callable[[], list[str]]]:
    """Listen while a test runs. Gives a function that waits for what is ending and says what is wrong."""
    collector = _Collector()
    windows, threads, children = set(_windows()), set(_threads()), set(_children())

    def judge() -> list[str]:
        left = _survivors(NoiseKind.WINDOW, _windows, windows, expected)
        left += _survivors(NoiseKind.THREAD, _threads, threads, expected)
        left += _survivors(NoiseKind.CHILD, _children, children, expected)
        return expected.judge(collector.noises + left)

    root = logging.getLogger()
    root.addHandler(collector)
    previous = qInstallMessageHandler(collector.take_qt)
    try:
        yield judge
    finally:
        qInstallMessageHandler(previous)
        root.removeHandler(collector)


def _survivors(
    kind: NoiseKind, look: Callable[[], dict[int, str]], before: set[int], expected: ExpectedNoise
) -> list[Noise]:
    deadline = time.monotonic() + GRACE_S
    while True:
        left = [Noise(kind=kind, text=text) for key, text in look().items() if key not in before]
        if all(expected.expects(noise) for noise in left) or time.monotonic() > deadline:
            return left
        if kind is NoiseKind.WINDOW:
            # Python lets go of windows in reference cycles only when it collects them.
            gc.collect()
            deadline = min(deadline, time.monotonic() + GRACE_S / 10)
        time.sleep(_POLL_S)


def _windows() -> dict[int, str]:
    app = QApplication.instance()
    if not isinstance(app, QApplication):
        return {}
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    found: list[QWidget | QWindow] = [*QApplication.topLevelWidgets()]
    handles = {widget.windowHandle() for widget in QApplication.topLevelWidgets()}
    found += [window for window in QGuiApplication.topLevelWindows() if window not in handles]
    return {getCppPointer(w)[0]: f"{type(w).__name__} {w.objectName()!r} {_title(w)!r}" for w in found}


def _title(window: QWidget | QWindow) -> str:
    return window.windowTitle() if isinstance(window, QWidget) else window.title()


def _threads() -> dict[int, str]:
    return {
        id(thread): thread.name
        for thread in threading.enumerate()
        if not thread.daemon and thread is not threading.main_thread()
    }


def _children() -> dict[int, str]:
    # The servers of the tests are forked by a process of the standard library, and are no children of ours.
    found = {child.pid or 0: f"{child.pid} {child.name}" for child in multiprocessing.active_children()}
    for listing in Path("/proc/self/task").glob("*/children"):
        for pid in _read(listing).split():
            command = _read(Path("/proc") / pid / "cmdline").replace("\0", " ").strip()
            # The command line of a child is empty for a moment while it starts, and for good once it has ended.
            running = command or _state(pid) not in {"Z", "X", ""}
            if running and not any(name in command for name in _HARMLESS_CHILDREN):
                found[int(pid)] = f"{pid} {command}"
    return found


@contextmanager
def marking() -> Iterator[Callable[[], list[str]]]:
    """Mark whatever is started meanwhile: session buses, X servers, programs of programs.

    Gives a function that waits for it to end and says what still runs.
    """
    before = os.environ.get(_MARK)
    os.environ[_MARK] = f"{os.getpid()}.{time.monotonic_ns()}"
    mark = f"{_MARK}={os.environ[_MARK]}"
    try:
        yield lambda: _bearing(mark)
    finally:
        os.environ.pop(_MARK)
        if before is not None:
            os.environ[_MARK] = before


def _bearing(mark: str) -> list[str]:
    deadline = time.monotonic() + GRACE_S
    while True:
        marked = (one for one in Path("/proc").glob("[0-9]*/environ") if mark in _read(one).split("\0"))
        commands = {one.parent.name: _read(one.with_name("cmdline")).replace("\0", " ").strip() for one in marked}
        left = [
            f"{pid} {command}"
            for pid, command in commands.items()
            if command and not any(name in command for name in _HARMLESS_CHILDREN)
        ]
        if not left or time.monotonic() > deadline:
            return left
        time.sleep(_POLL_S)


def _state(pid: str) -> str:
    return _read(Path("/proc") / pid / "stat").rpartition(") ")[2][:1]


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:  # the process or thread ended meanwhile
        return ""
