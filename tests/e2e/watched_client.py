"""The production client with a watcher inside: it tells where widgets are and what they show, and measures gaps.

The watcher never acts on a widget, but for committing text as an input method does; keys and pointer come from
outside. ``python -m tests.e2e.watched_client PORT_FILE [client arguments]``.
"""

from __future__ import annotations

import json
import socket
import sys
import threading
import time
from pathlib import Path
from typing import Any
from unittest.mock import patch

from PySide6.QtCore import QObject, QPoint, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QGuiApplication, QInputMethodEvent
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QLineEdit, QListWidget, QTextEdit, QWidget
from shiboken6 import isValid

import app.main
from app.clerk.capture.materials_pane import MaterialsPane
from app.clerk.window import ClerkWindow
from app.clerk.zoom_picture import ZoomPicture
from app.customer.window import CustomerWindow
from app.customer.words import Words

_PROBE_MS = 5
_WINDOWS = {"clerk": ClerkWindow, "customer": CustomerWindow}


class Watcher(QObject):
    """Answers questions on the UI thread. Signal ``_asked(question, answer holder)``."""

    _asked = Signal(object)

    def __init__(self, workstation: app.main.Workstation) -> None:
        super().__init__()
        self.workstation = workstation
        self._pane: MaterialsPane | None = None
        self._asked.connect(self._on_asked, Qt.ConnectionType.QueuedConnection)
        self._gaps: list[tuple[float, float]] = []
        self._last = time.monotonic()
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._on_beat)
        self._timer.start(_PROBE_MS)

    @Slot()
    def _on_beat(self) -> None:
        now = time.monotonic()
        if now - self._last > 3 * _PROBE_MS / 1000:
            self._gaps.append((self._last, now))
        self._last = now

    def ask(self, question: dict[str, Any]) -> dict[str, Any]:
        """Answer a question from another thread."""
        holder = {"question": question, "done": threading.Event()}
        self._asked.emit(holder)
        done = holder["done"]
        assert isinstance(done, threading.Event)
        if not done.wait(20):
            return {"error": "the window does not answer"}
        answer = holder["answer"]
        assert isinstance(answer, dict)
        return answer

    @Slot(object)
    def _on_asked(self, holder: dict[str, Any]) -> None:
        question = holder["question"]
        try:
            holder["answer"] = getattr(self, f"do_{question['do']}")(question)
        except Exception as error:  # the edge of the watcher: the fault belongs to whoever asked
            holder["answer"] = {"error": f"{type(error).__name__}: {error}"}
        holder["done"].set()

    # -- what can be asked

    def do_find(self, question: dict[str, Any]) -> dict[str, Any]:
        """Where a widget is (by object name, class or accessible name; or by its text), in px of the whole desktop."""
        for widget in _candidates(question):
            if _is_wanted(widget, question) and not widget.visibleRegion().isEmpty():
                centre = widget.mapToGlobal(QPoint(widget.width() // 2, widget.height() // 2))
                return {
                    "x": centre.x(),
                    "y": centre.y(),
                    "width": widget.width(),
                    "height": widget.height(),
                    "enabled": widget.isEnabled(),
                    "covered": _is_covered(widget, centre),
                    "text": _text(widget),
                }
        return {"missing": True}

    def do_texts(self, question: dict[str, Any]) -> dict[str, Any]:
        """Everything that a window shows in words."""
        return {"texts": [text for widget in _widgets(question["window"]) if (text := _text(widget))]}

    def do_commit(self, question: dict[str, Any]) -> dict[str, Any]:
        """Text from an input method into the widget that has the keyboard."""
        focus = QApplication.focusWidget()
        if focus is None:
            return {"error": "nothing has the keyboard"}
        event = QInputMethodEvent()
        event.setCommitString(question["text"])
        QApplication.sendEvent(focus, event)
        return {}

    def do_picture(self, question: dict[str, Any]) -> dict[str, Any]:
        """A picture of a whole screen as it is seen."""
        screen = next(screen for screen in QGuiApplication.screens() if screen.name() == question["screen"])
        for window in (self.workstation.window, self.workstation.customer):
            window.paint_now()
        saved = screen.grabWindow(0).save(question["file"])
        return {} if saved else {"error": "not saved"}

    def do_gaps(self, _question: dict[str, Any]) -> dict[str, Any]:
        """All gaps of the event loop over three beats: begin and end on the monotonic clock, in s."""
        return {"gaps": self._gaps}

    def do_visit(self, _question: dict[str, Any]) -> dict[str, Any]:
        """Where the visit stands."""
        visit = self.workstation.session.visit
        if visit is None:
            return {}
        state = visit.state
        return {
            "phase": state.phase.value,
            "pages": len(state.pages),
            "receipt_no": state.receipt.receipt_no if state.receipt else "",
            "screen_confirmed": state.screen_confirmed,
            "saved": state.saved_at is not None,
        }

    def do_focus(self, _question: dict[str, Any]) -> dict[str, Any]:
        """What has the keyboard, or what it is a part of."""
        focus = QApplication.focusWidget()
        while focus is not None and not focus.objectName():
            focus = focus.parentWidget()
        return {"name": focus.objectName() if focus is not None else ""}

    def do_answers(self, _question: dict[str, Any]) -> dict[str, Any]:
        """What the form holds, beside its groups' rows."""
        visit = self.workstation.session.visit
        answers = visit.state.answers.values() if visit else ()
        return {"answers": {answer.field: answer.value for answer in answers if not answer.row}}

    def do_host(self, _question: dict[str, Any]) -> dict[str, Any]:
        """The process that runs the devices."""
        return {"pid": self.workstation.session.tools.devices.clients[""].host_pid}

    def do_preview(self, _question: dict[str, Any]) -> dict[str, Any]:
        """What the camera's preview says of the page that it shows."""
        pane = self._pane
        if pane is None or not isValid(pane) or not pane.isVisible():  # asked often; to look for it stops the window
            found = self.workstation.window.findChildren(MaterialsPane)
            pane = self._pane = next((widget for widget in found if widget.isVisible()), None)
        frame = pane.preview.frame if pane is not None else None
        watches = pane is not None and pane._still.watches
        return {"hint": int(frame.hint), "sequence": frame.sequence, "watches": watches} if frame is not None else {}

    def do_page(self, _question: dict[str, Any]) -> dict[str, Any]:
        """Whether the reviewer sees a captured page, and not the words in its place."""
        pictures = [widget for widget in _widgets("clerk") if isinstance(widget, ZoomPicture)]
        return {"seen": any(not picture._pixmap.isNull() for picture in pictures)}

    def do_screens(self, _question: dict[str, Any]) -> dict[str, Any]:
        """The screens as Qt sees them."""
        return {"screens": [screen.name() for screen in QGuiApplication.screens()]}


def _is_covered(widget: QWidget, centre: QPoint) -> bool:
    """Whether a press there would meet something else, e.g. a notice that has not found its place yet."""
    met = QApplication.widgetAt(centre)
    return met is not None and met is not widget and not widget.isAncestorOf(met)


def _candidates(question: dict[str, Any]) -> list[QWidget]:
    """Where to look: by an object's name Qt looks itself, which stops the window much less."""
    name = question.get("name", "")
    if name.isascii() and (name.islower() or name.isupper()):
        found = [widget for top in _tops(question["window"]) for widget in [top, *top.findChildren(QWidget, name)]]
        return [widget for widget in found if widget.isVisible()]
    return _widgets(question["window"])


def _widgets(window: str) -> list[QWidget]:
    """All visible widgets of a window and of the dialogs over it."""
    return [widget for top in _tops(window) for widget in _visible(top)]


def _tops(window: str) -> list[QWidget]:
    """A window and the dialogs over it, as far as they are seen."""
    return [
        top
        for top in QApplication.topLevelWidgets()
        if top.isVisible()
        and (isinstance(top, _WINDOWS[window]) or (window == "clerk" and not isinstance(top, CustomerWindow)))
    ]


def _visible(widget: QWidget) -> list[QWidget]:
    """The widget and what is seen within it; what is hidden may be large, and to look through it takes time."""
    found = [widget]
    for child in widget.children():
        if isinstance(child, QWidget) and child.isVisible() and not child.isWindow():
            found += _visible(child)
    return found


def _is_wanted(widget: QWidget, question: dict[str, Any]) -> bool:
    names = (widget.objectName(), type(widget).__name__, widget.accessibleName())
    return question.get("name") in names if "name" in question else question["text"] in _text(widget)


def _text(widget: QWidget) -> str:
    if isinstance(widget, (QLabel, QLineEdit, Words)):
        return widget.text()
    if isinstance(widget, QAbstractButton):
        return widget.text() or widget.accessibleName()
    if isinstance(widget, QTextEdit):
        return widget.toPlainText()
    if isinstance(widget, QListWidget):
        return "\n".join(widget.item(row).text() for row in range(widget.count()))
    return widget.accessibleName()


def _serve(watcher: Watcher, listener: socket.socket) -> None:
    while True:
        connection, _ = listener.accept()
        with connection, connection.makefile("rw", encoding="utf-8") as lines:
            for line in lines:
                lines.write(json.dumps(watcher.ask(json.loads(line)), ensure_ascii=False) + "\n")
                lines.flush()


def main() -> int:
    """Run the client under watch."""
    port_file, arguments = Path(sys.argv[1]), sys.argv[2:]
    listener = socket.create_server(("127.0.0.1", 0))

    class Watched(app.main.Workstation):
        """The production workstation, with the watcher started once there is an application."""

        def show(self) -> None:
            self.watcher = Watcher(self)
            threading.Thread(target=_serve, args=(self.watcher, listener), daemon=True).start()
            port_file.write_text(str(listener.getsockname()[1]), encoding="utf-8")
            super().show()

    with patch.object(app.main, "Workstation", Watched):
        return app.main.main(arguments)


if __name__ == "__main__":
    sys.exit(main())
