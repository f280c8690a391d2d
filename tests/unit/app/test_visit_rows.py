"""A form with heirs at the counter: kept, read back, signed and submitted with its rows."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.visit.scene import ReadBack
from app.visit.state import Phase
from domain.catalogue.parse import parse_catalogue
from domain.forms.answers import AnswerKey, Origin, RowId, value_of
from domain.refusals import Refusal
from domain.wire.cases import SubmitCase
from domain.wire.codec import parse
from tests.helpers.builders import a_card, m01_answers
from tests.helpers.heirs import (
    BORN,
    HEIR_NAME,
    HEIR_NUMBER,
    HEIR_SHARE,
    HEIRS,
    T01,
    TOTAL,
    a_heir_number,
    computed_data,
    heirs_catalogue,
)
from tests.helpers.visit_harness import Desk


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path, catalogue=heirs_catalogue())
    made.visit.identifying.take_card(a_card())
    made.visit.choosing.choose(T01)
    for answer in m01_answers().values():
        made.visit.form.answer(answer.field, answer.value)
    yield made
    made.close()


def add_heir(desk: Desk, number: int, name: str, share: str) -> RowId:
    desk.visit.form.add_row(HEIRS)
    row = desk.state.answers.rows_of(HEIRS)[-1]
    for field, value in ((HEIR_NAME, name), (HEIR_NUMBER, a_heir_number(number)), (HEIR_SHARE, share)):
        desk.visit.form.answer(field, value, row)
    return row


def submit(desk: Desk) -> SubmitCase:
    assert desk.visit.phases.go(Phase.MATERIALS), desk.state.findings
    for row in desk.state.materials:
        for _ in range(row.min_pages if row.required else 0):
            desk.visit.pages.take(row.material)
    assert desk.visit.phases.go(Phase.READ_BACK), desk.state.notice
    desk.confirm()
    desk.sign()
    desk.visit.submitting.submit()
    (entry,) = desk.store.outbox.entries()
    made = parse(SubmitCase, entry.body)
    assert not isinstance(made, Refusal), made
    return made


def test_rows_survive_a_kill_in_their_order(desk: Desk) -> None:
    first, second = add_heir(desk, 1, "李测试", "40"), add_heir(desk, 2, "王测试", "60")
    desk.visit.form.move_row(HEIRS, second, -1)
    desk.visit.form.add_row(HEIRS)
    desk.timers.fire()
    before = desk.state.answers

    desk.kill_and_recover()

    assert desk.state.answers == before
    assert desk.state.answers.rows_of(HEIRS)[:2] == (second, first)
    assert len(desk.state.answers.rows_of(HEIRS)) == 3


def test_heirs_are_read_back_signed_and_submitted_row_by_row(desk: Desk) -> None:
    rows = (add_heir(desk, 1, "李测试", "40"), add_heir(desk, 2, "王测试", "60"))

    content = submit(desk).content

    read_back = next(shown.scene for shown in reversed(desk.shown) if isinstance(shown.scene, ReadBack))
    lines = {line.label: line.value for line in read_back.lines}
    assert (lines["继承人 1 · 继承人姓名"], lines["继承人 2 · 份额（%）"]) == ("李测试", "60")
    assert tuple(row.id for row in content.rows) == rows
    assert value_of(content.form, HEIR_NAME, rows[1]) == "王测试"
    assert content.is_signed


def test_a_row_that_moves_or_goes_after_the_confirmation_voids_it(desk: Desk) -> None:
    first = add_heir(desk, 1, "李测试", "40")
    add_heir(desk, 2, "王测试", "60")
    submitted_before = desk.content()

    desk.visit.form.move_row(HEIRS, first, 1)

    assert desk.content() != submitted_before
    assert desk.content().rows != submitted_before.rows


def test_undo_brings_back_a_row_with_all_that_stood_in_it(desk: Desk) -> None:
    row = add_heir(desk, 1, "李测试", "100")

    desk.visit.form.drop_row(HEIRS, row)
    assert desk.state.answers.rows_of(HEIRS) == ()
    desk.visit.keeping.undo()

    assert value_of(desk.state.answers, HEIR_NUMBER, row) == a_heir_number(1)


def test_a_row_that_is_not_there_is_neither_moved_nor_dropped(desk: Desk) -> None:
    row = add_heir(desk, 1, "李测试", "100")

    desk.visit.form.move_row(HEIRS, RowId("nobody"), 1)
    desk.visit.form.move_row(HEIRS, row, 1)
    desk.visit.form.move_row(HEIRS, row, -1)
    desk.visit.form.drop_row(HEIRS, RowId("nobody"))

    assert desk.state.answers.rows_of(HEIRS) == (row,)


def test_1_what_follows_from_the_form_stands_in_it_at_once_and_goes_with_the_case(tmp_path: Path) -> None:
    desk = Desk(tmp_path / "computed", catalogue=parse_catalogue(computed_data()))
    desk.visit.identifying.take_card(a_card())
    desk.visit.choosing.choose(T01)
    for answer in m01_answers().values():
        desk.visit.form.answer(answer.field, answer.value)

    first = add_heir(desk, 1, "李测试", "40")
    assert (value_of(desk.state.answers, TOTAL), value_of(desk.state.answers, BORN, first)) == ("40", "1964-03-15")
    second = add_heir(desk, 2, "王测试", "60")
    desk.visit.form.answer(TOTAL, "5")
    assert value_of(desk.state.answers, TOTAL) == "100", "nobody fills it in"
    desk.visit.form.answer(HEIR_NUMBER, "", second)
    assert value_of(desk.state.answers, BORN, second) == "", "what nobody knows any more goes"
    desk.visit.keeping.undo()
    assert value_of(desk.state.answers, BORN, second) == "1964-03-15"

    content = submit(desk).content
    assert value_of(content.form, TOTAL) == "100"
    assert content.form[AnswerKey(TOTAL)].origin is Origin.COMPUTED
    desk.close()
