"""Numbers that are typed by hand are typed twice (V19); the second time never leaves the counter."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from app.notices.codes import NoticeCode
from app.notices.findings import finding_message
from app.notices.texts import say
from app.session.reopening import CameBack, as_visit
from app.visit.scene import ReadBack
from app.visit.state import Phase
from app.visit.twice import ONCE, OTHERWISE, is_asked
from domain.cases.values import CaseId
from domain.catalogue.values import FieldId
from domain.forms.answers import Answer, Origin, value_of
from tests.helpers.builders import ACCOUNT, NAME
from tests.helpers.visit_harness import SECOND, Desk, with_second_module

NUMBER, CARD = FieldId("AAE010"), FieldId("AAZ500")
OTHER = "6200000000000005"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path / "store", catalogue=with_second_module())
    made.go_to(Phase.FORM)
    made.fill(BIE013="NH", AAE009=NAME)
    yield made
    made.close()


def codes(desk: Desk) -> list[str]:
    return [finding.code for finding in desk.state.findings]


def again(desk: Desk) -> str:
    return value_of(desk.state.again, NUMBER)


def test_V19_a_number_typed_by_hand_counts_once_it_was_typed_twice_alike(desk: Desk) -> None:
    desk.visit.form.answer(NUMBER, ACCOUNT)
    assert codes(desk) == [ONCE]
    assert not desk.visit.phases.go(Phase.MATERIALS)

    desk.visit.form.repeat(NUMBER, OTHER)
    assert codes(desk) == [OTHERWISE]
    assert not desk.visit.phases.go(Phase.MATERIALS)

    desk.visit.form.repeat(NUMBER, ACCOUNT)
    assert codes(desk) == []
    assert desk.visit.phases.go(Phase.MATERIALS)


def test_V19_a_change_of_the_first_asks_again(desk: Desk) -> None:
    desk.fill(AAZ500="X00000019")
    assert codes(desk) == []

    desk.visit.form.answer(CARD, "X00000018")

    assert codes(desk) == [OTHERWISE]


def test_V19_a_number_that_is_wrong_by_itself_is_mended_first(desk: Desk) -> None:
    desk.visit.form.answer(NUMBER, "12")

    assert codes(desk) == ["V07"]


def test_V19_a_number_that_is_taken_away_takes_its_second_time_along(desk: Desk) -> None:
    desk.fill(AAE010=ACCOUNT)
    desk.visit.form.answer(NUMBER, "")

    desk.visit.form.answer(NUMBER, ACCOUNT)

    assert codes(desk) == [ONCE]


@pytest.mark.parametrize("origin", [one for one in Origin if one is not Origin.TYPED])
def test_V19_what_no_hand_typed_is_not_asked_for_again(desk: Desk, origin: Origin) -> None:
    typed = Answer(field=NUMBER, value=ACCOUNT)

    assert is_asked(desk.catalogue, typed)
    assert not is_asked(desk.catalogue, replace(typed, origin=origin))
    assert not is_asked(desk.catalogue, replace(typed, field=FieldId("AAE009")))
    assert not is_asked(desk.catalogue, replace(typed, value=" "))


@pytest.mark.parametrize("code", [ONCE, OTHERWISE])
def test_V19_both_findings_say_what_why_and_what_next(desk: Desk, code: str) -> None:
    desk.visit.form.answer(NUMBER, ACCOUNT)
    desk.visit.form.repeat(NUMBER, OTHER if code == OTHERWISE else "")
    (finding,) = desk.state.findings

    told = finding_message(desk.catalogue, finding)

    assert finding.code == code
    assert "" not in (told.what, told.why, told.next)


def test_V19_the_second_time_survives_a_kill(desk: Desk) -> None:
    desk.visit.form.answer(NUMBER, ACCOUNT)
    desk.visit.form.repeat(NUMBER, OTHER)
    desk.visit.keeping.save_now()

    desk.kill_and_recover()

    assert again(desk) == OTHER


def test_V19_the_second_time_is_taken_back_by_itself(desk: Desk) -> None:
    desk.visit.form.answer(NUMBER, ACCOUNT)
    desk.visit.form.repeat(NUMBER, OTHER[:-1])
    desk.visit.form.repeat(NUMBER, OTHER)

    desk.visit.keeping.undo()
    assert (again(desk), desk.value(NUMBER)) == ("", ACCOUNT)
    assert codes(desk) == [ONCE]

    desk.visit.keeping.undo()
    assert desk.value(NUMBER) == ""


def test_V19_the_applicant_reads_it_once_and_the_case_holds_it_once(desk: Desk) -> None:
    desk.fill(AAE010=ACCOUNT)
    desk.visit.phases.go(Phase.MATERIALS)
    desk.capture("MT02", 2)
    assert desk.visit.phases.go(Phase.READ_BACK)
    scene = desk.shown[-1].scene

    assert isinstance(scene, ReadBack)
    assert [line.label for line in scene.lines if line.value.replace(" ", "") == ACCOUNT] == ["银行账号"]
    assert [answer.field for answer in desk.content().answers if answer.value == ACCOUNT] == [NUMBER]


def test_V19_a_case_that_came_back_is_asked_again_only_for_what_is_changed(desk: Desk) -> None:
    desk.fill(AAE010=ACCOUNT)
    came = CameBack(case=CaseId("case-1"), content=desk.content(), steps=2, why=say(NoticeCode.SIGNATURE_MISSING))
    desk.open(as_visit(came, desk.catalogue, visit="visit-2"))

    assert desk.visit.phases.go(Phase.MATERIALS), desk.state.findings
    desk.visit.phases.go(Phase.FORM)
    desk.visit.form.answer(NUMBER, OTHER)

    assert codes(desk) == [OTHERWISE]


def test_V19_the_next_form_takes_over_what_was_typed_twice_and_nothing_typed_once(desk: Desk) -> None:
    desk.fill(AAE010=ACCOUNT)
    desk.visit.form.answer(CARD, "X00000019")

    desk.visit.choosing.add(SECOND)

    assert (desk.value(NUMBER), again(desk)) == (ACCOUNT, ACCOUNT)
    assert not desk.visit.phases.go(Phase.MATERIALS)
    assert codes(desk) == [ONCE]
