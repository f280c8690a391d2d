"""What a reviewer reads before deciding: who came, how identity was shown, what the rules say (IM-6b)."""

from __future__ import annotations

import dataclasses
from datetime import date
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.clerk.review.case_form import CaseForm
from app.clerk.review.rules_told import rules_told_of
from app.clerk.review.signature_told import signature_told_of
from app.visit.state import Tone
from domain.cases.values import Act, CaseId, CaseStatus, StepId
from domain.catalogue.values import ModuleId, RoleId
from domain.forms.answers import ApplicantKind, Origin
from domain.wire import CaseView, StepView
from tests.helpers.builders import (
    M01,
    NAME,
    NOW,
    OLD_NUMBER,
    TOWNSHIP,
    a_content,
    m01_answers,
    shipped_catalogue,
    shown_by,
)


def a_step_view(act: Act, **changes: Any) -> StepView:
    step = StepView(
        id=StepId("s1"),
        act=act,
        role=RoleId("PUB_BIZ"),
        actor_name="王测试",
        office=TOWNSHIP.name,
        taken_at=NOW,
        opinion="",
    )
    return dataclasses.replace(step, **changes)


def a_view(**content: Any) -> CaseView:
    return CaseView(
        case=CaseId("c1"),
        receipt_no="159999001-20261124-0001",
        module=M01,
        applicant=NAME,
        status=CaseStatus.IN_REVIEW,
        awaited=RoleId("PUB_CHK"),
        risk=2,
        reason="",
        accepted_at=NOW,
        due_on=date(2026, 11, 27),
        steps=(a_step_view(Act.ACCEPT),),
        acts=(Act.APPROVE,),
        content=a_content(**content),
    )


@pytest.fixture
def form(qtbot: QtBot, themed: QApplication) -> CaseForm:
    shown = CaseForm(shipped_catalogue())
    qtbot.addWidget(shown)
    return shown


def test_the_head_says_that_the_applicant_came_with_the_card(form: CaseForm) -> None:
    form.show_case(a_view())

    assert "谁来办理 本人" in form.toPlainText()
    assert "身份核验 读卡" in form.toPlainText()


def test_the_head_names_the_agent_and_says_that_nothing_was_read(form: CaseForm) -> None:
    answers = m01_answers(x_agent_name="李代办", x_agent_id="159999198001010014", x_agent_rel="1")

    form.show_case(
        a_view(answers=answers, applicant_kind=ApplicantKind.AGENT, identities=shown_by(origin=Origin.TYPED)),
    )

    assert "谁来办理 授权代办人（李代办）" in form.toPlainText()
    assert "身份核验 手工录入（没有读卡" in form.toPlainText()


def test_what_raises_the_risk_and_what_is_to_be_checked_is_told_over_the_form(form: CaseForm) -> None:
    case = a_view(answers=m01_answers(OLD_NUMBER, CAZ289="200"))

    told = rules_told_of(shipped_catalogue(), case)
    form.show_case(case, told=told)

    assert told is not None
    assert told.tone is Tone.WARNING
    text = form.toPlainText()
    assert "超龄参保，升为一级高风险业务；普通参保人选了最低缴费档次" in text
    assert "怎么办：受理后由复核岗" in text
    assert text.index("超龄参保") < text.index("姓名")


def test_of_an_ordinary_case_nothing_is_told(form: CaseForm) -> None:
    assert rules_told_of(shipped_catalogue(), a_view()) is None


def test_ages_are_those_of_the_day_on_which_the_case_was_last_submitted() -> None:
    turns_60_on = date(2031, 11, 5)
    case = a_view()
    again = a_step_view(Act.RESUBMIT, taken_at=NOW.replace(year=turns_60_on.year, month=11, day=6))
    approved = a_step_view(Act.APPROVE, taken_at=NOW.replace(year=turns_60_on.year + 1))

    late = rules_told_of(shipped_catalogue(), dataclasses.replace(case, steps=(*case.steps, again)))
    old = rules_told_of(shipped_catalogue(), dataclasses.replace(case, steps=(*case.steps, approved)))

    assert late is not None
    assert "超龄参保" in late.what
    assert old is None


def test_where_somebody_lives_is_judged_by_the_office_that_accepted() -> None:
    elsewhere = dataclasses.replace(a_view(), receipt_no="159998001-20261123-0001")

    told = rules_told_of(shipped_catalogue(), elsewhere)

    assert told is not None
    assert "户籍不在本旗县" in told.what
    assert rules_told_of(shipped_catalogue(), a_view()) is None


def test_the_reviewer_is_told_what_the_records_say_meanwhile() -> None:
    told = rules_told_of(shipped_catalogue(), dataclasses.replace(a_view(), told={"already_insured": True}))

    assert told is not None
    assert told.code == "R004"


def test_of_a_business_that_this_catalogue_does_not_know_nothing_is_told(form: CaseForm) -> None:
    case = dataclasses.replace(a_view(), module=ModuleId("M99"))

    form.show_case(case)

    assert rules_told_of(shipped_catalogue(), case) is None
    assert "M99" in form.toPlainText()


def test_S11_a_signature_that_stands_in_other_peoples_cases_is_told() -> None:
    told = signature_told_of(dataclasses.replace(a_view(), ink_shared=46))

    assert told is not None
    assert (told.tone, told.what) == (Tone.ERROR, "这份签名图像还用在另外 46 人的件中")
    assert signature_told_of(a_view()) is None
