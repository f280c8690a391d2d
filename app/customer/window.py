"""The customer's window: one Scene at a time, and nothing of the last one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QRect, Qt, QTimer, Slot
from PySide6.QtGui import QCloseEvent, QPainter, QPaintEvent, QResizeEvent, QScreen
from PySide6.QtWidgets import QLayout, QVBoxLayout, QWidget

from app.customer.done import DoneView
from app.customer.parts import SceneView, Send
from app.customer.progress import ProgressView
from app.customer.readback import ReadBackView
from app.customer.screens import Placement, ScreenIdentity, Screens, parse_screen
from app.customer.sign import SignView
from app.customer.wait import WaitView
from app.customer.welcome import WelcomeView
from app.customer.words import Scale
from app.theme.ahead import in_turn, make_ready
from app.theme.apart import PaintedApart
from app.theme.theme import TURN_MS, color, customer_scale, style_sheet
from app.visit.scene import (
    Done,
    GuestAnswer,
    Painted,
    Progress,
    ReadBack,
    Reply,
    Scene,
    Shown,
    Sign,
    Wait,
    Welcome,
)

# Touching or showing this window must never take the keyboard from what the clerk is typing.
_KIND = (
    Qt.WindowType.Window
    | Qt.WindowType.FramelessWindowHint
    | Qt.WindowType.WindowStaysOnTopHint
    | Qt.WindowType.WindowDoesNotAcceptFocus
)
_OVERLAY_PART = 0.86
"""How much of the height of the clerk's screen the window takes when the customer's own screen is away."""


class CustomerWindow(PaintedApart):
    """Shows a Scene and gives back Replies, each bound to the visit and counter of the Scene that it answers.

    ``on_reply`` is called on the UI thread: ``Painted`` once per Scene, when it was really painted and nothing of the
    Scene before exists any more; then at most one other answer. ``on_placed(placement)`` is called when the window
    went elsewhere: it hides when its screen has gone, and comes back by itself with the screen.
    A Scene is not shown when one with the same or a higher number was shown before, whosever it is.
    """

    def __init__(
        self,
        *,
        on_reply: Callable[[Reply], None],
        screens: Screens | None = None,
        on_placed: Callable[[Placement], None] | None = None,
    ) -> None:
        super().__init__(None, _KIND)
        self._on_reply = on_reply
        self._on_placed = on_placed
        self.placement = Placement.NOWHERE
        self._screens = screens
        self._wanted: ScreenIdentity | None = None
        self._placed_on: ScreenIdentity | None = None
        self._shown: Shown | None = None
        self._view: SceneView | None = None
        self._made: tuple[Shown, SceneView] | None = None
        """What is made for a Scene that is not shown yet."""
        self._scale = Scale()
        self._acknowledged = False
        self._answered = False
        self.is_warm = False
        """Whether ``warm_up`` is done."""
        self.setWindowTitle(self.tr("群众屏"))
        self.setAccessibleName(self.tr("群众屏"))
        self.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)  # never larger than its screen
        self.setStyleSheet(style_sheet("customer"))
        if screens is not None:
            screens.added.connect(self._on_screen_added)
            screens.removed.connect(self._on_screen_removed)

    def show_scene(self, shown: Shown) -> None:
        """Replace the whole content. A Scene that is older than the present one is ignored."""
        if self._shown is not None and shown.counter <= self._shown.counter:
            self._drop_made(shown)
            return
        was_asking = self._shown is not None and isinstance(self._shown.scene, ReadBack | Sign)
        self._shown = shown
        self._answered = False
        self._acknowledged = False
        if self.placement is Placement.OVERLAY and was_asking and not isinstance(shown.scene, ReadBack | Sign):
            self.hide_overlay()  # the applicant has done what was asked, and the clerk wants her screen back
        view = self._view
        if not (isinstance(view, ProgressView) and isinstance(shown.scene, Progress) and view.follow(shown.scene)):
            self._build()

    def show_soon(self, shown: Shown) -> None:
        """As ``show_scene``, but what is to be seen is made first, unseen and in turns: none of them takes long."""
        if self._made is not None and shown.counter <= self._made[0].counter:
            return  # its turn came late, and a newer one is being made already
        if isinstance(self._view, ProgressView) and isinstance(shown.scene, Progress):
            self.show_scene(shown)  # some lines more, most of the time
            return
        self._drop_made(shown)
        view = _view_of(shown.scene, partial(self._answer, shown), self._scale, self)
        self._made = shown, view
        in_turn(view, partial(make_ready, view, self.size(), partial(self._show_made, shown), drawn=False))

    def _show_made(self, shown: Shown) -> None:
        if self._made is not None and self._made[0] is shown:  # else a later one took its place
            self.show_scene(shown)

    def _drop_made(self, shown: Shown) -> None:
        """What was made for this Scene, or for one before it, is not wanted any more."""
        if self._made is not None and self._made[0].counter <= shown.counter:
            self._made[1].deleteLater()
            self._made = None

    def warm_up(self, scenes: tuple[Scene, ...], then: Callable[[], None]) -> None:
        """Draw these Scenes once, unseen, one a turn: fonts and icons load now and not before an applicant."""
        QTimer.singleShot(TURN_MS, self, partial(self._make_unseen, scenes, then))

    def _make_unseen(self, scenes: tuple[Scene, ...], then: Callable[[], None]) -> None:
        if scenes:
            QTimer.singleShot(TURN_MS, self, partial(self._make_unseen, scenes[1:], then))
            view = _view_of(scenes[0], _no_answer, self._scale, self)
            view.resize(self.size())
            view.grab()  # painting loads the glyphs of every size
            view.deleteLater()
        else:
            self.is_warm = True
            then()

    def place(self, screen: ScreenIdentity | str) -> bool:
        """Fill the screen with this identity or kept text; False while it is not there (it will be used when it is)."""
        self._wanted = screen if isinstance(screen, ScreenIdentity) else parse_screen(screen)
        return self._place_on_wanted()

    def place_overlay(self, screen: ScreenIdentity) -> bool:
        """Show the window over the lower part of the clerk's own screen, because the clerk asked for it."""
        found = self._screens.find(screen) if self._screens is not None else None
        if found is None:
            return False
        self._placed_on = screen
        area = found.availableGeometry()
        self.setWindowState(Qt.WindowState.WindowNoState)
        strip_px = area.height() - round(area.height() * _OVERLAY_PART)  # what takes it away again stands there
        self._put(found, area.adjusted(0, strip_px, 0, 0))
        self.show()
        self._say_placed(Placement.OVERLAY)
        return True

    def hide_overlay(self) -> None:
        """Give the clerk her screen back; the Scene stays, for the next time that she asks."""
        if self.placement is Placement.OVERLAY:
            self._placed_on = None
            self.hide()
            self._say_placed(Placement.NOWHERE)

    def _say_placed(self, placement: Placement) -> None:
        self.placement = placement
        if self._on_placed is not None:
            self._on_placed(placement)

    def _place_on_wanted(self) -> bool:
        if self._wanted is None or self._screens is None:
            return False
        found = self._screens.find(self._wanted)
        if found is None:
            return False
        self._placed_on = self._wanted
        self._put(found, found.geometry())
        self.setWindowState(Qt.WindowState.WindowFullScreen)
        self.show()  # showFullScreen() would also activate the window
        self._say_placed(Placement.SCREEN)
        return True

    def _put(self, screen: QScreen, box: QRect) -> None:
        self.winId()  # a native window exists only now, and only it can be put on a screen
        handle = self.windowHandle()
        if handle is not None:
            handle.setScreen(screen)
        self.setGeometry(box)

    @Slot(object)
    def _on_screen_removed(self, screen: ScreenIdentity) -> None:
        if self._placed_on is None or screen.name != self._placed_on.name:
            return
        self._placed_on = None
        self.hide()
        self._say_placed(Placement.NOWHERE)

    @Slot(object)
    def _on_screen_added(self, _screen: ScreenIdentity) -> None:
        self._place_on_wanted()

    def _build_anew(self) -> None:
        """For another size of screen. Ink would be bent on another sheet, so it is asked for again."""
        view, shown = self._view, self._shown
        if isinstance(view, SignView) and view.has_ink and shown is not None and isinstance(shown.scene, Sign):
            why = self.tr("屏幕大小变了，刚才的签名没有留住，请再签一次")
            self._shown = replace(shown, scene=replace(shown.scene, redo=why))
        self._build()

    def _build(self) -> None:
        self._leave()
        shown = self._shown
        if shown is None:
            return
        if self._made is not None and self._made[0] is shown and self._made[1].scale == self._scale:
            view, self._made = self._made[1], None
        else:
            self._drop_made(shown)
            view = _view_of(shown.scene, partial(self._answer, shown), self._scale, self)
        view.painted.connect(self._on_painted)
        self._view = view
        self._column.addWidget(view)
        view.show()
        if self._answered:
            view.lock()
        self.update()

    def _leave(self) -> None:
        """Take down the old content. It dies in the next turn of the event loop: it may be what is calling now."""
        if self._view is not None:
            self._view.hide()
            self._column.removeWidget(self._view)
            self._view.deleteLater()
            self._view = None

    def _on_painted(self) -> None:
        if not self._acknowledged and self._shown is not None:
            QTimer.singleShot(0, self, partial(self._acknowledge, self._shown))

    def _acknowledge(self, shown: Shown) -> None:
        """Runs after the paint was flushed to the screen; waits for the old content's end."""
        if self._acknowledged or shown is not self._shown or not self.isVisible():
            return
        if len(self.findChildren(SceneView)) > 1:
            self.update()
            QTimer.singleShot(1, self, partial(self._acknowledge, shown))
            return
        self._acknowledged = True
        self._on_reply(Reply(visit=shown.visit, counter=shown.counter, answer=Painted()))

    def _answer(self, shown: Shown, answer: GuestAnswer) -> None:
        if shown is not self._shown or self._answered:
            return
        self._answered = True
        if self._view is not None:
            self._view.lock()
        self._on_reply(Reply(visit=shown.visit, counter=shown.counter, answer=answer))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another size of screen: everything is drawn anew for it."""
        super().resizeEvent(event)
        factor = customer_scale(event.size().width(), event.size().height())
        if abs(factor - self._scale.factor) > 0.01:
            self._scale = Scale(factor)
            self.setStyleSheet(style_sheet("customer", scale=factor))
            self._build_anew()
        elif isinstance(self._view, SignView) and self._view.has_ink:
            self._build_anew()

    def paintEvent(self, event: QPaintEvent) -> None:
        """The bare ground, seen only before the first Scene."""
        painter = QPainter(self)
        painter.fillRect(event.rect(), color("background"))
        painter.end()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Only the program closes this window, not the person in front of it."""
        if event.spontaneous():
            event.ignore()
        else:
            super().closeEvent(event)


def _no_answer(_answer: GuestAnswer) -> None:
    """Nobody sees the Scenes of the warm-up."""


def _view_of(scene: Scene, send: Send, scale: Scale, parent: QWidget) -> SceneView:
    match scene:
        case Welcome():
            return WelcomeView(scene, send, scale, parent)
        case Progress():
            return ProgressView(scene, send, scale, parent)
        case ReadBack():
            return ReadBackView(scene, send, scale, parent)
        case Sign():
            return SignView(scene, send, scale, parent)
        case Wait():
            return WaitView(scene, send, scale, parent)
        case Done():
            return DoneView(scene, send, scale, parent)
