"""Who acts for the applicant shows who they are: recorded, filled in, named in the read-back, held against the form."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from app.notices.codes import NoticeCode
from app.notices.texts import say
from app.session.reopening import CameBack, as_visit
from app.visit.scene import ReadBack, Sign
from app.visit.state import Phase
from domain.cases.values import CaseId
from domain.catalogue.values import FieldId, MaterialId, PartyRole
from domain.forms.answers import ApplicantKind, Origin, value_of
from domain.forms.parties import identity_shown
from tests.helpers.builders import M01, NAME, NUMBER, a_card, m01_answers
from tests.helpers.heirs import a_heir_number
from tests.helpers.visit_harness import SECOND, Desk, with_second_module

AGENT_NAME, AGENT_NUMBER = "赵测试", a_heir_number(7)
NAME_FIELD, NUMBER_FIELD, RELATION = FieldId("x_agent_name"), FieldId("x_agent_id"), FieldId("x_agent_rel")


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path / "store", catalogue=with_second_module())
    yield made
    made.close()


def in_form_with_agent(desk: Desk, kind: ApplicantKind = ApplicantKind.AGENT) -> None:
    """The applicant's card, who acts, their card, the business."""
    desk.visit.identifying.take_card(a_card())
    desk.visit.identifying.set_applicant_kind(kind)
    desk.visit.identifying.take_card(a_card(AGENT_NUMBER, name=AGENT_NAME))
    desk.visit.choosing.choose(M01)


def agents(desk: Desk) -> tuple[str, str]:
    return value_of(desk.state.answers, NAME_FIELD), value_of(desk.state.answers, NUMBER_FIELD)


@pytest.mark.parametrize("kind", [ApplicantKind.AGENT, ApplicantKind.GUARDIAN])
def test_1_the_agents_card_fills_the_form_and_goes_with_the_case(desk: Desk, kind: ApplicantKind) -> None:
    in_form_with_agent(desk, kind)

    assert desk.state.identity is not None
    assert desk.state.identity.name == NAME, "the applicant stays the applicant"
    assert agents(desk) == (AGENT_NAME, AGENT_NUMBER)
    assert desk.content().identities == (
        identity_shown(NAME, NUMBER, Origin.CARD, PartyRole.APPLICANT),
        identity_shown(AGENT_NAME, AGENT_NUMBER, Origin.CARD, PartyRole.AGENT),
    )


def test_1_it_can_be_shown_in_the_form_too_or_be_entered_and_all_forms_follow(desk: Desk) -> None:
    desk.go_to(Phase.FORM)
    desk.visit.identifying.set_applicant_kind(ApplicantKind.AGENT)
    desk.visit.choosing.add(SECOND)

    desk.visit.identifying.enter(AGENT_NAME, AGENT_NUMBER)

    assert (desk.code, agents(desk)) == ("agent_shown", (AGENT_NAME, AGENT_NUMBER))
    assert value_of(desk.state.others[0].answers, NAME_FIELD) == AGENT_NAME
    assert desk.content().identities[1].origin is Origin.TYPED


def test_1_nobody_goes_on_whose_agent_showed_nothing_where_the_module_demands_it(tmp_path: Path) -> None:
    shipped = with_second_module()
    strict = dataclasses.replace(shipped.modules[M01], agent_shown=True)
    desk = Desk(tmp_path / "strict", catalogue=dataclasses.replace(shipped, modules={**shipped.modules, M01: strict}))
    desk.go_to(Phase.FORM)
    desk.visit.identifying.set_applicant_kind(ApplicantKind.AGENT)
    desk.fill(x_agent_name=AGENT_NAME, x_agent_id=AGENT_NUMBER, x_agent_rel="2")

    assert not desk.visit.phases.go(Phase.MATERIALS)
    assert {finding.code for finding in desk.state.findings} == {"AGENT_NOT_SHOWN"}
    desk.visit.identifying.take_card(a_card(AGENT_NUMBER, name=AGENT_NAME))

    assert desk.visit.phases.go(Phase.MATERIALS), desk.state.findings
    desk.close()


def test_1_the_read_back_and_the_signature_name_who_stands_there(desk: Desk) -> None:
    in_form_with_agent(desk)
    for answer in m01_answers().values():
        desk.visit.form.answer(answer.field, answer.value)
    desk.visit.form.answer(FieldId("x_agent_rel"), "1")
    assert desk.visit.phases.go(Phase.MATERIALS), (desk.state.notice, desk.state.findings)
    for row in desk.state.materials:
        desk.capture(row.material, row.min_pages if row.required else 0)
    assert desk.visit.phases.go(Phase.READ_BACK), desk.state.notice

    scene = desk.shown[-1].scene
    assert isinstance(scene, ReadBack)
    assert scene.reader == "赵测试（授权代办人）"
    desk.confirm()
    asked = desk.shown[-1].scene
    assert isinstance(asked, Sign)
    assert asked.signer == "赵测试（授权代办人）"
    said = f"赵测试（授权代办人）代申请人{NAME}声明：本人未参加"
    assert scene.declaration.startswith(said), "M8: whose words these are"
    assert asked.declaration.startswith(said)


def test_1_the_form_must_name_who_stood_there(desk: Desk) -> None:
    in_form_with_agent(desk)
    desk.visit.form.answer(NUMBER_FIELD, a_heir_number(8))

    found = {finding.field: finding.code for finding in desk.visit.assessment.findings}
    assert found[NUMBER_FIELD] == "NOT_THE_APPLICANT"


