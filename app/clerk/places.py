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


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """``title`` gives what it is called now, ``is_open`` whether who is logged in has a role for it, ``pane`` what is
    shown there; ``on_turn`` is called whenever somebody turns to it.
    """

    key: PlaceKey
    title: Callable[[SessionState], str]
    is_open: Callable[[], bool]
    pane: Callable[[], QWidget]
    on_turn: Callable[[], object]
