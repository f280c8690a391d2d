"""Last byte of an ID card to the painted window, in ms and against a bare label over a pty."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.bench.figure import Figure, Unit
from tests.e2e.counter import client_arguments, end, wait_until
from tests.helpers.central_server import running_server
from tests.helpers.simulators import running_simulators
from tests.helpers.xvfb import two_screen_display

_FORM_GOAL_MS = 10.0
_IDENTITY_GOAL_MS = 30.0
_PATIENCE_S = 60.0
_ROUND_S = 10.0


def figures(runs: int) -> tuple[Figure, ...]:
    """The card read into the open form, and the card that names a new applicant; medians."""
    times = _measure(runs)
    bare = statistics.median(times["bare"])
    form, identity = statistics.median(times["form"]), statistics.median(times["identity"])
    raw = {"one label over a pty, median": bare}
    return (
        Figure(
            name="card_to_form",
            title="last byte of the card to the filled form",
            value=form,
            goal=_FORM_GOAL_MS,
            unit=Unit.MILLISECONDS,
            rounds=runs,
            raw_ms={
                **raw,
                "first paint with the values, median": statistics.median(times["form_first"]),
                "least": min(times["form"]),
                "most": max(times["form"]),
            },
            notes=(f"{form / bare:.1f} x the bare label",),
        ),
        Figure(
            name="card_to_identity",
            title="last byte of the card to the next pane with the person",
            value=identity,
            goal=_IDENTITY_GOAL_MS,
            unit=Unit.MILLISECONDS,
            rounds=runs,
            raw_ms={**raw, "least": min(times["identity"]), "most": max(times["identity"])},
            notes=(f"{identity / bare:.1f} x the bare label",),
        ),
    )


def _measure(runs: int) -> dict[str, list[float]]:
    with (
        tempfile.TemporaryDirectory() as name,
        running_server(Path(name) / "server") as server,
        running_simulators(camera=False) as simulators,
        two_screen_display() as display,
        Path(name, "client.log").open("ab") as errors,
    ):
        result, log = Path(name) / "times.json", Path(name) / "client.log"
        arguments = client_arguments(
            server=server.base_url, data=Path(name) / "counter", name="测试镇01号窗口", devices=simulators.endpoints
        )
        control = simulators.endpoints["control"]
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.bench.card_client", control, str(runs), str(result), *arguments],
            env={**display.environment, "LANG": "C.UTF-8"},
            stdin=subprocess.DEVNULL,
            stdout=errors,
            stderr=errors,
        )
        try:
            text: str = wait_until(
                lambda: _written(result), "the card's times", _PATIENCE_S + runs * _ROUND_S, lambda: log.read_text()
            )
        finally:
            end(process)
        times: dict[str, list[float]] = json.loads(text)
        assert all(len(row) == runs for row in times.values()), log.read_text(encoding="utf-8")[-2000:]
    return times


def _written(file: Path) -> str:
    text = file.read_text(encoding="utf-8") if file.exists() else ""
    return text if text.endswith("\n") else ""
