"""The visit at the counter: phases at the left, what went wrong at the top, the pane of the present phase."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtGui import QKeyEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QFrame,
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from app.clerk.actions.offering import bind, make_button
from app.clerk.actions.table import ActionKey
from app.clerk.capture.materials_pane import MaterialsPane
from app.clerk.intake.choose import ChoosePane
from app.clerk.intake.done_pane import DonePane
from app.clerk.intake.form_pane import FormPane
from app.clerk.intake.identify import IdentifyPane
from app.clerk.intake.package_list import PackageList
from app.clerk.intake.read_back_pane import ReadBackPane
from app.clerk.intake.standing_list import StandingList
from app.clerk.notice import NoticeBar
from app.clerk.notice_place import Shelf
from app.clerk.pictures import Pictures
from app.clerk.stepper import Stepper
from app.notices.codes import NoticeCode
from app.notices.texts import say
from app.presses import page_turned
from app.session.session import Session
from app.session.state import SessionState
from app.theme.ahead import in_turn, make_ready
from app.theme.theme import TURN_MS, set_role
from app.visit.state import Phase, VisitState
from app.visit.visit import Visit
from domain.catalogue.values import Catalogue
from domain.papers.receipt import ReceiptPaper
from resources import word

_SIDE_WIDTH_PX = 196
_SIDE_MARGIN_PX = 12
_PREPARE_MS = 250
_PREPARE_FIRST_MS = 30
"""A card may lie on the reader already."""
_FOLLOWING = {
    Phase.IDENTIFY: Phase.CHOOSE,
    Phase.CHOOSE: Phase.FORM,
    Phase.FORM: Phase.MATERIALS,
    Phase.MATERIALS: Phase.READ_BACK,
    Phase.READ_BACK: Phase.DONE,
}
_READING = Phase.READ_BACK
"""One pane follows the applicant from reading to signing."""
PhasePane = IdentifyPane | ChoosePane | FormPane | MaterialsPane | ReadBackPane | DonePane
"""What shows one phase; each takes the keyboard when it appears."""


def _pane_of(phase: Phase) -> Phase:
    """The phase whose pane shows this one."""
    return _READING if phase in (Phase.SIGN, Phase.SUBMIT) else phase


class VisitPane(QWidget):
    """Lives as long as one visit; ``leave`` lets go of it."""

    def __init__(self, session: Session, visit: Visit, catalogue: Catalogue) -> None:
        super().__init__()
        self.shown = visit
        self._session = session
        self.stepper = Stepper(visit.phases.go)
        self.package = PackageList(catalogue, on_case=visit.choosing.turn_to, on_drop=visit.choosing.give_up)
        self.notice = NoticeBar(on_close=visit.dismiss_notice)
        self.standing = StandingList(width_px=_SIDE_WIDTH_PX - 2 * _SIDE_MARGIN_PX, on_tell=visit.tell)
        self._catalogue = catalogue
        self._panes: dict[Phase, PhasePane] = {}
        self._screen_away = False
        self.seen: PhasePane | None = None
        self._appears = self._is_gone = False
        self.stack = QStackedWidget()
        self._lay_out()
        bind(ActionKey.PARK, self, self._end)
        bind(ActionKey.STEPS, self, self._to_steps_and_back)
        visit.observe(self._on_visit)

    def _lay_out(self) -> None:
        side = QFrame()
        set_role(side, "sidebar")
        side.setFixedWidth(_SIDE_WIDTH_PX)
        column = QVBoxLayout(side)
        column.setContentsMargins(_SIDE_MARGIN_PX, 16, _SIDE_MARGIN_PX, 16)
        self.applicant = QLabel()
        set_role(self.applicant, "heading")
        self.leave_button = make_button(ActionKey.PARK, self._end, role="quiet")
        self.leave_button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        column.addWidget(self.applicant)
        column.addWidget(self.package)
        column.addWidget(self.stepper)
        column.addStretch()
        column.addWidget(self.standing)
        column.addWidget(self.leave_button)
        main = QVBoxLayout()
        main.setSpacing(0)
        self._shelf = Shelf(self.notice, self)
        main.addWidget(self._shelf)
        main.addWidget(self.stack, stretch=1)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(side)
        row.addLayout(main, stretch=1)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Text that nothing took: it was meant for a field, so that is told, and an Enter after it presses nothing."""
        held = event.modifiers() & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier)
        if held or not event.text().strip() or not event.text().isprintable():
            super().keyPressEvent(event)
            return
        pane = self.stack.currentWidget()
        if pane is not None and isinstance(QApplication.focusWidget(), QAbstractButton):
            pane.setFocus(Qt.FocusReason.OtherFocusReason)
        self.shown.tell(say(NoticeCode.TYPED_NOWHERE))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """In a low window less is kept free for notices."""
        super().resizeEvent(event)
        self._shelf.fit(self.height())

    def pane(self, phase: Phase) -> PhasePane:
        """The pane of a phase; made when it is first needed, so that no one event builds them all."""
        phase = _pane_of(phase)
        if phase not in self._panes:
            pane = self._panes[phase] = self._make_pane(phase)
            pane.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)  # unseen it asks for no room
            pane.setAccessibleName(word("phase", phase.value))
            self.stack.addWidget(pane)
        return self._panes[phase]

    def _has(self, phase: Phase) -> bool:
        return _pane_of(phase) in self._panes

    def _make_pane(self, phase: Phase) -> PhasePane:
        session, visit = self._session, self.shown
        match phase:
            case Phase.IDENTIFY:
                return IdentifyPane(visit=visit)
            case Phase.CHOOSE:
                return ChoosePane(visit=visit)
            case Phase.FORM:
                return FormPane(visit=visit, catalogue=self._catalogue)
            case Phase.MATERIALS:
                return MaterialsPane(
                    visit=visit,
                    load_blob=session.load_blob,
                    pictures=Pictures(session.devices.ask),
                    watch_preview=session.devices.watch_preview,
                    takes_itself=session.tools.manners.takes_itself,
                )
            case Phase.DONE:
                return DonePane(
                    visit=visit,
                    on_print=self._print,
                    on_end=session.end_visit,
                    on_mend=session.end_and_mend,
                )
            case _:
                reading = ReadBackPane(visit=visit)
                reading.tell_screen(away=self._screen_away)
                return reading

    def _print(self, paper: ReceiptPaper) -> None:
        case = self.shown.state.case
        if case is not None:
            self._session.papers.print_receipt(paper, case)

    def render_session(self, state: SessionState) -> None:
        """Follow the devices."""
        for pane in self._panes.values():
            if isinstance(pane, (IdentifyPane, MaterialsPane)):
                pane.render_session(state)

    def tell_screen(self, *, away: bool) -> None:
        """Whether the applicant has no screen to look at."""
        self._screen_away = away
        for pane in self._panes.values():
            if isinstance(pane, ReadBackPane):
                pane.tell_screen(away=away)

    def _to_steps_and_back(self) -> None:
        """The keyboard to the list of steps, or from there back to where it was."""
        pane = self.stack.currentWidget()
        if not self.stepper.has_keyboard:
            self.stepper.take_keyboard()
        elif pane is not None:
            (pane.focusWidget() or pane).setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _end(self) -> None:
        """End the visit; what the last page tells is seen first."""
        if isinstance(self.seen, DonePane):
            self.seen.end.click()
        else:
            self._session.end_visit()

    def leave(self) -> None:
        """Let go of the visit."""
        self.shown.forget(self._on_visit)

    def take_down(self) -> None:
        """Go, a pane a turn: all at once takes long."""
        self._is_gone = True
        if self._panes:
            _, pane = self._panes.popitem()
            pane.deleteLater()
            in_turn(self, self.take_down)
        else:
            self.deleteLater()

    def _on_visit(self, state: VisitState) -> None:
        self._show_applicant(state.identity.name if state.identity else self.tr("等待核验身份"))
        self.package.render_visit(state)
        self.stepper.render_visit(state, self.shown.phases.present)
        self.leave_button.setVisible(state.phase is not Phase.DONE)  # that page has a button of its own
        self.standing.render_visit(state)
        self.notice.show_notice(state.notice)
        if self._appears:
            pass  # a card lay there before: its phase gets a turn of its own, after the one that shows the visit
        elif self._has(state.phase):
            self._show_phase()
        else:  # to make it takes a while, so it gets a turn of its own
            in_turn(self, self._make_phase)

    def showEvent(self, event: QShowEvent) -> None:
        """What happens to the visit in this turn is shown in the next one."""
        super().showEvent(event)
        self._appears = True
        in_turn(self, self._appeared)

    def _appeared(self) -> None:
        self._appears = False
        self._make_phase()

    def _make_phase(self) -> None:
        """Make the pane of the present phase; to show and style it gets another turn."""
        if self._is_gone:
            return
        self.pane(self.shown.state.phase)
        in_turn(self, self._show_phase)

    def _show_applicant(self, name: str) -> None:
        """A name that is too long is cut, and told whole under the pointer."""
        self.applicant.ensurePolished()
        room_px = _SIDE_WIDTH_PX - 2 * _SIDE_MARGIN_PX - 1
        fitted = self.applicant.fontMetrics().elidedText(name, Qt.TextElideMode.ElideRight, room_px)
        self.applicant.setText(fitted)
        self.applicant.setToolTip(name if fitted != name else "")
        self.applicant.setAccessibleName(name)

    def _show_phase(self) -> None:
        """Show the pane of the present phase."""
        if self._is_gone:
            return
        state = self.shown.state
        pane = self.pane(state.phase)
        pane.show_visit(state)  # first: what changes while it is to be seen is laid out and styled once more
        if pane is not self.seen:  # the stack shows its first pane by itself
            self.seen = pane
            if self.isVisible():  # else it is made ahead of its visit
                page_turned()
            self.stack.setCurrentWidget(pane)
            self.render_session(self._session.state)
            after_ms = _PREPARE_FIRST_MS if state.phase is Phase.IDENTIFY else _PREPARE_MS
            QTimer.singleShot(after_ms, self, self._prepare_next)

    def _prepare_next(self) -> None:
        """Make the pane that comes next while the clerk is busy with this one, and style it in other turns."""
        following = _FOLLOWING.get(self.shown.state.phase)
        if following is not None and following not in self._panes and not self._is_gone:
            pane = self.pane(following)
            QTimer.singleShot(TURN_MS, pane, partial(make_ready, pane, self.stack.size()))

    def make_ready(self, size: QSize, then: Callable[[], None]) -> None:
        """Make all that a visit needs while nobody waits for it, a piece a turn; then call ``then``."""
        phases = iter((Phase.IDENTIFY, *_FOLLOWING.values()))
        make_ready(self, size, partial(self._make_ready_next, phases, then))

    def _make_ready_next(self, phases: Iterator[Phase], then: Callable[[], None]) -> None:
        phase = None if self.isVisible() or self._is_gone else next(phases, None)
        if phase is None:
            then()
            return
        go_on = partial(self._make_ready_next, phases, then)
        make_ready(self.pane(phase), self.stack.size(), lambda: QTimer.singleShot(TURN_MS, self, go_on))
