"""The simulated document camera as a process, and its photographs, for tests."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import cv2
import numpy as np
import numpy.typing as npt

from hardware.kinds.document_camera import Corners

T = TypeVar("T")

DEADLINE_S = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Photograph:
    """One scene with the truth about it; ``corners`` in px, None for an empty desk."""

    name: str
    path: Path
    paper: str | None
    desk: str
    fault: str
    corners: npt.NDArray[np.float64] | None

    def load(self) -> npt.NDArray[np.uint8]:
        """The picture, BGR."""
        return np.asarray(cv2.imread(str(self.path)), dtype=np.uint8)

    def corner_error(self, found: Corners, image: npt.NDArray[np.uint8]) -> float:
        """The distance of the worst corner from the truth, as a share of the picture's diagonal."""
        assert self.corners is not None
        size = np.array((image.shape[1], image.shape[0]))
        distances = np.hypot(*(np.array(found) * size - 0.5 - self.corners).T)
        return float(distances.max() / np.hypot(*size))


def load_photographs(folder: Path) -> list[Photograph]:
    """All scenes of a folder."""
    truth = json.loads((folder / "scenes.json").read_text(encoding="utf-8"))["scenes"]
    return [
        Photograph(
            name=name,
            path=folder / entry["file"],
            paper=entry["paper"],
            desk=entry["desk"],
            fault=entry["fault"],
            corners=None if entry["corners"] is None else np.array(entry["corners"]),
        )
        for name, entry in truth.items()
    ]


class CameraStream:
    """The running simulator; its stream stands at ``url``."""

    def __init__(self, scenes: Path, *options: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "hardware.simulators.mjpeg", "--scenes", str(scenes), *options],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.url = str(self._answer()["url"])

    def send(self, **command: object) -> dict[str, object]:
        """Give a command; fails when it is refused."""
        answer = self.send_line(json.dumps(command))
        assert answer["ok"], answer
        return answer

    def send_line(self, line: str) -> dict[str, object]:
        """Give any line and take the answer."""
        assert self._process.stdin is not None
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()
        return self._answer()

    def end(self) -> int:
        """Close its input and wait for its end; gives the exit status."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        status = self._process.wait(DEADLINE_S)
        self._process.stdout.close()
        return status

    def _answer(self) -> dict[str, object]:
        assert self._process.stdout is not None
        answer: dict[str, object] = json.loads(self._process.stdout.readline())
        return answer


def wait_for(attempt: Callable[[], T], accept: Callable[[T], bool]) -> T:
    """Attempt until the result is accepted; fails after a minute with the last one."""
    deadline = time.monotonic() + DEADLINE_S
    while True:
        result = attempt()
        if accept(result):
            return result
        assert time.monotonic() < deadline, result
