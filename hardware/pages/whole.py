"""Tells a whole sheet from a piece of one: what lies beyond its sides must be desk.

A dark photograph, a coloured head, a fold or a printed frame divides a sheet, and each part of it may look like a page
of its own. Five signs tell that a sheet goes on beyond a side: a colour that the desk does not have; the neighbouring
sides running on past both corners, however faintly, or past one while other signs are seen there too; a parallel edge
that ends where those sides would meet it, as no line of a desk does; a second outline around all four sides; and a rim
around them that is brighter than the desk.
"""

from __future__ import annotations

from functools import cache
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from hardware.pages.sides import BEFORE, NEXT, Image, Points, directions, look_across

_Shares = npt.NDArray[np.float32]
"""One share 0..1 for each side: top, right, bottom, left."""
_Sides = npt.NDArray[np.bool_]

_COARSE: Final = 4
"""By how much the picture is reduced where colours are compared: print and noise are averaged away."""
_RING: Final = 5
"""Thickness of the border from which the desk's colours are learned, in coarse px."""
_LEVELS: Final = 32
"""Steps into which each colour channel is divided; neighbouring steps count as the same colour."""
_LIGHTS: Final = np.array(((0.88,), (0.94,), (1.0,), (1.06,)), dtype=np.float32)
"""The same desk in more and in less light than at the border."""
_IN_LIGHTS: Final = np.minimum(np.arange(256, dtype=np.float32) * _LIGHTS, 255).astype(np.uint8)
_PAPER_SPREAD: Final = 10.0
"""A border that has the page's own colour within so many levels is no desk: the sheet leaves the picture."""
_MOSTLY: Final = 0.86
"""If less of the border has other colours than the page, that may be a square of a tablecloth: no colour is known."""
_DEPTHS_PX: Final = np.array((12.0, 16.0, 20.0, 24.0, 28.0), dtype=np.float32)
"""How far beyond a side is looked, at 816 px width; nearer lies the sheet's own shadow."""
_PLACES: Final = np.linspace(0.04, 0.96, 40, dtype=np.float32)
_STRANGE: Final = 0.5
"""So much of a side's length before a colour that is no desk's, and the sheet goes on there."""
_ALONG: Final = 32
_EVENLY: Final = np.linspace(0, 1, _ALONG, dtype=np.float32)
_BOX: Final = 5
_STEP: Final = 4.0
"""Levels by which brightness must change across a line to count as an edge."""
_SUSPECT: Final = 0.3
"""So much of a strange colour, and a parallel edge further out decides."""
_EDGED: Final = 0.75
_SHADOW_PX: Final = 8.0
_LEAST_REACH_PX: Final = 15.0
_ACROSS: Final = np.arange(-7, 47, dtype=np.float32)
"""Where the continuation of a side is looked at, in px outwards from it: at it, and beside it."""
_HERE: Final = slice(1, 4)
_ELSEWHERE: Final = slice(14, None)
_FEW: Final = 7
"""A line on the desk may pass nearby: so many of the places beside are left out."""
_LEAST_CHANGE: Final = 1.2
_DISTINCT: Final = 5.0
_FAIRLY_DISTINCT: Final = 3.5
_HARDLY_STRANGE: Final = 0.15
_CLEAR: Final = 15.0
"""So distinctly an edge runs on past one corner only, and a parallel edge and a little of a strange colour beyond that
side belong to the sheet; a mat's grid has no strange colour."""
_MOSTLY_EDGED: Final = 0.6
_FAINTLY_STRANGE: Final = 0.05
_RIM_PX: Final = (5, 7, 9)
"""How far beyond a side a margin shows."""
_AT_SIDE_PX: Final = 2
_FADED: Final = 0.5
"""A margin is as bright out there as right beside the side; what a blurred page spreads has lost this share."""
_BESIDE_RIM_PX: Final = (16, 20, 24)
_RIM_DEPTHS_PX: Final = np.array((_AT_SIDE_PX, *_RIM_PX, *_BESIDE_RIM_PX), dtype=np.float32)
_RIM_PLACES: Final = np.linspace(0.06, 0.94, 40, dtype=np.float32)
_RIM_LEVELS: Final = (-2.0, 3.0)
"""By so much, at the worst side and at the others, a margin is brighter than a desk of nearly its colour.

A shadow may lie along one side. The sheet's own shadow is darker than the desk.
"""
_ENCLOSED: Final = (0.45, 0.75)
"""The least and the second least share of a side that a second outline shows."""
_IN_A_MARGIN: Final = (0.3, 0.5)
_ENDING: Final = 2
"""Less will do where so many sides of the outline end at its corners: a grid on the desk goes on."""
_CLOSED: Final = 0.65
"""So much of a parallel edge that ends where the neighbouring sides would meet it is the sheet's own."""
_OUTLINE_PX: Final = 60
_OUTLINE_WIDTH_PX: Final = 46
_OUTLINE_TILT_PX: Final = 6
"""A second outline is looked for so far beyond a side, to either side of that, and turned by so much."""
_INSET: Final = np.float32(0.04)
_PAST_PX: Final = np.linspace(10, 38, 16, dtype=np.float32)
"""Where it is looked whether an edge goes on past its end."""
_PAST_WIDTH_PX: Final = 4
_GOES_ON: Final = (0.2, 0.35)
"""From this share on it goes on: past where the sides would meet it, and past the corner of a margin."""
_LEAST_IN_SIGHT: Final = 5


