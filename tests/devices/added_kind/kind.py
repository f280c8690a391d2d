"""What a PIN pad gives: the digits that the applicant typed. They are a secret: no repr holds them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar, Protocol

from hardware.device import DeviceKind, Driver, Request
from hardware.outcomes import Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Pin:
    """Typed digits, and how many of them are asterisks on the pad's display."""

    digits: str = field(repr=False)
    length: int


class PinPad(Driver, Protocol):
    """A PIN pad."""

    def ask_pin(self, words: str) -> Outcome[Pin]:
        """Show words, wait for digits."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class AskPin(Request[Pin]):
    """Let the applicant type a PIN."""

    kind: ClassVar[DeviceKind] = DeviceKind("pin_pad")
    deadline_s: ClassVar[float] = 20.0

    words: str

    def carry_out(self, driver: PinPad) -> Outcome[Pin]:
        """As the pad does it."""
        return driver.ask_pin(self.words)
