"""The control beside a measurement of gaps: a process that only sleeps, and tells when it was not woken in time.

``python -m tests.bench.pulse FILE`` appends begin and end (monotonic clock, s) of each pause of its own to FILE.
"""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from subprocess import PIPE, Popen

_SLEEP_S = 0.002
_LATE_S = 0.010
"""A sleep that ends so much too late was not the window's doing."""
_STOP_S = 10.0

Span = tuple[float, float]


@contextmanager
def running_pulse(file: Path) -> Iterator[None]:
    """Let the control run beside what is done inside."""
    process = Popen([sys.executable, "-m", "tests.bench.pulse", str(file)], stdin=PIPE, stdout=PIPE)
    try:
        assert process.stdout is not None
        process.stdout.readline()
        yield
    finally:
        process.terminate()
        process.communicate(timeout=_STOP_S)


def load_spans(file: Path) -> list[Span]:
    """The control's own pauses."""
    rows = (line.split() for line in file.read_text(encoding="utf-8").splitlines())
    return [(float(row[0]), float(row[1])) for row in rows if len(row) == 2]


def overlap_s(span: Span, others: list[Span]) -> float:
    """How much of a span lies within the others."""
    return sum(max(0.0, min(span[1], end) - max(span[0], begin)) for begin, end in others)


def main() -> None:
    # With who started it, whatever became of them: nobody is left to read the log.
    threading.Thread(target=lambda: (sys.stdin.read(), os._exit(0)), daemon=True).start()
    with Path(sys.argv[1]).open("a", encoding="utf-8", buffering=1) as log:
        print("running", flush=True)
        last = time.monotonic()
        while True:
            time.sleep(_SLEEP_S)
            now = time.monotonic()
            if now - last > _SLEEP_S + _LATE_S:
                log.write(f"{last} {now}\n")
            last = now


if __name__ == "__main__":
    main()
