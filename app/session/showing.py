"""The way to the customer's screen: numbers every scene, whichever visit it belongs to."""

from __future__ import annotations

import itertools
from collections.abc import Callable

from app.visit.scene import Scene, Shown

_NOBODY = ""
"""The visit of scenes that belong to no visit."""


class Showing:
    """Sends Scenes with a number that only grows as long as the program runs.

    A visit that was parked and taken up again is another object with the same id: did it count by itself, the screen
    would drop its scenes as older than what it has shown, and take an old reply for an answer to a new scene.
    """

    def __init__(self, send: Callable[[Shown], object]) -> None:
        self._send = send
        self._numbers = itertools.count(1)

    def show(self, visit: str, scene: Scene) -> int:
        """Show a scene of this visit; gives its number, which replies bring back."""
        number = next(self._numbers)
        self._send(Shown(visit=visit, counter=number, scene=scene))
        return number

    def show_idle(self, scene: Scene) -> None:
        """Show a scene that belongs to no visit."""
        self.show(_NOBODY, scene)
