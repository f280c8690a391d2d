"""Opening a form against the same widgets built by hand, and one keystroke in it."""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QGridLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QRadioButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

import resources
from app.forms.form_view import FormView
from app.notices.findings import finding_line
from app.theme.theme import apply_theme
from app.visit.state import Identity, Phase, VisitState
from domain.catalogue.parse import parse_catalogue
from domain.catalogue.values import Catalogue, FieldId, FieldKind, FieldUse, GroupId, Module, ModuleId
from domain.forms.answers import NO_ROW, Answer, AnswerKey, Answers, Origin, RowId, Setting
from domain.forms.assess import assess
from domain.rules import Facts
from tests.bench.figure import Figure, Unit

_ROUNDS = 15
_GOAL = 1.15
_SIZE = QSize(1140, 620)
_FROM_CARD = {
    "AAC003": "张测试",
    "AAC002": "159999196403150011",
    "AAC004": "1",
    "AAC005": "02",
    "AAC006": "1964-03-15",
    "AAC010": "内蒙古自治区测试旗测试镇东升嘎查三组12号",
}
_GIVEN = {"AAC058": "01", "AAB301": "159999", "AAF013": "159999001", "AAC030": "2026-03-02", "AAC066": "011"}


def figures(runs: int) -> tuple[Figure, ...]:
    """Opening the form; what a keystroke in it costs stands beside."""
    measured = measure(runs)
    return (
        Figure(
            name="form",
            title="opening the M01 form / the same widgets by hand",
            value=measured["form_open_ratio"],
            goal=_GOAL,
            unit=Unit.TIMES_BARE,
            rounds=runs,
            raw_ms={
                "form opened, median": measured["form_open_ms"],
                "by hand, median": measured["by_hand_ms"],
                "one keystroke rendered, median": measured["keystroke_ms"],
            },
        ),
    )


def measure(rounds: int = _ROUNDS) -> dict[str, float]:
    """``form_open_ratio`` FormView to hand-built (median of neighbouring pairs), then medians in ms."""
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    application = QApplication.instance() or QApplication([])
    assert isinstance(application, QApplication)
    apply_theme(application)
    catalogue = parse_catalogue(resources.load_catalogue_data())
    module = catalogue.modules[ModuleId("M01")]
    state, facts = _state(catalogue, module)
    ours: list[float] = []
    by_hand: list[float] = []
    for number in range(rounds + 1):
        pair = (
            _opened(lambda: _build_by_hand(catalogue, module, state, facts)),
            _opened(lambda: _build_form(catalogue, module, state, facts)),
        )
        if number > 0:  # the first pair loads fonts and style
            by_hand.append(pair[0])
            ours.append(pair[1])
    return {
        "form_open_ratio": statistics.median(own / other for own, other in zip(ours, by_hand, strict=True)),
        "form_open_ms": statistics.median(ours) * 1000,
        "by_hand_ms": statistics.median(by_hand) * 1000,
        "keystroke_ms": _keystroke_s(catalogue, module, state, facts) * 1000,
    }


def _state(catalogue: Catalogue, module: Module) -> tuple[VisitState, Facts]:
    setting = Setting(today=date(2026, 3, 2), office_region="159999")
    values = {name: (value, Origin.CARD) for name, value in _FROM_CARD.items()}
    values |= {name: (value, Origin.DEFAULT) for name, value in _GIVEN.items()}
    answers = Answers(
        tuple(Answer(field=FieldId(name), value=value, origin=origin) for name, (value, origin) in values.items())
    )
    identity = Identity(name="张测试", id_number="159999196403150011", origin=Origin.CARD)
    assessment = assess(catalogue, module, answers, setting, told={})
    state = VisitState(
        visit="bench",
        phase=Phase.FORM,
        identity=identity,
        module=module.id,
        answers=answers,
        findings=assessment.findings,
    )
    return state, assessment.facts


def _opened(build: Callable[[], QWidget]) -> float:
    """Seconds from nothing to painted."""
    begin = time.perf_counter()
    widget = build()
    widget.resize(_SIZE)
    widget.show()
    QApplication.processEvents()
    widget.grab()
    taken = time.perf_counter() - begin
    widget.close()
    widget.deleteLater()
    QApplication.sendPostedEvents(None, 0)
    QApplication.processEvents()
    return taken


class _NoRows:
    """The form has no repeating group."""

    def add_row(self, group: GroupId) -> None:
        """Never asked."""

    def drop_row(self, group: GroupId, row: RowId) -> None:
        """Never asked."""

    def move_row(self, group: GroupId, row: RowId, by: int) -> None:
        """Never asked."""


