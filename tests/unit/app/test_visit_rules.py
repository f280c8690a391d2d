"""What rules say at the counter: at once, also while nobody knows; and each change is assessed once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from app.notices.notice import Tone
from app.visit.state import Phase
from domain.catalogue.parse import parse_catalogue
from domain.catalogue.values import FieldId
from domain.forms.answers import ApplicantKind
from domain.forms.facts import facts_of, read_numbers
from tests.helpers.builders import ACCOUNT
from tests.helpers.rules import QUESTION, with_rule
from tests.helpers.visit_harness import Desk


@pytest.fixture
def open_desk(tmp_path: Path) -> Iterator[Callable[..., Desk]]:
    made = []

    def open_with(**choices: Any) -> Desk:
        made.append(Desk(tmp_path / "store", **choices))
        return made[-1]

    yield open_with
    for desk in made:
        desk.close()


def test_f1_2_a_rule_that_asks_tells_its_question_and_the_case_goes_on(open_desk: Callable[..., Desk]) -> None:
    desk = open_desk(catalogue=parse_catalogue(with_rule("block", "ask")))

    desk.go_to(Phase.FORM)
    notice = desk.state.notice

    assert notice is not None
    assert (notice.code, notice.tone, notice.what) == ("X1", Tone.WARNING, QUESTION["what"])
    desk.fill()
    assert desk.visit.phases.go(Phase.MATERIALS)


def test_f1_2_a_rule_that_blocks_while_nobody_knows_stops_the_case(open_desk: Callable[..., Desk]) -> None:
    desk = open_desk(catalogue=parse_catalogue(with_rule("warn", "block")))
    desk.go_to(Phase.FORM)
    desk.fill()

    assert not desk.visit.phases.go(Phase.MATERIALS)
    assert desk.state.notice is not None
    assert (desk.state.notice.code, desk.state.notice.tone) == ("X1", Tone.ERROR)
    assert desk.state.notice.what == QUESTION["what"]


def test_f1_2_a_rule_that_passes_says_nothing(open_desk: Callable[..., Desk]) -> None:
    desk = open_desk(catalogue=parse_catalogue(with_rule("block", "pass")))

    desk.go_to(Phase.MATERIALS)

    assert desk.state.notice is None


def test_f4_6_who_applies_decides_again_what_rules_say(open_desk: Callable[..., Desk]) -> None:
    desk = open_desk()
    desk.go_to(Phase.FORM)
    desk.fill(AAE010=ACCOUNT, BIE013="NH", AAE009="李测试")
    assert {finding.code for finding in desk.state.findings} == {"V08"}
    assert desk.code == ""

    desk.visit.identifying.set_applicant_kind(ApplicantKind.GUARDIAN)

    assert not desk.state.findings  # a guardian's account need not be the applicant's
    assert desk.code == "V08"  # but it raises the risk
    desk.visit.identifying.set_applicant_kind(ApplicantKind.SELF)
    assert desk.code == ""
    assert not desk.visit.phases.go(Phase.MATERIALS)
    assert {finding.code for finding in desk.state.findings} == {"V08"}


def test_f1_3_each_change_is_assessed_once_and_each_id_number_read_once(
    open_desk: Callable[..., Desk], monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = open_desk()
    desk.go_to(Phase.FORM)
    desk.fill()
    seen: list[str] = []

    def count(name: str, function: Callable[..., Any]) -> None:
        def counting(*arguments: Any) -> Any:
            seen.append(name)
            return function(*arguments)

        monkeypatch.setattr(f"domain.forms.assess.{name}", counting)

    count("facts_of", facts_of)
    count("read_numbers", read_numbers)

    desk.visit.form.answer(FieldId("AAE006"), "测试镇二号")
    assert sorted(seen) == ["facts_of", "read_numbers"]
    desk.visit.identifying.set_applicant_kind(ApplicantKind.AGENT)
    desk.visit.keeping.undo()
    assert len(seen) == 6
    desk.visit.phases.go(Phase.MATERIALS)
    assert len(seen) == 6  # nothing has changed
