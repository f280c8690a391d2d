"""First answer after a kept connection died in silence, as behind a computer that slept or a VPN that changed."""

from __future__ import annotations

import statistics
import tempfile
import time
from pathlib import Path

from app.settings import Endpoint
from app.sync.calls.lists import list_changes
from app.sync.calls.login import log_in
from app.sync.line import Line, LineConfig
from app.sync.server_time import ServerTime
from domain.refusals import Refusal
from tests.bench.figure import Figure, Unit
from tests.helpers.central_server import CLERK, PASSWORD, running_server
from tests.helpers.fault_proxy import FaultProxy, fault_proxy

_GOAL_MS = 3000.0
_IDLE_S = 60.0


class _Passing:
    """The machine's clock, moved on by hand: so nobody waits until a connection has rested long enough."""

    def __init__(self) -> None:
        self.more_s = 0.0

    def __call__(self) -> float:
        return time.monotonic() + self.more_s


def figures(runs: int) -> tuple[Figure, ...]:
    """Median over the rounds; in each the connection was used, rested, and carries nothing any more."""
    passing = _Passing()
    with (
        tempfile.TemporaryDirectory() as folder,
        running_server(Path(folder)) as server,
        fault_proxy(server.base_url) as proxy,
    ):
        line = Line(LineConfig(endpoints=(Endpoint(url=proxy.url),)), ServerTime(passed=passing))
        login = log_in(line, CLERK, PASSWORD)
        assert not isinstance(login, Refusal), login
        line.set_token(login.token)
        well = [_asked_ms(line) for _ in range(runs)]
        silent = [_after_silence_ms(line, proxy, passing) for _ in range(runs)]
    return (
        Figure(
            name="silence",
            title="first answer after a connection died in silence",
            value=statistics.median(silent),
            goal=_GOAL_MS,
            unit=Unit.MILLISECONDS,
            rounds=runs,
            raw_ms={"longest": max(silent), "the same question on a sound connection": statistics.median(well)},
        ),
    )


def _after_silence_ms(line: Line, proxy: FaultProxy, passing: _Passing) -> float:
    known = proxy.connections
    proxy.silence()
    passing.more_s += _IDLE_S
    took_ms = _asked_ms(line)
    assert proxy.connections == known + 1, "the silent connection was given up for a new one"
    return took_ms


def _asked_ms(line: Line) -> float:
    begun = time.monotonic()
    answer = list_changes(line, 0)
    took_ms = (time.monotonic() - begun) * 1000
    assert not isinstance(answer, Refusal), answer
    return took_ms
