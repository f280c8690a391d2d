"""How long the line waits."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """One value, handed in with the addresses: a trial of a silent server need not wait as a counter does."""

    connect_s: float = 5.0
    silent_s: float = 60.0
    """So long the server may say nothing, unless the question itself says otherwise."""
    slowest_bytes_per_s: float = 1_000.0
    """A reply that comes in slower is given up, even if something comes now and then."""
