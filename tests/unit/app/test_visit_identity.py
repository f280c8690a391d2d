"""Who the applicant is: by card, by hand, and never two people in one visit."""

from __future__ import annotations

import dataclasses
from datetime import date

import pytest

from app.notices.notice import Tone
from app.visit.state import Identity, Phase, VisitState
from domain.catalogue.values import FieldId, ModuleId, Severity
from domain.forms.answers import Origin
from domain.identity import Sex, is_name
from hardware.drivers.sam.text_block import parse_text_block
from hardware.kinds.id_card_reader import CardType
from hardware.simulators.cards import build_card
from hardware.simulators.persons import load_persons
from tests.helpers.builders import ADDRESS, M01, NAME, NUMBER, OLD_NUMBER, TODAY, a_card, at
from tests.helpers.visit_harness import Desk


def test_im5_the_card_fills_the_form_and_is_marked_as_its_source(desk: Desk) -> None:
    desk.go_to(Phase.FORM)

    answers = desk.state.answers
    filled = {name: answers[at(name)].value for name in ("AAC003", "AAC002", "AAC004", "AAC005", "AAC006")}
    assert filled == {
        "AAC003": NAME,
        "AAC002": NUMBER,
        "AAC004": Sex.FEMALE.value,
        "AAC005": "01",
        "AAC006": "1971-11-05",
    }
    assert answers[at("AAC010")].value == ADDRESS
    assert {answers[at(name)].origin for name in filled} == {Origin.CARD}
    assert answers[at("AAC030")].value == TODAY.isoformat()
    assert (answers[at("AAB301")].value, answers[at("AAF013")].value) == ("159999", "159999001")
    assert answers[at("AAB301")].origin is Origin.DEFAULT
    assert desk.state.findings == ()


def test_manual_entry_replaces_the_card_and_must_be_proved_by_its_copies(desk: Desk) -> None:
    desk.visit.identifying.enter(" 乌云•其其格 ", "15999919711105 0240")
    desk.visit.choosing.choose(M01)

    assert desk.state.identity is not None
    assert desk.state.identity.name == "乌云·其其格"
    assert desk.state.identity.origin is Origin.TYPED
    answers = desk.state.answers
    assert answers[at("AAC002")].value == NUMBER
    assert (answers[at("AAC004")].value, answers[at("AAC006")].value) == ("2", "1971-11-05")
    assert {row.material for row in desk.state.materials if row.required} == {"MT01", "MT02"}


@pytest.mark.parametrize(
    ("name", "number", "code"),
    [
        (NAME, "159999197111050241", "id_number_check_digit"),
        (NAME, "", "id_number_length"),
        ("  ", NUMBER, "name_missing"),
    ],
)
def test_a_wrong_manual_entry_is_explained_and_not_taken(desk: Desk, name: str, number: str, code: str) -> None:
    desk.visit.identifying.enter(name, number)

    assert (desk.code, desk.state.identity, desk.state.phase) == (code, None, Phase.IDENTIFY)


def test_a_card_with_a_wrong_check_digit_is_explained_and_not_taken(desk: Desk) -> None:
    desk.visit.identifying.take_card(a_card(id_number="159999197111050241"))

    assert (desk.code, desk.state.identity, desk.state.phase) == ("card_number_wrong", None, Phase.IDENTIFY)
    assert desk.state.notice is not None
    assert "校验不通过" in desk.state.notice.why


@pytest.mark.parametrize(
    ("until", "warned"),
    [(date(2026, 11, 23), True), (date(2026, 11, 24), False), (date(2030, 1, 1), False), (None, False)],
)
def test_an_expired_card_is_a_warning_that_stays_and_stops_nothing(
    desk: Desk, until: date | None, warned: bool
) -> None:
    desk.visit.identifying.take_card(a_card(valid_until=until))
    desk.visit.choosing.choose(M01)
    desk.fill()
    desk.visit.phases.go(Phase.MATERIALS)

    assert ([one.code for one in desk.state.standing] == ["card_expired"]) is warned
    assert desk.state.phase is Phase.MATERIALS
    assert all(one.tone is Tone.WARNING for one in desk.state.standing)


def test_H1_before_the_form_another_card_replaces_the_first_and_both_are_named(desk: Desk) -> None:
    desk.visit.identifying.take_card(a_card())
    desk.visit.identifying.take_card(a_card(OLD_NUMBER))

    assert desk.state.identity is not None
    assert desk.state.identity.id_number == OLD_NUMBER
    assert desk.code == "applicant_changed"


