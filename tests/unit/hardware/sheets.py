"""Sheets that look like less than they are, composed on every desk, with the true corners of each."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from hardware.simulators.scenes.desks import DESK_KINDS, make_desk
from hardware.simulators.scenes.photograph import Light, Pose, apply_light, lay_paper, make_light, outline

Image = npt.NDArray[np.uint8]
Random = np.random.Generator
WIDTH_PX: Final = 816
HEIGHT_PX: Final = 612


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetScene:
    """A picture of a desk with one sheet; ``corners`` in px from the sheet's top left clockwise, (4, 2)."""

    sheet: str
    desk: str
    name: str
    image: Image
    corners: npt.NDArray[np.float64]


def scenes(poses: int, sheets: Sequence[str] = ()) -> Iterator[SheetScene]:
    """These kinds of sheet (or all) on every kind of desk, ``poses`` times each; the same every time."""
    for sheet in sheets or SHEETS:
        for desk in DESK_KINDS:
            for number in range(poses):
                yield compose(sheet, desk, number)


def compose(sheet: str, desk: str, number: int) -> SheetScene:
    """One picture; ``number`` 0 lies straight under an even light."""
    name = f"{sheet} on {desk} {number}"
    random = np.random.default_rng(zlib.crc32(name.encode()))
    image = make_desk(desk, random, width_px=WIDTH_PX, height_px=HEIGHT_PX)
    paper = SHEETS[sheet](random)
    turn, tilt = (0.0, 0.0) if number == 0 else (12.0, 0.05)
    pose = Pose(
        fill=float(random.uniform(0.7, 0.88)),
        angle_deg=float(random.uniform(-turn, turn)),
        tilt=(float(random.uniform(-tilt, tilt)), float(random.uniform(-tilt, tilt))),
    )
    projection = lay_paper(paper, pose, width_px=WIDTH_PX, height_px=HEIGHT_PX)
    corners = outline(paper, projection)
    _put(image, paper, projection, corners)
    light = Light(vignette=0.1 * (number > 0), slope=0.1 * (number > 0), shadows=int(number == 2))
    apply_light(image, make_light(light, random, width_px=WIDTH_PX, height_px=HEIGHT_PX))
    noise = np.roll(_noise(), random.integers(0, 600, 2), axis=(0, 1))
    noisy = np.asarray(cv2.add(image, noise, dtype=cv2.CV_8U), dtype=np.uint8)
    return SheetScene(sheet=sheet, desk=desk, name=name, image=noisy, corners=corners)


def compose_random(number: int) -> SheetScene:
    """A sheet divided by chance, in chance colours, on any desk, in any light; the same for a number every time."""
    random = np.random.default_rng(number)
    desk = list(DESK_KINDS)[int(random.integers(len(DESK_KINDS)))]
    paper, sheet = _random_sheet(random)
    image = make_desk(desk, random, width_px=WIDTH_PX, height_px=HEIGHT_PX)
    pose = Pose(
        fill=float(random.uniform(0.6, 0.88)),
        angle_deg=float(random.uniform(-15, 15)),
        tilt=(float(random.uniform(-0.05, 0.05)), float(random.uniform(-0.05, 0.05))),
    )
    projection = lay_paper(paper, pose, width_px=WIDTH_PX, height_px=HEIGHT_PX)
    corners = outline(paper, projection)
    _put(image, paper, projection, corners)
    light = Light(
        vignette=float(random.uniform(0, 0.15)), slope=float(random.uniform(0, 0.15)), shadows=int(random.integers(3))
    )
    apply_light(image, make_light(light, random, width_px=WIDTH_PX, height_px=HEIGHT_PX))
    noise = np.roll(_noise(), random.integers(0, 600, 2), axis=(0, 1))
    noisy = np.asarray(cv2.add(image, noise, dtype=cv2.CV_8U), dtype=np.uint8)
    return SheetScene(sheet=sheet, desk=desk, name=f"{number}: {sheet} on {desk}", image=noisy, corners=corners)


