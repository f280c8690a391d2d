"""What a barcode scanner gives."""

from __future__ import annotations

from dataclasses import dataclass, field
from threading import Event
from typing import Final, Protocol

from hardware.device import DeviceEvent, DeviceKind, Driver
from hardware.outcomes import Outcome

BARCODE_SCANNER: Final = DeviceKind("barcode_scanner")


@dataclass(frozen=True, slots=True, kw_only=True)
class Scan:
    """One scanned code, decoded to text (UTF-8, else GB 18030), without its terminator; 1 to 4,096 characters."""

    text: str = field(repr=False)
    received_at_ns: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Scanned(DeviceEvent):
    """A code was scanned."""

    scan: Scan = field(repr=False)


class BarcodeScanner(Driver, Protocol):
    """A scanner that sends one line per code. Facts of ``open``: ``port``."""

    def read_scan(self, stop: Event) -> Outcome[Scan]:
        """Wait up to about half a second for a code; TIMEOUT when none came."""
        ...
