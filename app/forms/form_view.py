"""Any form of the catalogue as a widget: draws what the visit's state says and reports what the clerk types."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QFontMetrics, QResizeEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget

from app.forms.cards import FormCards, cells_in
from app.forms.field_cell import FieldCell, Look, show_if
from app.forms.fields.choice_list import ChoiceList
from app.forms.fields.factory import make_editor
from app.forms.fields.second import SecondEditor
from app.forms.group import Rows, RowsByKey
from app.forms.hand import FormHand, RowHand, SecondHand
from app.forms.marks import MarkedCard
from app.forms.refuge import Refuge
from app.forms.way import Way
from app.notices.findings import finding_line
from app.theme.ahead import in_turn
from app.theme.pointer import is_held, once_released
from app.theme.theme import TURN_MS
from app.theme.tokens import GAP_PX
from app.visit.doubts import is_doubted
from app.visit.state import VisitState
from app.visit.twice import ONCE, OTHERWISE, is_asked
from domain.catalogue.values import Catalogue, FieldId, Module, Severity
from domain.forms.answers import NO_ROW, AnswerKey, Origin, Place, RowId, places_in, value_of
from domain.forms.checking import Finding
from domain.forms.words import beginning_of
from domain.rules import Facts
from resources import word

_CAPTION_PX = range(96, 157)
_ROOM_PX = 64
"""Around a field that is brought into sight: its message below, and what comes next."""
_ALL = -1


class FormView(QWidget):
    """A module's form in titled sections.

    ``on_answer(field, value, row)`` is called for every change by the clerk's hand and never for a rendered value,
    ``on_repeat`` likewise for what is typed the second time;
    ``rows`` is asked for rows of repeating groups.
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
        on_answer: Callable[[FieldId, str, RowId], None],
        on_repeat: Callable[[FieldId, str, RowId], None],
        rows: Rows,
        section_keys: Sequence[str] = (),
        cells_per_turn: int = _ALL,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._catalogue = catalogue
        self._module = module
        self._on_answer = on_answer
        self._on_repeat = on_repeat
        self._cells_per_turn = cells_per_turn
        self.rows = RowsByKey(module.form, rows, lambda: self._focused, self.commit)
        self._last: tuple[VisitState, Mapping[RowId, Facts]] | None = None
        self._limit = cells_per_turn if cells_per_turn == _ALL else 0
        """How many fields may be made now: none but in the form's own turns, as several states may come in one."""
        self._has_turn = False
        self._will_arrange = False
        self.is_complete = False
        self._cells: dict[AnswerKey, FieldCell] = {}
        self._places: tuple[Place, ...] = ()
        self._visible: tuple[AnswerKey, ...] = ()
        self._focused: AnswerKey | None = None
        self._choices: ChoiceList | None = None
        self._caption_px = _widest_caption(catalogue, module, self.fontMetrics())
        self._area = QScrollArea(self)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._sheet = QWidget()
        self._sheet.setProperty("role", "scrolled")
        self._cards = FormCards(module.form, section_keys, self._sheet, rows)
        self._refuge = Refuge(self._cards, self._focus)
        self.way = Way(self._cards, self._ordered, self._focus, self._area.ensureWidgetVisible)
        self._area.setWidget(self._sheet)
        self._area.verticalScrollBar().valueChanged.connect(self._on_scrolled)
        # Made in several turns, it is drawn once: to draw what there is in each of them took longer than to make it.
        self._area.setUpdatesEnabled(cells_per_turn == _ALL)

    # what the window calls

    def show_answers(self, state: VisitState, row_facts: Mapping[RowId, Facts]) -> None:
        """Show a state; only what differs from what is shown is touched. ``row_facts`` as in Assessment."""
        before, self._last = self._last, (state, row_facts)
        if self.is_complete and before is not None and _looks_alike(before[0], state) and before[1] is row_facts:
            return  # it was saved, or the applicant's screen has answered
        problems = _by_place(state.findings)
        lines = {key: finding_line(self._catalogue, finding) for key, finding in problems.items()}
        self._refuge.look(self._focused)
        self._forget(self._cards.follow(state.answers, lines))
        self._places = tuple(places_in(self._module.form, state.answers))
        visible = []
        made = 0
        for place in self._places:
            if not place.use.is_shown(row_facts[place.row]):
                continue
            cell = self._cells.get(place.key)
            if cell is None:
                if made == self._limit:
                    break
                made += 1
                cell = self._cells[place.key] = self._make_cell(place)
            visible.append(place.key)
            problem = problems.get(place.key)
            look = _look_of(self._catalogue, place, state, row_facts[place.row], problem)
            cell.show_look(replace(look, problem=lines[place.key]) if problem else look)
            if place.key == self._focused and not cell.has_error:
                cell.holds_back = True
        else:
            if not made or self._limit == _ALL:  # the last ones are made: placed and drawn in the next turn
                self._complete()
        rows = frozenset(row.id for row in state.answers.rows)
        if self.is_complete and (self._visible != tuple(visible) or rows != self._refuge.rows):
            self._show_fields(tuple(visible))
        self._refuge.follow(state.answers, self._cells, is_complete=self.is_complete)
        if not self.is_complete and not self._has_turn:
            self._has_turn = True
            in_turn(self, self._go_on)

    def _forget(self, rows: frozenset[RowId]) -> None:
        """The cells of rows that are gone went with their cards."""
        if rows:
            self._cells = {key: cell for key, cell in self._cells.items() if key.row not in rows}
            self._visible = ()

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
        if not self._area.updatesEnabled():
            for card, _, _ in self._cards.in_order():
                card.setUpdatesEnabled(False)
            self._area.setUpdatesEnabled(True)
            self._draw_next()

    @Slot()
    def _draw_next(self) -> None:
        """Draw the cards for the first time, from top to bottom, each in a turn of its own."""
        undrawn = (card for card, _, _ in self._cards.in_order() if not card.updatesEnabled())
        card = next(undrawn, None)
        if card is not None:
            card.setUpdatesEnabled(True)
            in_turn(self, self._draw_next)

    def commit(self) -> None:
        """Take over what is half-typed in the focused field."""
        cell = self._cells.get(self._focused) if self._focused else None
        if cell is not None:
            cell.commit()

    def cell(self, field: FieldId, row: RowId = NO_ROW) -> FieldCell | None:
        """The cell of a field that was shown at least once."""
        return self._cells.get(AnswerKey(field, row))

    # what the editors call (FormHand)

    def typed(self, key: AnswerKey, value: str) -> None:
        """A new value by hand."""
        self._on_answer(key.field, value, key.row)

    def repeated(self, key: AnswerKey, value: str) -> None:
        """A value typed the second time."""
        self._on_repeat(key.field, value, key.row)

    def hinted(self, key: AnswerKey) -> None:
        """The editor has something else to say."""
        self._cells[key].refresh_note()

    def entered(self, key: AnswerKey) -> None:
        """A field took the keyboard: errors that are not yet shown wait until it is left. It comes into sight."""
        self._focused, cell = key, self._cells[key]
        cell.is_focused, cell.holds_back = True, not cell.has_error or cell.waits_for_second
        cell.refresh_note()
        self._bring_into_sight(cell)

    def left(self, key: AnswerKey) -> None:
        """A field was left, maybe because its row is gone."""
        if self._focused == key:
            self._focused = None
        cell = self._cells.get(key)
        if cell is not None:
            cell.is_focused = cell.holds_back = cell.is_urged = False
            cell.refresh_note()

    def forward(self, key: AnswerKey) -> None:
        """Enter: to the next field that waits (Tab stops at the others too), and out of the form when none does."""
        self.commit()
        if not self.way.forward(key):
            self.ended.emit()

    def chosen(self, row: RowId) -> frozenset[str]:
        """All values now in the form, those of other rows left out."""
        answers = self._last[0].answers.values() if self._last else ()
        return frozenset(answer.value for answer in answers if answer.row in (NO_ROW, row))

    def choices(self) -> ChoiceList:
        """The one list of the form, made when it is first opened."""
        if self._choices is None:
            self._choices = ChoiceList(self.window())
            self.destroyed.connect(self._choices.deleteLater)
        return self._choices

    # inside

    def _make_cell(self, place: Place) -> FieldCell:
        page = self._module.form.page_of(place.use.field)
        assert page is not None
        return _cell_of(self._catalogue, place, self, self._cards.card_of(page, place.row), self._arrange_soon)

    def _show_fields(self, visible: tuple[AnswerKey, ...]) -> None:
        self._visible, shown = visible, frozenset(visible)
        for key, cell in self._cells.items():
            cell.set_shown(shown=key in shown)
        self._arrange()
        self.way.order_tabs()

    def _arrange_soon(self) -> None:
        """A message needs more room. Nothing moves under a pressed pointer, and several messages move it once."""
        if not self._will_arrange:
            self._will_arrange = True
            QTimer.singleShot(TURN_MS, self, partial(once_released, self, self._arrange_once))

    def _arrange_once(self) -> None:
        self._will_arrange = False
        self._arrange()

    def _arrange(self) -> None:
        """Give sections and cells their places for the present width."""
        width = self.width() - self._area.verticalScrollBar().sizeHint().width()
        if width < _CAPTION_PX.stop:
            return  # not yet in a window
        y = 0
        for card, page, row in self._cards.in_order():
            cells = cells_in(self._cells, page, row)
            height = card.arrange(cells, width - GAP_PX, self._caption_px)
            show_if(card, shown=height > 0)
            if height:
                card.setGeometry(0, y, width - GAP_PX, height)
                y += height + GAP_PX
        self._sheet.setFixedSize(width, max(y, 1))

    def _ordered(self) -> list[tuple[AnswerKey, FieldCell]]:
        """The cells that were made, in reading order."""
        return [(place.key, self._cells[place.key]) for place in self._places if place.key in self._cells]

    def _focus(self, cell: FieldCell, *, reason: Qt.FocusReason = Qt.FocusReason.OtherFocusReason) -> None:
        """The keyboard into a field; for the reason of a shortcut its text is selected, as Tab does."""
        cell.wanting.setFocus(reason)
        self._bring_into_sight(cell)

    def _bring_into_sight(self, cell: FieldCell) -> None:
        """With its message. Under a pressed pointer nothing moves: it would let go beside what it pressed."""
        if is_held():
            return
        centre = cell.editor.mapTo(self._sheet, cell.editor.rect().center())  # the area itself asks for the cursor only
        room_px = min(cell.editor.height() // 2 + _ROOM_PX, self._area.viewport().height() // 2)
        self._area.ensureVisible(centre.x(), centre.y(), 0, room_px)

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


def _cell_of(
    catalogue: Catalogue, place: Place, form: FormHand, card: MarkedCard, on_grown: Callable[[], None]
) -> FieldCell:
    """The cell of a place on its card, with the editors that it wants."""
    spec = catalogue.fields[place.use.field]
    editor = make_editor(catalogue, spec, RowHand(form, place.row), card)
    editor.setObjectName(spec.id)
    if place.use.read_only:
        editor.set_read_only(locked=True)
    again = SecondEditor(spec, SecondHand(form, place.row), card) if spec.twice else None
    take = partial(form.typed, place.key)
    return FieldCell(spec, editor, card, again=again, wide=place.use.wide, on_grown=on_grown, on_offer=take)


def _looks_alike(before: VisitState, after: VisitState) -> bool:
    """Whether two states differ in nothing that a form shows."""
    same_answers = before.answers is after.answers and before.again is after.again and before.doubted == after.doubted
    return same_answers and before.findings is after.findings and before.identity is after.identity


def _look_of(catalogue: Catalogue, place: Place, state: VisitState, facts: Facts, problem: Finding | None) -> Look:
    """How a cell looks, without the problem in words."""
    use, answer = place.use, state.answers.get(place.key)
    from_card = state.identity is not None and state.identity.origin.by_card and bool(use.card)
    return Look(
        value=answer.value if answer else "",
        required=use.is_required(facts),
        origin=answer.origin if answer and answer.value else None,
        changed_from_card=from_card and answer is not None and answer.origin is Origin.TYPED,
        severity=problem.severity if problem else None,
        again=value_of(state.again, *place.key) if is_asked(catalogue, answer) else None,
        unrepeated=problem is not None and problem.code in (ONCE, OTHERWISE),
        begun=answer is not None
        and answer.value != ""
        and answer.value == beginning_of(catalogue, use, state.answers, place.row),
        doubted=is_doubted(state, place.key),
        offer=_offer_of(place, state),
        offer_name=word("card", use.offers.value) if use.offers else "",
    )


def _offer_of(place: Place, state: VisitState) -> str:
    """What the card says that this field may repeat, unless it does."""
    offered = state.identity.values.get(place.use.offers, "") if state.identity and place.use.offers else ""
    return "" if offered == value_of(state.answers, *place.key) else offered


def _widest_caption(catalogue: Catalogue, module: Module, metrics: QFontMetrics) -> int:
    labels = (catalogue.fields[use.field].label for use in module.form.uses)
    widest = max((metrics.horizontalAdvance(label) for label in labels), default=0) + 24
    return min(max(widest, _CAPTION_PX.start), _CAPTION_PX.stop - 1)


def _by_place(findings: tuple[Finding, ...]) -> Mapping[AnswerKey, Finding]:
    """The one finding shown per place: the first error, else the first warning."""
    shown: dict[AnswerKey, Finding] = {}
    for finding in findings:
        known = shown.get(finding.key)
        if known is None or (known.severity is Severity.WARNING and finding.severity is Severity.ERROR):
            shown[finding.key] = finding
    return shown
