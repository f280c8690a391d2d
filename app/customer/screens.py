"""The screens of this machine by what they are, never by their place in a list."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QGuiApplication, QScreen


class Placement(Enum):
    """Where the customer's window is: unseen, over the clerk's own screen, or on the customer's."""

    NOWHERE = "nowhere"
    OVERLAY = "overlay"
    SCREEN = "screen"


@dataclass(frozen=True, slots=True, kw_only=True)
class ScreenIdentity:
    """What a screen is known by after the next start. Sizes in logical pixels; ``serial`` may be empty."""

    name: str
    serial: str
    width_px: int
    height_px: int

    @property
    def text(self) -> str:
        """As it is kept in the settings; ``parse_screen`` reads it back."""
        return f"{self.name}|{self.serial}|{self.width_px}x{self.height_px}"


def parse_screen(text: str) -> ScreenIdentity | None:
    """The identity that ``ScreenIdentity.text`` wrote; a bare name is one too; None for an empty text."""
    name, _, rest = text.partition("|")
    serial, _, size = rest.partition("|")
    width, _, height = size.partition("x")
    if not name:
        return None
    sized = width.isdecimal() and height.isdecimal()
    width_px, height_px = (int(width[:6]), int(height[:6])) if sized else (0, 0)
    return ScreenIdentity(name=name, serial=serial, width_px=width_px, height_px=height_px)


def identity_of(screen: QScreen) -> ScreenIdentity:
    """What ``screen`` is known by."""
    size = screen.geometry().size()
    serial = screen.serialNumber()
    return ScreenIdentity(name=screen.name(), serial=serial, width_px=size.width(), height_px=size.height())


class Screens(QObject):
    """The screens as they come and go. Lives on the UI thread.

    Signals ``added`` (a screen appeared or changed its size) and ``removed``, each with its ScreenIdentity.
    """

    added = Signal(object)
    removed = Signal(object)

    def __init__(self, app: QGuiApplication) -> None:
        super().__init__(app)
        self._app = app
        app.screenAdded.connect(self._on_added)
        app.screenRemoved.connect(self._on_removed)
        for screen in app.screens():
            screen.geometryChanged.connect(self._on_changed)

    def identities(self) -> tuple[ScreenIdentity, ...]:
        """All screens that are there now, the primary one first."""
        primary = self._app.primaryScreen()
        return tuple(identity_of(screen) for screen in sorted(self._app.screens(), key=lambda one: one is not primary))

    def find(self, wanted: ScreenIdentity) -> QScreen | None:
        """The screen that is ``wanted``: by serial number, else by name and size, else by a name that is unique."""
        screens = self._app.screens()
        same = [screen for screen in screens if wanted.serial and screen.serialNumber() == wanted.serial]
        named = [screen for screen in screens if screen.name() == wanted.name]
        sized = [screen for screen in named if identity_of(screen) == wanted]
        for found in (same, sized, named):
            if len(found) == 1:
                return found[0]
        return None

    def suggest_customer(self, *, name: str = "", serial: str = "") -> ScreenIdentity | None:
        """The screen that settings name; without it the only one besides the primary."""
        wanted = ScreenIdentity(name=name, serial=serial, width_px=0, height_px=0)
        found = self.find(wanted) if name or serial else None
        if found is not None:
            return identity_of(found)
        others = self.identities()[1:]
        return others[0] if len(others) == 1 else None

    @Slot(QScreen)
    def _on_added(self, screen: QScreen) -> None:
        screen.geometryChanged.connect(self._on_changed)
        self.added.emit(identity_of(screen))

    @Slot(QScreen)
    def _on_removed(self, screen: QScreen) -> None:
        self.removed.emit(identity_of(screen))

    @Slot()
    def _on_changed(self) -> None:
        screen = self.sender()
        if isinstance(screen, QScreen):
            self.added.emit(identity_of(screen))
