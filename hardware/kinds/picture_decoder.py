"""A decoder of pictures that come from elsewhere: no device, but foreign code that may crash, hang or eat memory.

It lives in a host of its own, which is replaced when it dies and when it is late.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar, Final, Protocol

from hardware.device import DeviceKind, Driver, Request
from hardware.outcomes import Outcome

PICTURE_DECODER: Final = DeviceKind("picture_decoder")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pixels:
    """A decoded picture: rows of blue, green, red, alpha without gaps; ``full_…`` is its size before it was reduced."""

    bgra: bytes = field(repr=False)
    width_px: int
    height_px: int
    full_width_px: int
    full_height_px: int


class PictureDecoder(Driver, Protocol):
    """Decodes pictures. ``open`` sets the limits of the process that it runs in."""

    def decode(self, content: bytes, *, width_px: int, height_px: int) -> Outcome[Pixels]:
        """The picture, reduced to fit into this size, never enlarged; PICTURE_UNREADABLE for what is no whole one."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class DecodePicture(Request[Pixels]):
    """Decode a JPEG or PNG, reduced so that it fits into this size."""

    kind: ClassVar[DeviceKind] = PICTURE_DECODER
    deadline_s: ClassVar[float] = 6.0
    late_ends_host: ClassVar[bool] = True

    content: bytes = field(repr=False)
    width_px: int
    height_px: int

    def carry_out(self, driver: PictureDecoder) -> Outcome[Pixels]:
        """As the decoder does it."""
        return driver.decode(self.content, width_px=self.width_px, height_px=self.height_px)
