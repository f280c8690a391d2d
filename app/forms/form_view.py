"""Any form of the catalogue as a widget: draws what the visit's state says and reports what the clerk types."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QGuiApplication, QResizeEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget

from app.forms.field_cell import FieldCell, Look, show_if
from app.forms.fields.choice_list import ChoiceList
from app.forms.fields.factory import make_editor
from app.forms.section import Section
from app.theme.theme import TURN_MS
from app.theme.tokens import GAP_PX
from app.visit.state import VisitState
from app.visit.wording import finding_line
from domain.catalogue.values import Catalogue, FieldId, FieldUse, Module, Severity
from domain.forms.answers import AnswerKey, Origin
from domain.forms.checking import Finding
from domain.rules import Facts

_CAPTION_PX = range(96, 157)
_ROOM_PX = 64
"""Around a field that is brought into sight: its message below, and what comes next."""
_POINTER_MS = 50
_ALL = -1


class FormView(QWidget):
    """A module's form in titled sections.

    ``on_answer(field, value)`` is called for every change by the clerk's hand and never for a rendered value.
    ``cells_per_turn``: how many fields one turn of the event loop may make when the form opens.
    Signals: ``ended()`` Enter was pressed in the last field; ``completed()`` every shown field has been made.
    """

    ended = Signal()
    completed = Signal()

    def __init__(
        self,
        *,
        catalogue: Catalogue,
        module: Module,
        on_answer: Callable[[FieldId, str], None],
        section_keys: Sequence[str] = (),
        cells_per_turn: int = _ALL,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._catalogue = catalogue
        self._module = module
        self._on_answer = on_answer
        self._cells_per_turn = cells_per_turn
        self._last: tuple[VisitState, Facts] | None = None
        self._limit = cells_per_turn if cells_per_turn == _ALL else 0
        """How many fields may be made now: none but in the form's own turns, as several states may come in one."""
        self._has_turn = False
        self._will_arrange = False
        self.is_complete = False
        self._cells: dict[FieldId, FieldCell] = {}
        self._visible: frozenset[FieldId] = frozenset()
        self._chosen: frozenset[str] = frozenset()
        self._focused: FieldId | None = None
        self._choices: ChoiceList | None = None
        self._followers: tuple[QWidget, ...] = ()
        self._caption_px = self._widest_caption()
        self._area = QScrollArea(self)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._sheet = QWidget()
        self._sheet.setProperty("role", "scrolled")
        keys = [*section_keys, *("" for _ in module.form.pages)]
        self._sections = [
            Section(page.title, key, self._sheet) for page, key in zip(module.form.pages, keys, strict=False)
        ]
        self._area.setWidget(self._sheet)
        self._area.verticalScrollBar().valueChanged.connect(self._on_scrolled)

    # what the window calls

    def show_answers(self, state: VisitState, facts: Facts) -> None:
        """Show a state; only what differs from what is shown is touched."""
        self._last = (state, facts)
        problems = _by_field(state.findings)
        visible = []
        made = 0
        self._chosen = frozenset(answer.value for answer in state.answers.values())
        for use in self._module.form.uses:
            if not use.is_shown(facts):
                continue
            cell = self._cells.get(use.field)
            if cell is None:
                if made == self._limit:
                    break
                made += 1
                cell = self._make_cell(use)
            visible.append(use.field)
            cell.show_look(self._look(use, state, facts, problems.get(use.field)))
            if use.field == self._focused and not cell.has_error:
                cell.holds_back = True
        else:
            self._complete()
        if self._visible != frozenset(visible):
            self._show_fields(frozenset(visible))
        if not self.is_complete and not self._has_turn:
            self._has_turn = True
            QTimer.singleShot(TURN_MS, self, self._go_on)

    @Slot()
    def _go_on(self) -> None:
        """Make the next fields, in a turn of their own."""
        self._has_turn = False
        if self._last is not None and not self.is_complete:
            self._limit = self._cells_per_turn
            self.show_answers(*self._last)
            self._limit = _ALL if self.is_complete else 0

    def _complete(self) -> None:
        if not self.is_complete:
            self.is_complete = True
            QTimer.singleShot(0, self, self.completed.emit)

    def focus_first(self) -> None:
        """The keyboard into the first field that is empty and required, else into the first one."""
        shown = [cell for cell in self._ordered_cells() if cell.is_shown]
        wanting = [cell for cell in shown if cell.look.required and not cell.look.value]
        for cell in (wanting or shown)[:1]:
            self._focus(cell)

    def focus_first_error(self) -> bool:
        """The keyboard into the first field with an error, which is shown now; False when there is none."""
        for cell in self._ordered_cells():
            if cell.is_shown and cell.has_error:
                self._focus(cell)
                cell.holds_back = False
                cell.refresh_note()
                return True
        return False

    def focus_section(self, number: int) -> bool:
        """The keyboard into the first field of a section, counted from 0; False when it has none."""
        for cell in self._cells_of(number):
            if cell.is_shown:
                self._area.ensureWidgetVisible(self._sections[number])
                self._focus(cell, reason=Qt.FocusReason.ShortcutFocusReason)
                return True
        return False

    def lead_to(self, *followers: QWidget) -> None:
        """Where Tab goes after the last field, in this order."""
        self._followers = followers
        self._order_tabs()

    def commit(self) -> None:
        """Take over what is half-typed in the focused field."""
        cell = self._cells.get(self._focused) if self._focused else None
        if cell is not None:
            cell.editor.commit()

    def cell(self, field: FieldId) -> FieldCell | None:
        """The cell of a field that was shown at least once."""
        return self._cells.get(field)

    # what the editors call (Hand)

    def typed(self, field: FieldId, value: str) -> None:
        """A new value by hand."""
        self._on_answer(field, value)

    def hinted(self, field: FieldId) -> None:
        """The editor has something else to say."""
        self._cells[field].refresh_note()

    def entered(self, field: FieldId) -> None:
        """A field took the keyboard: errors that are not yet shown wait until it is left. It comes into sight."""
        self._focused = field
        cell = self._cells[field]
        cell.is_focused, cell.holds_back = True, not cell.has_error
        cell.refresh_note()
        self._bring_into_sight(cell)

    def left(self, field: FieldId) -> None:
        """A field was left."""
        if self._focused == field:
            self._focused = None
        cell = self._cells[field]
        cell.is_focused = cell.holds_back = False
        cell.refresh_note()

    def forward(self, field: FieldId) -> None:
        """Enter: to the next field that has to be filled in or mended, and out of the form when there is none.

        What is filled in, and what need not be, is passed over; Tab stops there too.
        """
        self.commit()
        shown = [cell for cell in self._ordered_cells() if cell.is_shown]
        place = next(place for place, cell in enumerate(shown) if cell.spec.id == field)
        in_turn = [*shown[place + 1 :], *shown[:place]]
        waiting = [cell for cell in in_turn if cell.has_error or (cell.look.required and not cell.look.value)]
        if waiting:
            self._focus(waiting[0], reason=Qt.FocusReason.ShortcutFocusReason)
        else:
            self.ended.emit()

    def chosen(self) -> frozenset[str]:
        """All values now in the form."""
        return self._chosen

    def choices(self) -> ChoiceList:
        """The one list of the form, made when it is first opened."""
        if self._choices is None:
            self._choices = ChoiceList(self.window())
            self.destroyed.connect(self._choices.deleteLater)
        return self._choices

    # inside

    def _look(self, use: FieldUse, state: VisitState, facts: Facts, problem: Finding | None) -> Look:
        answer = state.answers.get(AnswerKey(use.field))
        from_card = state.identity is not None and state.identity.origin is Origin.CARD and bool(use.card)
        return Look(
            value=answer.value if answer else "",
            required=use.is_required(facts),
            origin=answer.origin if answer and answer.value else None,
            changed_from_card=from_card and answer is not None and answer.origin is Origin.TYPED,
            problem=finding_line(self._catalogue, problem) if problem else "",
            severity=problem.severity if problem else None,
        )

    def _make_cell(self, use: FieldUse) -> FieldCell:
        number = next(i for i, page in enumerate(self._module.form.pages) if use in page.uses)
        spec = self._catalogue.fields[use.field]
        section = self._sections[number]
        editor = make_editor(self._catalogue, spec, self, section)
        editor.setObjectName(spec.id)
        if use.read_only:
            editor.set_read_only(locked=True)
        cell = FieldCell(spec, editor, section, wide=use.wide, on_grown=self._arrange_soon)
        self._cells[use.field] = cell
        return cell

    def _show_fields(self, visible: frozenset[FieldId]) -> None:
        self._visible = visible
        for field, cell in self._cells.items():
            cell.set_shown(shown=field in visible)
        self._arrange()
        self._order_tabs()

    def _order_tabs(self) -> None:
        stops = [stop for cell in self._ordered_cells() for stop in cell.editor.tab_stops()]
        for before, after in pairwise([*stops, *self._followers]):
            QWidget.setTabOrder(before, after)

    def _arrange_soon(self) -> None:
        """A message needs more room. Nothing moves under a pressed pointer, and several messages move it once."""
        if not self._will_arrange:
            self._will_arrange = True
            QTimer.singleShot(TURN_MS, self, self._arrange_once)

    @Slot()
    def _arrange_once(self) -> None:
        if QGuiApplication.mouseButtons() != Qt.MouseButton.NoButton:
            QTimer.singleShot(_POINTER_MS, self, self._arrange_once)
            return
        self._will_arrange = False
        self._arrange()

    def _arrange(self) -> None:
        """Give sections and cells their places for the present width."""
        width = self.width() - self._area.verticalScrollBar().sizeHint().width()
        if width < _CAPTION_PX.stop:
            return  # not yet in a window
        y = 0
        for number, section in enumerate(self._sections):
            height = section.arrange(self._cells_of(number), width - GAP_PX, self._caption_px)
            show_if(section, shown=height > 0)
            if height:
                section.setGeometry(0, y, width - GAP_PX, height)
                y += height + GAP_PX
        self._sheet.setFixedSize(width, max(y, 1))

    def _ordered_cells(self) -> list[FieldCell]:
        return [self._cells[use.field] for use in self._module.form.uses if use.field in self._cells]

    def _cells_of(self, number: int) -> list[FieldCell]:
        uses = self._module.form.pages[number].uses if 0 <= number < len(self._sections) else ()
        return [self._cells[use.field] for use in uses if use.field in self._cells]

    def _focus(self, cell: FieldCell, *, reason: Qt.FocusReason = Qt.FocusReason.OtherFocusReason) -> None:
        """The keyboard into a field; for the reason of a shortcut its text is selected, as Tab does."""
        cell.editor.setFocus(reason)
        self._bring_into_sight(cell)

    def _bring_into_sight(self, cell: FieldCell) -> None:
        """With its message. Under a pressed pointer nothing moves: it would let go beside what it pressed."""
        if QGuiApplication.mouseButtons() != Qt.MouseButton.NoButton:
            return
        centre = cell.editor.mapTo(self._sheet, cell.editor.rect().center())  # the area itself asks for the cursor only
        room_px = min(cell.editor.height() // 2 + _ROOM_PX, self._area.viewport().height() // 2)
        self._area.ensureVisible(centre.x(), centre.y(), 0, room_px)

    def _widest_caption(self) -> int:
        metrics = self.fontMetrics()
        labels = (self._catalogue.fields[use.field].label for use in self._module.form.uses)
        widest = max((metrics.horizontalAdvance(label) for label in labels), default=0) + 24
        return min(max(widest, _CAPTION_PX.start), _CAPTION_PX.stop - 1)

    @Slot(int)
    def _on_scrolled(self, _value: int) -> None:
        if self._choices is not None:
            self._choices.hide()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """A new width needs a new arrangement."""
        super().resizeEvent(event)
        self._area.setGeometry(self.rect())
        if event.oldSize().width() != event.size().width():
            self._arrange()


def _by_field(findings: tuple[Finding, ...]) -> Mapping[FieldId, Finding]:
    """The one finding shown per field: the first error, else the first warning."""
    shown: dict[FieldId, Finding] = {}
    for finding in findings:
        known = shown.get(finding.field)
        if known is None or (known.severity is Severity.WARNING and finding.severity is Severity.ERROR):
            shown[finding.field] = finding
    return shown
