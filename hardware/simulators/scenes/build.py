"""Writes the photographs and the truth about them into a folder, once."""

from __future__ import annotations

import hashlib
import json
import os
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any, Final

import cv2
import numpy as np
import numpy.typing as npt

from hardware.simulators.scenes.desks import make_desk
from hardware.simulators.scenes.papers import draw_paper
from hardware.simulators.scenes.photograph import (
    add_noise,
    apply_light,
    lay_paper,
    make_light,
    outline,
    put_finger,
    put_paper,
)
from hardware.simulators.scenes.plan import Scene

TRUTH_FILE: Final = "scenes.json"
_JPEG_QUALITY: Final = 88
_WORKERS: Final = 2


def build_scenes(scenes: tuple[Scene, ...], *, folder: Path, megapixels: float, font: Path) -> int:
    """Composes what ``folder`` does not hold yet from this version of the program; gives how many were made.

    The truth file is written last: per scene its file, paper, desk, difficulty, fault, and the corners in px from the
    paper's top left clockwise (null without a paper).
    """
    folder.mkdir(parents=True, exist_ok=True)
    stamp = {"version": _version(), "megapixels": megapixels}
    kept = _load_truth(folder, stamp)
    missing = [scene for scene in scenes if scene.name not in kept or not (folder / f"{scene.name}.jpg").is_file()]
    if missing:
        work = partial(_write_scene, folder=folder, megapixels=megapixels, font=font)
        with ProcessPoolExecutor(max_workers=min(_WORKERS, len(missing))) as pool:
            kept.update(zip((scene.name for scene in missing), pool.map(work, missing), strict=True))
        draft = folder / f"{TRUTH_FILE}.new"
        draft.write_text(json.dumps({**stamp, "scenes": kept}, indent=1), encoding="utf-8")
        os.replace(draft, folder / TRUTH_FILE)
    return len(missing)


def compose(scene: Scene, *, megapixels: float, font: Path) -> tuple[npt.NDArray[np.uint8], list[list[float]] | None]:
    """One photograph, 4:3, BGR, and the true corners of its paper."""
    height_px = int((megapixels * 1e6 * 3 / 4) ** 0.5) // 16 * 16
    width_px = height_px * 4 // 3
    random = np.random.default_rng(scene.seed)
    photo = make_desk(scene.desk, random, width_px=width_px, height_px=height_px)
    corners = None
    if scene.paper is not None:
        paper = draw_paper(scene.paper, person=scene.person, font=font)
        projection = lay_paper(paper, scene.pose, width_px=width_px, height_px=height_px)
        corners = outline(paper, projection)
        put_paper(photo, paper, projection, shadow_px=width_px * random.uniform(0.002, 0.006))
        for _ in range(scene.fingers):
            put_finger(photo, corners, random)
    if scene.defocus_px:
        photo = np.asarray(cv2.GaussianBlur(photo, (0, 0), scene.defocus_px * width_px / 3264), dtype=np.uint8)
    apply_light(photo, make_light(scene.light, random, width_px=width_px, height_px=height_px))
    return add_noise(photo, scene.noise, random), None if corners is None else corners.round(2).tolist()


def _write_scene(scene: Scene, *, folder: Path, megapixels: float, font: Path) -> dict[str, Any]:
    cv2.setNumThreads(1)
    photo, corners = compose(scene, megapixels=megapixels, font=font)
    good, jpeg = cv2.imencode(".jpg", photo, (cv2.IMWRITE_JPEG_QUALITY, _JPEG_QUALITY))
    if not good:
        raise RuntimeError(f"cannot encode {scene.name}")
    (folder / f"{scene.name}.jpg").write_bytes(jpeg.tobytes())
    return {
        "file": f"{scene.name}.jpg",
        "width_px": photo.shape[1],
        "height_px": photo.shape[0],
        "paper": scene.paper,
        "desk": scene.desk,
        "difficulty": scene.difficulty,
        "fault": scene.fault,
        "corners": corners,
    }


def _load_truth(folder: Path, stamp: dict[str, object]) -> dict[str, Any]:
    try:
        truth = json.loads((folder / TRUTH_FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    if not isinstance(truth, dict) or any(truth.get(key) != value for key, value in stamp.items()):
        return {}
    scenes = truth.get("scenes")
    return dict(scenes) if isinstance(scenes, dict) else {}


def _version() -> str:
    """Changes with any file of this package, so that an old folder is never taken for a new one."""
    digest = hashlib.sha256()
    for path in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]
