"""The form of the chosen business with the bar below it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QKeyEvent, QKeySequence, QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.clerk.actions.offering import bind
from app.clerk.actions.table import SECTIONS, ActionKey, shown_keys
from app.clerk.intake.bottom_bar import BottomBar
from app.forms.field_cell import FieldCell
from app.forms.form_view import FormView
from app.theme.ahead import in_turn
from app.theme.pointer import once_released
from app.theme.theme import set_role
from app.visit.state import Phase, VisitState
from app.visit.visit import Visit
from domain.catalogue.values import Catalogue, Module

_CELLS_PER_TURN = 3
"""So many fields are made in one turn of the event loop: opening a form never stops the camera or a keystroke."""


class FormPane(QWidget):
    """Makes one FormView per business; it is kept while the clerk goes back and forth."""

    def __init__(self, *, visit: Visit, catalogue: Catalogue) -> None:
        super().__init__()
        set_role(self, "page")
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self._visit = visit
        self._catalogue = catalogue
        self._module: Module | None = None
        """Whose form is to be seen; ``_opened``: whose is."""
        self._opened: Module | None = None
        self.form: FormView | None = None
        self.bar = BottomBar(self, on_next=self.go_on, on_back=visit.phases.go_back, on_undo=self._undo)
        place = QWidget()  # takes its room before there is a form: the bar is where it will be
        self._place = QVBoxLayout(place)
        self._place.setContentsMargins(16, 12, 4, 0)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(place, stretch=1)
        column.addWidget(self.bar)
        for number, section in enumerate(SECTIONS):
            bind(section, self, partial(self._go_to_section, number), is_there=partial(self._has_section, number))
        acts: dict[ActionKey, Callable[[FormView], None]] = {
            ActionKey.ADD_ROW: lambda form: form.rows.add(),
            ActionKey.DROP_ROW: lambda form: form.rows.drop(),
            ActionKey.ROW_UP: lambda form: form.rows.move(-1),
            ActionKey.ROW_DOWN: lambda form: form.rows.move(1),
        }
        for key, act in acts.items():
            bind(key, self, partial(self._on_row, act), is_there=self._has_groups)
        bind(ActionKey.AS_ON_CARD, self, self._take_offer, is_there=lambda: bool(self._offers()))

    def show_visit(self, state: VisitState) -> None:
        """Show the form; only while it is the form's turn."""
        self.bar.show_saved(state.saved_at)
        module = self._visit.module
        if module is None or state.phase is not Phase.FORM:
            return
        if module is not self._module:
            self._module = module
            in_turn(self, self._open)  # in a turn of its own: the pane is shown in this one
        elif self.form is not None and self._opened is module:
            self.form.show_answers(state, self._visit.assessment.row_facts)

    def _open(self) -> None:
        module = self._visit.module
        if module is None or module is not self._module or module is self._opened:
            return  # another one was chosen meanwhile
        self._opened = module
        if self.form is not None:
            self._place.removeWidget(self.form)
            self.form.deleteLater()
        keys = [shown_keys(section) for section in SECTIONS]
        self.form = FormView(
            catalogue=self._catalogue,
            module=module,
            on_answer=self._visit.form.answer,
            on_repeat=self._visit.form.repeat,
            rows=self._visit.form,
            section_keys=keys,
            cells_per_turn=_CELLS_PER_TURN,
            parent=self,
        )
        self.form.completed.connect(self._begin_soon)
        self.form.ended.connect(self.bar.next.setFocus)
        in_turn(self.form, partial(self._put, self.form))

    def _put(self, form: FormView) -> None:
        self._place.addWidget(form)
        form.way.lead_to(*self.bar.tab_stops())
        form.show_answers(self._visit.state, self._visit.assessment.row_facts)

    def _on_row(self, act: Callable[[FormView], None]) -> None:
        if self.form is not None:
            act(self.form)

    def _take_offer(self) -> None:
        """The first field that may repeat what the card says does so."""
        for cell in self._offers()[:1]:
            cell.take_offer()

    def _offers(self) -> list[FieldCell]:
        cells = [self.form.cell(use.field) for use in self._module.form.uses] if self.form and self._module else []
        return [cell for cell in cells if cell is not None and cell.has_offer]

    def _go_to_section(self, number: int) -> None:
        if self.form is not None:
            self.form.way.to_section(number)

    def _has_section(self, number: int) -> bool:
        return self.form is not None and self.form.way.has_section(number)

    def _has_groups(self) -> bool:
        return self.form is not None and self.form.rows.has_groups

    def showEvent(self, event: QShowEvent) -> None:
        """The keyboard into the first field that waits."""
        super().showEvent(event)
        if not event.spontaneous():
            self.setFocus()  # until the fields are there: keys must not press a button by chance
            QTimer.singleShot(0, self, self._begin_soon)

    def _begin_soon(self) -> None:
        once_released(self, self._begin)

    def _begin(self) -> None:
        """Once every field is there; the next pane may be shown by now."""
        if self.form is not None and self.form.is_complete and self.isVisible():
            self.form.way.to_first()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Undo reaches the pane through the fields, which claim it before shortcuts do."""
        if event.matches(QKeySequence.StandardKey.Undo):
            self._undo()
        else:
            super().keyPressEvent(event)

    def go_on(self) -> None:
        """To the materials; where the form is not right yet, to its first error. The fields may still be on their way:
        the button is there already, and what it is pressed for is done.
        """
        if self.form is not None:
            self.form.commit()
        if not self._visit.phases.go_on() and self.form is not None:
            self.form.way.to_first_error()

    def _undo(self) -> None:
        self._visit.keeping.undo()
