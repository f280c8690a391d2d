"""Finds the page in a picture of a desk, and says why there is none.

Paper is bright in all three colours, so the darkest channel separates it from wood, mats and hands. Candidates come
from two brightness thresholds and from edges; each is fitted to the picture and judged by the same rules.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import IntEnum
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from hardware.kinds.document_camera import Corners, PageShape
from hardware.outcomes import Outcome, OutcomeCode
from hardware.pages.assemble import assemble
from hardware.pages.sides import Image, Points, SideFit, fit_sides
from hardware.pages.whole import Surroundings

FIND_WIDTH_PX: Final = 816
SMALLEST_IMAGE_PX: Final = 120

_DARK_LEVEL: Final = 34
"""A frame whose brightest hundredth stays below this (of 255) was taken without light."""
_DARK_PAGE_LEVEL: Final = 60
_BORDER: Final = 0.01
_LARGEST_AREA: Final = 0.97
_SMALLEST_AREA: Final = {PageShape.ANY: 0.04, PageShape.A4: 0.10, PageShape.ID_CARD: 0.02}
_RATIOS: Final = {PageShape.ANY: (1.0, 6.5), PageShape.A4: (1.2, 1.65), PageShape.ID_CARD: (1.35, 1.85)}
_SMALLEST_DARK_AREA: Final = 0.08
"""A smaller dark rectangle is a picture printed on something."""
_SMALLEST_STEP: Final = 20.0
_WEAKEST_STEP: Final = 10.0
"""Allowed where a shadow lies or the desk is bright, as long as the mean reaches the smallest step."""
_FULL_LEVEL: Final = 200
_DIM: Final = 0.6
"""In a page's shadow every step is smaller too, though noise is not."""
_CONVINCING: Final = 0.9
_HELD: Final = 0.95
_BEYOND_PIECE: Final = 1.04
_CANDIDATES_PER_SOURCE: Final = 3


class _Rank(IntEnum):
    """What a candidate is. A dark rectangle counts last: on a page that is cut off it may be a picture."""

    DARK = 0
    CUT_OFF = 1
    BRIGHT = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class _Verdict:
    """What became of one candidate; ``rank`` and then ``quality`` and ``area`` order those that passed."""

    corners: Points
    rank: _Rank
    quality: float
    area: float
    level: float


def find_page(image: npt.NDArray[np.uint8], shape: PageShape) -> Outcome[Corners]:
    """The corners of the page in a BGR picture of any size; larger pictures than 816 px are reduced first.

    PAGE_TOO_DARK, PAGE_NOT_FOUND, PAGE_CUT_OFF when a page leaves the picture; FRAME_DAMAGED for no BGR picture.
    """
    if image.ndim != 3 or image.shape[2] != 3 or image.dtype != np.uint8 or min(image.shape[:2]) < SMALLEST_IMAGE_PX:
        return Outcome(code=OutcomeCode.FRAME_DAMAGED)
    small = reduce_frame(image)
    if is_dark(small):
        return Outcome(code=OutcomeCode.PAGE_TOO_DARK)
    paper = paper_channel(small)
    best = _best_candidate(paper, Surroundings(small, paper), shape)
    if best is None:
        return Outcome(code=OutcomeCode.PAGE_NOT_FOUND)
    if best.rank is _Rank.CUT_OFF:
        return Outcome(code=OutcomeCode.PAGE_CUT_OFF)
    if best.level < _DARK_PAGE_LEVEL and best.rank is _Rank.BRIGHT:
        return Outcome(code=OutcomeCode.PAGE_TOO_DARK)
    # The reduced picture may lack a few px at the right and below, which did not fill a whole small pixel.
    scale = image.shape[1] // small.shape[1]
    width, height = image.shape[1] / scale, image.shape[0] / scale
    return Outcome(code=OutcomeCode.OK, value=to_fractions(best.corners, width_px=width, height_px=height))


def reduce_frame(image: Image) -> Image:
    """The picture at about 816 px width, by a whole factor.

    Averaging four pixels of sixteen takes a fraction of the time of averaging all; smoothing follows anyhow.
    """
    factor = max(1, round(image.shape[1] / FIND_WIDTH_PX))
    if factor == 1:
        return image
    height, width = image.shape[0] // factor, image.shape[1] // factor
    even = image[: height * factor, : width * factor]
    return np.asarray(cv2.resize(even, (width, height), interpolation=cv2.INTER_LINEAR), dtype=np.uint8)