class Surroundings:
    """A reduced picture (about 816 px wide) and its darkest channel, asked about one quadrilateral after the other."""

    def __init__(self, image: Image, paper: Image) -> None:
        self._image, self._paper = image, paper
        self._coarse = _halve(_halve(image))
        above, middle, below = np.split(self._coarse, (_RING, -_RING))
        ring = (above, middle[:, :_RING], middle[:, -_RING:], below)
        self._border = np.concatenate([part.reshape(-1, 1, 3) for part in ring])
        self._desk = _cells_of(_IN_LIGHTS[:, self._border[:, 0].T].swapaxes(0, 1))

    def hold_all_of(self, corners: Points, *, framed: bool) -> bool:
        """Whether nothing of the sheet lies beyond these corners (px, clockwise).

        When a side may be that of a printed frame (``framed``), an edge beyond any of them is too much.
        """
        strange = self._strange_shares(corners)
        past = _running_on(self._image, corners)
        one, both = past.max(axis=0), past.min(axis=0)
        distinct = (both >= _DISTINCT) | ((both >= _FAIRLY_DISTINCT) & (strange >= _HARDLY_STRANGE))
        if bool(((strange >= _STRANGE) | distinct).any()) or _has_rim(self._image, corners):
            return False
        outline, closing, ending = _second_outline(self._paper, corners)
        if bool((closing & (outline >= _CLOSED)).any()):
            return False
        if bool(((one >= _CLEAR) & (outline >= _MOSTLY_EDGED) & (strange >= _FAINTLY_STRANGE)).any()):
            return False
        if bool(((framed | (strange >= _SUSPECT)) & (outline >= _EDGED)).any()):
            return False
        least = np.sort(outline)[:2]
        margin = bool((least >= _IN_A_MARGIN).all()) and np.count_nonzero(ending) >= _ENDING
        return not margin and not bool((least >= _ENCLOSED).all())

    def _strange_shares(self, corners: Points) -> _Shares:
        """Which share of each side has, at some distance, a colour beyond it that the desk does not have."""
        sides, outward = directions(corners, corners[NEXT])
        places = corners[:, None] + sides[:, None] * _PLACES[None, :, None]
        beyond = places[:, :, None] + (outward[:, None] * _DEPTHS_PX[:, None])[:, None]
        colours, within = self._colours(beyond)
        page, _ = self._colours(places + (corners.mean(axis=0) - places) * np.float32(0.04))
        known = self._desk_colours(np.median(page.reshape(-1, 3), axis=0))
        strange = (known[_cells_of(np.moveaxis(colours, -1, 0))] == 0) & within
        return np.asarray(strange.mean(axis=1).max(axis=1), dtype=np.float32)

    def _desk_colours(self, page: npt.NDArray[np.float64]) -> npt.NDArray[np.uint8]:
        """1 for the cell of each colour that the border has, or would have in another light; the page's is none."""
        least, most = np.ceil(page - _PAPER_SPREAD), np.floor(page + _PAPER_SPREAD)
        desk = np.asarray(cv2.inRange(self._border, least, most)).reshape(-1) == 0
        known = np.zeros((_LEVELS,) * 3, dtype=np.uint8)
        if np.count_nonzero(desk) < _MOSTLY * desk.size:
            return known.reshape(-1)
        known.reshape(-1)[self._desk[:, desk]] = 1
        # Blue and green are a picture's rows and columns here, red its channels; then red the columns.
        neighbours = cv2.dilate(known, np.ones((3, 3), np.uint8))
        return np.asarray(cv2.dilate(neighbours.reshape(-1, _LEVELS), np.ones((1, 3), np.uint8)), np.uint8).reshape(-1)

    def _colours(self, points: Points) -> tuple[Image, npt.NDArray[np.bool_]]:
        """The coarse picture at points, kept within it, and which of them lie within it."""
        cells = np.rint((points + 0.5) / _COARSE - 0.5).astype(np.intp)
        high, wide = self._coarse.shape[:2]
        x, y = np.clip(cells[..., 0], 0, wide - 1), np.clip(cells[..., 1], 0, high - 1)
        return self._coarse[y, x], np.asarray((x == cells[..., 0]) & (y == cells[..., 1]), dtype=np.bool_)


