"""Composes a photograph: a paper on a desk, seen from a tilted camera, in uneven light, by a noisy sensor."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

Picture = npt.NDArray[np.uint8]
Random = np.random.Generator
Matrix = npt.NDArray[np.float64]

FULL_LIGHT: Final = 200
"""Light maps are 8-bit, 200 leaving a colour as it is."""
_LIGHT_REDUCTION: Final = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Pose:
    """Where a paper lies: centre and long side as fractions of the frame, rotation, and perspective per half frame."""

    centre: tuple[float, float] = (0.5, 0.5)
    fill: float = 0.86
    angle_deg: float = 0.0
    tilt: tuple[float, float] = (0.0, 0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Light:
    """``level`` 1 is a well-lit desk; ``vignette`` and ``slope`` are losses at the edge, ``shadows`` are cast."""

    level: float = 1.0
    vignette: float = 0.1
    slope: float = 0.1
    shadows: int = 0
    glare: bool = False


def lay_paper(paper: Picture, pose: Pose, *, width_px: int, height_px: int) -> Matrix:
    """The projection from px of the paper to px of the frame."""
    high, wide = paper.shape[:2]
    angle = np.deg2rad(pose.angle_deg)
    cos, sin = abs(np.cos(angle)), abs(np.sin(angle))
    scale = pose.fill * min(width_px / (wide * cos + high * sin), height_px / (wide * sin + high * cos))
    turn = scale * np.array(((np.cos(angle), -np.sin(angle)), (np.sin(angle), np.cos(angle))))
    to_centre = np.array(((1, 0, -(wide - 1) / 2), (0, 1, -(high - 1) / 2), (0, 0, 1)), dtype=np.float64)
    turned = np.eye(3)
    turned[:2, :2] = turn
    tilted = np.eye(3)
    tilted[2, :2] = (pose.tilt[0] / (width_px / 2), pose.tilt[1] / (width_px / 2))
    placed = np.array(
        ((1, 0, pose.centre[0] * width_px), (0, 1, pose.centre[1] * height_px), (0, 0, 1)), dtype=np.float64
    )
    return np.asarray(placed @ tilted @ turned @ to_centre, dtype=np.float64)


def outline(paper: Picture, projection: Matrix) -> npt.NDArray[np.float64]:
    """The true corners in the frame, px, from the paper's top left clockwise: (4, 2)."""
    high, wide = paper.shape[:2]
    edges = np.array(
        (((-0.5, -0.5), (wide - 0.5, -0.5), (wide - 0.5, high - 0.5), (-0.5, high - 0.5)),), dtype=np.float64
    )
    return np.asarray(cv2.perspectiveTransform(edges, projection)[0], dtype=np.float64)


