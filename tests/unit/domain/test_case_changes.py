"""What a mended case has that the revision before it had not (U14)."""

from __future__ import annotations

import dataclasses

from domain.cases.changes import Changes, changes_between
from domain.catalogue.values import FieldId, GroupId
from domain.forms.answers import Answer, AnswerKey, Answers, GroupRow, Origin, RowId
from tests.helpers.builders import a_content, a_page, at, m01_answers
from tests.helpers.pictures import a_jpeg


def without(key: AnswerKey, answers: Answers) -> Answers:
    return Answers(tuple(answer for answer in answers.values() if answer.key != key), answers.rows)


def test_U14_nothing_changed_whatever_the_order_and_the_signature() -> None:
    former = a_content()
    present = dataclasses.replace(former, answers=former.answers[::-1], pages=former.pages[::-1], signature=None)

    assert changes_between(former, present) == Changes()


def test_U14_what_was_changed_filled_in_or_emptied_is_a_changed_place_but_not_where_it_came_from() -> None:
    former = a_content(m01_answers(AAE005="13800000000"))
    answers = without(at("AAE006"), m01_answers(AAE005="13900000000"))
    answers = answers.with_answer(
        Answer(field=FieldId("x_note"), value="新填"), dataclasses.replace(answers[at("AAC003")], origin=Origin.TYPED)
    )

    changes = changes_between(former, a_content(answers))

    assert changes.places == (at("AAE005"), at("x_note"), at("AAE006"))


def test_U14_rows_are_told_apart_by_their_id() -> None:
    def heirs(**names: str) -> Answers:
        rows = tuple(GroupRow(group=GroupId("heirs"), id=RowId(row)) for row in names)
        answers = tuple(Answer(field=FieldId("name"), row=RowId(row), value=name) for row, name in names.items())
        return Answers(answers, rows)

    changes = changes_between(a_content(heirs(one="王", two="李")), a_content(heirs(two="李", three="赵")))

    assert changes.places == (at("name")._replace(row=RowId("three")), at("name")._replace(row=RowId("one")))


def test_U14_a_page_is_new_by_its_picture_and_gone_where_none_stands_in_its_place() -> None:
    second, third = a_page(number=2, body=a_jpeg(b"2")), a_page(material="MT09", number=1, body=a_jpeg(b"3"))
    former = a_content(pages=(a_page(number=1), second, third))
    again = a_page(number=1, body=a_jpeg(b"again"))

    changes = changes_between(former, a_content(pages=(again, second)))

    assert changes.pages == {again.sha256}
    assert changes.pages_gone == (third,)
    assert changes.places == ()