def _halve(image: Image) -> Image:
    """Each two by two pixels averaged."""
    wide, high = image.shape[1] // 2, image.shape[0] // 2
    return np.asarray(cv2.resize(image[: high * 2, : wide * 2], (wide, high), interpolation=cv2.INTER_AREA), np.uint8)


def _cells_of(channels: Image) -> npt.NDArray[np.intp]:
    """Three channels, first axis → the number of each colour's cell of ``_LEVELS`` cubed."""
    blue, green, red = (channels // (256 // _LEVELS)).astype(np.intp)
    return np.asarray((blue * _LEVELS + green) * _LEVELS + red, dtype=np.intp)


def _running_on(image: Image, corners: Points) -> npt.NDArray[np.float32]:
    """How distinctly each side's two neighbours carry on straight beyond it, (2, sides); 0 where nothing can be seen.

    Across the continuation of each side the picture is averaged along four stretches. What changes at that very line
    by the same sign in all four, and hardly anywhere nearby, is an edge of the sheet: it is told by how many times as
    much it changes there as nearby.
    """
    sides, outward = directions(corners, corners[NEXT])
    lengths = np.maximum(np.hypot(sides[:, 0], sides[:, 1]), np.float32(1e-3))
    along = sides / lengths[:, None]
    starts, ways = np.concatenate((corners[NEXT], corners)), np.concatenate((along, -along))
    reach = np.minimum(np.clip(0.25 * float(lengths.min()), 30.0, 70.0), _room(image, starts, ways) - _SHADOW_PX)
    depths = (_SHADOW_PX + reach[:, None] * _EVENLY).astype(np.float32)
    places = starts[:, None] + ways[:, None] * depths[:, :, None]
    values = look_across(image, places, np.concatenate((outward, outward)), _ACROSS).astype(np.float32)
    levels = values.reshape(32, 8, -1).mean(axis=1).reshape(8, 4, -1, 3)
    left, middle, right = levels[:, :, :-4], levels[:, :, 2:-2], levels[:, :, 4:]
    smooth = np.maximum(np.minimum(left, middle), np.minimum(np.maximum(left, middle), right))
    change = smooth[:, :, :-6] - smooth[:, :, 6:]
    steady = np.where((change > 0).all(axis=1) | (change < 0).all(axis=1), np.abs(change).min(axis=1), 0)
    here = steady[:, _HERE].max(axis=(1, 2))
    elsewhere = np.sort(steady[:, _ELSEWHERE], axis=1)[:, -_FEW].max(axis=1)
    seen = (here >= _LEAST_CHANGE) & (reach >= _LEAST_REACH_PX)
    times = np.where(seen, here / np.maximum(elsewhere, _LEAST_CHANGE / _DISTINCT), 0)
    return np.stack((times[:4][BEFORE], times[4:][NEXT]))


def _has_rim(image: Image, corners: Points) -> bool:
    """Whether any colour is brighter just beyond the sides than further out: what was found lies within a margin."""
    sides, outward = directions(corners, corners[NEXT])
    places = corners[:, None] + sides[:, None] * _RIM_PLACES[None, :, None]
    values = look_across(image, places, outward, _RIM_DEPTHS_PX).reshape(4, _RIM_PLACES.size, -1, 3)
    levels = np.median(values, axis=1)
    near, rim, beside = np.split(levels, (1, 1 + len(_RIM_PX)), axis=1)
    desk = beside.mean(axis=1)
    brighter = rim.max(axis=1) - desk
    fades = (brighter < _FADED * (near[:, 0] - desk)).all(axis=0)
    enough = (np.sort(brighter, axis=0)[:2] >= np.array(_RIM_LEVELS)[:, None]).all(axis=0)
    return bool((enough & ~fades).any())


def _room(image: Image, starts: Points, ways: Points) -> npt.NDArray[np.float32]:
    """How far it is from each start to the picture's border, in px that way."""
    last = np.array((image.shape[1] - 1, image.shape[0] - 1), dtype=np.float32)
    room = np.where(ways > 0, last - starts, starts) / np.maximum(np.abs(ways), 1e-3)
    return np.asarray(room.min(axis=1), dtype=np.float32)


def _second_outline(paper: Image, corners: Points) -> tuple[_Shares, _Sides, _Sides]:
    """For each side: how much of it has a parallel edge 14 to 106 px further out, and where that edge ends.

    Whether it ends where the neighbouring sides would meet it, brighter within: the sheet's own shadow ends there too;
    whether it ends at the corners of a margin as wide as the edge lies beyond the side. What leaves the picture does
    not end.
    """
    sides, outward = directions(corners, corners[NEXT])
    starts = corners + outward * _OUTLINE_PX + sides * _INSET
    stops = corners[NEXT] + outward * _OUTLINE_PX - sides * _INSET
    places = starts[:, None] + (stops - starts)[:, None] * _EVENLY[None, :, None]
    edges = _edges(paper, places, outward, _OUTLINE_WIDTH_PX).reshape(8, -1).view(np.uint8)
    lines = _lines(_OUTLINE_WIDTH_PX, _OUTLINE_TILT_PX)
    seen = np.take(edges, lines, axis=1).sum(axis=1, dtype=np.uint8).reshape(2, 4, -1)
    best = seen.max(axis=2)
    sign, side = best.argmax(axis=0), np.arange(4)
    line = seen[sign, side].argmax(axis=1)
    first, last = lines[0, line], lines[-1, line] - (_ALONG - 1) * (2 * _OUTLINE_WIDTH_PX + 1)
    ends = np.stack((first, last)).astype(np.float32)[:, :, None] - _OUTLINE_WIDTH_PX
    starts, stops = starts + outward * ends[0], stops + outward * ends[1]
    along, across = directions(starts, stops)
    ways = along / np.hypot(along[:, 0], along[:, 1])[:, None]
    inset = np.hypot(sides[:, 0], sides[:, 1]) * _INSET
    distance = _OUTLINE_PX + ends[:, :, 0].mean(axis=0)
    past = inset[:, None, None] + np.stack((0.1 * distance, distance), axis=1)[:, :, None] + _PAST_PX
    base, way = np.concatenate((starts, stops)), np.concatenate((-ways, ways))
    beyond = base[:, None] + way[:, None] * np.concatenate((past, past)).reshape(8, -1)[:, :, None]
    there = _edges(paper, beyond, np.concatenate((across, across)), _PAST_WIDTH_PX).any(axis=2).reshape(2, 8, -1)
    within = ((beyond >= 0) & (beyond < (paper.shape[1], paper.shape[0]))).all(axis=2)
    on = (there[np.concatenate((sign, sign)), np.arange(8)] & within).reshape(2, 4, 2, -1).sum(axis=3)
    sight = within.reshape(2, 4, 2, -1).sum(axis=3)
    ended = ((sight >= _LEAST_IN_SIGHT) & (on <= sight * np.array(_GOES_ON))).all(axis=0)
    return (best.max(axis=0) / np.float32(_ALONG)).astype(np.float32), ended[:, 0] & (sign == 0), ended[:, 1]


def _edges(paper: Image, places: Points, outward: Points, width_px: int) -> _Sides:
    """Where brightness falls, and where it rises, across lines: (2, lines × places, offsets up to ``width_px``)."""
    reach = width_px + _BOX + 1
    offsets = np.arange(-reach, reach + 1, dtype=np.float32)
    sums = cv2.boxFilter(look_across(paper, places, outward, offsets), cv2.CV_16S, (_BOX, 1), normalize=False)
    width, inner, outer = 2 * width_px + 1, 1 + _BOX // 2, 2 + _BOX + _BOX // 2
    change = sums[:, inner : inner + width] - sums[:, outer : outer + width]
    return np.stack((change >= _STEP * _BOX, change <= -_STEP * _BOX))


@cache
def _lines(width_px: int, tilt_px: int) -> npt.NDArray[np.intp]:
    """The cells that each line passes, counted through all its places: (places, lines)."""
    width = 2 * width_px + 1
    ends = [(first, first + tilt) for first in range(width) for tilt in range(-tilt_px, tilt_px + 1, 2)]
    first, last = np.array([(first, last) for first, last in ends if 0 <= last < width], dtype=np.float32).T
    cells = np.rint(first + (last - first) * _EVENLY[:, None])
    return np.asarray(cells.astype(np.intp) + np.arange(_ALONG, dtype=np.intp)[:, None] * width, dtype=np.intp)
