"""What client and device host say to each other beside what belongs to one kind of device (``hardware.kinds``).

Plain values, one JSON object per line, version in the greeting. Big binary values (frames, pages, photos) travel in
shared memory or base64, never through a file.
"""

from __future__ import annotations

from dataclasses import dataclass

from hardware.device import DeviceConfig, DeviceEvent, Health

PROTOCOL_VERSION = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Configure:
    """Client → host, first: its devices."""

    devices: tuple[DeviceConfig, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class HostUp:
    """The host of this name is running and configured."""

    generation: int
    pid: int
    host: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class HostDown:
    """The host of this name ended or fell silent; the client starts the next one by itself."""

    generation: int
    reason: str
    host: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthChanged:
    """A device came, went, or changed its state."""

    health: Health


Event = HostUp | HostDown | HealthChanged | DeviceEvent
