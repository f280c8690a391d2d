"""What an applicant signs: one digest for equal content in any order, another for every change."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.cases.values import CaseContent, PackageId, PageRef, content_digest
from domain.catalogue.values import FieldId, GroupId, ModuleId
from domain.forms.answers import Answer, Answers, ApplicantKind, GroupRow, Origin, RowId
from domain.forms.parties import applicant_in
from tests.helpers.builders import (
    JPEG,
    NAME,
    NUMBER,
    OLD_NUMBER,
    a_content,
    a_module,
    a_page,
    at,
    m01_answers,
    sha256_of,
    shown_by,
)
from tests.helpers.pictures import a_jpeg

CONTENT = a_content(signed=False)

CHANGES: list[Callable[[CaseContent], CaseContent]] = [
    lambda c: dataclasses.replace(c, module=ModuleId("M02")),
    lambda c: dataclasses.replace(c, catalogue_sha256="0" * 64),
    lambda c: dataclasses.replace(c, applicant_kind=ApplicantKind.GUARDIAN),
    lambda c: dataclasses.replace(c, answers=c.answers[1:]),
    lambda c: dataclasses.replace(c, identities=shown_by(origin=Origin.TYPED)),
    lambda c: dataclasses.replace(c, identities=shown_by(OLD_NUMBER)),
    lambda c: dataclasses.replace(c, identities=shown_by(name="李测试")),
    lambda c: dataclasses.replace(c, identities=()),
    lambda c: dataclasses.replace(c, package=PackageId("p1")),
    lambda c: dataclasses.replace(c, rows=(GroupRow(group=GroupId("heirs"), id=RowId("r1")),)),
    lambda c: dataclasses.replace(c, answers=(dataclasses.replace(c.answers[0], row=RowId("r1")), *c.answers[1:])),
    lambda c: dataclasses.replace(c, answers=(*c.answers, Answer(field=FieldId("AAE013"), value="x"))),
    lambda c: dataclasses.replace(c, answers=tuple(m01_answers(AAE005="13800000001").values())),
    lambda c: dataclasses.replace(c, pages=()),
    lambda c: dataclasses.replace(c, pages=c.pages[:1]),
    lambda c: dataclasses.replace(c, pages=(c.pages[0], a_page(number=2, body=b"another"))),
    lambda c: dataclasses.replace(c, pages=(a_page("MT04"), c.pages[1])),
    lambda c: dataclasses.replace(c, pages=(a_page(number=1, body=a_jpeg(b"2")), a_page(number=2))),
]


@pytest.mark.parametrize("change", CHANGES)
def test_every_change_of_what_is_signed_changes_the_digest(change: Callable[[CaseContent], CaseContent]) -> None:
    assert content_digest(change(CONTENT)) != content_digest(CONTENT)


def test_what_is_not_signed_does_not_change_the_digest() -> None:
    from_card = tuple(dataclasses.replace(answer, origin=Origin.CARD) for answer in CONTENT.answers)
    empty = (*CONTENT.answers, Answer(field=FieldId("AAE013"), value=""))

    for same in (
        a_content(),
        dataclasses.replace(CONTENT, answers=from_card),
        dataclasses.replace(CONTENT, answers=empty),
    ):
        assert content_digest(same) == content_digest(CONTENT)


@given(st.permutations(CONTENT.answers), st.permutations(CONTENT.pages))
def test_the_order_of_answers_and_pages_does_not_matter(answers: list[Answer], pages: list[PageRef]) -> None:
    turned = dataclasses.replace(CONTENT, answers=tuple(answers), pages=tuple(pages))

    assert content_digest(turned) == content_digest(CONTENT)


values = st.dictionaries(st.sampled_from(sorted(m01_answers())), st.text(min_size=1, max_size=4), max_size=4)


@given(values, values)
def test_digests_are_equal_only_for_equal_answers(one: dict[FieldId, str], other: dict[FieldId, str]) -> None:
    first, second = (
        dataclasses.replace(CONTENT, answers=tuple(Answer(field=name, value=value) for name, value in some.items()))
        for some in (one, other)
    )

    assert (content_digest(first) == content_digest(second)) == (one == other)


def test_values_cannot_be_shifted_between_fields_unnoticed() -> None:
    split = (Answer(field=FieldId("AAC003"), value='张","x'), Answer(field=FieldId("AAC004"), value="1"))
    joined = (Answer(field=FieldId("AAC003"), value="张"), Answer(field=FieldId("AAC004"), value='x","1'))

    assert content_digest(dataclasses.replace(CONTENT, answers=split)) != content_digest(
        dataclasses.replace(CONTENT, answers=joined)
    )


def test_a_digest_names_its_algorithm_and_half_a_character_does_not_crash_it() -> None:
    half = (Answer(field=FieldId("AAE006"), value="\ud800"),)

    assert content_digest(CONTENT).startswith("sha256:")
    assert len(content_digest(dataclasses.replace(CONTENT, answers=half))) == len("sha256:") + 64


def test_the_applicant_is_named_by_the_form() -> None:
    named = applicant_in(a_module(), CONTENT.form)
    assert (named.name, named.id_number) == (NAME, NUMBER)
    nobody = applicant_in(a_module(), Answers())
    assert (nobody.name, nobody.id_number) == ("", "")


def test_of_a_field_answered_twice_everybody_sees_the_same_answer() -> None:
    twice = (*CONTENT.answers, Answer(field=FieldId("AAC002"), value="159999196403150011"))
    content = dataclasses.replace(CONTENT, answers=twice)

    assert applicant_in(a_module(), content.form).id_number == content.form[at("AAC002")].value


def test_content_hides_personal_data_in_its_repr() -> None:
    assert NUMBER not in repr(a_content())
    assert NAME not in repr(a_content())
    assert sha256_of(JPEG) in repr(a_content())
