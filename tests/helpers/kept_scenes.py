"""Photographs for the simulated camera, composed once for each state of what composes them."""

from __future__ import annotations

import fcntl
import subprocess
import sys
from pathlib import Path

from tests.helpers.source import ROOT


def make_scenes(folder: Path, *options: str) -> str:
    """Run the composing script, which makes what is missing or of another version; gives what it prints."""
    command = [sys.executable, "-m", "hardware.simulators.scenes", "--out", str(folder), *options]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def kept_scenes(count: int = 0) -> Path:
    """The folder of the named scenes and ``count`` varied ones, made by whoever comes first."""
    folder = ROOT / "build" / "scenes" / str(count)
    folder.mkdir(parents=True, exist_ok=True)
    with (folder.parent / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        make_scenes(folder, "--count", str(count))
    return folder
