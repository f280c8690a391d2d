"""What client and device host say to each other: plain values, one JSON object per line, version in the greeting.

Big binary values (frames, pages, photos) travel in shared memory or base64, never through a file.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from hardware.device import DeviceConfig, Health
from hardware.kinds.barcode_scanner import Scan
from hardware.kinds.document_camera import Corners, PageShape
from hardware.kinds.id_card_reader import IdCard
from hardware.kinds.signature_pad import SignatureStrokes
from hardware.outcomes import OutcomeCode

PROTOCOL_VERSION = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Configure:
    """Client → host, first: the devices of this counter."""

    devices: tuple[DeviceConfig, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StartPreview:
    """Begin sending PreviewFrame events, ``width_px`` wide."""

    width_px: int = 1280
    shape: PageShape = PageShape.ANY


@dataclass(frozen=True, slots=True, kw_only=True)
class StopPreview:
    """Stop the preview and let the camera rest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CapturePage:
    """Take the page under the camera. Outcome value: CapturedPage."""

    shape: PageShape = PageShape.ANY


@dataclass(frozen=True, slots=True, kw_only=True)
class FinishSignature:
    """Check and draw a signature. Outcome value: Signature."""

    strokes: SignatureStrokes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class RereadCard:
    """Read the card that lies on the reader once more, though it was read before. Comes back as CardRead."""


Request = StartPreview | StopPreview | CapturePage | FinishSignature | RereadCard


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
