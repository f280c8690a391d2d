"""Fits the four sides of a page to the brightness of a picture, more exactly than any contour.

Across each side the picture is sampled along short lines. Of all straight lines near the side, the one that collects
the most brightness change wins; fingers, folds and shadows cost support, not exactness.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

Image = npt.NDArray[np.uint8]
Points = npt.NDArray[np.float32]
"""Four corners in px, clockwise from the top left, shape (4, 2)."""

_REACH: Final = 12
"""Sample steps to either side of where the side is assumed."""
_SAMPLES: Final = 40
_WINDOW: Final = 4
"""Steps to either side of an offset over which brightness is averaged to tell how much it changes there."""
_DEPTHS: Final = (_WINDOW, 7, 10)
"""Steps inwards at which the page's brightness is looked at."""
_BEYOND: Final = 10
"""Further steps outwards and inwards: beyond a printed line there is paper again, beyond the paper there is not."""
_LOOKED_AT: Final = np.array((*(-depth for depth in _DEPTHS), *range(_WINDOW, _BEYOND, 2)))
_MIDDLE: Final = slice(_SAMPLES // 2 - 1, _SAMPLES // 2 + 1)
"""The median of the samples once they are sorted."""
_CHANGES: Final = 2 * _REACH + 1
_OFFSETS: Final = np.arange(-_REACH - _BEYOND, _REACH + _BEYOND + 1, dtype=np.float32)
_STRONGEST_CHANGE: Final = 48.0
_WEAKEST_CHANGE: Final = 7.0
"""Brightness levels a sample must change by to count as lying on the side; paper noise stays below."""
_SEEN: Final = 0.8
_INWARD: Final = 5.0
"""Steps by which a stronger line must lie further in, for a side that is well seen where it was assumed to stay."""
_STRIDE: Final = 2
"""Steps between the lines that are tried: an edge shows over several, and the fit goes on from the nearest."""
_GUESSED: Final = 0.15
_DARK_PAGE_EVIDENCE: Final = 1.6
"""Paper is nearly always brighter than the desk; a printed frame or table near its edge is darker than both."""
_NEARNESS_LOSS: Final = 0.03
"""What a line loses per step from where the side is assumed, so that a printed frame does not win over the edge."""

NEXT: Final = np.array((1, 2, 3, 0))
"""Index of the corner at the end of each side."""
BEFORE: Final = np.array((3, 0, 1, 2))


@dataclass(frozen=True, slots=True, kw_only=True)
class SideFit:
    """A quadrilateral after fitting.

    ``support``: per side (top, right, bottom, left) the share 0..1 of samples that lie on an edge.
    ``step``: per side how many brightness levels the page differs from what lies outside; positive for a brighter page.
    ``level``: brightness of the page along its sides.
    """

    corners: Points = field(repr=False)
    level: float
    support: npt.NDArray[np.float32]
    step: npt.NDArray[np.float32]


def fit_sides(image: Image, corners: Points, *, spacing_px: float = 1.0) -> SideFit | None:
    """The sides near ``corners`` (within 12 × ``spacing_px``); None when the fitted sides form no quadrilateral.

    ``image`` is a single channel, or BGR of which the darkest channel counts: paper is bright in all three.
    """
    starts = corners
    sides, outward = directions(corners, corners[NEXT])
    profiles = _sample(image, starts, sides, outward * np.float32(spacing_px))
    change = _change(profiles)
    first, last, collected = _best_lines(change)
    if collected * _DARK_PAGE_EVIDENCE < 4 * _SAMPLES * _STRONGEST_CHANGE:
        dark_first, dark_last, dark_collected = _best_lines(-change)
        if dark_collected > _DARK_PAGE_EVIDENCE * collected:
            change, first, last = -change, dark_first, dark_last
    # A strong change is capped over several offsets, so the first look is wide.
    first, last = _settle(change, first, last, within=4.0)
    first, last = _settle(change, first, last, within=2.0)
    support, level, step = _measure(profiles, change, first, last)
    guessed = support < _GUESSED  # a side on which nothing lies stays where it was assumed
    first, last = np.where(guessed, 0, first), np.where(guessed, 0, last)
    line_starts = starts + outward * (first * spacing_px)[:, None]
    line_ends = starts + sides + outward * (last * spacing_px)[:, None]
    fitted = intersect(line_starts, line_ends)
    if fitted is None:
        return None
    return SideFit(corners=fitted, level=float(np.sort(level)[1:3].mean()), support=support, step=step)


@cache
def _positions() -> npt.NDArray[np.float32]:
    return np.linspace(0.03, 0.97, _SAMPLES, dtype=np.float32)


@cache
def _line_ends() -> npt.NDArray[np.float32]:
    """The lines that are tried: offsets at the start and at the end of the side, (lines, 2)."""
    ends = np.arange(-_REACH, _REACH + 1, _STRIDE, dtype=np.float32)
    first, last = np.meshgrid(ends, ends, indexing="ij")
    return np.stack((first.reshape(-1), last.reshape(-1)), axis=1)


@cache
def _line_cells() -> npt.NDArray[np.intp]:
    """The cells that each line passes, counted through all samples: (samples, lines)."""
    first, last = _line_ends().T
    offsets = first + (last - first) * _positions()[:, None]
    cells: npt.NDArray[np.intp] = np.rint(offsets).astype(np.intp) + _REACH
    return cells + np.arange(_SAMPLES, dtype=np.intp)[:, None] * (2 * _REACH + 1)


@cache
def _near_lines() -> npt.NDArray[np.intp]:
    """Which lines end within 2 steps of where the side is assumed."""
    return np.flatnonzero((np.abs(_line_ends()) <= 2).all(axis=1))


@cache
def _nearness() -> npt.NDArray[np.float32]:
    return np.asarray(1.0 - _NEARNESS_LOSS * np.abs(_line_ends()).mean(axis=1), dtype=np.float32)


def directions(starts: Points, stops: Points) -> tuple[Points, Points]:
    """Each line as a vector, and the unit vector to its left, which points away from a page."""
    sides = stops - starts
    lengths = np.maximum(np.hypot(sides[:, 0], sides[:, 1]), np.float32(1e-3))
    outward = sides[:, ::-1] / lengths[:, None]
    outward[:, 1] *= -1
    return sides, outward


def look_across(
    image: Image, places: npt.NDArray[np.float32], outward: Points, offsets: npt.NDArray[np.float32]
) -> Image:
    """The picture at ``places`` (lines, places, 2) and beside them: (lines × places, offsets) and its channels.

    ``outward`` (lines, 2) is one step across each line, ``offsets`` are counted in such steps.
    """
    map_x, map_y = (
        (places[..., axis, None] + (outward[:, axis, None] * offsets)[:, None]).reshape(-1, offsets.size)
        for axis in (0, 1)
    )
    values = cv2.remap(image, map_x, map_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(values, dtype=np.uint8)


def _sample(image: Image, starts: Points, sides: Points, outward: Points) -> npt.NDArray[np.float32]:
    """Brightness across the sides, from inside to outside: (4 × samples, 2 × (reach + beyond) + 1)."""
    places = starts[:, None] + sides[:, None] * _positions()[None, :, None]
    values = look_across(image, places, outward, _OFFSETS)
    darkest = values if values.ndim == 2 else cv2.min(cv2.min(values[:, :, 0], values[:, :, 1]), values[:, :, 2])
    return np.asarray(darkest, dtype=np.float32)


def _change(profiles: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """How much brighter it is inside than outside of each offset: (4, samples, 2 × reach + 1)."""
    averages = np.asarray(cv2.blur(profiles, (_WINDOW, 1), anchor=(0, 0)), dtype=np.float32)
    inside, outside = _BEYOND - _WINDOW, _BEYOND + 1
    change = averages[:, inside : inside + _CHANGES] - averages[:, outside : outside + _CHANGES]
    return change.reshape(4, _SAMPLES, _CHANGES)


def _best_lines(
    change: npt.NDArray[np.float32],
) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32], float]:
    """Per side the end offsets of the line that collects most, and what all four collect; all lines are tried."""
    capped = np.clip(change, 0.0, _STRONGEST_CHANGE).reshape(4, -1)
    collected = np.take(capped, _line_cells(), axis=1).sum(axis=1) * _nearness()
    best = collected.argmax(axis=1)
    inward = _line_ends()[best].mean(axis=1) <= -_INWARD
    if bool(inward.any()):  # a printed frame may be stronger than the edge of the sheet that was assumed rightly
        near = _near_lines()[collected[:, _near_lines()].argmax(axis=1)]
        seen = (np.take_along_axis(capped, _line_cells().T[near], axis=1) >= _WEAKEST_CHANGE).mean(axis=1)
        best = np.where(inward & (seen >= _SEEN), near, best)
    first, last = _line_ends()[best].T
    return first, last, float(collected[np.arange(4), best].sum())


def _settle(
    change: npt.NDArray[np.float32],
    first: npt.NDArray[np.float32],
    last: npt.NDArray[np.float32],
    *,
    within: float,
) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
    """The lines to a fraction of a step: least squares through the change near each line, in steps."""
    positions = _positions()
    expected = first[:, None] + (last - first)[:, None] * positions[None, :]
    offsets = np.arange(-_REACH, _REACH + 1, dtype=np.float32)
    near = np.abs(offsets[None, None, :] - expected[:, :, None]) <= within
    weights = np.where(near, np.maximum(change - _WEAKEST_CHANGE, 0.0), 0.0) ** 2
    total = weights.sum(axis=2)
    found = np.where(total > 0, (weights * offsets).sum(axis=2) / np.maximum(total, 1e-6), expected)
    weight = np.minimum(total, 400.0)
    mean_w = np.maximum(weight.sum(axis=1), 1e-6)
    mean_t = (weight * positions).sum(axis=1) / mean_w
    mean_o = (weight * found).sum(axis=1) / mean_w
    spread = (weight * (positions - mean_t[:, None]) ** 2).sum(axis=1)
    slope = (weight * (positions - mean_t[:, None]) * (found - mean_o[:, None])).sum(axis=1) / np.maximum(spread, 1e-6)
    start = np.where(spread > 1e-3, mean_o - slope * mean_t, first)
    end = np.where(spread > 1e-3, mean_o + slope * (1.0 - mean_t), last)
    return start.astype(np.float32), end.astype(np.float32)


def _measure(
    profiles: npt.NDArray[np.float32],
    change: npt.NDArray[np.float32],
    first: npt.NDArray[np.float32],
    last: npt.NDArray[np.float32],
) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32], npt.NDArray[np.float32]]:
    """Per side the support, the brightness just inside, and by how much that exceeds the brightness outside."""
    offsets = first[:, None] + (last - first)[:, None] * _positions()[None, :]
    cells = np.clip(np.rint(offsets), -_REACH + 1, _REACH - 1).astype(np.intp) + _REACH
    rows = np.arange(4 * _SAMPLES).reshape(4, _SAMPLES)
    flat = change.reshape(-1, _CHANGES)
    nearby = np.maximum(np.maximum(flat[rows, cells - 1], flat[rows, cells]), flat[rows, cells + 1])
    support = (nearby >= _WEAKEST_CHANGE).mean(axis=1)
    levels = profiles[rows[:, :, None], cells[:, :, None] + (_LOOKED_AT + _BEYOND)]
    inside, around = np.split(np.sort(levels, axis=1)[:, _MIDDLE].mean(axis=1), (len(_DEPTHS),), axis=1)
    # A bright line around a dark sheet is bright only near by; a dark line on a bright page is narrow.
    level = np.minimum(inside[:, 0], inside[:, 1:].max(axis=1))
    # Of the brightness at several distances the one most like the page: what is beyond a line must differ everywhere.
    step = level - np.take_along_axis(around, np.abs(level[:, None] - around).argmin(axis=1)[:, None], axis=1)[:, 0]
    return support.astype(np.float32), level.astype(np.float32), step.astype(np.float32)


def intersect(starts: Points, ends: Points) -> Points | None:
    """Corner i is where side i - 1 meets side i."""
    ways = ends - starts
    before, from_before = ways[BEFORE], starts[BEFORE]
    between = starts - from_before
    cross = before[:, 0] * ways[:, 1] - before[:, 1] * ways[:, 0]
    lengths = np.hypot(ways[:, 0], ways[:, 1])
    if bool((np.abs(cross) < 0.2 * lengths * lengths[BEFORE]).any()):
        return None
    along = (between[:, 0] * ways[:, 1] - between[:, 1] * ways[:, 0]) / cross
    corners = from_before + before * along[:, None]
    return np.asarray(corners, dtype=np.float32)
