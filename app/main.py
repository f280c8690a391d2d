"""Composition root of the workstation: settings → window → store, devices, sync → visits; ordered shutdown.

The login window is painted first; everything that is slow to load comes after it.
"""

from __future__ import annotations

import gc
import importlib
import os
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QLibraryInfo, QTimer
from PySide6.QtWidgets import QApplication

from app.arguments import layer, parse
from app.clerk.window import ClerkWindow
from app.input_method import reach_input_method
from app.settings import Settings, SettingsFault, load_settings
from app.theme.theme import TURN_MS, themed_application

if TYPE_CHECKING:  # not needed for the first paint
    from types import TracebackType

    from app.bridge import Bridge
    from app.customer.window import CustomerWindow
    from app.session.session import Session
    from domain.catalogue.values import Catalogue


_COLLECT_MS = 250
_OLDER_EVERY = 4
_WHOLE_EVERY = 240
LATE_MODULES = (
    "app.clerk.cases.cases_pane",
    "app.clerk.review.review_pane",
    "app.clerk.intake.form_pane",
    "app.clerk.workplaces",
    "app.customer.window",
    "app.assembly",
)
"""What is imported after the login was painted, one a turn; each brings what it needs itself."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the client until its window is closed; gives the exit code (2: settings are not usable)."""
    given = parse(sys.argv[1:] if arguments is None else arguments)
    try:
        settings = load_settings(file=given.settings, policy=given.policy, arguments=layer(given))
    except SettingsFault as fault:
        return _refuse(fault)
    if given.recover:
        return _recover(settings.data_folder, given.recover)
    # A lane that computes (a QR code, a key) gives way at once: with Python's 5 ms, the window waits that long for
    # each of its many returns from Qt.
    sys.setswitchinterval(0.0005)
    reach_input_method(os.environ, Path(QLibraryInfo.path(QLibraryInfo.LibraryPath.PluginsPath)))
    if settings.zoom != 1.0:
        os.environ["QT_SCALE_FACTOR"] = f"{settings.zoom:g}"  # read by the first QApplication; type, icons and all
    app = themed_application()
    app.setApplicationName("zonggui")
    app.setApplicationDisplayName("综柜")
    workstation = Workstation(app, settings, painted=given.report_painted)
    workstation.show()
    code = app.exec()
    workstation.stop()
    return code


def _refuse(fault: SettingsFault) -> int:
    """Say why the program does not start; unless it was started at a terminal, in a window too."""
    from app.notices.texts import fault_notice

    notices = [fault_notice(one.code, one.facts) for one in fault.all]
    text = "\n\n".join(f"{notice.what}\n{notice.why}\n{notice.next}" for notice in notices)
    if sys.stderr is not None:
        print(text, file=sys.stderr)
    if (sys.stderr is None or not sys.stderr.isatty()) and _has_display(os.environ):
        from PySide6.QtWidgets import QMessageBox

        app = QApplication.instance() or themed_application()
        QMessageBox.critical(None, "综柜", text)
        del app
    return 2


def _has_display(environment: Mapping[str, str]) -> bool:
    """Whether a window could be shown: without a display Qt would end the program."""
    return sys.platform == "win32" or any(
        environment.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    )


def _recover(data_folder: Path, user: str) -> int:
    """Take back what was set aside of an account, without a window; gives the exit code (1: nothing came of it)."""
    import getpass

    from app.notices.notice import Tone
    from app.session.recovering import recover_by_hand

    password = getpass.getpass(f"{user} 的密码: ") if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")
    notice = recover_by_hand(data_folder, user, password)
    sys.stdout.write(f"{notice.what}\n{notice.why}\n{notice.next}\n")
    return 1 if notice.tone is Tone.ERROR else 0


class Workstation:
    """Everything that lives as long as the program."""

    def __init__(self, app: QApplication, settings: Settings, *, painted: Path | None) -> None:
        self._app = app
        self._settings = settings
        self._painted = painted
        self._bridge: Bridge | None = None
        # Collected in a worker thread, a cycle that holds a widget would destroy it there and crash the program.
        gc.disable()
        self._rounds = 0
        self._late_modules = iter(LATE_MODULES)
        self._collector = QTimer()
        self._collector.timeout.connect(self._collect)
        self._collector.start(_COLLECT_MS)
        self.window = ClerkWindow(on_first_paint=self._after_first_paint)
        sys.excepthook = self._on_crash

    def _on_crash(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        """Somewhere is a bug of ours: from now on it is reported, this one too."""
        from app import crash

        crash.install(self._settings.data_folder / "crashes", self.window.show_notice)
        sys.excepthook(kind, error, trace)

    def _collect(self) -> None:
        """Often, so that no round takes long. A whole one looks at everything: between two visits."""
        self._rounds += 1
        session = getattr(self, "session", None)
        whole = self._rounds >= _WHOLE_EVERY and (session is None or session.visit is None)
        if whole:
            self._rounds = 0
        gc.collect(2 if whole else 1 if self._rounds % _OLDER_EVERY == 0 else 0)

    def show(self) -> None:
        """Show the login window on the clerk's screen."""
        self.window.place()

    def _after_first_paint(self) -> None:
        if self._painted is not None:
            self._painted.write_text(f"{time.monotonic_ns()}\n", encoding="utf-8")
        QTimer.singleShot(0, self._load_rest)

    def _load_rest(self) -> None:
        """Load what is slow: first, away from the UI thread, what knows no Qt; then the windows, here, in turns."""
        from app.bridge import Bridge
        from app.presses import Presses

        Presses(self._app).watch_pointer(self.window.windowHandle())
        self.window.complete()
        self._bridge = Bridge()
        self._bridge.run(partial(_load_catalogue, self._settings.data_folder), self._load_windows, self._raise)

    def _raise(self, error: Exception) -> None:
        raise error

    def _load_windows(self, catalogue: Catalogue) -> None:
        """Import one window in a turn of the event loop, so that keys are taken in between; then assemble."""
        name = next(self._late_modules, None)
        if name is None:
            from app.assembly import assemble

            assert self._bridge is not None
            self._assemble(
                assemble(self._app, self._settings, self._bridge, self.window, catalogue, on_ready=gc.freeze)
            )
            return
        importlib.import_module(name)
        QTimer.singleShot(TURN_MS, partial(self._load_windows, catalogue))

    def _assemble(self, steps: Iterator[tuple[Session, CustomerWindow]]) -> None:
        """Take a step in this turn, and the next one in another."""
        made = next(steps, None)
        if made is None:
            self._load_for_login()
            return
        self.session, self.customer = made
        QTimer.singleShot(TURN_MS, partial(self._assemble, steps))

    def _load_for_login(self) -> None:
        from app.session.loading import load_for_login

        if self._bridge is not None:
            self._bridge.run_aside(load_for_login, lambda _: None, self._raise)

    def stop(self) -> None:
        """Save, close the store, end loop, devices and lanes, in this order."""
        session = getattr(self, "session", None)
        if session is not None:
            self.customer.close()
            session.stop()
        if self._bridge is not None:
            self._bridge.stop()


def _load_catalogue(data_folder: Path) -> Catalogue:
    from app.session.loading import load_catalogue

    return load_catalogue(data_folder)
