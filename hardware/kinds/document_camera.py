"""What a document camera (高拍仪) gives: a live picture and finished pages."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, ClassVar, Final, Protocol

from hardware.device import DeviceEvent, DeviceKind, Driver, Request
from hardware.outcomes import Outcome, OutcomeCode

if TYPE_CHECKING:  # numpy must not be loaded by the client before its first window is painted
    import numpy as np
    import numpy.typing as npt


DOCUMENT_CAMERA: Final = DeviceKind("document_camera")


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
    simulated: bool = False
    """The camera is none: the page is made up."""
    age_s: float = 0.0
    """How long before this answer the frame was grabbed: minutes, where a person set the corners of a held picture."""


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


@dataclass(frozen=True, slots=True, kw_only=True)
class StartPreview(Request[None]):
    """Begin sending PreviewFrame events, ``width_px`` wide."""

    kind: ClassVar[DeviceKind] = DOCUMENT_CAMERA
    deadline_s: ClassVar[float] = 15.0  # Windows' Media Foundation opens some cameras in 12 s
    goes_on: ClassVar[bool] = True

    width_px: int = 1280
    shape: PageShape = PageShape.ANY


@dataclass(frozen=True, slots=True, kw_only=True)
class StopPreview(Request[None]):
    """Stop the preview and let the camera rest."""

    kind: ClassVar[DeviceKind] = DOCUMENT_CAMERA
    deadline_s: ClassVar[float] = 5.0
    ends: ClassVar[bool] = True


@dataclass(frozen=True, slots=True, kw_only=True)
class CapturePage(Request[CapturedPage]):
    """Take the page under the camera."""

    kind: ClassVar[DeviceKind] = DOCUMENT_CAMERA
    deadline_s: ClassVar[float] = 20.0

    shape: PageShape = PageShape.ANY


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldPicture(Request[HeldPicture]):
    """Keep the picture that the camera sees now, for corners that a person sets.

    It is kept until the next one, the end of the preview, or the page that is taken from it.
    """

    kind: ClassVar[DeviceKind] = DOCUMENT_CAMERA
    deadline_s: ClassVar[float] = 20.0

    shape: PageShape = PageShape.ANY


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeHeld(Request[CapturedPage]):
    """Take the page within these corners of the kept picture; PICTURE_GONE, CORNERS_UNFIT."""

    kind: ClassVar[DeviceKind] = DOCUMENT_CAMERA
    deadline_s: ClassVar[float] = 10.0

    corners: Corners
    shape: PageShape = PageShape.ANY


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewFrame(DeviceEvent):
    """A new picture lies in slot ``slot`` of the shared frame ring ``ring``: BGR, width × height × 3 bytes, no padding.

    ``corners`` is the page found in it, if any. A slot is overwritten after ``slots - 1`` further frames.
    """

    sequence: int
    ring: str
    slot: int
    width_px: int
    height_px: int
    corners: Corners | None = None
    hint: OutcomeCode = OutcomeCode.OK
    """Why a capture would fail now (PAGE_NOT_FOUND, PAGE_TOO_DARK, ...), or OK."""


class Frame(Protocol):
    """One picture of a camera; pixels are BGR uint8 of shape (height, width, 3), None where they do not decode."""

    def whole(self) -> npt.NDArray[np.uint8] | None:
        """All its pixels."""
        ...

    def reduced(self, width_px: int) -> npt.NDArray[np.uint8] | None:
        """The whole picture with as few pixels as cost least, ``width_px`` wide or more if it has so many."""
        ...


class DocumentCamera(Driver, Protocol):
    """A document camera. ``open`` also reads a first frame; its facts: ``source``."""

    def read_frame(self) -> Outcome[Frame]:
        """The next frame."""
        ...