def test_somebody_elses_card_or_number_is_not_taken_in_the_middle_of_a_form(desk: Desk) -> None:
    desk.go_to(Phase.FORM)
    answers = desk.state.answers

    desk.visit.identifying.take_card(a_card(OLD_NUMBER))
    assert desk.code == "other_card"
    assert desk.state.notice is not None
    assert desk.state.notice.what == f"读卡器上是{a_card(OLD_NUMBER).name}的身份证"
    assert desk.state.identity is not None
    assert desk.state.notice.why == f"正在办理的是{desk.state.identity.name}的业务"
    desk.visit.identifying.enter("李测试", OLD_NUMBER)
    assert desk.code == "other_number"

    assert desk.state.answers == answers
    assert desk.state.identity is not None
    assert desk.state.identity.id_number == NUMBER


def test_the_same_card_again_fills_gaps_and_leaves_what_was_typed(desk: Desk) -> None:
    desk.go_to(Phase.FORM)
    desk.visit.form.answer(FieldId("AAC010"), "新地址一号")
    desk.visit.form.answer(FieldId("AAC005"), "")

    desk.visit.identifying.take_card(a_card())

    assert desk.state.answers[at("AAC010")].value == "新地址一号"
    assert desk.state.answers[at("AAC005")].value == "01"
    assert desk.code == ""


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({"AAC003": "李测试"}, {"AAC003"}),
        ({"AAC002": OLD_NUMBER, "AAC004": "1", "AAC006": "1964-03-15"}, {"AAC002"}),
    ],
)
def test_im5_the_form_of_a_card_names_nobody_else(desk: Desk, changes: dict[str, str], wrong: set[str]) -> None:
    desk.go_to(Phase.FORM)
    desk.fill(**changes)
    assert {one.field for one in desk.state.findings if one.code == "NOT_THE_APPLICANT"} == wrong, "told at once"

    assert not desk.visit.phases.go(Phase.MATERIALS)
    assert desk.code == "form_invalid"

    desk.fill(AAC003=NAME, AAC002=NUMBER, AAC004="2", AAC006="1971-11-05")
    assert desk.visit.phases.go(Phase.MATERIALS)


def test_a_card_that_fills_an_open_form_is_saved_as_what_is_typed(desk: Desk) -> None:
    """A moment later: the form is drawn meanwhile."""
    desk.visit.identifying.take_card(a_card())
    desk.visit.choosing.choose(M01)
    desk.visit.form.answer(FieldId("AAC003"), "")
    desk.timers.fire()

    desk.visit.identifying.take_card(a_card())
    assert len(desk.timers) == 1
    desk.timers.fire()

    assert desk.kill_and_recover().state.answers[at("AAC003")].value == NAME


def test_a_typed_name_that_is_typed_anew_is_followed_by_the_form(desk: Desk) -> None:
    desk.visit.identifying.enter("张策试", NUMBER)
    desk.visit.choosing.choose(M01)

    desk.visit.identifying.enter(NAME, NUMBER)

    assert desk.state.answers[at("AAC003")].value == NAME
    assert desk.state.findings == ()


def test_an_old_foreigners_card_is_told_as_what_it_is(desk: Desk) -> None:
    desk.visit.identifying.take_card(
        dataclasses.replace(a_card(), card_type=CardType.FOREIGN_2017, id_number="CAN310000000000")
    )

    assert desk.state.identity is None
    assert desk.state.notice is not None
    assert "外国人永久居留身份证" in desk.state.notice.what


def test_an_expired_card_is_told_again_when_it_is_laid_down_again(desk: Desk) -> None:
    expired = a_card(valid_until=date(2020, 1, 1))
    desk.visit.identifying.take_card(expired)
    desk.visit.choosing.choose(M01)
    desk.visit.identifying.take_card(a_card(OLD_NUMBER))
    assert desk.code == "other_card"

    desk.visit.identifying.take_card(expired)

    assert desk.code == "card_expired"


def test_an_identity_of_which_only_name_and_number_are_left_opens_the_form_filled(desk: Desk) -> None:
    desk.open(VisitState(visit="visit-2", identity=Identity(name=NAME, id_number=NUMBER, origin=Origin.CARD)))

    desk.visit.choosing.choose(M01)

    answers = desk.state.answers
    assert [answers[at(name)].value for name in ("AAC003", "AAC002", "AAC004", "AAC006")] == [
        NAME,
        NUMBER,
        "2",
        "1971-11-05",
    ]