def test_1_an_applicant_who_comes_in_person_has_no_agent(desk: Desk) -> None:
    in_form_with_agent(desk)

    desk.visit.identifying.set_applicant_kind(ApplicantKind.SELF)
    assert [one.role for one in desk.content().identities] == [PartyRole.APPLICANT]
    desk.visit.identifying.take_card(a_card(AGENT_NUMBER, name=AGENT_NAME))
    assert desk.code == "other_card"
    desk.visit.identifying.set_applicant_kind(ApplicantKind.AGENT)
    assert len(desk.content().identities) == 2, "nothing that was shown is lost"


def signed_by_agent(desk: Desk) -> None:
    """An agent's case with relation, pages and signature, one step before the end."""
    in_form_with_agent(desk)
    for answer in m01_answers().values():
        desk.visit.form.answer(answer.field, answer.value)
    desk.visit.form.answer(RELATION, "1")
    assert desk.visit.phases.go(Phase.MATERIALS), (desk.state.notice, desk.state.findings)
    for row in desk.state.materials:
        desk.capture(row.material, row.min_pages if row.required else 0)
    assert desk.visit.phases.go(Phase.READ_BACK), desk.state.notice
    desk.confirm()
    desk.sign()
    assert desk.state.phase is Phase.SUBMIT


@pytest.mark.parametrize("typed", [False, True])
def test_H1_another_persons_card_does_not_replace_who_acts(desk: Desk, typed: bool) -> None:
    signed_by_agent(desk)
    before = desk.state

    if typed:
        desk.visit.identifying.enter("钱测试", a_heir_number(8))
    else:
        desk.visit.identifying.take_card(a_card(a_heir_number(8), name="钱测试", valid_until=date(2020, 1, 1)))

    assert desk.state.notice is not None
    assert desk.code == ("other_agent_number" if typed else "other_agent_card")
    assert AGENT_NAME in desk.state.notice.why
    assert dataclasses.replace(desk.state, notice=None) == dataclasses.replace(before, notice=None)


def test_H1_a_change_of_agent_that_was_asked_for_drops_what_was_theirs_and_can_be_undone(desk: Desk) -> None:
    signed_by_agent(desk)
    before = desk.state
    assert desk.visit.phases.go(Phase.CHOOSE)
    desk.visit.identifying.set_applicant_kind(ApplicantKind.AGENT)
    assert (desk.code, desk.state.signature) == ("agent_may_change", before.signature)

    desk.visit.identifying.take_card(a_card(a_heir_number(8), name="钱测试"))

    assert desk.code == "agent_changed_signed"
    assert desk.state.notice is not None
    assert AGENT_NAME in desk.state.notice.what
    assert "钱测试" in desk.state.notice.what
    assert (agents(desk), value_of(desk.state.answers, RELATION)) == (("钱测试", a_heir_number(8)), "")
    gone = {page.material for page in before.pages} - {page.material for page in desk.state.pages}
    assert gone == {"MT09", "MT10"}, "the letter and the card of who acted"
    assert (desk.state.signature, desk.state.digest) == (None, "")

    desk.visit.identifying.take_card(a_card(AGENT_NUMBER, name=AGENT_NAME))
    assert desk.code == "other_agent_card", "it was asked for once"

    desk.visit.choosing.choose(M01)
    for material, pages in (("MT10", 1), ("MT07", 1)):
        desk.capture(MaterialId(material), pages)
    desk.visit.keeping.undo()
    assert (desk.state.agent, desk.state.answers) == (before.agent, before.answers)
    assert [page for page in desk.state.pages if page.material != "MT07"] == list(before.pages)
    assert [page.number for page in desk.state.pages if page.material == "MT07"] == [1], "taken since, it stays"


def test_H1_going_on_with_the_form_ends_the_request_for_another_agent(desk: Desk) -> None:
    in_form_with_agent(desk)
    assert desk.visit.phases.go(Phase.CHOOSE)
    desk.visit.identifying.set_applicant_kind(ApplicantKind.AGENT)
    desk.visit.choosing.choose(M01)

    desk.visit.identifying.take_card(a_card(a_heir_number(8), name="钱测试"))

    assert (desk.code, agents(desk)) == ("other_agent_card", (AGENT_NAME, AGENT_NUMBER))


def test_1_the_agent_survives_a_kill(desk: Desk) -> None:
    in_form_with_agent(desk)
    shown = desk.state.agent

    desk.kill_and_recover()

    assert desk.state.agent == shown


def test_1_a_case_that_came_back_knows_who_stood_there(desk: Desk) -> None:
    in_form_with_agent(desk)
    content = desk.content()
    came = CameBack(case=CaseId("case-1"), content=content, steps=2, why=say(NoticeCode.SIGNATURE_MISSING))

    desk.open(as_visit(came, desk.catalogue, visit="visit-2"))

    assert desk.content().identities == content.identities


def test_1_electronic_identities_are_stored_shown_and_refused_where_the_module_takes_none(desk: Desk) -> None:
    desk.go_to(Phase.FORM)
    desk.fill()
    assert desk.state.identity is not None
    electronic = dataclasses.replace(desk.state.identity, origin=Origin.ELECTRONIC)
    desk.open(dataclasses.replace(desk.state, identity=electronic)).keeping.save_now()
    assert desk.kill_and_recover().state.identity == electronic

    assert not desk.visit.phases.go(Phase.MATERIALS)

    assert {finding.code for finding in desk.state.findings} == {"NOT_ELECTRONIC"}
