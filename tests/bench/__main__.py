"""All figures of the product, each against the bare thing in the same run: ``python -m tests.bench``."""

from __future__ import annotations

import argparse
import os
import sys
import traceback
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module

from tests.bench.byte_code import kept_byte_code
from tests.bench.figure import Figure, Machine, as_json, as_table, load_now

_LEAST_RUNS = 10
BENCHES: Mapping[str, str] = {
    "start": "tests.bench.bench_start",
    "card": "tests.bench.bench_card",
    "page": "tests.bench.bench_page",
    "form": "tests.bench.bench_form",
    "keystroke": "tests.bench.bench_keystroke",
    "gaps": "tests.bench.bench_gaps",
    "submit": "tests.bench.bench_submit",
    "silence": "tests.bench.bench_silence",
    "delay": "tests.bench.bench_delay",
    "host": "tests.bench.bench_host",
}
"""Each module gives ``figures(runs)``; loaded only when it is wanted."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; 0 when every goal is met, 1 when one is missed, 2 when one could not be measured."""
    given = _parser().parse_args(arguments)
    # Without a session's bus every client would start one for itself, which outlives it.
    os.environ.setdefault("DBUS_SESSION_BUS_ADDRESS", "disabled:")
    with kept_byte_code():
        return _measure(given)


def _measure(given: argparse.Namespace) -> int:
    before = load_now()
    found: list[Figure] = []
    failed: list[str] = []
    for name in given.only or BENCHES:
        print(f"measuring {name} …", file=sys.stderr, flush=True)
        measure: Callable[[int], tuple[Figure, ...]] = import_module(BENCHES[name]).figures
        try:
            found += measure(given.runs)
        except Exception:  # the other figures are still worth having; the exit status tells of this one
            traceback.print_exc()
            failed.append(name)
    machine = Machine(cores=os.cpu_count() or 1, load_before=before, load_after=load_now())
    print(as_json(found, machine) if given.json else as_table(found, machine))
    if failed:
        print(f"not measured: {', '.join(failed)}", file=sys.stderr)
        return 2
    return 1 if given.strict and not all(figure.met for figure in found) else 0


def _parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    made.add_argument("--json", action="store_true", help="print JSON instead of a table")
    made.add_argument("--strict", action="store_true", help="end with status 1 when a goal is missed")
    made.add_argument(
        "--only", action="append", choices=list(BENCHES), metavar="NAME", help=f"one of {', '.join(BENCHES)}"
    )
    made.add_argument("--runs", type=int, default=_LEAST_RUNS, metavar="N", help="rounds of each figure (default 10)")
    return made


if __name__ == "__main__":
    sys.exit(main())