def test_U12_each_warning_stands_alone_as_long_as_it_is_true_and_no_error_takes_its_place(desk: Desk) -> None:
    def standing() -> list[str]:
        return [one.code for one in desk.state.standing]

    desk.visit.identifying.take_card(a_card(OLD_NUMBER, valid_until=date(2020, 1, 1)))
    assert (desk.code, standing()) == ("card_expired", ["card_expired"])
    desk.visit.choosing.choose(M01)
    assert (desk.code, standing()) == ("R003", ["R003", "card_expired"])
    over_age, expired = desk.state.standing
    assert ("超龄" in over_age.what, "已过期" in over_age.what) == (True, False)
    assert ("超龄" in expired.what, "已过期" in expired.what) == (False, True)

    assert not desk.visit.phases.go(Phase.MATERIALS)
    assert (desk.code, standing()) == ("form_invalid", ["R003", "card_expired"])
    desk.fill(AAC003=NAME, AAC002=OLD_NUMBER, AAC004="1", AAC006="1964-03-15", AAB301="150102")
    assert standing() == ["R003", "R006", "card_expired"]
    desk.visit.form.answer(FieldId("AAB301"), "159999")
    desk.visit.dismiss_notice()
    assert (desk.code, standing()) == ("", ["R003", "card_expired"]), "what is true stays"

    assert desk.visit.phases.go(Phase.MATERIALS)
    assert (desk.code, standing()) == ("", ["R003", "card_expired"])


def test_U12_an_error_is_not_taken_from_sight_by_a_warning_that_is_new(desk: Desk) -> None:
    desk.visit.identifying.take_card(a_card())
    desk.visit.choosing.choose(M01)
    assert not desk.visit.phases.go(Phase.MATERIALS)

    desk.visit.form.answer(FieldId("AAB301"), "150102")

    assert desk.code == "form_invalid"
    assert [one.code for one in desk.state.standing] == ["R006"]


def test_nothing_can_be_chosen_before_somebody_is_identified(desk: Desk) -> None:
    desk.visit.choosing.choose(M01)
    assert desk.state.module is None

    for phase in (Phase.CHOOSE, Phase.FORM, Phase.SUBMIT):
        assert not desk.visit.phases.go(phase)
        assert desk.code == "identity_missing"
    with pytest.raises(KeyError):
        desk.go_to(Phase.CHOOSE).choosing.choose(ModuleId("M99"))


NAMES = ("张\ue863某", "张〇", "难", "TEST, PERSON-ANNA", "买买提•吐尔逊", "买买提・吐尔逊", "BI, J.")
NAMES_WITH_SMALL_LETTERS = ("McDONALD, Ronald", "van der Berg, Jan", "MÜLLER-Weiß, A.")


@pytest.mark.parametrize("name", NAMES + NAMES_WITH_SMALL_LETTERS)
def test_F5_what_the_card_carries_is_accepted_and_kept_as_it_is(desk: Desk, name: str) -> None:
    desk.visit.identifying.take_card(dataclasses.replace(a_card(), name=name))
    desk.visit.choosing.choose(M01)
    desk.fill()
    desk.visit.form.answer(FieldId("AAC003"), name)

    assert desk.state.identity is not None
    assert desk.state.identity.name == desk.state.answers[at("AAC003")].value == name
    assert [one for one in desk.state.findings if one.severity is Severity.ERROR] == []
    assert desk.visit.phases.go(Phase.MATERIALS)


def test_F5_dots_that_look_alike_are_one(desk: Desk) -> None:
    desk.visit.identifying.take_card(dataclasses.replace(a_card(), name="买买提•吐尔逊"))
    desk.visit.choosing.choose(M01)

    desk.fill(AAC003="买买提·吐尔逊")

    assert desk.state.findings == ()


@pytest.mark.parametrize("name", NAMES_WITH_SMALL_LETTERS)
def test_F5_small_letters_are_warned_of_and_compared_as_capitals(desk: Desk, name: str) -> None:
    desk.visit.identifying.take_card(dataclasses.replace(a_card(), name=name))
    desk.visit.choosing.choose(M01)

    desk.fill(AAC003=name.upper())
    assert [one for one in desk.state.findings if one.severity is Severity.ERROR] == []
    desk.fill(AAC003=name)

    assert [one.code for one in desk.state.findings if one.field == "AAC003"] == ["V25"]


@pytest.mark.parametrize("person", load_persons())
def test_F5_the_name_of_every_card_of_the_simulators_passes(person: str) -> None:
    card = parse_text_block(build_card(load_persons()[person]).text).value

    assert card is not None
    assert is_name(card.name), card.name
