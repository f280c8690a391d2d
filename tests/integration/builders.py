"""Builders of the sync tests: a store, a line, an entry ready to go."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from app.notices.faults import FaultCode
from app.settings import Endpoint
from app.store.outbox import EntryKind, OutboxEntry
from app.store.store import Store
from app.sync.line import Line, LineConfig
from app.sync.loop import SyncLoop
from app.sync.pace import Pace
from app.sync.reply import Question
from app.sync.report import SyncReport
from app.sync.server_time import ServerTime
from domain.cases.values import CaseContent, CaseId, PageRef, StepId
from domain.catalogue.values import FieldId, MaterialId, ModuleId
from domain.forms.answers import Answer, ApplicantKind, Origin
from domain.refusals import Refusal
from domain.wire.cases import SubmitCase
from domain.wire.codec import dump
from domain.wire.login import Clock
from tests.helpers.builders import CAMERA, shown_by
from tests.helpers.pictures import a_jpeg

KEY = bytes(range(32))
NAME = "张测试"
ID_NUMBER = "159999196403150011"

QUICK = Pace(silent_s=1.0)
"""For servers that fall silent on purpose."""


@dataclass
class FakeClock:
    """Seconds that pass only when told to."""

    now: float = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


@dataclass
class Counter:
    """One counter: its store, its line, its loop; ``rounds`` runs them by hand."""

    store: Store
    line: Line
    loop: SyncLoop
    clock: FakeClock
    reports: list[SyncReport] = field(default_factory=list)

    def rounds(self, number: int = 1) -> SyncReport:
        """Rounds with time enough between them for every back-off; the last one's report."""
        for _ in range(number):
            self.reports.append(self.loop.run_round())
            self.clock.now += 301
        return self.reports[-1]


@contextmanager
def a_counter(
    folder: Path, *urls: str, token: str | None = "good", patience_s: float = 120.0, pace: Pace = QUICK
) -> Iterator[Counter]:
    """A logged-in counter on a real encrypted store; in ``patience_s`` every entry has its answer."""
    clock = FakeClock()
    store = Store.open(folder, KEY, now=clock)
    store.check()
    endpoints = tuple(Endpoint(url=url, profile=url) for url in urls)
    line = Line(LineConfig(endpoints=endpoints, counter="1号窗口", pace=pace), ServerTime())
    loop = SyncLoop(store, line, lambda _report: None, clock, lambda: 0.5, on_bug=_raise, patience_s=patience_s)
    loop.set_token(token)
    try:
        yield Counter(store=store, line=line, loop=loop, clock=clock)
    finally:
        loop.stop()
        store.close()


def _raise(error: Exception) -> None:
    raise error


def code_of(report: SyncReport) -> FaultCode | None:
    """What the round met."""
    return report.fault.code if report.fault else None


def a_page(number: int = 1, *, size_bytes: int = 20_000) -> bytes:
    """A JPEG; different for every number."""
    return a_jpeg(hashlib.sha256(str(number).encode()).digest(), size_bytes=size_bytes)


def an_entry(store: Store, number: int = 1, *, pages: int = 1, size_bytes: int = 20_000) -> OutboxEntry:
    """A submit whose pages lie in the store; the ids follow from the number."""
    case = CaseId(f"case-{number}")
    contents = [a_page(number * 100 + page, size_bytes=size_bytes) for page in range(1, pages + 1)]
    refs = tuple(
        PageRef(
            material=MaterialId("MT01"),
            number=place,
            sha256=store.pages.save(case, content),
            size_bytes=len(content),
            source=CAMERA,
        )
        for place, content in enumerate(contents, start=1)
    )
    submit = SubmitCase(
        case=case,
        step=StepId(f"step-{number}"),
        made_at=datetime(2026, 11, 23, 9, 0, tzinfo=UTC),
        content=CaseContent(
            module=ModuleId("M01"),
            catalogue_sha256="0" * 64,
            applicant_kind=ApplicantKind.SELF,
            identities=shown_by(ID_NUMBER, NAME),
            answers=(
                Answer(field=FieldId("AAC003"), value=NAME, origin=Origin.CARD),
                Answer(field=FieldId("AAC002"), value=ID_NUMBER, origin=Origin.CARD),
            ),
            pages=refs,
        ),
    )
    return OutboxEntry(
        step=submit.step,
        kind=EntryKind.SUBMIT,
        case=case,
        body=dump(submit),
        blobs=tuple(ref.sha256 for ref in refs),
        visit=f"visit-{number}",
        module=ModuleId("M01"),
        applicant="张**",
    )


def ask_clock(line: Line) -> Clock | Refusal:
    """The shortest question that a server answers without a login."""
    return line.value(Clock, Question(method="GET", path="/v1/clock"))
