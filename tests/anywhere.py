"""Run the suite at other hours, on other days, in other zones and locales: ``python -m tests.anywhere [NAME …]``.

Each name is one whole run of pytest, side by side; without names all of them are run (about an hour). Ends with 1 when
one of the runs failed. Wants libfaketime, and makes the Chinese locale in a folder of its own.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

_SIDE_BY_SIDE = ("-n", "3", "--dist", "loadfile", "--no-loadscope-reorder")
_FAKETIME = "libfaketimeMT.so.1"


def _at(moment_utc: str) -> dict[str, str]:
    """The clock begins at this moment and goes on; what waits goes by the real one."""
    library = next(Path("/usr/lib").glob(f"*/faketime/{_FAKETIME}"), None)
    assert library, "libfaketime is not installed: apt-get install faketime"
    told = {"FAKETIME": f"@{moment_utc}", "FAKETIME_DONT_FAKE_MONOTONIC": "1", "FAKETIME_DONT_RESET": "1"}
    return {"TZ": "UTC", "LD_PRELOAD": str(library), **told}


def _locale(folder: Path, name: str, charmap: str) -> dict[str, str]:
    subprocess.run(
        ["localedef", "--no-archive", "-i", name, "-f", charmap, str(folder / f"{name}.{charmap}")], check=True
    )
    return {"LOCPATH": str(folder), "LC_ALL": f"{name}.{charmap}", "LANG": f"{name}.{charmap}"}


def settings(folder: Path) -> Mapping[str, dict[str, str]]:
    """What each run changes in the environment."""
    return {
        "utc": {"TZ": "UTC"},
        "shanghai": {"TZ": "Asia/Shanghai"},
        "evening": _at("2026-11-28 17:00:00"),
        "month-end": _at("2027-04-30 15:58:00"),
        "leap-day": _at("2028-02-29 15:30:00"),
        "new-year": _at("2026-12-31 15:58:00"),
        "bare-locale": {"LC_ALL": "C", "LANG": "C"},
        "gb18030": _locale(folder, "zh_CN", "GB18030"),
        "no-bus": {"DBUS_SESSION_BUS_ADDRESS": ""},
    }


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the chosen ones, one after the other."""
    parser = argparse.ArgumentParser(prog="python -m tests.anywhere", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME")
    parser.add_argument("--pytest", nargs=argparse.REMAINDER, default=[], help="what follows goes to pytest")
    given = parser.parse_args(arguments)
    failed = []
    with tempfile.TemporaryDirectory(prefix="zonggui-locale-") as folder:
        known = settings(Path(folder))
        for name in given.names or known:
            print(f"--- {name}", flush=True)
            command = [sys.executable, "-m", "pytest", "-q", *_SIDE_BY_SIDE, *given.pytest]
            if subprocess.run(command, env={**os.environ, **known[name]}).returncode != 0:
                failed.append(name)
    print("failed: " + ", ".join(failed) if failed else "every run passed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
