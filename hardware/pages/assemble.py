"""Puts a page together from sides seen in different candidates, where fingers and shadows left no candidate whole."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product
from typing import Final

import numpy as np

from hardware.pages.sides import Points, SideFit, intersect

_SUPPORT: Final = 0.7
_STEP: Final = 10.0
_PER_SIDE: Final = 3
_MOST: Final = 5


def assemble(fits: Sequence[SideFit], width_px: int, height_px: int) -> Iterator[Points]:
    """At most 5 quadrilaterals of one good top, right, bottom and left side each; the most seen length comes first."""
    sides = [_good_sides(fits, number) for number in range(4)]
    found: list[tuple[float, Points]] = []
    for chosen in product(*sides):
        starts = np.stack([start for _, start, _ in chosen])
        ends = np.stack([end for _, _, end in chosen])
        corners = intersect(starts, ends)
        if corners is None or (corners < 0).any() or (corners > (width_px, height_px)).any():
            continue
        lengths = np.hypot(*(np.roll(corners, -1, axis=0) - corners).T)
        seen = np.minimum(np.array([length for length, _, _ in chosen]), lengths).sum()
        found.append((float(seen), corners))
    for _, corners in sorted(found, key=lambda item: -item[0])[:_MOST]:
        yield corners


def _good_sides(fits: Sequence[SideFit], number: int) -> list[tuple[float, Points, Points]]:
    """The longest well-supported sides of that number, each as length, start and end; doubles count once."""
    good: list[tuple[float, Points, Points]] = []
    for fit in fits:
        if fit.support[number] >= _SUPPORT and fit.step[number] >= _STEP:
            start, end = fit.corners[number], fit.corners[(number + 1) % 4]
            good.append((float(np.hypot(*(end - start))), start, end))
    kept: list[tuple[float, Points, Points]] = []
    for side in sorted(good, key=lambda item: -item[0]):
        if len(kept) < _PER_SIDE and not any(_on_line(side, other) for other in kept):
            kept.append(side)
    return kept


def _on_line(side: tuple[float, Points, Points], other: tuple[float, Points, Points]) -> bool:
    """Whether both ends of ``side`` lie within 4 px of the line of ``other``."""
    length, start, end = other
    normal = np.array((-(end - start)[1], (end - start)[0]), dtype=np.float32) / max(length, 1e-3)
    return bool(max(abs(float((side[1] - start) @ normal)), abs(float((side[2] - start) @ normal))) <= 4.0)
