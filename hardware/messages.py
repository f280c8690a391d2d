"""What client and device host say to each other: plain values, one JSON object per line, version in the greeting.

Big binary values (frames, pages, photos) travel in shared memory or base64, never through a file.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from hardware.device import DeviceConfig, DeviceKind, Health
from hardware.kinds.barcode_scanner import Scan
from hardware.kinds.document_camera import CapturedPage, Corners, HeldPicture, PageShape
from hardware.kinds.id_card_reader import IdCard
from hardware.kinds.signature_pad import Signature, SignatureStrokes
from hardware.outcomes import OutcomeCode

PROTOCOL_VERSION = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Configure:
    """Client → host, first: the devices of this counter."""

    devices: tuple[DeviceConfig, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StartPreview:
    """Begin sending PreviewFrame events, ``width_px`` wide."""

    kind: ClassVar[DeviceKind] = DeviceKind.DOCUMENT_CAMERA
    deadline_s: ClassVar[float] = 15.0  # Windows' Media Foundation opens some cameras in 12 s
    answer: ClassVar[type | None] = None

    width_px: int = 1280
    shape: PageShape = PageShape.ANY


@dataclass(frozen=True, slots=True, kw_only=True)
class StopPreview:
    """Stop the preview and let the camera rest."""

    kind: ClassVar[DeviceKind] = DeviceKind.DOCUMENT_CAMERA
    deadline_s: ClassVar[float] = 5.0
    answer: ClassVar[type | None] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CapturePage:
    """Take the page under the camera."""

    kind: ClassVar[DeviceKind] = DeviceKind.DOCUMENT_CAMERA
    deadline_s: ClassVar[float] = 20.0
    answer: ClassVar[type | None] = CapturedPage

    shape: PageShape = PageShape.ANY


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldPicture:
    """Keep the picture that the camera sees now, for corners that a person sets.

    It is kept until the next one, the end of the preview, or the page that is taken from it.
    """

    kind: ClassVar[DeviceKind] = DeviceKind.DOCUMENT_CAMERA
    deadline_s: ClassVar[float] = 20.0
    answer: ClassVar[type | None] = HeldPicture

    shape: PageShape = PageShape.ANY


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeHeld:
    """Take the page within these corners of the kept picture; PICTURE_GONE, CORNERS_UNFIT."""

    kind: ClassVar[DeviceKind] = DeviceKind.DOCUMENT_CAMERA
    deadline_s: ClassVar[float] = 10.0
    answer: ClassVar[type | None] = CapturedPage

    corners: Corners
    shape: PageShape = PageShape.ANY


@dataclass(frozen=True, slots=True, kw_only=True)
class FinishSignature:
    """Check and draw a signature."""

    kind: ClassVar[DeviceKind] = DeviceKind.SIGNATURE_PAD
    deadline_s: ClassVar[float] = 8.0
    answer: ClassVar[type | None] = Signature

    strokes: SignatureStrokes = field(repr=False)


Request = StartPreview | StopPreview | CapturePage | HoldPicture | TakeHeld | FinishSignature
"""Each says which kind of device it is for, how long its answer may take, and of what type the answer's value is."""

AnswerValue = CapturedPage | HeldPicture | Signature
"""What an answer may bring."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HostUp:
    """The host is running and configured."""

    generation: int
    pid: int


@dataclass(frozen=True, slots=True, kw_only=True)
class HostDown:
    """The host ended or fell silent; the client starts the next one by itself."""

    generation: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthChanged:
    """A device came, went, or changed its state."""

    health: Health


@dataclass(frozen=True, slots=True, kw_only=True)
class CardRead:
    """A card was laid down and read."""

    card: IdCard = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class CardFailed:
    """A card was laid down and could not be read."""

    code: OutcomeCode
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class CardGone:
    """The card that was read has been lifted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scanned:
    """A code was scanned."""

    scan: Scan = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewFrame:
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


Event = HostUp | HostDown | HealthChanged | CardRead | CardFailed | CardGone | Scanned | PreviewFrame
