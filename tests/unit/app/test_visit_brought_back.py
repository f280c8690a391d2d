"""What comes back with an undo, or with a draft, is judged at once, and what was only begun is not lost."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.visit.draft import parse_draft
from app.visit.state import Phase
from domain.catalogue.values import FieldId, FieldKind
from tests.helpers.builders import NUMBER, a_card, at
from tests.helpers.stored import drafts_of
from tests.helpers.visit_harness import Desk

PHONE = FieldId("AAE005")


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path / "store")
    yield made
    made.close()


def wrong(desk: Desk) -> dict[str, str]:
    return {finding.field: finding.code for finding in desk.state.findings}


def test_an_invalid_text_that_an_undo_brings_back_is_wrong_at_once(desk: Desk) -> None:
    desk.go_to(Phase.FORM)
    desk.visit.form.answer(PHONE, "12")
    assert PHONE in wrong(desk)
    desk.visit.form.answer(FieldId("AAE006"), "一")  # the next change is another step
    desk.visit.form.answer(PHONE, "13900000000")
    assert PHONE not in wrong(desk)

    desk.visit.keeping.undo()

    assert desk.state.answers[at("AAE005")].value == "12"
    assert PHONE in wrong(desk)


def test_an_undo_to_an_empty_field_does_not_reproach_it(desk: Desk) -> None:
    desk.go_to(Phase.FORM)
    before = wrong(desk)
    desk.visit.form.answer(PHONE, "13900000000")
    desk.visit.keeping.undo()
    assert wrong(desk) == before


def test_an_invalid_text_of_a_draft_is_wrong_as_soon_as_it_is_taken_up(desk: Desk) -> None:
    desk.go_to(Phase.FORM)
    desk.visit.form.answer(PHONE, "12")
    desk.visit.end()
    ((_, body),) = drafts_of(desk.store)

    desk.open(parse_draft(body))

    assert wrong(desk) == {PHONE: wrong(desk)[PHONE]}, "and what is only empty waits for 下一步"


@pytest.mark.parametrize("kind", [FieldKind.CHOICE, FieldKind.DATE, FieldKind.MONTH])
def test_letters_where_a_code_or_a_day_belongs_are_no_such_thing_and_not_too_long(desk: Desk, kind: FieldKind) -> None:
    desk.go_to(Phase.FORM)
    assert desk.visit.module is not None
    fields = [desk.catalogue.fields[use.field] for use in desk.visit.module.form.uses]
    said = {FieldKind.CHOICE: "NOT_IN_LIST", FieldKind.DATE: "NOT_A_DATE", FieldKind.MONTH: "NOT_A_MONTH"}
    for spec in [spec for spec in fields if spec.kind is kind]:
        desk.visit.form.answer(spec.id, "abcdefghijklmnopqrstuvwxyz")
        if spec.id in {finding.field for finding in desk.state.findings}:
            assert wrong(desk)[spec.id] == said[kind], spec.id


def test_what_is_typed_before_anybody_is_identified_is_kept_and_goes_with_the_card(desk: Desk) -> None:
    desk.visit.identifying.note_typed("张测", NUMBER[:10])
    desk.visit.end()
    ((_, body),) = drafts_of(desk.store)
    state = parse_draft(body)
    assert (state.typed_name, state.typed_number, state.identity) == ("张测", NUMBER[:10], None)

    visit = desk.open(state)
    visit.identifying.take_card(a_card(NUMBER))

    assert not desk.state.is_being_typed
