"""What a session is given to work with; all of it can be exchanged in tests."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from app.session.press import Press
from app.store.keys import DEFAULT_COST, PasswordCost
from app.store.store import RETAIN_S
from app.sync.line import Line
from app.sync.server_time import ServerTime
from app.visit.scene import Shown
from app.visit.tools import Later, Run
from domain.catalogue.values import Catalogue
from hardware.hosts import Hosts


@dataclass(frozen=True, slots=True, kw_only=True)
class Manners:
    """How this counter likes to work, by its settings."""

    takes_itself: bool = True
    """A required page is taken as soon as its sheet lies still."""
    prints_itself: bool = False
    """The receipt is printed as soon as its number is there; else the clerk is asked by a button."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionTools:
    """Everything that a session needs from outside. ``post`` brings a call to the UI thread from any thread."""

    catalogue: Catalogue
    data_folder: Path
    line: Line
    """Asks for logins only; each login then has a line of its own."""
    devices: Hosts
    run: Run
    run_aside: Run
    later: Later
    post: Callable[[Callable[[], None]], None]
    show: Callable[[Shown], object]
    time: ServerTime
    """What ``line`` heard of it."""
    random: Callable[[], float]
    new_id: Callable[[], str]
    press: Press
    manners: Manners = Manners()
    password_cost: PasswordCost = DEFAULT_COST
    use_keyring: bool = True
    retain_s: float = RETAIN_S
    """How long cases that are over stay on this machine."""
