"""The visit at the counter: phases at the left, what went wrong at the top, the pane of the present phase."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from app.clerk.capture.materials_pane import MaterialsPane
from app.clerk.intake.choose import ChoosePane
from app.clerk.intake.done_pane import DonePane
from app.clerk.intake.form_pane import FormPane
from app.clerk.intake.identify import IdentifyPane
from app.clerk.intake.read_back_pane import ReadBackPane
from app.clerk.notice import NoticeBar
from app.clerk.stepper import Stepper
from app.session.session import Session
from app.session.state import SessionState
from app.theme.theme import set_role
from app.visit.state import Notice, Phase, VisitState
from app.visit.visit import Visit
from domain.catalogue.values import Catalogue

_SIDE_WIDTH_PX = 196
PhasePane = IdentifyPane | ChoosePane | FormPane | MaterialsPane | ReadBackPane | DonePane
"""What shows one phase; each takes the keyboard when it appears."""


class VisitPane(QWidget):
    """Lives as long as one visit; ``leave`` lets go of it."""

    def __init__(
        self, session: Session, visit: Visit, catalogue: Catalogue, *, print_pdf: Callable[[bytes], Notice]
    ) -> None:
        super().__init__()
        self.shown = visit
        self._session = session
        self._print_pdf = print_pdf
        self.stepper = Stepper(visit.go)
        self.notice = NoticeBar(on_close=visit.dismiss_notice)
        self.identify = IdentifyPane(visit=visit)
        self.materials = MaterialsPane(
            visit=visit, load_blob=session.load_blob, watch_preview=session.devices.watch_preview
        )
        reading = ReadBackPane(visit=visit, catalogue=catalogue)
        self._panes: dict[Phase, PhasePane] = {
            Phase.IDENTIFY: self.identify,
            Phase.CHOOSE: ChoosePane(visit=visit),
            Phase.FORM: FormPane(visit=visit, catalogue=catalogue),
            Phase.MATERIALS: self.materials,
            Phase.READ_BACK: reading,
            Phase.SIGN: reading,
            Phase.SUBMIT: reading,
            Phase.DONE: DonePane(visit=visit, on_print=self._print, on_end=session.end_visit),
        }
        self.stack = QStackedWidget()
        for pane in dict.fromkeys(self._panes.values()):
            self.stack.addWidget(pane)
        self._lay_out()
        visit.observe(self._on_visit)

    def _lay_out(self) -> None:
        side = QFrame()
        set_role(side, "sidebar")
        side.setFixedWidth(_SIDE_WIDTH_PX)
        column = QVBoxLayout(side)
        column.setContentsMargins(12, 16, 12, 16)
        self.applicant = QLabel()
        set_role(self.applicant, "heading")
        self.leave_button = QPushButton(self.tr("结束本次办理"))
        self.leave_button.setObjectName("end_visit")
        self.leave_button.setToolTip(self.tr("没有办完的会保留，以后可以继续办理"))
        set_role(self.leave_button, "quiet")
        self.leave_button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.leave_button.clicked.connect(self._session.end_visit)
        column.addWidget(self.applicant)
        column.addWidget(self.stepper)
        column.addStretch()
        column.addWidget(self.leave_button)
        main = QVBoxLayout()
        main.setSpacing(0)
        main.addWidget(self.notice)
        main.addWidget(self.stack, stretch=1)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(side)
        row.addLayout(main, stretch=1)

    def render_session(self, state: SessionState) -> None:
        """Follow the devices."""
        self.identify.render_session(state)
        self.materials.render_session(state)

    def leave(self) -> None:
        """Let go of the visit."""
        self.shown.forget(self._on_visit)

    def _on_visit(self, state: VisitState) -> None:
        self.applicant.setText(state.identity.name if state.identity else self.tr("等待核验身份"))
        self.stepper.render_visit(state)
        self.notice.show_notice(state.notice)
        pane = self._panes[state.phase]
        if pane is not self.stack.currentWidget():
            self.stack.setCurrentWidget(pane)
        pane.show_visit(state)

    def _print(self, pdf: bytes) -> None:
        self.notice.show_notice(self._print_pdf(pdf))
