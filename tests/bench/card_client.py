"""The production client that lays cards for itself and measures from their last byte to the painted window.

``python -m tests.bench.card_client ADDRESS RUNS FILE [client arguments]``: ADDRESS is the simulators', FILE takes the
times in ms as JSON.
"""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar
from unittest.mock import patch

from PySide6.QtWidgets import QApplication, QWidget

import app.main
from app.clerk.intake.form_pane import FormPane
from app.clerk.visit_pane import VisitPane
from app.forms.form_view import FormView
from app.visit.state import Phase
from app.visit.visit import Visit
from domain.catalogue.values import FieldId, ModuleId
from domain.forms.answers import value_of
from hardware.device import DeviceState
from hardware.kinds.id_card_reader import ID_CARD_READER, CardRead
from hardware.messages import Event
from hardware.simulators.control import call
from tests.bench.painted import PaintStamp
from tests.helpers.central_server import CLERK, PASSWORD

T = TypeVar("T")
W = TypeVar("W", bound=QWidget)
_PATIENCE_S = 20.0
_CALM_S = 0.3
_PERSON = "p6"
_MODULE = ModuleId("M01")


class Rounds:
    """Runs on a thread of its own; everything that touches the window goes through the UI thread."""

    def __init__(self, workstation: app.main.Workstation, address: str) -> None:
        self._workstation = workstation
        self._address = address
        self._received_at_ns = 0
        self._bare = subprocess.Popen(
            [sys.executable, "-m", "tests.bench.bare_card"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.times: dict[str, list[float]] = {"identity": [], "form": [], "form_first": [], "bare": []}

    def run(self, runs: int) -> None:
        """Log in, then card, form, bare label in turn."""
        self._wait(lambda: hasattr(self._workstation, "session"))
        session = self._workstation.session
        session.tools.post(lambda: session.account.login(CLERK, PASSWORD))
        self._wait(lambda: session.state.clerk is not None)
        self._on_ui(self._note_cards)
        self._wait(self._reader_ready)
        for number in range(runs + 1):
            row = {"identity": self._identity_ms(), **self._form_ms(), "bare": self._bare_ms()}
            self._end_visit()
            if number > 0:  # the first round makes panes and loads fonts
                for name, took in row.items():
                    self.times[name].append(took)
        self._bare.communicate(timeout=_PATIENCE_S)

    def _note_cards(self) -> None:
        """Keep when the last byte of each card came in; the visit has no use for it."""
        devices = self._workstation.session.devices
        deliver = devices.event_from_host

        def noted(event: Event) -> None:
            if isinstance(event, CardRead):
                self._received_at_ns = event.card.received_at_ns
            deliver(event)

        patch.object(devices, "event_from_host", noted).start()

    def _reader_ready(self) -> bool:
        return self._workstation.session.state.device(ID_CARD_READER).state is DeviceState.READY

    def _identity_ms(self) -> float:
        """Last byte of the card to the applicant's card in the window."""
        self._on_ui(self._begin)
        time.sleep(_CALM_S)
        stamp = self._on_ui(lambda: self._stamp(VisitPane, lambda visit: visit.state.identity is not None))
        call(self._address, {"do": "lay_card", "card": _PERSON})
        return self._took_ms(stamp)[1]

    def _form_ms(self) -> dict[str, float]:
        """The form lies open with its card fields empty; the card is laid down once more."""
        self._on_ui(lambda: self._visit().choosing.choose(_MODULE))
        time.sleep(_CALM_S)
        fields = self._on_ui(self._shown_fields)
        assert fields
        self._on_ui(lambda: self._clear(fields))
        time.sleep(2 * _CALM_S)  # also the save of what was cleared

        def filled(visit: Visit) -> bool:
            return all(value_of(visit.state.answers, name) for name in fields)

        stamp = self._on_ui(lambda: self._stamp(FormView, filled))
        call(self._address, {"do": "lift_card"})
        time.sleep(_CALM_S)
        call(self._address, {"do": "lay_card", "card": _PERSON})
        first, last = self._took_ms(stamp)
        return {"form_first": first, "form": last}

    def _bare_ms(self) -> float:
        assert self._bare.stdin is not None
        assert self._bare.stdout is not None
        self._bare.stdin.write("go\n")
        self._bare.stdin.flush()
        return float(self._bare.stdout.readline())

    def _end_visit(self) -> None:
        call(self._address, {"do": "lift_card"})
        self._on_ui(self._workstation.session.discard_visit)
        time.sleep(_CALM_S)

    # on the UI thread

    def _begin(self) -> None:
        workplaces = self._workstation.window.workplaces
        assert workplaces is not None
        workplaces.begin()

    def _shown_fields(self) -> list[FieldId]:
        """What of the card is to be seen in the form."""
        visit = self._visit()
        assert visit.state.phase is Phase.FORM
        module = visit.tools.catalogue.modules[_MODULE]
        shown = {widget.objectName() for widget in self._shown(FormPane).findChildren(QWidget) if widget.isVisible()}
        return [use.field for use in module.form.uses if use.card and use.field in shown]

    def _clear(self, fields: list[FieldId]) -> None:
        for name in fields:
            self._visit().form.answer(name, "")

    def _stamp(self, kind: type[QWidget], ready: Callable[[Visit], bool]) -> PaintStamp:
        visit = self._visit()
        pane = self._shown(kind)
        return PaintStamp([pane, *pane.findChildren(QWidget)], lambda: ready(visit))

    def _shown(self, kind: type[W]) -> W:
        found: list[W] = self._workstation.window.findChildren(kind)
        return found[-1]

    # between the threads

    def _visit(self) -> Visit:
        visit = self._workstation.session.visit
        assert visit is not None
        return visit

    def _took_ms(self, stamp: PaintStamp) -> tuple[float, float]:
        assert stamp.settled.wait(_PATIENCE_S), "nothing painted"
        received_at_ns = self._received_at_ns
        return (stamp.first_ns - received_at_ns) / 1e6, (stamp.last_ns - received_at_ns) / 1e6

    def _on_ui(self, work: Callable[[], T]) -> T:
        done = threading.Event()
        result: list[T] = []

        def act() -> None:
            try:
                result.append(work())
            finally:
                done.set()

        self._workstation.session.tools.post(act)
        assert done.wait(_PATIENCE_S), "the window does not answer"
        assert result, "see the log"
        return result[0]

    def _wait(self, condition: Callable[[], bool]) -> None:
        deadline = time.monotonic() + _PATIENCE_S
        while not condition():
            assert time.monotonic() < deadline, "see the log"
            time.sleep(0.05)


def main() -> int:
    address, runs, file, arguments = sys.argv[1], int(sys.argv[2]), Path(sys.argv[3]), sys.argv[4:]

    class Measured(app.main.Workstation):
        def show(self) -> None:
            QApplication.setCursorFlashTime(0)  # a blinking cursor is painted for ever
            super().show()
            self.rounds = Rounds(self, address)
            threading.Thread(target=self._run, daemon=True).start()

        def _run(self) -> None:
            try:
                self.rounds.run(runs)
            finally:  # after a failure too: whoever waits for the file sees it, and the log says why
                file.write_text(json.dumps(self.rounds.times) + "\n", encoding="utf-8")

    with patch.object(app.main, "Workstation", Measured):
        return app.main.main(arguments)


if __name__ == "__main__":
    sys.exit(main())