def _random_sheet(random: Random) -> tuple[Image, str]:
    """A sheet and what it is: white or of any colour, and then a part, a frame, a panel, a fold or a band."""
    ratio = (2**0.5, 2**-0.5, 2.0, 3.0)[int(random.integers(4))]
    wide, high = (1188, int(1188 / ratio)) if ratio > 1 else (int(1188 * ratio), 1188)
    white = random.random() < 0.75
    paper = np.empty((high, wide, 3), dtype=np.uint8)
    paper[:] = int(random.integers(200, 248)) if white else _random_colour(random)
    if white and random.random() < 0.7:
        _print(paper, random, ink=int(random.integers(40, 120)))
    kind = ("plain", "part", "faint part", "frame", "panel", "fold", "band")[int(random.integers(7))]
    share, across = float(random.uniform(0.2, 0.6)), random.random() < 0.5
    rows, columns = (high, int(wide * share)) if across else (int(high * share), wide)
    part = paper[:rows, :columns] if random.random() < 0.5 else paper[high - rows :, wide - columns :]
    inset = int(random.integers(14, 90))
    if kind == "part":
        part[:] = _random_colour(random)
    elif kind == "faint part":
        part[:] = (part * random.uniform(0.8, 0.97)).astype(np.uint8)
    elif kind == "frame":
        edge = (inset, inset), (wide - inset, high - inset)
        cv2.rectangle(paper, *edge, _random_colour(random), int(random.integers(4, 14)))
    elif kind == "panel":
        paper[inset : high - inset, inset : wide - inset] = _random_colour(random)
    elif kind == "fold":
        shade = 1 - random.uniform(0.1, 0.4) * np.linspace(0, 1, part.shape[0])[:, None, None]
        part[:] = (part * shade).astype(np.uint8)
    elif kind == "band":
        at = int(high * random.uniform(0.25, 0.75))
        paper[at : at + int(random.integers(8, 40))] = _random_colour(random)
    return paper, kind if white else f"coloured {kind}"


def _random_colour(random: Random) -> tuple[int, int, int]:
    blue, green, red = (int(value) for value in random.integers(20, 235, 3))
    return blue, green, red


@cache
def _noise() -> npt.NDArray[np.int16]:
    """A sensor's noise; scenes shift it."""
    return np.random.default_rng(1).normal(0, 2.5, (HEIGHT_PX, WIDTH_PX, 3)).round().astype(np.int16)


def kept_share(corners: npt.NDArray[np.float64], found: npt.NDArray[np.float64]) -> tuple[float, float]:
    """What share of the sheet lies in the quadrilateral found, and how large that is against the sheet."""
    sheet = corners.astype(np.float32)
    common, _ = cv2.intersectConvexConvex(sheet, found.astype(np.float32))
    area = float(cv2.contourArea(sheet))
    return common / area, float(cv2.contourArea(found.astype(np.float32))) / area


