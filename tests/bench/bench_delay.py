"""How long a case that never gets an answer holds up the next one in the outbox."""

from __future__ import annotations

import statistics
import tempfile
import time
from pathlib import Path

from app.sync.calls.login import log_in
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
            with (
                fault_proxy(server.base_url) as proxy,
                a_counter(Path(folder) / f"{number}", proxy.url, token=None, patience_s=PATIENCE_S) as counter,
            ):
                catalogue = _log_in(counter)
                first, held, following = (a_case(3 * number + place, catalogue) for place in range(3))
                alone.append(_sent_ms(counter, first))
                proxy.plan(Fault(swallow=True))  # what is asked next there, for the held case, is never answered
                delays.append(_sent_ms(counter, held, following))
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


def _log_in(counter: Counter) -> str:
    """The hash of the catalogue in force."""
    login = log_in(counter.line, CLERK, PASSWORD)
    assert not isinstance(login, Refusal), login
    counter.loop.set_token(login.token)
    return login.catalogue_sha256


def _sent_ms(counter: Counter, *cases: MadeCase) -> float:
    """From the round's begin to its end; the last case has its receipt then."""
    for made in cases:
        for blob in made.blobs:
            counter.store.pages.save(made.entry.case, blob)
        counter.store.enqueue(made.entry, drop_draft=None)
    begun = time.monotonic()
    report = counter.loop.run_round()
    took_ms = (time.monotonic() - begun) * 1000
    assert cases[-1].entry.case in [receipt.case for receipt in report.receipts], report
    return took_ms
