"""What the customer's screen shows (Scenes) and what comes back (Replies). Everything in a Scene is already masked.

The customer's window can import this module and nothing else of the visit: what is not in a Scene cannot be shown.
Every Scene travels with the visit's id and a number that no other Scene has; a Reply that brings back another one is
ignored.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple


@dataclass(frozen=True, slots=True, kw_only=True)
class Welcome:
    """Nobody is being served. The privacy notice is that of PIPL art. 17 and 35."""

    office: str
    privacy_notice: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadLine:
    """One line of the form as the applicant reads it back, under the title of its ``part`` of the form.

    ``whole``: the value without stars, for as long as she asks to see it; empty where ``value`` is whole.
    """

    label: str
    value: str = field(repr=False)
    whole: str = field(default="", repr=False)
    part: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """Where the visit stands; ``current`` counts from 0. ``hint`` says what the applicant may do now.

    ``lines``: what was read, entered or taken until now, masked.
    """

    item: str
    applicant: str = field(repr=False)
    steps: tuple[str, ...]
    current: int
    hint: str
    lines: tuple[ReadLine, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadBack:
    """The form in large type, to be confirmed or disputed. ``digest`` is that of all that it stands for, masked or not:
    the confirmation brings it back, and holds for nothing else.
    """

    digest: str
    item: str
    lines: tuple[ReadLine, ...]
    materials: tuple[str, ...]
    declaration: str = field(repr=False)
    reader: str = field(default="", repr=False)
    """Who reads it in the applicant's place, or empty."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sign:
    """The signature pad. ``signer`` is the applicant or who acts for them; ``redo`` says why a first signature was not
    taken, or is empty. ``digest`` as in ReadBack.
    """

    digest: str
    item: str
    signer: str = field(repr=False)
    declaration: str = field(repr=False)
    redo: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait:
    """Something takes a moment."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DoneCase:
    """One more case of the same visit, as Done."""

    item: str
    receipt_no: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """The visit ended well. Without ``receipt_no`` the case is saved and will be sent; ``also``: the visit's others."""

    item: str
    receipt_no: str
    due_on: date | None
    contact: str
    due_certain: bool = True
    """False while public holidays that may move the limit are not published."""
    progress_code: bytes = b""
    """PNG of the code that leads to the progress page; empty when there is none."""
    also: tuple[DoneCase, ...] = ()


Scene = Welcome | Progress | ReadBack | Sign | Wait | Done


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A Scene on its way to the customer's screen. ``counter`` grows from scene to scene, over all visits."""

    visit: str
    counter: int
    scene: Scene


class Point(NamedTuple):
    """Where the pen was: px on the pad, ms since the first point, pressure 0..1."""

    x_px: float
    y_px: float
    t_ms: int
    pressure: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Painted:
    """The screen has painted the Scene (acknowledgement)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmed:
    """The applicant read the form with this digest and it is right."""

    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Disputed:
    """Something is wrong: the labels that the applicant pointed at, maybe none; ``lines``: which of the ReadBack's
    lines they are, counted from 0.
    """

    labels: tuple[str, ...]
    lines: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed:
    """The applicant signed what has this digest and pressed 完成. ``source`` is pen, finger or mouse."""

    digest: str
    strokes: tuple[tuple[Point, ...], ...] = field(repr=False)
    width_px: int
    height_px: int
    source: str


GuestAnswer = Painted | Confirmed | Disputed | Signed


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What comes back from the customer's screen, bound to the Scene that it answers."""

    visit: str
    counter: int
    answer: GuestAnswer
