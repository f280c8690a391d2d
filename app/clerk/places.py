"""Where somebody who is logged in can work: one row a place, and everything that the window knows of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from PySide6.QtWidgets import QWidget

from app.session.state import SessionState


class PlaceKey(StrEnum):
    """A place; its button is called ``place_<value>``."""

    VISIT = "visit"
    CASES = "cases"
    REVIEW = "review"


def _nothing(*_told: object) -> None:
    """What a place does that has nothing to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """``title`` gives what it is called now, ``is_open`` whether who is logged in has a role for it, ``pane`` what is
    shown there. ``on_turn`` is called whenever somebody turns to it, ``on_login`` and ``on_logout`` for whoever comes
    and goes, ``follow`` with each state of the session.
    """

    key: PlaceKey
    title: Callable[[SessionState], str]
    is_open: Callable[[], bool]
    pane: Callable[[], QWidget]
    on_turn: Callable[[], object] = _nothing
    on_login: Callable[[], object] = _nothing
    on_logout: Callable[[], object] = _nothing
    follow: Callable[[SessionState], object] = _nothing
