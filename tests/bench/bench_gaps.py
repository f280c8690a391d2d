"""Longest pause of the event loop in a whole visit with the preview running, beside a control that only sleeps."""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.bench.figure import Figure, Unit
from tests.bench.pulse import Span, load_spans, overlap_s, running_pulse
from tests.e2e import play
from tests.e2e.counter import Counter, running_counter, wait_until
from tests.helpers.central_server import CLERK, running_server
from tests.helpers.simulators import running_simulators

_START = "start to login"
_GOAL_MS = 16.7
_MOST_MS = 33.0
_BEAT_MS = 5.0
_START_S = 60.0
_SHOWN = 5


@dataclass
class _TimedPlay(play.Play):
    """A play that knows when each step was, and takes no pictures: to take one stops the window."""

    spans: list[tuple[str, Span]] = field(default_factory=list)

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        begun = time.monotonic()
        yield
        self.spans.append((name, (begun, time.monotonic())))

    def pictures(self, counter: Counter, name: str) -> None:
        pass


@dataclass(frozen=True, slots=True, kw_only=True)
class _Gap:
    """A pause of the window. ``net_ms`` is without what the control lost in the same time."""

    long_ms: float
    net_ms: float
    work_ms: float
    """Processor time of the UI thread; the rest of the pause it waited for a processor, or for the interpreter."""
    shared: bool
    step: str
    place: str

    def __str__(self) -> str:
        return f"{self.long_ms:6.1f} ms ({self.work_ms:.1f} of work) in {self.step}: {self.place or 'outside our code'}"


class _Visit:
    """What one visit gave: its gaps after the start, the longest of the start, and how often the control stopped."""

    def __init__(self, gaps: list[_Gap], pauses: int) -> None:
        self.gaps = [gap for gap in gaps if gap.step != _START]
        self.start_ms = max((gap.long_ms for gap in gaps if gap.step == _START), default=0.0)
        self.longest_ms = max((gap.long_ms for gap in self.gaps if not gap.shared), default=0.0)
        self.pauses = pauses


def figures(runs: int) -> tuple[Figure, ...]:
    """The longest gap of a visit, as the median of so many visits, each with programs of its own; and the longest."""
    visits: list[_Visit] = []
    for _ in range(runs):
        with tempfile.TemporaryDirectory() as folder:
            visits.append(_Visit(*_play(Path(folder))))
    own = [gap for visit in visits for gap in visit.gaps if not gap.shared]
    dropped = [gap for visit in visits for gap in visit.gaps if gap.shared]
    longest = sorted(own, key=lambda gap: -gap.long_ms)[:_SHOWN]
    pauses = sum(visit.pauses for visit in visits)
    return (
        Figure(
            name="gaps",
            title="longest gap of the event loop in a visit",
            value=statistics.median(visit.longest_ms for visit in visits),
            goal=_GOAL_MS,
            unit=Unit.MILLISECONDS,
            rounds=runs,
            raw_ms={
                "dropped ones too": max((gap.long_ms for gap in own + dropped), default=0.0),
                "dropped ones too, less the control's own": max((gap.net_ms for gap in own + dropped), default=0.0),
                "work in one gap": max((gap.work_ms for gap in own + dropped), default=0.0),
                "before the login, not of a visit": max(visit.start_ms for visit in visits),
            },
            notes=(
                f"{len(own)} gaps over 10 ms; {len(dropped)} dropped, as the control stopped too ({pauses} times)",
                *map(str, longest),
                *(
                    f"{gap}; dropped, {gap.net_ms:.1f} ms net"
                    for gap in sorted(dropped, key=lambda gap: -gap.net_ms)[:_SHOWN]
                    if gap.net_ms > _MOST_MS
                ),
            ),
        ),
        Figure(
            name="gaps_longest",
            title="longest gap of all visits",
            value=max((gap.long_ms for gap in own), default=0.0),
            goal=_MOST_MS,
            unit=Unit.MILLISECONDS,
            rounds=runs,
        ),
    )


def _play(folder: Path) -> tuple[list[_Gap], int]:
    played = _TimedPlay(out=folder, say=lambda text: None)
    with (
        running_server(folder / "server") as server,
        running_simulators() as simulators,
        running_pulse(folder / "pulse"),
        running_counter(
            server=server.base_url,
            data=folder / "counter",
            name="测试镇01号窗口",
            devices=simulators.endpoints,
            program="tests.bench.gap_client",
        ) as clerk,
    ):
        with played.step(_START):
            clerk.wait_for("clerk", "user")
            wait_until(lambda: clerk.ask("ready")["ready"], "the whole client loaded", _START_S)
        play.log_in(played, clerk, CLERK)
        play.identify(played, clerk, simulators)
        play.fill_in(played, clerk)
        play.capture(played, clerk, simulators)
        play.confirm_and_sign(played, clerk)
        play.submit(played, clerk)
        play.end_visit(played, clerk)
        found = [(begin, end_) for begin, end_ in clerk.ask("gaps")["gaps"]]
        watched = clerk.ask("stalls")
        stalls, work = dict(watched["stalls"]), dict(watched["work"])
    pauses = load_spans(folder / "pulse")
    return [_gap(span, pauses, played, stalls.get(span[0], ""), work.get(span[0], 0.0)) for span in found], len(pauses)


def _gap(span: Span, pauses: list[Span], played: _TimedPlay, place: str, worked_s: float) -> _Gap:
    shared_s = overlap_s(span, pauses)
    long_ms = (span[1] - span[0]) * 1000 - _BEAT_MS
    steps = [(_START, (0.0, played.spans[0][1][1])), *played.spans[1:]]  # whatever begins before the login is the start
    step = next((name for name, (begin, end_) in steps if begin <= span[0] <= end_), "between steps")
    return _Gap(
        long_ms=long_ms,
        net_ms=long_ms - shared_s * 1000,
        work_ms=worked_s * 1000,
        shared=shared_s > 0,
        step=step,
        place=place,
    )
