"""How long a case that never gets an answer holds up the next one in the outbox."""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from app.sync.calls.login import log_in
from app.sync.pace import Pace
from app.sync.push import PATIENCE_S
from domain.refusals import Refusal
from tests.bench.bench_submit import MadeCase, a_case
from tests.bench.figure import Figure, Unit
from tests.helpers.central_server import CLERK, PASSWORD, running_server
from tests.helpers.fault_proxy import Fault, fault_proxy
from tests.integration.builders import Counter, a_counter

_GOAL_MS = 5000.0
_MOST_RUNS = 3
"""Each takes seconds by its nature, and they differ by hundredths."""


def figures(runs: int) -> tuple[Figure, ...]:
    """Median over the rounds; in each two cases wait, and the server never says a word to the first."""
    delays: list[float] = []
    alone: list[float] = []
    with tempfile.TemporaryDirectory() as folder, running_server(Path(folder) / "server") as server:
        for number in range(min(runs, _MOST_RUNS)):
            first, held, following = range(3 * number, 3 * number + 3)
            with _counter(Path(folder) / f"{number}-alone", server.base_url) as (counter, catalogue):
                alone.append(_sent_ms(counter, a_case(first, catalogue)))
            with (
                fault_proxy(server.base_url) as proxy,
                _counter(Path(folder) / f"{number}", proxy.url) as (counter, catalogue),
            ):
                proxy.plan(Fault(swallow=True))  # of the first page of the held case, which nobody ever answers
                delays.append(_sent_ms(counter, a_case(following, catalogue), behind=a_case(held, catalogue)))
                proxy.plan()  # cut off, or the counter's end would wait for it
    return (
        Figure(
            name="delay",
            title="a case without an answer holds up the next one",
            value=statistics.median(delays),
            goal=_GOAL_MS,
            unit=Unit.MILLISECONDS,
            rounds=len(delays),
            raw_ms={"longest": max(delays), "a case behind none, median": statistics.median(alone)},
        ),
    )


@contextmanager
def _counter(folder: Path, url: str) -> Iterator[tuple[Counter, str]]:
    """A counter with the pace of the product that has sent nothing yet, and the hash of the catalogue in force."""
    with a_counter(folder, url, token=None, patience_s=PATIENCE_S, pace=Pace()) as counter:
        login = log_in(counter.line, CLERK, PASSWORD)
        assert not isinstance(login, Refusal), login
        counter.loop.set_token(login.token)
        yield counter, login.catalogue_sha256


def _sent_ms(counter: Counter, made: MadeCase, *, behind: MadeCase | None = None) -> float:
    """From the round's begin to its end, when the case has its receipt; it waits ``behind`` one without an answer."""
    for one in (behind, made) if behind else (made,):
        for blob in one.blobs:
            counter.store.pages.save(one.entry.case, blob)
        counter.store.enqueue(one.entry, drop_draft=None)
    begun = time.monotonic()
    report = counter.loop.run_round()
    took_ms = (time.monotonic() - begun) * 1000
    assert [receipt.case for receipt in report.receipts] == [made.entry.case], report
    assert report.unanswered == ((behind.entry.step,) if behind else ()), report
    return took_ms
