"""A real visit on a real store, driven by hand: work is done at once, timers fire when told, devices are scripted."""

from __future__ import annotations

import dataclasses
import os
from collections import deque
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Any, TypeVar

from app.notices.notice import Notice
from app.session.showing import Showing
from app.store.store import Store
from app.visit.assessing import assess_visit
from app.visit.draft import parse_draft
from app.visit.scene import Confirmed, Disputed, GuestAnswer, Point, ReadBack, Reply, Scene, Shown, Sign, Signed
from app.visit.state import Phase, ReceiptSeen, VisitState
from app.visit.tools import Serving, VisitTools
from app.visit.visit import Visit
from domain.cases.values import CaseContent, CaseStatus
from domain.catalogue.values import Catalogue, FieldId, MaterialId, ModuleId
from domain.forms.answers import value_of
from domain.papers.receipt import ReceiptPaper
from hardware.device import Request
from hardware.drivers.opencv_decoder import OpenCvDecoder
from hardware.kinds.document_camera import CapturedPage, CapturePage, HeldPicture, HoldPicture, TakeHeld
from hardware.kinds.picture_decoder import DecodePicture
from hardware.kinds.signature_pad import FinishSignature, Signature
from hardware.outcomes import Outcome, OutcomeCode
from tests.helpers.builders import M01, NOW, PNG, STROKES, TOWNSHIP, a_card, m01_answers, shipped_catalogue
from tests.helpers.pictures import a_jpeg
from tests.helpers.stored import drafts_of

T = TypeVar("T")
CORNERS = ((0.1, 0.1), (0.9, 0.1), (0.9, 0.9), (0.1, 0.9))


def disputed(shown: Shown, labels: Collection[str], part: str = "") -> Disputed:
    """What the customer's screen says of lines that the applicant marked."""
    assert isinstance(shown.scene, ReadBack)
    marked = [
        (at, line.label)
        for at, line in enumerate(shown.scene.lines)
        if line.label in labels and line.part.startswith(part)
    ]
    assert {label for _, label in marked} == set(labels)
    return Disputed(labels=tuple(label for _, label in marked), lines=tuple(at for at, _ in marked))


def confirmed(shown: Shown) -> Confirmed:
    """The applicant confirms what is shown."""
    return Confirmed(digest=getattr(shown.scene, "digest", ""))


def signed(shown: Shown) -> Signed:
    """The applicant signs what is shown with one stroke."""
    strokes = ((Point(1, 2, 0, 1.0), Point(90, 40, 300, 1.0)),)
    return Signed(
        digest=getattr(shown.scene, "digest", ""), strokes=strokes, width_px=600, height_px=300, source="mouse"
    )


SECOND = ModuleId("M98")


def with_second_module() -> Catalogue:
    """The shipped catalogue and one more business, which asks the same as M01 under another name."""
    shipped = shipped_catalogue()
    second = dataclasses.replace(shipped.modules[M01], id=SECOND, name="第二项测试业务", initials="dexcsyw", rules=())
    return dataclasses.replace(shipped, modules={**shipped.modules, SECOND: second})


RECEIPT = ReceiptSeen(
    receipt_no="159999-2026-000001",
    status=CaseStatus.IN_REVIEW,
    accepted_at=NOW,
    due_on=date(2026, 11, 27),
    progress_url="https://example.invalid/p/1",
)