def _build_form(catalogue: Catalogue, module: Module, state: VisitState, facts: Facts) -> FormView:
    def unheard(field: FieldId, value: str, row: RowId) -> None:
        """Nobody types."""

    form = FormView(catalogue=catalogue, module=module, on_answer=unheard, on_repeat=unheard, rows=_NoRows())
    form.show_answers(state, {NO_ROW: facts})
    return form


def _keystroke_s(catalogue: Catalogue, module: Module, state: VisitState, facts: Facts) -> float:
    form = _build_form(catalogue, module, state, facts)
    form.resize(_SIZE)
    form.show()
    QApplication.processEvents()
    phone, taken = FieldId("AAE005"), []
    for count in range(1, 12):
        answer = Answer(field=phone, value="13800000000"[:count])
        following = replace(state, answers=state.answers.with_answer(answer))
        begin = time.perf_counter()
        form.show_answers(following, {NO_ROW: facts})
        taken.append(time.perf_counter() - begin)
    form.close()
    form.deleteLater()
    return statistics.median(taken)


# The same form as one would write it for this one business, with Qt's own layouts.


def _build_by_hand(catalogue: Catalogue, module: Module, state: VisitState, facts: Facts) -> QWidget:
    problems = {finding.field: finding_line(catalogue, finding) for finding in state.findings}
    visible = {use.field for use in module.form.uses if use.is_shown(facts)}
    sheet = QWidget()
    column = QVBoxLayout(sheet)
    for page in module.form.pages:
        uses = [use for use in page.uses if use.field in visible]
        if uses:
            column.addWidget(_section(catalogue, page.title, uses, state, facts, problems))
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setWidget(sheet)
    return area


def _section(
    catalogue: Catalogue,
    title: str,
    uses: list[FieldUse],
    state: VisitState,
    facts: Facts,
    problems: dict[FieldId, str],
) -> QWidget:
    card = QFrame()
    card.setProperty("role", "card")
    grid = QGridLayout(card)
    heading = QLabel(title)
    heading.setProperty("role", "heading")
    grid.addWidget(heading, 0, 0, 1, 6)
    row, column = 1, 0
    for use in uses:
        if use.wide and column:
            row, column = row + 2, 0
        _cell(catalogue, grid, use, state, facts, problems.get(use.field, ""), row, column)
        column += 3
        if use.wide or column > 3:
            row, column = row + 2, 0
    return card


def _cell(
    catalogue: Catalogue,
    grid: QGridLayout,
    use: FieldUse,
    state: VisitState,
    facts: Facts,
    problem: str,
    row: int,
    column: int,
) -> None:
    spec = catalogue.fields[use.field]
    answer = state.answers.get(AnswerKey(use.field))
    caption = _label(spec.label, "label")
    caption.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
    grid.addWidget(caption, row, column)
    if use.is_required(facts):
        grid.addWidget(_label("*", "error"), row, column + 1)
    editor = _editor(catalogue, spec.kind, spec.codes, answer.value if answer else "")
    editor.setProperty("state", "error" if problem else "")
    grid.addWidget(editor, row, column + 2, 1, 4 if use.wide else 1)
    note = problem or spec.hint
    if note:
        grid.addWidget(_label(note, "error" if problem else "hint"), row + 1, column + 2)
    if answer and answer.origin is Origin.CARD:
        badge = _label("来自身份证", "chip")
        badge.setProperty("tone", "success")
        grid.addWidget(badge, row + 1, column)


def _label(text: str, role: str) -> QLabel:
    label = QLabel(text)
    label.setProperty("role", role)
    return label


def _editor(catalogue: Catalogue, kind: FieldKind, codes: str, value: str) -> QWidget:
    if kind is FieldKind.LONG_TEXT:
        return QPlainTextEdit(value)
    entries = catalogue.codes[codes].entries if codes else ()
    if 0 < len(entries) <= 4 and not any(entry.parent for entry in entries):
        return _radios([entry.label for entry in entries], [entry.code for entry in entries].index(value))
    line = QLineEdit(catalogue.codes[codes].find_label(value) or "" if codes else value)
    if codes:
        line.setPlaceholderText("代码、拼音首字母或汉字")
    return line


def _radios(labels: list[str], chosen: int) -> QWidget:
    box = QWidget()
    row = QGridLayout(box)
    for place, label in enumerate(labels):
        button = QRadioButton(label)
        button.setChecked(place == chosen)
        row.addWidget(button, 0, place)
    return box


if __name__ == "__main__":
    for name, value in measure().items():
        print(f"{name:20} {value:8.3f}")