def paper_channel(image: Image) -> Image:
    """The darkest of the three colours of each pixel, smoothed."""
    blue, green, red = cv2.split(image)
    return np.asarray(cv2.GaussianBlur(cv2.min(cv2.min(blue, green), red), (5, 5), 0), dtype=np.uint8)


def is_dark(image: Image) -> bool:
    """Whether nothing in the picture got enough light to be read."""
    blue, green, red = np.moveaxis(image[::8, ::8], 2, 0)
    lit = np.maximum(np.maximum(blue, green), red) >= _DARK_LEVEL
    return bool(np.count_nonzero(lit) <= 0.01 * lit.size)


def to_fractions(corners: Points, *, width_px: float, height_px: float) -> Corners:
    """Corners in px, counted from the centre of the first, → fractions of the frame, kept within it."""
    scaled = np.clip((corners + 0.5) / np.array((width_px, height_px), dtype=np.float32), 0.0, 1.0)
    top_left, top_right, bottom_right, bottom_left = ((float(x), float(y)) for x, y in scaled)
    return top_left, top_right, bottom_right, bottom_left


def upright(corners: Points) -> Points:
    """Clockwise from the top left as the camera sees it: the side closest to horizontal, going right, is the top."""
    centre = corners.mean(axis=0)
    angles = np.arctan2(corners[:, 1] - centre[1], corners[:, 0] - centre[0])
    ordered = corners[np.argsort(angles)]
    sides = np.roll(ordered, -1, axis=0) - ordered
    rightness = sides[:, 0] / np.maximum(np.hypot(sides[:, 0], sides[:, 1]), 1e-3)
    return np.roll(ordered, -int(np.argmax(rightness)), axis=0)


def _best_candidate(paper: Image, surroundings: Surroundings, shape: PageShape) -> _Verdict | None:
    best: _Verdict | None = None
    fits: list[SideFit] = []
    pieces: list[Points] = []
    for candidate in _candidates(paper, _SMALLEST_AREA[shape]):
        verdict = _judge(paper, candidate, shape, fits)
        if verdict is not None and not _stands_alone(verdict, surroundings, pieces, framed=False):
            continue
        best = _better(best, verdict)
        if verdict is not None and verdict.rank is _Rank.BRIGHT and verdict.quality >= _CONVINCING:
            return verdict
    if best is None or best.rank is not _Rank.BRIGHT:
        for candidate in assemble(fits, paper.shape[1], paper.shape[0]):
            verdict = _judge(paper, candidate, shape, [])
            if verdict is not None and _stands_alone(verdict, surroundings, pieces, framed=bool(pieces)):
                best = _better(best, verdict)
    return best


def _stands_alone(verdict: _Verdict, surroundings: Surroundings, pieces: list[Points], *, framed: bool) -> bool:
    """Whether the candidate is a whole sheet and holds all ``pieces``; a convincing one that isn't becomes a piece."""
    if verdict.rank is _Rank.CUT_OFF:
        return True
    whole = surroundings.hold_all_of(verdict.corners, framed=framed)
    if not whole and verdict.rank is _Rank.BRIGHT and verdict.quality >= _CONVINCING:
        pieces.append(verdict.corners)
    return whole and all(_holds(verdict.corners, piece) for piece in pieces)


def _holds(corners: Points, piece: Points) -> bool:
    """Whether it goes beyond the piece: what is nearly the same as a piece is the same piece, found once more."""
    common, _ = cv2.intersectConvexConvex(corners, piece)
    area = cv2.contourArea(piece)
    return common >= _HELD * area and cv2.contourArea(corners) >= _BEYOND_PIECE * area


def _better(best: _Verdict | None, verdict: _Verdict | None) -> _Verdict | None:
    """The higher rank; within it the larger of two about as good, for what is printed on a page lies within it."""
    if best is None or verdict is None:
        return best or verdict
    ahead = (verdict.rank, verdict.quality + verdict.area) > (best.rank, best.quality + best.area)
    return verdict if ahead else best