class ScriptedDevices:
    """Answers requests at once with the outcomes that were put in; without any, the device does its work."""

    def __init__(self) -> None:
        self.asked: list[Request[Any]] = []
        self.page: dict[str, Any] = {}
        """What is otherwise of the pages to come."""
        self._outcomes: deque[Outcome[Any]] = deque()
        self._held: deque[Callable[[], None]] | None = None

    def will(self, *codes: OutcomeCode, **facts: str) -> None:
        """The next requests end so, one after the other."""
        self._outcomes.extend(Outcome(code=code, facts=facts) for code in codes)

    def hold(self) -> None:
        """Keep answers back until ``release``."""
        self._held = deque()

    def release(self) -> None:
        """Let all held answers go."""
        held, self._held = self._held or deque(), None
        for answer in held:
            answer()

    def ask(self, request: Request[Any], done: Callable[[Outcome[Any]], None]) -> None:
        """As Hosts.ask, on the caller's thread. Pictures are decoded whatever the script says of devices."""
        if isinstance(request, DecodePicture):
            done(request.carry_out(OpenCvDecoder({})))
            return
        self.asked.append(request)
        outcome = self._outcomes.popleft() if self._outcomes else self._work(request)
        if self._held is None:
            done(outcome)
        else:
            self._held.append(lambda: done(outcome))

    def _work(self, request: Request[Any]) -> Outcome[Any]:
        if isinstance(request, CapturePage | TakeHeld):
            page = a_jpeg(str(len(self.asked)).encode())
            return Outcome(
                code=OutcomeCode.OK,
                value=CapturedPage(
                    jpeg=page,
                    width_px=1240,
                    height_px=1754,
                    sharpness=300.0,
                    corners=CORNERS,
                    taken_ns=1,
                    device="opencv",
                    **self.page,
                ),
            )
        if isinstance(request, HoldPicture):
            held = HeldPicture(jpeg=a_jpeg(b"held"), width_px=8, height_px=8, corners=CORNERS, reason=OutcomeCode.OK)
            return Outcome(code=OutcomeCode.OK, value=held)
        assert isinstance(request, FinishSignature)
        return Outcome(code=OutcomeCode.OK, value=Signature(png=PNG, strokes_json=STROKES, width_px=600, height_px=300))


class Timers:
    """Timers that fire when told."""

    def __init__(self) -> None:
        self._waiting: list[tuple[float, Callable[[], None]]] = []

    def later(self, delay_s: float, action: Callable[[], None]) -> Callable[[], None]:
        """As Bridge.later."""
        entry = (delay_s, action)
        self._waiting.append(entry)

        def cancel() -> None:
            if entry in self._waiting:
                self._waiting.remove(entry)

        return cancel

    def __len__(self) -> int:
        return len(self._waiting)

    def fire(self) -> None:
        """Let all the time pass that anybody waits for."""
        waiting, self._waiting = self._waiting, []
        for _, action in sorted(waiting, key=lambda entry: entry[0]):
            action()


