"""What a barcode scanner gives."""

from __future__ import annotations

from dataclasses import dataclass, field
from threading import Event
from typing import Protocol

from hardware.outcomes import Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Scan:
    """One scanned code, decoded to text (UTF-8, else GB 18030), without its terminator; 1 to 4,096 characters."""

    text: str = field(repr=False)
    received_at_ns: int = 0


class BarcodeScanner(Protocol):
    """A scanner that sends one line per code. All methods block and are called from the device's own thread."""

    def open(self) -> Outcome[None]:
        """Connect to the port. Facts carry ``port``."""

    def read_scan(self, stop: Event) -> Outcome[Scan]:
        """Wait up to about half a second for a code; TIMEOUT when none came."""

    def close(self) -> None:
        """Let go of the port; safe to call twice."""
