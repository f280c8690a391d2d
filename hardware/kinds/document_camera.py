"""What a document camera (高拍仪) gives: a live picture and finished pages."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Final, Protocol

from hardware.outcomes import Outcome, OutcomeCode

if TYPE_CHECKING:  # numpy must not be loaded by the client before its first window is painted
    import numpy as np
    import numpy.typing as npt


class PageShape(StrEnum):
    """What lies under the camera; narrows which quadrilaterals count as a page."""

    ANY = "any"
    A4 = "a4"
    ID_CARD = "id_card"


Corners = tuple[tuple[float, float], tuple[float, float], tuple[float, float], tuple[float, float]]
"""Top left, top right, bottom right, bottom left of the page, as fractions 0..1 of the frame's width and height."""

WHOLE_PICTURE: Final[Corners] = ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0))


@dataclass(frozen=True, slots=True, kw_only=True)
class CapturedPage:
    """A straightened and cropped page. ``sharpness`` is the variance of the Laplacian at a fixed 1000 px width."""

    jpeg: bytes = field(repr=False)
    width_px: int
    height_px: int
    sharpness: float
    corners: Corners
    taken_ns: int
    """Monotonic clock of the machine when the frame was grabbed."""
    device: str = ""
    """The driver that gave the frame."""
    by_hand: bool = False
    """A person set the corners; nothing was judged but whether they can be a page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldPicture:
    """A picture that the camera's process keeps so that a person can set the corners of the page in it.

    ``jpeg`` is reduced for the screen; ``corners`` are those found, or the whole picture; ``reason`` is why the page
    could not be taken by itself, or OK.
    """

    jpeg: bytes = field(repr=False)
    width_px: int
    height_px: int
    corners: Corners
    reason: OutcomeCode


class DocumentCamera(Protocol):
    """A document camera. All methods block and are called from the device's own thread."""

    def open(self) -> Outcome[None]:
        """Connect to the camera and read a first frame. Facts carry ``source``."""

    def read_frame(self) -> Outcome[npt.NDArray[np.uint8]]:
        """The next full frame, BGR uint8 of shape (height, width, 3)."""

    def close(self) -> None:
        """Let go of the camera; safe to call twice."""
