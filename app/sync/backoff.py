"""How long to wait before the next attempt: full jitter, so that a whole county does not come back at once."""

from __future__ import annotations

from collections.abc import Callable

SHORTEST_S = 1.0
LONGEST_S = 300.0
_MOST_DOUBLINGS = 12


def delay_s(attempts: int, random: Callable[[], float]) -> float:
    """Seconds after the given number of failures: anywhere from 1 s to 2^attempts s, at most 5 min.

    ``random`` gives numbers from 0 up to 1.
    """
    ceiling = min(LONGEST_S, SHORTEST_S * 2.0 ** min(attempts, _MOST_DOUBLINGS))
    return max(SHORTEST_S, random() * ceiling)