def _candidates(paper: Image, smallest_area: float) -> Iterator[Points]:
    """Quadrilaterals that may be the page, the likelier sources first."""
    level, bright = cv2.threshold(paper, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    yield from _quadrilaterals(np.asarray(bright, dtype=np.uint8), smallest_area, cv2.RETR_EXTERNAL)
    brighter = paper[paper > level]
    if brighter.size > paper.size * smallest_area:
        second, _ = cv2.threshold(brighter.reshape(1, -1), 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
        _, brightest = cv2.threshold(paper, second, 255, cv2.THRESH_BINARY)
        yield from _quadrilaterals(np.asarray(brightest, dtype=np.uint8), smallest_area, cv2.RETR_EXTERNAL)
    edges = cv2.dilate(cv2.Canny(paper, 20, 60), np.ones((3, 3), np.uint8))
    yield from _quadrilaterals(np.asarray(edges, dtype=np.uint8), smallest_area, cv2.RETR_LIST)


def _quadrilaterals(mask: Image, smallest_area: float, mode: int) -> Iterator[Points]:
    contours, _ = cv2.findContours(mask, mode, cv2.CHAIN_APPROX_SIMPLE)
    smallest = smallest_area * mask.size
    # An open contour of an edge has hardly any area of its own: what counts is the area it goes around.
    outlines = [cv2.convexHull(contour) for contour in contours if len(contour) >= 4]
    areas = [(float(cv2.contourArea(outline)), number) for number, outline in enumerate(outlines)]
    for area, number in sorted(areas, reverse=True)[:_CANDIDATES_PER_SOURCE]:
        if area < smallest:
            return
        polygon = cv2.approxPolyN(outlines[number], 4, epsilon_percentage=-1.0, ensure_convex=True)
        if polygon.size == 8:
            yield polygon.reshape(4, 2).astype(np.float32)


def _judge(paper: Image, candidate: Points, shape: PageShape, fits: list[SideFit]) -> _Verdict | None:
    """The rules: four sides with an edge, a brightness step, a plausible area and ratio, and all within the picture."""
    corners = upright(candidate)
    fit = fit_sides(paper, corners)
    if fit is None:
        return None
    height, width = paper.shape
    size = np.array((width, height), dtype=np.float32)
    ends = _near_border(corners, size)
    fit = replace(fit, support=np.where(ends & np.roll(ends, -1), np.float32(0), fit.support))
    fits.append(fit)
    leaves = bool(ends.any() or _near_border(fit.corners, size).any())
    rank = _rank_cut_off(fit) if leaves else _rank_whole(fit)
    area = float(cv2.contourArea(fit.corners)) / (width * height)
    smallest = max(_SMALLEST_AREA[shape], _SMALLEST_DARK_AREA) if rank is _Rank.DARK else _SMALLEST_AREA[shape]
    if rank is None or not smallest <= area <= _LARGEST_AREA:
        return None
    if not leaves and not _plausible(fit.corners, shape):
        return None
    return _Verdict(corners=fit.corners, rank=rank, quality=_quality(fit), area=area, level=fit.level)


def _near_border(corners: Points, size: npt.NDArray[np.float32]) -> npt.NDArray[np.bool_]:
    """Corners within 1 % of the border or beyond it: an empty mat gives quadrilaterals that end there."""
    near = (corners < size * _BORDER) | (corners > size * (1.0 - _BORDER))
    return np.asarray(near.any(axis=1), dtype=np.bool_)


def _rank_whole(fit: SideFit) -> _Rank | None:
    """None when the sides are no sides of a page."""
    support, step = fit.support, fit.step
    if support.min() < 0.35 or support.mean() < 0.65:
        return None
    light = min(1.0, max(_DIM, fit.level / _FULL_LEVEL))
    if step.min() >= _WEAKEST_STEP * light and float(step.mean()) >= _SMALLEST_STEP * light:
        return _Rank.BRIGHT
    return _Rank.DARK if step.max() <= -_SMALLEST_STEP and support.min() >= 0.8 else None


def _rank_cut_off(fit: SideFit) -> _Rank | None:
    """A page that leaves the picture still shows two sides that meet."""
    good = (fit.support >= 0.8) & (fit.step >= _SMALLEST_STEP)
    return _Rank.CUT_OFF if bool((good & np.roll(good, 1)).any()) else None


def _quality(fit: SideFit) -> float:
    """1 when the page differs about as much from the desk on all sides; the edge of a shadow on the page does not."""
    evenness = float(fit.step.min() / max(float(np.median(fit.step)), 1.0))
    return float(fit.support.mean()) * min(1.0, 0.6 + max(evenness, 0.0))


def _plausible(corners: Points, shape: PageShape) -> bool:
    top, right, bottom, left = np.hypot(*(np.roll(corners, -1, axis=0) - corners).T)
    across, down = (top + bottom) / 2, (left + right) / 2
    ratio = max(across, down) / max(min(across, down), 1.0)
    least, most = _RATIOS[shape]
    opposite = max(top / bottom, bottom / top, left / right, right / left)
    return bool(cv2.isContourConvex(corners) and least <= ratio <= most and opposite <= 1.5)
