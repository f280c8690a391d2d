"""Makes the desks on which papers lie, as pictures without any paper."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

Picture = npt.NDArray[np.uint8]
Random = np.random.Generator


def make_desk(kind: str, random: Random, *, width_px: int, height_px: int) -> Picture:
    """A desk of that kind, BGR. ``kind`` is one of ``DESK_KINDS``."""
    small = DESK_KINDS[kind](random, width_px // 2, height_px // 2)
    return np.asarray(cv2.resize(small, (width_px, height_px), interpolation=cv2.INTER_LINEAR), dtype=np.uint8)


def _field(random: Random, width: int, height: int, cells_x: int, cells_y: int) -> npt.NDArray[np.float32]:
    """Smooth noise -1..1 with that many bumps across and down."""
    coarse = random.uniform(-1, 1, (max(2, cells_y), max(2, cells_x))).astype(np.float32)
    return np.asarray(cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC), dtype=np.float32)


def _tint(level: npt.NDArray[np.float32], dark: tuple[int, int, int], light: tuple[int, int, int]) -> Picture:
    """Level -1..1 → between two BGR colours."""
    share = np.clip(level * 0.5 + 0.5, 0, 1)[:, :, None]
    low, high = np.array(dark, dtype=np.float32), np.array(light, dtype=np.float32)
    return np.asarray(low + (high - low) * share, dtype=np.uint8)


def _wood(random: Random, width: int, height: int) -> Picture:
    grain = 0.5 * _field(random, width, height, 6, height // 6) + 0.35 * _field(random, width, height, 3, height // 30)
    tones = (((38, 70, 112), (86, 132, 178)), ((60, 100, 140), (124, 168, 204)), ((24, 40, 72), (50, 82, 128)))
    dark, light = tones[int(random.integers(len(tones)))]
    wood = _tint(grain, dark, light)
    for y in np.cumsum(random.integers(height // 5, height // 3, 6)):
        if y < height:
            cv2.line(wood, (0, int(y)), (width, int(y)), tuple(channel // 2 for channel in dark), 3)
    return wood


def _gray(random: Random, width: int, height: int) -> Picture:
    speckle = random.normal(0, 0.25, (height, width)).astype(np.float32)
    level = int(random.integers(90, 150))
    return _tint(speckle + 0.4 * _field(random, width, height, 4, 3), (level - 22,) * 3, (level + 22,) * 3)


def _green_mat(random: Random, width: int, height: int) -> Picture:
    mat = _tint(0.4 * _field(random, width, height, 5, 4), (58, 84, 34), (84, 118, 52))
    pitch = int(random.integers(60, 90))
    for x in range(pitch // 2, width, pitch):
        cv2.line(mat, (x, 0), (x, height), (120, 160, 110), 1)
    for y in range(pitch // 2, height, pitch):
        cv2.line(mat, (0, y), (width, y), (120, 160, 110), 1)
    return mat


def _dark(random: Random, width: int, height: int) -> Picture:
    speckle = random.normal(0, 0.4, (height, width)).astype(np.float32)
    return _tint(speckle + 0.5 * _field(random, width, height, 4, 3), (18, 18, 20), (58, 56, 58))


def _whitish(random: Random, width: int, height: int) -> Picture:
    level = int(random.integers(182, 206))
    marble = 0.7 * _field(random, width, height, 5, 4) + 0.3 * _field(random, width, height, 30, 18)
    return _tint(marble, (level - 14, level - 12, level - 9), (level + 4, level + 5, level + 7))


def _patterned(random: Random, width: int, height: int) -> Picture:
    cloth = np.empty((height, width, 3), dtype=np.uint8)
    cloth[:] = (150, 172, 182)
    size = int(random.integers(70, 130))
    colours = ((120, 92, 176), (176, 130, 84), (96, 140, 120))
    colour = colours[int(random.integers(len(colours)))]
    rows, columns = np.indices((height, width))
    cloth[((rows // size) + (columns // size)) % 2 == 0] = colour
    for _ in range(40):
        centre = (int(random.integers(width)), int(random.integers(height)))
        cv2.circle(
            cloth,
            centre,
            int(random.integers(8, 30)),
            tuple(int(c) for c in random.integers(60, 200, 3)),
            -1,
            cv2.LINE_AA,
        )
    return cloth


DESK_KINDS: Final[Mapping[str, Callable[[Random, int, int], Picture]]] = {
    "wood": _wood,
    "gray": _gray,
    "green_mat": _green_mat,
    "dark": _dark,
    "whitish": _whitish,
    "patterned": _patterned,
}
