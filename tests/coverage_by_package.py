"""What share of lines and branches the last measured run took, by package: ``python -m tests.coverage_by_package``."""

from __future__ import annotations

import json
import sys
import tempfile
from collections import defaultdict
from pathlib import Path

from coverage import Coverage

GOAL = 85.0


def main() -> int:
    """Print a line for each package; packages below the goal are marked."""
    coverage = Coverage()
    coverage.combine() if list(Path().glob(".coverage.*")) else coverage.load()
    with tempfile.NamedTemporaryFile(suffix=".json") as report:
        coverage.json_report(outfile=report.name)
        files = json.loads(Path(report.name).read_text(encoding="utf-8"))["files"]
    covered: dict[str, int] = defaultdict(int)
    wanted: dict[str, int] = defaultdict(int)
    for name, found in files.items():
        package, summary = str(Path(name).parent), found["summary"]
        covered[package] += summary["covered_lines"] + summary["covered_branches"]
        wanted[package] += summary["num_statements"] + summary["num_branches"]
    for package in sorted(wanted):
        if wanted[package]:
            share = 100 * covered[package] / wanted[package]
            print(f"{package:<28} {share:5.1f} %{'' if share >= GOAL else f'   below {GOAL:.0f} %'}")
    print(f"{'all':<28} {100 * sum(covered.values()) / max(1, sum(wanted.values())):5.1f} %")
    return 0


if __name__ == "__main__":
    sys.exit(main())
