"""Frame to finished page, against compressing that frame in the same run: ``python -m tests.bench.bench_page``."""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from hardware.kinds.document_camera import PageShape
from hardware.pages.find import find_page
from hardware.pages.finish import finish_page
from hardware.simulators.scenes.build import build_scenes
from hardware.simulators.scenes.papers import find_font
from hardware.simulators.scenes.plan import named_scenes
from tests.bench.figure import Figure, Unit

_REPEATS = 15
_GOAL = 1.2
_SCENES = ("registration_form", "household_first", "special_status_proof")


def figures(runs: int) -> tuple[Figure, ...]:
    """Frame to finished page; finding the page alone, as the preview does, stands beside."""
    measured = measure(runs)
    names = {"page": "finished page", "imencode": "imencode", "find": "page found", "find_640": "page found at 640 px"}
    raw = {f"{title}, median": measured[f"{name}_ms"] for name, title in names.items()}
    raw |= {f"{title}, least": measured[f"{name}_least_ms"] for name, title in names.items()}
    return (
        Figure(
            name="page",
            title="8 MP frame to finished page / imencode",
            value=measured["page_to_imencode"],
            goal=_GOAL,
            unit=Unit.TIMES_BARE,
            rounds=runs * len(_SCENES),
            raw_ms=raw,
        ),
    )


def measure(rounds: int = _REPEATS) -> dict[str, float]:
    """Medians over three 8-megapixel photographs, ``rounds`` times each; times in ms."""
    frames = _frames()
    small = [
        np.asarray(cv2.resize(frame, (640, 480), interpolation=cv2.INTER_AREA), dtype=np.uint8) for frame in frames
    ]
    times: dict[str, list[float]] = {"imencode": [], "page": [], "find": [], "find_640": []}
    for round_number in range(rounds + 1):
        for frame, reduced in zip(frames, small, strict=True):
            # Turn by turn: another program that takes the processor for a while then hits all of them alike.
            row = {
                "imencode": _time(partial(cv2.imencode, ".jpg", frame, (cv2.IMWRITE_JPEG_QUALITY, 80))),
                "page": _time(partial(finish_page, frame, PageShape.ANY)),
                "find": _time(partial(find_page, frame, PageShape.ANY)),
                "find_640": _time(partial(find_page, reduced, PageShape.ANY)),
            }
            if round_number > 0:
                for name, took in row.items():
                    times[name].append(took)
    ratios = [page / encode for page, encode in zip(times["page"], times["imencode"], strict=True)]
    result = {f"{name}_ms": statistics.median(values) for name, values in times.items()}
    result.update({f"{name}_least_ms": min(values) for name, values in times.items()})
    result["page_to_imencode"] = statistics.median(ratios)
    result["page_to_imencode_least"] = min(times["page"]) / min(times["imencode"])
    return result


def _frames() -> list[npt.NDArray[np.uint8]]:
    font = find_font()
    if font is None:
        raise RuntimeError("no font with Chinese glyphs")
    wanted = tuple(scene for scene in named_scenes() if scene.name in _SCENES)
    with tempfile.TemporaryDirectory() as folder:
        build_scenes(wanted, folder=Path(folder), megapixels=8.0, font=font)
        paths = [Path(folder, f"{scene.name}.jpg") for scene in wanted]
        return [np.asarray(cv2.imread(str(path)), dtype=np.uint8) for path in paths]


def _time(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1000


if __name__ == "__main__":
    for name, value in measure().items():
        print(f"{name:24} {value:8.2f}")
    sys.exit(0)
