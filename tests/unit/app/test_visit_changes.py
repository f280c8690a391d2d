"""A visit that does not go straight: corrections, disputes, missing materials, devices and disks that fail."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path

import pytest

from app.notices.notice import Notice, Tone
from app.visit.scene import Progress, ReadBack, Wait
from app.visit.state import Phase
from domain.cases.values import content_digest, shown_digest
from domain.catalogue.values import Catalogue, FieldId, MaterialId, ModuleId
from domain.forms.answers import ApplicantKind
from tests.helpers.builders import (
    ACCOUNT,
    M01,
    NAME,
    NUMBER,
    OLD_NUMBER,
    PHONE,
    YOUNG_NUMBER,
    a_card,
    an_id_number,
    at,
    shipped_catalogue,
)
from tests.helpers.visit_harness import SECOND, Desk, with_second_module

PHONE_FIELD, MT02 = FieldId("AAE005"), MaterialId("MT02")


def test_undo_takes_back_only_what_is_in_sight(desk: Desk) -> None:
    desk.go_to(Phase.MATERIALS)
    desk.capture("MT02", 2)
    desk.visit.phases.go(Phase.FORM)
    desk.visit.form.answer(PHONE_FIELD, "1390000000")
    desk.visit.form.answer(PHONE_FIELD, "13900000000")

    desk.visit.phases.go(Phase.MATERIALS)
    desk.visit.pages.drop(MT02, 1)
    assert [page.number for page in desk.state.pages] == [2]

    desk.visit.keeping.undo()
    assert [page.number for page in desk.state.pages] == [1, 2]
    desk.visit.keeping.undo()
    desk.visit.keeping.undo()
    assert desk.state.pages == ()
    desk.visit.keeping.undo()
    assert desk.value("AAE005") == "13900000000"

    desk.visit.phases.go(Phase.FORM)
    desk.visit.keeping.undo()
    assert desk.value("AAE005") == PHONE


def test_undo_with_nothing_to_undo_does_nothing(desk: Desk) -> None:
    before = desk.state
    desk.visit.keeping.undo()
    assert desk.state == before


def test_a_touched_field_is_checked_at_once_and_the_others_are_left_in_peace(desk: Desk) -> None:
    desk.go_to(Phase.FORM)
    desk.visit.form.answer(PHONE_FIELD, "1380")
    assert [(finding.field, finding.code) for finding in desk.state.findings] == [("AAE005", "V06")]

    assert not desk.visit.phases.go(Phase.MATERIALS)
    assert desk.code == "form_invalid"
    assert {finding.field for finding in desk.state.findings} > {"AAE005", "AAE006"}

    desk.visit.form.answer(PHONE_FIELD, PHONE)
    assert PHONE_FIELD not in {finding.field for finding in desk.state.findings}


def test_a_warning_does_not_stop_the_form(desk: Desk) -> None:
    desk.go_to(Phase.MATERIALS, AAC004="1")

    assert [(finding.code, finding.severity.value) for finding in desk.state.findings] == [("V04", "warning")]


def test_r001_a_rule_blocks_with_its_own_words(desk: Desk) -> None:
    desk.visit.identifying.take_card(a_card(YOUNG_NUMBER))
    desk.visit.choosing.choose(M01)
    for name, text in (
        ("AAC009", "50"),
        ("CAZ289", "200"),
        ("AAE005", PHONE),
        ("AAE006", "x"),
        ("AAF030", "159999001001"),
    ):
        desk.visit.form.answer(FieldId(name), text)

    desk.visit.form.answer(PHONE_FIELD, "1")
    assert not desk.visit.phases.go(Phase.MATERIALS)
    assert desk.state.notice is not None
    assert desk.code == "R001", "it comes before what filling in could mend"
    assert "未满 16 周岁" in desk.state.notice.what


def test_a_value_that_is_hidden_again_is_kept_and_not_sent(desk: Desk) -> None:
    desk.go_to(Phase.FORM)
    desk.fill(AAE010=ACCOUNT, BIE013="NH", AAE009=NAME)
    desk.visit.form.answer(FieldId("AAE010"), "")

    assert desk.value("AAE009") == NAME
    assert "AAE009" not in {answer.field for answer in desk.content().answers}
    assert desk.visit.phases.go(Phase.MATERIALS)


def test_all_missing_materials_are_told_at_once(desk: Desk) -> None:
    desk.visit.identifying.enter(NAME, NUMBER)
    desk.visit.choosing.choose(M01)
    desk.fill(AAC066="021")
    desk.visit.identifying.set_applicant_kind(ApplicantKind.GUARDIAN)
    assert not desk.visit.phases.go(Phase.MATERIALS), "who acts for the applicant is to be named"
    for name, text in (("x_agent_name", "李测试"), ("x_agent_id", OLD_NUMBER), ("x_agent_rel", "1")):
        desk.visit.form.answer(FieldId(name), text)
    assert desk.visit.phases.go(Phase.MATERIALS), desk.state.findings
    desk.capture("MT01")

    assert not desk.visit.phases.go(Phase.READ_BACK)
    assert desk.code == "materials_missing"
    assert {one.material: one.need_pages - one.have_pages for one in desk.state.missing} == {
        "MT01": 1,
        "MT02": 2,
        "MT04": 1,
        "MT30": 1,
    }
    assert desk.state.notice is not None
    for name in ("居民身份证", "户口簿", "特殊身份", "监护关系"):
        assert name in desk.state.notice.what


def test_what_blocks_the_case_is_said_as_soon_as_the_item_is_chosen(desk: Desk) -> None:
    desk.visit.identifying.take_card(a_card(YOUNG_NUMBER))

    desk.visit.choosing.choose(M01)

    assert (desk.state.phase, desk.code) == (Phase.FORM, "R001")


def test_sx3_a_raised_risk_is_said_before_the_form_is_filled_in(desk: Desk) -> None:
    desk.visit.identifying.take_card(a_card(an_id_number("15999919600101001")))

    desk.visit.choosing.choose(M01)

    notice = desk.state.notice
    assert notice is not None
    assert (notice.code, notice.tone) == ("R003", Tone.WARNING)
    assert "复核岗、主管副主任、主任依次审批" in notice.next


def test_what_a_rule_says_comes_and_goes_with_the_answer_and_holds_nobody_up(desk: Desk) -> None:
    desk.go_to(Phase.FORM)
    desk.fill(AAB301="150102")
    assert desk.code == "R006"
    desk.visit.form.answer(FieldId("AAB301"), "159999")
    assert desk.code == ""
    desk.visit.keeping.undo()
    assert desk.code == "R006"

    assert desk.visit.phases.go(Phase.MATERIALS)


def test_rules_are_told_again_when_a_visit_is_taken_up(desk: Desk) -> None:
    desk.go_to(Phase.FORM)
    desk.fill(AAB301="150102")

    desk.timers.fire()
    desk.kill_and_recover()

    assert (desk.state.phase, desk.code) == (Phase.FORM, "R006")


def test_no_more_pages_than_a_material_takes(desk: Desk) -> None:
    desk.go_to(Phase.MATERIALS)
    desk.capture("MT02", 7)
    assert len(desk.state.pages) == 6
    assert desk.code == "enough_pages"

    desk.capture("MT99")
    assert desk.code == "enough_pages"


def test_the_applicant_disputes_and_the_clerk_corrects(desk: Desk) -> None:
    desk.go_to(Phase.READ_BACK)
    desk.dispute("联系电话", "居住地址")

    assert desk.state.disputed == ("联系电话", "居住地址")
    assert desk.state.notice is not None
    assert "联系电话、居住地址" in desk.state.notice.what
    assert isinstance(desk.shown[-1].scene, Wait)
    assert not desk.visit.phases.go(Phase.SIGN)

    desk.visit.phases.go(Phase.FORM)
    assert desk.state.disputed is None
    doubted = [doubt.label for doubt in desk.state.doubted]
    assert doubted == ["联系电话", "居住地址"], "the clerk sees in the form what it was"
    desk.visit.form.answer(PHONE_FIELD, "13900000000")
    assert [doubt.label for doubt in desk.state.doubted] == ["居住地址"]
    assert desk.visit.phases.go(Phase.READ_BACK)
    assert desk.state.doubted == (), "she reads once more"
    desk.confirm()
    assert desk.state.digest == shown_digest([content_digest(desk.content())])


CHANGES: list[Callable[[Desk], object]] = [
    lambda desk: desk.visit.form.answer(PHONE_FIELD, "13900000000"),
    lambda desk: desk.visit.pages.drop(MT02, 2),
    lambda desk: desk.capture("MT07"),
    lambda desk: desk.visit.identifying.set_applicant_kind(ApplicantKind.GUARDIAN),
    lambda desk: desk.visit.identifying.take_card(a_card(address="测试旗测试镇另一嘎查五号", name="张更名")),
]


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("phase", [Phase.SIGN, Phase.SUBMIT])
def test_a_change_after_the_confirmation_voids_it_and_the_signature(
    tmp_path: Path, phase: Phase, change: Callable[[Desk], object]
) -> None:
    desk = Desk(tmp_path / "store")
    desk.visit.identifying.take_card(a_card())
    desk.visit.choosing.choose(M01)
    for field in ("AAC003", "AAC010"):  # as from the card, so that a second reading may change them
        assert desk.state.answers[at(field)].origin.value == "card"
    for name, text in (
        ("AAC009", "50"),
        ("CAZ289", "200"),
        ("AAE005", PHONE),
        ("AAE006", "x"),
        ("AAF030", "159999001001"),
    ):
        desk.visit.form.answer(FieldId(name), text)
    desk.capture("MT02", 3)
    assert desk.visit.phases.go(Phase.READ_BACK)
    desk.confirm()
    if phase is Phase.SUBMIT:
        desk.sign()
    assert desk.state.phase is phase

    change(desk)

    assert (desk.state.digest, desk.state.signature, desk.state.signature_png) == ("", None, b"")
    assert (desk.state.phase, desk.code) == (Phase.MATERIALS, "confirmation_void")
    assert isinstance(desk.shown[-1].scene, Progress)
    assert not desk.visit.phases.go(Phase.SUBMIT)
    desk.close()


def test_undo_in_the_form_voids_the_confirmation_too(desk: Desk) -> None:
    desk.go_to(Phase.SUBMIT)
    desk.visit.phases.go(Phase.FORM)

    desk.visit.keeping.undo()

    assert (desk.state.digest, desk.state.signature, desk.code) == ("", None, "confirmation_void")


def test_a_change_that_is_none_leaves_the_confirmation(desk: Desk) -> None:
    desk.go_to(Phase.SUBMIT)
    digest = desk.state.digest
    desk.visit.form.answer(PHONE_FIELD, PHONE)
    desk.visit.identifying.take_card(a_card())
    desk.visit.phases.go(Phase.FORM)

    assert desk.state.digest == digest
    assert desk.visit.phases.go(Phase.SUBMIT)


def test_nobody_confirms_what_has_changed_since_it_was_shown(desk: Desk) -> None:
    desk.go_to(Phase.READ_BACK)
    old = desk.shown[-1].counter

    desk.visit.form.answer(FieldId("CAZ289"), "300")

    assert isinstance(desk.shown[-1].scene, ReadBack)
    desk.confirm(counter=old)
    assert desk.state.digest == ""
    desk.confirm()
    assert desk.state.digest == shown_digest([content_digest(desk.content())])


def test_another_item_after_the_signature_voids_both(tmp_path: Path) -> None:
    catalogue = shipped_catalogue()
    other = dataclasses.replace(catalogue.modules[M01], id=ModuleId("M02"), name="续保登记")
    desk = Desk(
        tmp_path / "store", catalogue=dataclasses.replace(catalogue, modules={**catalogue.modules, other.id: other})
    )
    desk.go_to(Phase.SUBMIT)

    desk.visit.choosing.choose(other.id)

    assert (desk.state.phase, desk.state.digest, desk.state.signature) == (Phase.FORM, "", None)
    assert desk.value("AAE005") == ""
    desk.visit.keeping.undo()
    assert (desk.state.module, desk.value("AAE005")) == (M01, PHONE), "what was typed there is not lost"
    desk.close()


def test_replies_to_older_scenes_and_other_visits_are_ignored(desk: Desk) -> None:
    desk.go_to(Phase.READ_BACK)
    now = desk.shown[-1].counter

    desk.confirm(counter=now - 1)
    desk.confirm(counter=now + 1)
    desk.confirm(visit="visit-2")
    desk.sign()
    assert (desk.state.phase, desk.state.digest) == (Phase.READ_BACK, "")

    desk.confirm()
    desk.confirm(counter=now)
    assert desk.state.phase is Phase.SIGN


def test_U12_why_a_case_came_back_is_told_first_and_stands_while_it_is_mended(desk: Desk) -> None:
    desk.visit.identifying.take_card(a_card(OLD_NUMBER))
    desk.visit.choosing.choose(M01)
    assert desk.code == "R003"
    reason = Notice(tone=Tone.WARNING, what="复核退回", code="returned")

    visit = desk.open(dataclasses.replace(desk.state, notice=None, standing=(), came_back=reason))
    assert desk.state.notice == reason
    visit.form.answer(PHONE_FIELD, PHONE)
    visit.phases.go(Phase.READ_BACK)
    visit.dismiss_notice()

    assert desk.code == ""
    assert desk.state.standing[0] == reason
    visit.keeping.save_now()
    desk.kill_and_recover()
    assert (desk.state.notice, desk.state.standing[0]) == (reason, reason)
    desk.visit.tell(desk.state.standing[1])
    assert desk.code == "R003"


def test_im5a_a_page_that_is_taken_again_comes_into_its_old_place(desk: Desk) -> None:
    desk.go_to(Phase.MATERIALS)
    desk.capture("MT02", 3)
    first, second, third = (page.sha256 for page in desk.state.pages)

    desk.visit.pages.drop(MT02, 1)
    assert [page.sha256 for page in desk.content().pages] == [second, third]
    assert [page.number for page in desk.content().pages] == [1, 2], "a place that stays free is closed up"
    desk.capture("MT02")

    pages = desk.content().pages
    assert [page.number for page in pages] == [1, 2, 3]
    assert [page.sha256 for page in pages][1:] == [second, third]
    assert pages[0].sha256 not in (first, second, third)


def test_what_is_still_wrong_is_counted_down_while_it_is_mended(desk: Desk) -> None:
    desk.go_to(Phase.FORM)
    assert not desk.visit.phases.go(Phase.MATERIALS)
    assert desk.state.notice is not None
    before = desk.state.notice.what

    desk.visit.form.answer(PHONE_FIELD, PHONE)
    assert desk.state.notice.what != before
    desk.fill()

    assert desk.state.notice is None


def test_4_5_a_returned_case_cannot_be_turned_into_another_item(tmp_path: Path) -> None:
    catalogue = with_second_module()
    desk = Desk(tmp_path / "store", catalogue=catalogue)
    desk.go_to(Phase.MATERIALS)
    desk.open(dataclasses.replace(desk.state, returned_after=2))
    before = desk.state

    desk.visit.choosing.choose(SECOND)

    assert desk.code == "module_fixed"
    assert (desk.state.module, desk.state.answers) == (before.module, before.answers)
    desk.visit.choosing.choose(M01)
    assert desk.state.phase is Phase.FORM
    desk.close()


def test_4_6_who_applies_is_checked_and_told_at_once(desk: Desk) -> None:
    desk.visit.identifying.take_card(a_card())
    desk.visit.choosing.choose(M01)
    desk.fill()
    assert desk.visit.phases.go(Phase.MATERIALS)
    states = len(desk.states)

    desk.visit.identifying.set_applicant_kind(ApplicantKind.AGENT)

    assert {row.material for row in desk.state.materials if row.required} > {"MT02"}
    assert len(desk.states) == states + 1, "one change, one new state"


def _without_materials() -> Catalogue:
    shipped = shipped_catalogue()
    bare = dataclasses.replace(shipped.modules[M01], materials=())
    return dataclasses.replace(shipped, modules={**shipped.modules, M01: bare})


def test_4_a_module_without_materials_skips_their_phase(tmp_path: Path) -> None:
    desk = Desk(tmp_path / "store", catalogue=_without_materials())
    desk.visit.identifying.take_card(a_card())
    desk.visit.choosing.choose(M01)
    desk.fill()

    assert Phase.MATERIALS not in desk.visit.phases.present
    assert desk.visit.phases.go_on()
    after = desk.state.phase
    assert desk.visit.phases.go_back()
    assert (after, desk.state.phase) == (Phase.READ_BACK, Phase.FORM)
    desk.close()
