"""Several cases of one applicant in one visit: read back together, signed once, submitted each on its own."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from app.notices.notice import Notice, Tone
from app.visit.assessing import assess_visit
from app.visit.doubts import doubts_in
from app.visit.draft import parse_draft
from app.visit.package import works_of
from app.visit.scene import Done, ReadBack, Sign, Wait
from app.visit.state import Phase, ReceiptSeen
from domain.cases.values import NO_PACKAGE, CaseContent, CaseId, PackageId, content_digest
from domain.catalogue.values import FieldId, MaterialId
from domain.forms.assess import Assessment, assess
from domain.wire.cases import SubmitCase
from domain.wire.codec import parse
from tests.helpers.builders import M01, PHONE, at
from tests.helpers.stored import drafts_of
from tests.helpers.visit_harness import SECOND, Desk, with_second_module

PHONE_FIELD, ADDRESS_FIELD = FieldId("AAE005"), FieldId("AAE006")


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path / "store", catalogue=with_second_module())
    yield made
    made.close()


def two_forms(desk: Desk) -> tuple[CaseId, CaseId]:
    """M01 filled in, and a second business beside it."""
    desk.go_to(Phase.FORM)
    desk.fill()
    first = desk.state.case
    desk.visit.choosing.add(SECOND)
    second = desk.state.case
    assert first is not None
    assert second is not None
    return first, second


def read_back(desk: Desk) -> tuple[CaseId, CaseId]:
    """Both forms and all pages, up to the read-back."""
    first, second = two_forms(desk)
    assert desk.visit.phases.go_on(), desk.state.notice
    desk.capture("MT02", 2)
    assert desk.visit.phases.go_on(), desk.state.notice
    return first, second


def submitted(desk: Desk) -> dict[CaseId, CaseContent]:
    """What lies in the outbox."""
    found = {}
    for entry in desk.store.outbox.entries():
        body = parse(SubmitCase, entry.body)
        assert isinstance(body, SubmitCase)
        found[body.case] = body.content
    return found


def test_7_package_one_read_back_one_signature_over_both_digests_two_submissions(desk: Desk) -> None:
    first, second = read_back(desk)
    scene = desk.shown[-1].scene
    assert isinstance(scene, ReadBack)
    assert scene.item == "新参保登记、第二项测试业务"
    phones = [line for line in scene.lines if "".join((line.whole or line.value).split()) == PHONE]
    assert len(phones) == 1, "what both say is read once"
    assert len(scene.materials) == 1, "taken once, it serves both"

    desk.confirm()
    assert isinstance(desk.shown[-1].scene, Sign)
    desk.sign()
    desk.visit.submitting.submit()

    contents = submitted(desk)
    assert set(contents) == {first, second}
    assert {content.module for content in contents.values()} == {M01, SECOND}
    digests = tuple(sorted(map(content_digest, contents.values())))
    for content in contents.values():
        assert content.signature is not None
        assert content.signature.digests == digests
        assert content.is_signed
        assert content.package == PackageId("visit-1")
        assert len(content.pages) == 2
    assert drafts_of(desk.store) == []
    desk.store.pages.drop_case(first)
    for page in contents[second].pages:
        assert desk.store.pages.load(page.sha256), "each case keeps the pages for itself"


def test_7_package_the_next_case_is_turned_to_when_it_wants_something_of_its_own(desk: Desk) -> None:
    first, second = two_forms(desk)
    desk.visit.form.answer(FieldId("AAC066"), "061")
    assert desk.visit.phases.go_on(), desk.state.notice
    desk.visit.choosing.turn_to(first)
    assert desk.visit.phases.go_on(), desk.state.notice
    desk.capture("MT02", 2)

    assert not desk.visit.phases.go_on()

    assert (desk.state.case, desk.state.phase, desk.code) == (second, Phase.MATERIALS, "next_of_package")
    assert [(row.material, len(row.pages)) for row in desk.state.materials if row.required] == [
        ("MT02", 2),
        ("MT04", 0),
    ]


def test_7_package_a_case_takes_no_more_pages_than_it_may(desk: Desk) -> None:
    read_back(desk)
    module = desk.catalogue.modules[SECOND]
    one = tuple(
        dataclasses.replace(use, min_pages=1, max_pages=1) if use.material == "MT02" else use
        for use in module.materials
    )
    second = dataclasses.replace(module, materials=one)
    catalogue = dataclasses.replace(desk.catalogue, modules={**desk.catalogue.modules, SECOND: second})
    tools = dataclasses.replace(desk.visit.tools, catalogue=catalogue)

    seen = assess_visit(tools, desk.state)

    assert seen is not None
    assert {case.module.id: len(case.content.pages) for case in seen.all} == {M01: 2, SECOND: 1}


def test_7_package_one_key_is_one_assessment_and_a_page_is_none(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    first, _ = two_forms(desk)
    asked: list[str] = []

    def counted(*question: Any, **more: Any) -> Assessment:
        asked.append(question[1].id)
        return assess(*question, **more)

    monkeypatch.setattr("app.visit.assessing.assess", counted)
    desk.visit.form.answer(PHONE_FIELD, "13900000001")
    assert asked == [SECOND], "the case that is laid aside did not change"
    desk.visit.choosing.turn_to(first)
    assert asked == [SECOND], "turning changes nothing"
    assert desk.visit.phases.go_on(), desk.state.notice
    desk.capture("MT02", 2)
    assert asked == [SECOND], "no rule looks at pages"
    desk.now += timedelta(days=1)
    desk.visit.form.answer(PHONE_FIELD, "13900000002")
    assert sorted(asked[1:]) == [M01, SECOND], "a new day is another question"


def test_7_package_a_case_is_taken_out_and_brought_back_with_all_that_was_typed(desk: Desk) -> None:
    first, second = two_forms(desk)
    desk.visit.form.answer(PHONE_FIELD, "13900000001")
    before = desk.state

    desk.visit.choosing.give_up(second)
    assert (desk.state.case, desk.state.others, desk.state.package, desk.code) == (first, (), NO_PACKAGE, "taken_out")
    assert desk.state.phase is Phase.FORM
    desk.visit.choosing.give_up(first)
    assert desk.state.case == first, "the last one stays: a visit is ended, not emptied"
    desk.visit.keeping.undo()

    now = desk.state
    assert (now.case, now.answers, now.others, now.package) == (second, before.answers, before.others, before.package)
    desk.visit.keeping.undo()
    assert desk.state.answers[at("AAE005")].value == PHONE
    desk.visit.keeping.undo()
    assert (desk.state.case, desk.state.others) == (first, ()), "and that it was put in is taken back too"


def test_7_package_pages_stay_when_the_case_they_were_taken_for_goes(desk: Desk) -> None:
    first, second = read_back(desk)
    pages = [page.sha256 for page in desk.state.pages]

    desk.visit.choosing.give_up(first)
    desk.store.drop_pages(first)

    assert [page.sha256 for page in desk.state.pages] == pages
    assert all(desk.store.pages.load(page) for page in pages)
    assert desk.visit.phases.go(Phase.READ_BACK), desk.state.notice
    desk.confirm()
    desk.sign()
    desk.visit.submitting.submit()
    assert set(submitted(desk)) == {second}


def test_7_package_a_case_brought_back_keeps_the_pages_under_its_name_again(desk: Desk) -> None:
    """The draft names the case that owns the pages; what is kept under another one is swept as abandoned one day."""
    first, second = read_back(desk)
    pages = [page.sha256 for page in desk.state.pages]

    desk.visit.choosing.give_up(first)
    desk.visit.keeping.undo()
    desk.visit.keeping.save_now()

    assert desk.store.drafts.find_of_case(first)
    desk.store.drop_pages(second)
    assert all(desk.store.pages.load(page) for page in pages)


def test_7_package_pages_that_only_the_case_taken_out_wanted_go_with_the_submission(tmp_path: Path) -> None:
    shipped = with_second_module()
    modest = dataclasses.replace(shipped.modules[SECOND], materials=())
    desk = Desk(tmp_path / "store", catalogue=dataclasses.replace(shipped, modules={**shipped.modules, SECOND: modest}))
    first, _ = two_forms(desk)
    desk.visit.choosing.turn_to(first)
    assert desk.visit.phases.go(Phase.MATERIALS), desk.state.notice
    desk.capture("MT02", 2)
    pages = [page.sha256 for page in desk.state.pages]

    desk.visit.choosing.give_up(first)
    assert all(desk.store.pages.load(page) for page in pages), "it may be taken back"
    desk.visit.keeping.undo()
    assert desk.content().pages
    desk.visit.choosing.give_up(first)
    assert desk.visit.phases.go(Phase.READ_BACK), desk.state.notice
    desk.confirm()
    desk.sign()
    desk.visit.submitting.submit()

    assert [content.pages for content in submitted(desk).values()] == [()]
    assert not any(desk.store.pages.has(page) for page in pages)
    assert len(list((desk.folder / "pages").iterdir())) == 2, "signature and strokes"
    desk.close()


def test_a_page_that_was_taken_again_is_not_kept_with_the_case(desk: Desk) -> None:
    desk.go_to(Phase.MATERIALS)
    desk.capture("MT02", 2)
    wrong = desk.state.pages[0].sha256
    desk.visit.pages.drop(MaterialId("MT02"), 1)
    desk.capture("MT02")
    assert desk.store.pages.has(wrong), "it may be taken back"
    assert desk.visit.phases.go_on(), desk.state.notice
    desk.confirm()
    desk.sign()

    desk.visit.submitting.submit()

    (content,) = submitted(desk).values()
    assert not desk.store.pages.has(wrong)
    assert all(desk.store.pages.load(page.sha256) for page in content.pages)


def test_7_package_each_case_has_a_receipt_of_its_own_and_a_refused_one_does_not_touch_the_other(desk: Desk) -> None:
    first, second = read_back(desk)
    desk.confirm()
    desk.sign()
    desk.visit.submitting.submit()

    desk.visit.submitting.take_receipt(first, ReceiptSeen(receipt_no="159999-1"))
    assert isinstance(desk.shown[-1].scene, Wait), "the other one is still on its way"
    desk.visit.submitting.take_refusal(second, Notice(tone=Tone.ERROR, what="材料不齐", code="materials_missing"))

    works = {work.case: work for work in works_of(desk.state)}
    assert works[first].receipt == ReceiptSeen(receipt_no="159999-1")
    assert (works[first].refused, works[second].refused) == (False, True)
    assert (desk.state.case, desk.code) == (second, "materials_missing")
    assert desk.visit.submitting.paper is None
    desk.visit.choosing.turn_to(first)
    assert desk.paper.receipt_no == "159999-1"
    assert desk.state.phase is Phase.DONE


def test_7_package_two_receipts_end_on_one_scene(desk: Desk) -> None:
    first, second = read_back(desk)
    desk.confirm()
    desk.sign()
    desk.visit.submitting.submit()

    desk.visit.submitting.take_receipt(second, ReceiptSeen(receipt_no="159999-2"))
    desk.visit.submitting.take_receipt(first, ReceiptSeen(receipt_no="159999-1"))

    done = desk.shown[-1].scene
    assert isinstance(done, Done)
    assert {done.receipt_no, *(one.receipt_no for one in done.also)} == {"159999-1", "159999-2"}


def test_7_package_what_was_typed_is_carried_into_the_next_form_and_read_twice_once_it_differs(desk: Desk) -> None:
    first, _ = read_back(desk)
    assert desk.state.answers[at("AAE005")].value == PHONE
    desk.visit.choosing.turn_to(first)
    desk.visit.form.answer(PHONE_FIELD, "13900000001")

    assert desk.visit.phases.go(Phase.READ_BACK)

    scene = desk.shown[-1].scene
    assert isinstance(scene, ReadBack)
    phones = ["".join((line.whole or line.value).split()) for line in scene.lines]
    assert {PHONE, "13900000001"} <= set(phones)


def test_7_package_a_change_in_either_case_voids_the_one_signature(desk: Desk) -> None:
    first, _ = read_back(desk)
    desk.confirm()
    desk.sign()
    signed = desk.state
    assert signed.signature is not None

    desk.visit.phases.go(Phase.FORM)
    desk.visit.choosing.turn_to(first)
    desk.visit.form.answer(FieldId("CAZ289"), "300")

    assert (desk.state.signature, desk.state.digest) == (None, "")


def test_7_package_a_form_that_is_not_right_comes_under_hand(desk: Desk) -> None:
    first, second = two_forms(desk)
    desk.visit.choosing.turn_to(first)
    desk.visit.form.answer(FieldId("AAE006"), "")
    desk.visit.choosing.turn_to(second)
    desk.visit.form.answer(FieldId("AAE006"), "测试镇九号")

    assert not desk.visit.phases.go(Phase.READ_BACK)

    assert (desk.state.case, desk.state.phase) == (first, Phase.FORM)


def test_7_package_survives_a_kill_with_all_its_cases_and_can_be_made_smaller(desk: Desk) -> None:
    first, second = read_back(desk)

    desk.kill_and_recover()
    assert [work.case for work in works_of(desk.state)] == [first, second]
    assert len(desk.state.pages) == 2
    assert isinstance(desk.shown[-1].scene, ReadBack)

    desk.visit.choosing.turn_to(first)
    desk.visit.choosing.give_up(second)
    assert works_of(desk.state)[0].case == first
    assert (desk.state.package, desk.state.others) == ("", ())
    ((_, body),) = drafts_of(desk.store)
    assert parse_draft(body).others == ()


def test_7_package_undo_never_reaches_into_another_case(desk: Desk) -> None:
    first, second = two_forms(desk)
    before = desk.state.answers
    desk.visit.form.answer(FieldId("CAZ289"), "300")
    desk.visit.choosing.turn_to(first)
    answers = desk.state.answers

    desk.visit.keeping.undo()

    assert desk.state.answers == answers
    desk.visit.choosing.turn_to(second)
    assert desk.state.answers != before
    desk.visit.pages.drop(MaterialId("MT02"), 1)


def doubted_of(desk: Desk, case: CaseId) -> list[str]:
    """What the applicant marked in a case and nobody has changed."""
    return [doubt.label for doubt in doubts_in(desk.state.doubted, case)]


def test_7_package_what_the_applicant_marks_is_marked_in_each_case_it_is_of(desk: Desk) -> None:
    first, second = two_forms(desk)
    desk.visit.form.answer(ADDRESS_FIELD, "测试旗测试镇某嘎查九号")
    assert desk.visit.phases.go_on()
    desk.capture("MT02", 2)
    assert desk.visit.phases.go_on()

    desk.dispute("联系电话", "居住地址")
    assert desk.state.notice is not None
    assert "联系电话（新参保登记）（第二项测试业务）" in desk.state.notice.what
    assert (doubted_of(desk, first), doubted_of(desk, second)) == (["联系电话", "居住地址"], ["联系电话", "居住地址"])

    assert desk.visit.phases.go(Phase.FORM)
    assert (desk.state.case, desk.state.phase) == (first, Phase.FORM), "the first case with a mark"
    desk.visit.form.answer(PHONE_FIELD, "13900000000")
    assert doubted_of(desk, first) == ["居住地址"]
    assert doubted_of(desk, second) == ["联系电话", "居住地址"], "it is not changed there"

    assert not desk.visit.phases.go_on()
    assert (desk.state.case, desk.state.phase) == (second, Phase.FORM), "the other is seen before anybody reads again"
    assert desk.state.notice is not None
    assert "联系电话、居住地址" in desk.state.notice.what
    desk.visit.form.answer(PHONE_FIELD, "13900000000")
    assert doubted_of(desk, first) == ["居住地址"], "marks stay until they are changed"

    assert desk.visit.phases.go(Phase.READ_BACK), "what the clerk has seen and left holds nobody up"
    assert desk.state.doubted == ()


def test_7_package_a_mark_in_another_case_than_the_one_under_hand_leads_there(desk: Desk) -> None:
    first, second = two_forms(desk)
    desk.visit.form.answer(ADDRESS_FIELD, "测试旗测试镇某嘎查九号")
    desk.visit.choosing.turn_to(first)
    assert desk.visit.phases.go_on()
    desk.capture("MT02", 2)
    assert desk.visit.phases.go_on()
    assert desk.state.case == first

    desk.dispute("居住地址", part="第二项测试业务")
    assert (doubted_of(desk, first), doubted_of(desk, second)) == ([], ["居住地址"])
    assert desk.visit.phases.go(Phase.FORM)

    assert desk.state.case == second


def test_7_package_reading_once_more_what_was_marked_is_not_turned_aside(desk: Desk) -> None:
    read_back(desk)
    desk.dispute("联系电话")

    assert desk.visit.phases.ask_anew(Phase.READ_BACK)

    assert desk.state.phase is Phase.READ_BACK
    assert desk.state.doubted == ()