class Desk:
    """One counter: ``visit`` at work on ``store``; ``shown`` is all that the customer's screen was given."""

    def __init__(self, folder: Path, *, catalogue: Catalogue | None = None) -> None:
        self.folder = folder
        self.key = os.urandom(32)
        self.catalogue = catalogue or shipped_catalogue()
        self.store = Store.open(folder, self.key)
        self.devices = ScriptedDevices()
        self.timers = Timers()
        self.shown: list[Shown] = []
        self.showing = Showing(self.shown.append)
        self.states: list[VisitState] = []
        self.wakes = 0
        self.now: datetime = NOW
        self._ids = 0
        self.visit = self.open(VisitState(visit="visit-1"))

    def value(self, field: str) -> str:
        """An answer of the visit."""
        return value_of(self.state.answers, FieldId(field))

    def open(self, state: VisitState) -> Visit:
        """Open a visit in this state, as the session does."""
        serving = Serving(office=TOWNSHIP, clerk_name="李测试", clerk_number="wangfang", store=self.store)
        visit = Visit(
            VisitTools(
                catalogue=self.catalogue,
                serving=lambda: serving,
                run=at_once,
                later=self.timers.later,
                ask=self.devices.ask,
                show=self.showing.show,
                now=lambda: self.now,
                new_id=self._new_id,
                wake_sync=self._wake,
            ),
            state,
        )
        visit.observe(self.states.append)
        visit.begin()
        self.visit = visit
        return visit

    def _new_id(self) -> str:
        self._ids += 1
        return f"01990000-0000-7000-8000-{self._ids:012}"

    def _wake(self) -> None:
        self.wakes += 1

    # -- the way of a visit, step by step

    @property
    def state(self) -> VisitState:
        """The present state."""
        return self.visit.state

    @property
    def code(self) -> str:
        """The code of the present notice, or an empty text."""
        return self.state.notice.code if self.state.notice else ""

    def take_receipt(self, receipt: ReceiptSeen) -> None:
        """The server accepts the case under hand."""
        assert self.state.case is not None
        self.visit.submitting.take_receipt(self.state.case, receipt)

    def take_refusal(self, notice: Notice) -> None:
        """The server refuses the case under hand."""
        assert self.state.case is not None
        self.visit.submitting.take_refusal(self.state.case, notice)

    @property
    def paper(self) -> ReceiptPaper:
        """What would be printed now."""
        paper = self.visit.submitting.paper
        assert paper is not None
        return paper

    def content(self) -> CaseContent:
        """The case as it would be submitted now."""
        seen = assess_visit(self.visit.tools, self.state)
        assert seen is not None
        return seen.content

    def reply(self, answer: GuestAnswer, *, visit: str = "", counter: int | None = None) -> None:
        """The customer's screen answers the last scene, or another one."""
        last = self.shown[-1]
        at = last.counter if counter is None else counter
        self.visit.applicant.reply(Reply(visit=visit or last.visit, counter=at, answer=answer))

    def confirm(self, *, visit: str = "", counter: int | None = None) -> None:
        """The applicant confirms what she has read last."""
        self.reply(confirmed(self._last(ReadBack)), visit=visit, counter=counter)

    def dispute(self, *labels: str, part: str = "") -> None:
        """The applicant marks every line that is called so, and whose part's title begins with ``part``."""
        self.reply(disputed(self._last(ReadBack), labels, part))

    def sign(self, *, visit: str = "", counter: int | None = None) -> None:
        """The applicant signs what she was asked to sign last."""
        self.reply(signed(self._last(Sign)), visit=visit, counter=counter)

    def _last(self, kind: type[Scene]) -> Shown:
        """The last such Scene, or whatever is shown."""
        return next((shown for shown in reversed(self.shown) if isinstance(shown.scene, kind)), self.shown[-1])

    def fill(self, **changes: str) -> None:
        """Type everything that the card did not fill in, twice where that is asked."""
        for answer in m01_answers(**changes).values():
            self.visit.form.answer(answer.field, answer.value)
        for name, value in changes.items():
            self.visit.form.answer(FieldId(name), value)
            if self.catalogue.fields[FieldId(name)].twice:
                self.visit.form.repeat(FieldId(name), value)

    def go_to(self, phase: Phase, **changes: str) -> Visit:
        """From the beginning to a phase, by card, with everything right."""
        steps: list[tuple[Phase, Callable[[], object]]] = [
            (Phase.CHOOSE, lambda: self.visit.identifying.take_card(a_card())),
            (Phase.FORM, lambda: self.visit.choosing.choose(M01)),
            (Phase.MATERIALS, lambda: self._fill_and_go(**changes)),
            (Phase.READ_BACK, self._capture_and_go),
            (Phase.SIGN, lambda: self.confirm()),
            (Phase.SUBMIT, lambda: self.sign()),
            (Phase.DONE, lambda: self.visit.submitting.submit()),
        ]
        for reached, step in steps:
            step()
            assert self.state.phase is reached, (self.state.phase, self.state.notice, self.state.findings)
            if reached is phase:
                break
        return self.visit

    def _fill_and_go(self, **changes: str) -> None:
        self.fill(**changes)
        self.visit.phases.go(Phase.MATERIALS)

    def _capture_and_go(self) -> None:
        self.capture("MT02", 2)
        self.visit.phases.go(Phase.READ_BACK)

    def capture(self, material: str, pages: int = 1) -> None:
        """Take pages."""
        for _ in range(pages):
            self.visit.pages.take(MaterialId(material))

    def kill_and_recover(self) -> Visit:
        """The program dies without a word and starts again: the visit comes from its draft."""
        self.store.close()
        self.store = Store.open(self.folder, self.key)
        self.timers = Timers()
        ((_, body),) = drafts_of(self.store)
        return self.open(parse_draft(body))

    def close(self) -> None:
        """Close the store."""
        self.store.close()


def at_once(work: Callable[[], T], done: Callable[[T], None], failed: Callable[[Exception], None]) -> None:
    """As Bridge.run, on the caller's thread."""
    try:
        value = work()
    except Exception as error:  # as on the bridge: whoever asked decides
        failed(error)
        return
    done(value)


@contextmanager
def full_disk() -> Iterator[None]:
    """No file of this process may grow: what a full disk does, without filling one."""
    import resource  # not on every system

    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