def _put(image: Image, paper: Image, projection: npt.NDArray[np.float64], corners: npt.NDArray[np.float64]) -> None:
    smooth = cv2.blur(paper, (5, 5))
    size = (image.shape[1], image.shape[0])
    seen = cv2.warpPerspective(smooth, projection, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    cover = np.zeros(image.shape, dtype=np.uint8)
    cv2.fillConvexPoly(cover, np.rint(corners * 16).astype(np.int32), (255, 255, 255), cv2.LINE_AA, shift=4)
    kept = cv2.multiply(image, cv2.bitwise_not(cover), scale=1 / 255)
    image[:] = cv2.add(kept, cv2.multiply(seen, cover, scale=1 / 255))


def _a4(level: int = 235, *, wide: int = 840, high: int = 1188) -> Image:
    return np.full((high, wide, 3), level, dtype=np.uint8)


def _print(paper: Image, random: Random, *, top: int = 80, ink: int = 60) -> Image:
    """Lines of strokes, as print looks from afar."""
    high, wide = paper.shape[:2]
    for y in range(top, high - 60, 34):
        for x in range(80, wide - 80 - int(random.integers(0, wide // 3)), 26):
            cv2.rectangle(paper, (x, y), (x + int(random.integers(8, 20)), y + 14), (ink, ink, ink), -1)
    return paper


def _photo(random: Random, high: int, wide: int) -> Image:
    """A printed photograph: dark, with soft shapes."""
    coarse = random.integers(25, 95, (5, 5, 3)).astype(np.uint8)
    return np.asarray(cv2.resize(coarse, (wide, high), interpolation=cv2.INTER_CUBIC), dtype=np.uint8)


def _plain(random: Random) -> Image:
    return _print(_a4(), random)


def _dark_third(side: str) -> Callable[[Random], Image]:
    def draw(random: Random) -> Image:
        paper = _print(_a4(), random)
        high, wide = paper.shape[0] // 3, paper.shape[1] // 3
        places = {
            "left": np.s_[:, :wide],
            "right": np.s_[:, -wide:],
            "top": np.s_[:high, :],
            "bottom": np.s_[-high:, :],
            "corner": np.s_[: 2 * high, : 2 * wide],
        }
        part = paper[places[side]]
        part[:] = _photo(random, part.shape[0], part.shape[1])
        return paper

    return draw


def _head(colour: tuple[int, int, int]) -> Callable[[Random], Image]:
    def draw(random: Random) -> Image:
        paper = _print(_a4(), random, top=420)
        paper[:330] = colour
        return paper

    return draw


def _banknote(random: Random) -> Image:
    paper = _a4(205, wide=1160, high=484)
    for _ in range(60):
        at = (int(random.integers(1160)), int(random.integers(484)))
        tone = tuple(int(v) for v in random.integers(120, 215, 3))
        cv2.ellipse(paper, at, (int(random.integers(20, 90)), int(random.integers(10, 50))), 30, 0, 360, tone, 2)
    paper[60:420, 700:1000] = np.minimum(paper[60:420, 700:1000], _photo(random, 360, 300) + np.uint8(60))
    return paper


def _slip(ratio: float) -> Callable[[Random], Image]:
    def draw(random: Random) -> Image:
        return _print(_a4(wide=1200, high=int(1200 / ratio)), random, top=40)

    return draw


def _folded(random: Random) -> Image:
    paper = _print(_a4(), random)
    paper[594:] = (paper[594:] * 0.8).astype(np.uint8)
    return paper


def _divided(random: Random) -> Image:
    paper = _print(_a4(wide=1188, high=700), random)
    paper[:, 800:] = (paper[:, 800:] * 0.88).astype(np.uint8)
    return paper


def _banded(random: Random) -> Image:
    paper = _print(_a4(), random)
    at = int(random.integers(500, 900))
    paper[at : at + 24] = 55
    return paper


def _framed_cover(random: Random) -> Image:
    paper = _a4(60)
    cv2.rectangle(paper, (45, 45), (795, 1143), (200, 200, 200), 10)
    return paper


def _red_cover(random: Random) -> Image:
    paper = _a4()
    paper[:] = (40, 30, 150)
    cv2.rectangle(paper, (60, 60), (780, 1128), (90, 190, 210), 8)
    return paper


def _framed_sheet(random: Random) -> Image:
    paper = _print(_a4(), random, top=140)
    cv2.rectangle(paper, (50, 50), (790, 1138), (50, 50, 50), 12)
    return paper


def _panel(random: Random) -> Image:
    paper = _a4(170)
    paper[200:980, 90:750] = 246
    return paper


def _booklet(random: Random) -> Image:
    paper = _a4(228, wide=1160, high=800)
    for left in (60, 640):
        for y in range(120, 700, 60):
            cv2.rectangle(paper, (left, y), (left + 460, y + 60), (60, 60, 60), 2)
    shade = 1 - 0.35 * np.exp(-((np.arange(1160) - 580) ** 2) / (2 * 16.0**2))
    return np.asarray(paper * shade[None, :, None], dtype=np.uint8)


def _certificate(random: Random) -> Image:
    paper = _a4(wide=1188, high=840)
    paper[:] = (60, 40, 170)
    paper[70:770, 70:1118] = (226, 240, 246)
    return _print_within(paper, random)


def _print_within(paper: Image, random: Random) -> Image:
    for y in range(170, 700, 40):
        cv2.rectangle(paper, (180, y), (int(random.integers(500, 1000)), y + 16), (60, 60, 60), -1)
    return paper


SHEETS: Final[Mapping[str, Callable[[Random], Image]]] = {
    "plain page": _plain,
    "dark left third": _dark_third("left"),
    "dark right third": _dark_third("right"),
    "dark top third": _dark_third("top"),
    "dark bottom third": _dark_third("bottom"),
    "dark corner": _dark_third("corner"),
    "blue head": _head((150, 70, 40)),
    "red head": _head((50, 40, 180)),
    "green head": _head((60, 120, 40)),
    "banknote": _banknote,
    "slip of 3 : 1": _slip(3.0),
    "slip of 5 : 1": _slip(5.0),
    "folded page": _folded,
    "divided page": _divided,
    "banded page": _banded,
    "cover with a frame": _framed_cover,
    "red cover with a frame": _red_cover,
    "page with a frame": _framed_sheet,
    "grey sheet with a panel": _panel,
    "open booklet": _booklet,
    "certificate with a border": _certificate,
}
