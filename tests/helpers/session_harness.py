"""A real session at a counter without Qt: real line, loop and store; the test's own thread is the UI thread."""

from __future__ import annotations

import queue
import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

from app.session.press import PaperFault, Press
from app.session.session import Session
from app.session.tools import SessionTools
from app.settings import Endpoint
from app.store.heard_time import HeardTime
from app.store.keys import PasswordCost
from app.sync.line import Line, LineConfig
from app.sync.server_time import ServerTime
from app.visit.ids import new_id
from app.visit.scene import Reply, Scene, Shown
from app.visit.state import Phase
from app.visit.visit import Visit
from domain.business_time import business_day
from domain.catalogue.values import Catalogue, MaterialId
from domain.papers.order import PrintOutcome, PrintResult
from domain.papers.receipt import ReceiptPaper
from hardware.hosts import Hosts
from hardware.kinds.document_camera import PreviewFrame
from tests.helpers.builders import M01, a_card, an_id_number, m01_answers, shipped_catalogue
from tests.helpers.visit_harness import ScriptedDevices, Timers, at_once, confirmed, signed

PATIENCE_S = 60.0
CHEAP = PasswordCost(passes=1, memory_kib=8, lanes=1)


class ScriptedHost(ScriptedDevices):
    """The scripted devices behind the face of the host's client."""

    def start(self) -> None:
        """Nothing to start."""

    def stop(self) -> None:
        """Nothing to stop."""

    def find_frame(self, _event: PreviewFrame) -> memoryview | None:
        """There is no camera."""
        return None


class FakePress(Press):
    """Prints into lists; ``outcome`` is what it answers, a fault is raised."""

    def __init__(self) -> None:
        super().__init__([])
        self.printed: list[ReceiptPaper] = []
        self.outcome: PrintOutcome | PaperFault = PrintOutcome(result=PrintResult.SENT, printer="HP-1")

    def print_receipt(self, paper: ReceiptPaper) -> PrintOutcome:
        """The outcome that was set."""
        self.printed.append(paper)
        if isinstance(self.outcome, PaperFault):
            raise self.outcome
        return self.outcome


class Workplace:
    """One counter; ``wait_for`` lets everything arrive that other threads posted."""

    def __init__(self, folder: Path, url: str, catalogue: Catalogue | None = None) -> None:
        self.folder = folder
        self.host = ScriptedHost()
        self.timers = Timers()
        self.shown: list[Shown] = []
        self.on_shown: Callable[[Shown], None] = lambda _shown: None
        self._posted: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        self.machine_is_off = timedelta()
        """How wrong this machine's clock is; to be set."""
        self.time = ServerTime(lambda: datetime.now(UTC) + self.machine_is_off, kept=HeardTime(folder))
        self.line = a_line(url, self.time)
        self.press = FakePress()
        self.session = Session(
            SessionTools(
                catalogue=catalogue or shipped_catalogue(),
                data_folder=folder,
                line=self.line,
                devices=cast(Hosts, self.host),
                run=at_once,
                run_aside=at_once,
                later=self.timers.later,
                post=self._posted.put,
                show=self._show,
                time=self.time,
                random=random.Random().random,
                new_id=new_id,
                press=self.press,
                password_cost=CHEAP,
                use_keyring=False,
            )
        )

    def _show(self, shown: Shown) -> None:
        self.shown.append(shown)
        self.on_shown(shown)

    @property
    def idle_scenes(self) -> list[Scene]:
        """All scenes that belonged to no visit."""
        return [shown.scene for shown in self.shown if not shown.visit]

    @property
    def code(self) -> str:
        """The code of the session's notice."""
        return self.session.state.notice.code if self.session.state.notice else ""

    @property
    def visit(self) -> Visit:
        """The visit at the counter."""
        assert self.session.visit is not None
        return self.session.visit

    def login(self, user: str, password: str) -> None:
        """Log in, and expect it to work."""
        self.session.account.login(user, password)
        assert self.session.state.clerk is not None, self.session.state.notice

    def wait_for(self, condition: Callable[[], Any], what: str) -> None:
        """Run posted actions until the condition holds."""
        deadline = time.monotonic() + PATIENCE_S
        while not condition():
            assert time.monotonic() < deadline, f"not seen: {what}; {self.session.state}"
            try:
                self._posted.get(timeout=0.05)()
            except queue.Empty:
                continue

    def fill_visit(self, number: str) -> Visit:
        """A new visit with card, form and pages, up to the read-back."""
        visit = self.session.new_visit()
        assert visit is not None
        visit.identifying.take_card(a_card(number))
        visit.choosing.choose(M01)
        for answer in m01_answers(number, AAC030=business_day(datetime.now(UTC)).isoformat()).values():
            visit.form.answer(answer.field, answer.value)
        for pages in (1, 2):
            visit.pages.take(MaterialId("MT02"))
            self.wait_for(lambda: len(visit.state.pages) == pages, "page")  # noqa: B023 - waited for at once
        assert visit.phases.go(Phase.READ_BACK), (visit.state.notice, visit.state.findings)
        return visit

    def sign_and_submit(self) -> None:
        """The applicant confirms and signs, the clerk submits."""
        for answer_to in (confirmed, signed):
            last = self.shown[-1]
            self.session.reply(Reply(visit=last.visit, counter=last.counter, answer=answer_to(last)))
        visit = self.visit
        self.wait_for(lambda: visit.state.phase is Phase.SUBMIT, "signature")
        self.visit.submitting.submit()

    def wait_for_receipt(self) -> str:
        """The receipt number of the case that was just submitted."""
        visit = self.visit
        self.wait_for(lambda: visit.state.receipt and visit.state.receipt.receipt_no, "receipt")
        assert visit.state.receipt is not None
        return visit.state.receipt.receipt_no


@contextmanager
def a_workplace(folder: Path, url: str, catalogue: Catalogue | None = None) -> Iterator[Workplace]:
    """A counter that is closed in order at the end; it works with the product's catalogue or with another one."""
    made = Workplace(folder, url, catalogue)
    try:
        yield made
    finally:
        made.session.stop()


def a_line(url: str, time: ServerTime | None = None) -> Line:
    """A line of its own to this server."""
    return Line(LineConfig(endpoints=(Endpoint(url=url, profile="test"),), counter="1"), time or ServerTime())


def a_person(number: int) -> str:
    """A woman born on 5 November 1971; each can be registered only once at a server."""
    return an_id_number(f"15999919711105{2 * number:03}")
