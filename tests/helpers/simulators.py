"""The device simulators as a process of their own, for tests."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from hardware.simulators.control import call
from tests.helpers.kept_scenes import kept_scenes

_START_S = 60.0
_STOP_S = 20.0


@dataclass(frozen=True, slots=True, kw_only=True)
class RunningSimulators:
    """A running simulator: ``endpoints`` as it announced them, ``pid`` of its process."""

    endpoints: Mapping[str, str]
    pid: int

    @property
    def id_card_reader(self) -> str:
        """Port of the ID reader; stays the same when it is unplugged and plugged."""
        return self.endpoints["id_card_reader"]

    @property
    def barcode_scanner(self) -> str:
        """Port of the scanner; stays the same when it is unplugged and plugged."""
        return self.endpoints["barcode_scanner"]

    @property
    def document_camera(self) -> str:
        """Address of the camera's picture stream."""
        return self.endpoints["document_camera"]

    def send(self, command: Mapping[str, object]) -> dict[str, object]:
        """Give a command and wait until it is done; fails the test when it is refused."""
        answer = call(self.endpoints["control"], command)
        assert answer.get("ok"), answer
        return answer


@contextmanager
def running_simulators(*, camera: bool = True, scenes: Path | None = None) -> Iterator[RunningSimulators]:
    """Start the simulators and end them, children included.

    ``scenes`` is the camera's folder of photographs; without it, those that are kept.
    """
    options = ["--scenes", str(scenes or kept_scenes())] if camera else ["--no-camera"]
    process = subprocess.Popen(
        [sys.executable, "-m", "hardware.simulators.main", "run", "--with-parent", *options],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        line = (
            process.stdout.readline()
        )  # ends at once when the process dies; the test's own time limit covers the rest
        assert line, f"the simulators did not start, status {process.wait(_START_S)}"
        yield RunningSimulators(endpoints=json.loads(line), pid=process.pid)
    finally:
        process.stdin.close()
        try:
            process.wait(_STOP_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        process.stdout.close()