def put_paper(desk: Picture, paper: Picture, projection: Matrix, *, shadow_px: float) -> None:
    """Draws the paper and the soft shadow along its edge into ``desk``."""
    size = (desk.shape[1], desk.shape[0])
    mask = np.full(paper.shape[:2], 255, dtype=np.uint8)
    corners = outline(paper, projection)
    reduced = np.zeros((size[1] // 8, size[0] // 8), dtype=np.uint8)
    moved = ((corners + np.array((shadow_px, shadow_px * 0.8))) / 8).round().astype(np.int32)
    cv2.fillConvexPoly(reduced, moved, 90)
    soft = cv2.GaussianBlur(reduced, (0, 0), max(0.6, shadow_px / 14))
    apply_light(desk, np.asarray(FULL_LIGHT - soft.astype(np.float32) * (FULL_LIGHT / 255), dtype=np.uint8))
    left, top = np.clip(np.floor(corners.min(axis=0)).astype(int) - 2, 0, size)
    right, bottom = np.clip(np.ceil(corners.max(axis=0)).astype(int) + 3, 0, size)
    moved_in = np.array(((1, 0, -left), (0, 1, -top), (0, 0, 1)), dtype=np.float64) @ projection
    part_size = (int(right - left), int(bottom - top))
    smooth = cv2.GaussianBlur(paper, (3, 3), 0.7)
    seen = cv2.warpPerspective(smooth, moved_in, part_size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    cover = cv2.warpPerspective(mask, moved_in, part_size, flags=cv2.INTER_LINEAR)
    share = cv2.merge((cover, cover, cover))
    part = desk[top:bottom, left:right]
    kept = cv2.multiply(part, cv2.bitwise_not(share), scale=1 / 255)
    desk[top:bottom, left:right] = cv2.add(kept, cv2.multiply(seen, share, scale=1 / 255))


def put_finger(photo: Picture, corners: npt.NDArray[np.float64], random: Random) -> None:
    """Draws a finger that holds the paper at the middle part of one side, coming from outside."""
    side = int(random.integers(4))
    start, end = corners[side], corners[(side + 1) % 4]
    at = start + (end - start) * random.uniform(0.25, 0.75)
    along = (end - start) / np.linalg.norm(end - start)
    outward = np.array((along[1], -along[0])) + along * random.uniform(-0.4, 0.4)
    thick = int(photo.shape[1] * random.uniform(0.024, 0.032))
    tip = at - outward * thick * random.uniform(0.6, 1.4)
    root = at + outward * photo.shape[1] * 0.6
    skin = np.array((132, 164, 214)) * random.uniform(0.7, 1.0)
    layer = [tuple(int(value) for value in point) for point in (tip, root)]
    shade = tuple(float(channel) for channel in skin * 0.72)
    cv2.line(photo, layer[0], layer[1], shade, thick * 2, cv2.LINE_AA)
    cv2.line(photo, layer[0], layer[1], tuple(float(channel) for channel in skin), int(thick * 1.6), cv2.LINE_AA)
    nail = tuple(int(value) for value in tip + outward * thick * 0.2)
    angle = float(np.degrees(np.arctan2(outward[1], outward[0])))
    cv2.ellipse(photo, nail, (thick // 2, thick // 3), angle, 0, 360, (186, 200, 232), -1, cv2.LINE_AA)


def make_light(light: Light, random: Random, *, width_px: int, height_px: int) -> Picture:
    """A reduced map of the light on the desk, ``FULL_LIGHT`` being neutral."""
    wide, high = width_px // _LIGHT_REDUCTION, height_px // _LIGHT_REDUCTION
    rows, columns = np.mgrid[-1 : 1 : high * 1j, -1 : 1 : wide * 1j].astype(np.float32)
    direction = random.uniform(0, 2 * np.pi)
    level = 1 - light.vignette * (rows**2 + columns**2) / 2
    level -= light.slope * (0.5 + 0.5 * (columns * np.cos(direction) + rows * np.sin(direction)))
    for _ in range(light.shadows):
        shade = np.zeros((high, wide), dtype=np.float32)
        corner = random.uniform((0, 0), (wide, high), (5, 2)) * (0.9, 0.9)
        cv2.fillConvexPoly(shade, cv2.convexHull(corner.astype(np.int32)), 1.0)
        level *= 1 - random.uniform(0.2, 0.38) * cv2.GaussianBlur(shade, (0, 0), random.uniform(2, 7))
    if light.glare:
        spot = np.hypot(rows - random.uniform(-0.5, 0.5), (columns - random.uniform(-0.5, 0.5)) * 1.5)
        level += 0.35 * np.exp(-((spot / 0.22) ** 2))
    return np.asarray(np.clip(level * light.level * FULL_LIGHT, 0, 255), dtype=np.uint8)


def apply_light(photo: Picture, light: Picture) -> None:
    """Multiplies the photograph by a light map of any size, in place."""
    full = cv2.resize(light, (photo.shape[1], photo.shape[0]), interpolation=cv2.INTER_LINEAR)
    cv2.multiply(photo, cv2.merge((full, full, full)), dst=photo, scale=1 / FULL_LIGHT)


def add_noise(photo: Picture, sigma: float, random: Random) -> Picture:
    """Sensor noise; one tile of it, shifted, serves the whole picture."""
    tile = random.normal(0, sigma, (512, 512, 3)).round().astype(np.int16)
    repeats = (photo.shape[0] // 512 + 1, photo.shape[1] // 512 + 1, 1)
    noise = np.tile(tile, repeats)[: photo.shape[0], : photo.shape[1]]
    return np.asarray(cv2.add(photo, noise, dtype=cv2.CV_8U), dtype=np.uint8)
