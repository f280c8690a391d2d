"""Start of the client to its painted login window, against a bare window; both from source, a process each."""

from __future__ import annotations

import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.bench.figure import Figure, Unit
from tests.e2e.counter import wait_until
from tests.helpers.xvfb import two_screen_display

_PATIENCE_S = 60.0
_GOAL = 1.2
_MOST = 2.0


def figures(runs: int) -> tuple[Figure, ...]:
    """Median of the ratios of neighbouring starts."""
    bare: list[float] = []
    ours: list[float] = []
    with two_screen_display() as display, tempfile.TemporaryDirectory() as folder:
        painted = Path(folder) / "painted"
        client = ["-m", "app.start", "--report-painted", str(painted), "--data", str(Path(folder) / "data")]
        for number in range(runs + 1):
            pair = (
                _start_ms(["-m", "tests.bench.bare_window", str(painted)], painted, display.environment),
                _start_ms(client, painted, display.environment),
            )
            if number > 0:  # the first pair fills the disk cache
                bare.append(pair[0])
                ours.append(pair[1])
    ratio = statistics.median(own / other for own, other in zip(ours, bare, strict=True))
    return (
        Figure(
            name="start",
            title="start to painted login / bare window",
            value=ratio,
            goal=_GOAL,
            unit=Unit.TIMES_BARE,
            rounds=runs,
            raw_ms={
                "client, median": statistics.median(ours),
                "bare window, median": statistics.median(bare),
                "client, least": min(ours),
                "bare window, least": min(bare),
            },
            notes=(
                f"must not exceed {_MOST:g} x: {'met' if ratio <= _MOST else 'MISSED'}",
                f"modules loaded by then: client {_modules('app.start')}, bare {_modules('tests.bench.bare_window')}",
            ),
        ),
    )


def _start_ms(arguments: Sequence[str], painted: Path, environment: Mapping[str, str]) -> float:
    """From just before the process is made to the first paint that it reports."""
    painted.unlink(missing_ok=True)
    begun_ns = time.monotonic_ns()
    process = subprocess.Popen(
        [sys.executable, *arguments],
        env=dict(environment),
        stdin=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        text: str = wait_until(lambda: _written(painted), f"first paint of {arguments}", _PATIENCE_S)
    finally:
        os.killpg(process.pid, signal.SIGKILL)  # with the device process that it may just have started
        process.wait()
    return (int(text) - begun_ns) / 1e6


def _modules(name: str) -> int:
    """How many modules a program has loaded before its window; stays true whatever else the machine does."""
    count = f"import sys, {name}; print(len(sys.modules))"
    return int(subprocess.run([sys.executable, "-c", count], check=True, capture_output=True, text=True).stdout)


def _written(file: Path) -> str:
    text = file.read_text(encoding="utf-8") if file.exists() else ""
    return text if text.endswith("\n") else ""
