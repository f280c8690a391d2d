"""What a reviewer reads before deciding: who came, how identity was shown, what the rules say (IM-6b)."""

from __future__ import annotations

import dataclasses
from datetime import date
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.clerk.review.case_form import CaseForm
from app.clerk.review.page_viewer import PageViewer
from app.notices.notice import Tone
from app.review.rules_told import rules_told_of
from app.review.signature_told import signature_told_of
from domain.cases.values import Act, CaseId, CaseStatus, PageMaker, StepId
from domain.catalogue.values import FieldId, ModuleId, RoleId
from domain.forms.answers import Answers, ApplicantKind, Origin
from domain.wire.cases import CaseView, StepView
from tests.gui.clerk import pictures_here
from tests.helpers.builders import (
    M01,
    NAME,
    NOW,
    OLD_NUMBER,
    TOWNSHIP,
    a_content,
    a_page,
    a_signature,
    at,
    m01_answers,
    shipped_catalogue,
    shown_by,
)
from tests.helpers.pictures import a_jpeg


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
    form.show_case(a_view(), shipped_catalogue())

    assert "谁来办理 本人" in form.toPlainText()
    assert "身份核验 读卡" in form.toPlainText()


def test_the_head_names_the_agent_and_says_that_nothing_was_read(form: CaseForm) -> None:
    answers = m01_answers(x_agent_name="李代办", x_agent_id="159999198001010014", x_agent_rel="1")

    form.show_case(
        a_view(answers=answers, applicant_kind=ApplicantKind.AGENT, identities=shown_by(origin=Origin.TYPED)),
        shipped_catalogue(),
    )

    assert "谁来办理 授权代办人（李代办）" in form.toPlainText()
    assert "身份核验 手工录入（没有读卡" in form.toPlainText()


def test_what_raises_the_risk_and_what_is_to_be_checked_is_told_over_the_form(form: CaseForm) -> None:
    case = a_view(answers=m01_answers(OLD_NUMBER, CAZ289="200"))

    told = rules_told_of(shipped_catalogue(), case)
    form.show_case(case, shipped_catalogue(), told=told)

    assert [one.tone for one in told] == [Tone.WARNING, Tone.WARNING]
    text = form.toPlainText()
    assert text.index("超龄参保，升为一级高风险业务\n") < text.index("普通参保人选了最低缴费档次\n"), "each alone"
    assert "怎么办：受理后由复核岗" in text
    assert text.index("超龄参保") < text.index("姓名")


def test_of_an_ordinary_case_nothing_is_told(form: CaseForm) -> None:
    assert rules_told_of(shipped_catalogue(), a_view()) == ()


def test_ages_are_those_of_the_day_on_which_the_case_was_last_submitted() -> None:
    turns_60_on = date(2031, 11, 5)
    case = a_view()
    again = a_step_view(Act.RESUBMIT, taken_at=NOW.replace(year=turns_60_on.year, month=11, day=6))
    approved = a_step_view(Act.APPROVE, taken_at=NOW.replace(year=turns_60_on.year + 1))

    late = rules_told_of(shipped_catalogue(), dataclasses.replace(case, steps=(*case.steps, again)))
    old = rules_told_of(shipped_catalogue(), dataclasses.replace(case, steps=(*case.steps, approved)))

    assert ["超龄参保" in one.what for one in late] == [True]
    assert old == ()


def test_where_somebody_lives_is_judged_by_the_office_that_accepted() -> None:
    elsewhere = dataclasses.replace(a_view(), receipt_no="159998001-20261123-0001")

    told = rules_told_of(shipped_catalogue(), elsewhere)

    assert ["户籍不在本旗县" in one.what for one in told] == [True]
    assert rules_told_of(shipped_catalogue(), a_view()) == ()


def test_the_reviewer_is_told_what_the_records_say_meanwhile() -> None:
    told = rules_told_of(shipped_catalogue(), dataclasses.replace(a_view(), told={"already_insured": True}))

    assert [one.code for one in told] == ["R004"]


def test_of_a_business_that_this_catalogue_does_not_know_nothing_is_told(form: CaseForm) -> None:
    case = dataclasses.replace(a_view(), module=ModuleId("M99"))

    form.show_case(case, shipped_catalogue())

    assert rules_told_of(shipped_catalogue(), case) == ()
    assert "M99" in form.toPlainText()


def a_mended_view() -> CaseView:
    """Another telephone number, no address, another first page, the second page gone."""
    before = a_content()
    answers = Answers(
        tuple(answer for answer in m01_answers(AAE005="13900000000").values() if answer.key != at("AAE006"))
    )
    now = a_content(answers=answers, pages=(a_page(number=1, body=a_jpeg(b"new")),))
    back = a_step_view(Act.RETURN, opinion="电话打不通，首页不清楚")
    steps = (a_step_view(Act.ACCEPT), back, a_step_view(Act.RESUBMIT))
    return dataclasses.replace(a_view(), content=now, former=(before,), steps=steps)


def test_U14_a_mended_case_tells_the_last_reason_on_top_and_marks_what_changed(form: CaseForm) -> None:
    form.show_case(a_mended_view(), shipped_catalogue())

    text = form.toPlainText()
    assert text.index("上次退回：电话打不通，首页不清楚") < text.index("姓名")
    assert "补正后改动 2 处，新拍 1 页，撤下 1 页" in text
    assert "13900000000\n已改，原为 13800000000" in text.replace("\u2028", "\n")
    assert "已删去，原为 测试镇一号" in text
    assert text.count("原为") == 2
    assert "电话打不通" in form.accessibleDescription()
    form.show_case(a_view(), shipped_catalogue())
    assert "上次退回" not in form.toPlainText()
    assert form.accessibleDescription() == ""


@pytest.mark.parametrize("certain", [True, False])
def test_a_limit_that_may_move_says_so(form: CaseForm, certain: bool) -> None:
    form.show_case(dataclasses.replace(a_view(), due_certain=certain), shipped_catalogue())

    text = form.toPlainText()
    assert "办结期限 2026-11-27" in text
    assert ("2026-11-27（遇国务院新公布的放假安排顺延）" in text) is not certain


def test_pages_and_cards_of_simulated_devices_are_called_so(form: CaseForm, qtbot: QtBot) -> None:
    pages = a_content().pages
    source = dataclasses.replace(pages[0].source, maker=PageMaker.SIMULATED)
    shown = dataclasses.replace(a_content().identities[0], origin=Origin.SIMULATED)
    case = a_view(pages=(dataclasses.replace(pages[0], source=source), *pages[1:]), identities=(shown,))
    viewer = PageViewer(pictures_here())
    qtbot.addWidget(viewer)

    form.show_case(case, shipped_catalogue())
    viewer.show_case(case, shipped_catalogue(), lambda _sha256, done: done(a_jpeg(b"1")))

    assert "身份核验 模拟读卡器" in form.toPlainText()
    assert viewer.bar.title.full.startswith("【模拟】")
    viewer.turn_over(1)
    assert "模拟" not in viewer.bar.title.full


@pytest.mark.parametrize(
    ("kind", "title"), [(ApplicantKind.SELF, "申请人签名"), (ApplicantKind.AGENT, "授权代办人代申请人签名")]
)
def test_M8_the_signature_is_called_after_who_signed(
    qtbot: QtBot, themed: QApplication, kind: ApplicantKind, title: str
) -> None:
    viewer = PageViewer(pictures_here())
    qtbot.addWidget(viewer)
    case = a_view(applicant_kind=kind, signature=a_signature(a_content()))

    viewer.show_case(case, shipped_catalogue(), lambda _sha256, done: done(a_jpeg(b"1")))
    viewer.turn_over(len(case.content.pages))

    assert viewer.bar.title.full == title


def test_U14_U3_new_pages_are_marked_and_the_names_of_the_form_stand_beside_them(
    qtbot: QtBot, themed: QApplication
) -> None:
    viewer = PageViewer(pictures_here())
    qtbot.addWidget(viewer)

    viewer.show_case(a_mended_view(), shipped_catalogue(), lambda _sha256, done: done(a_jpeg(b"new")))

    assert viewer.bar.title.full == "【新拍】居民户口簿 · 首页"
    assert viewer.picture.accessibleName() == "【新拍】居民户口簿 · 首页"
    assert viewer.names.full == f"材料上的姓名请与 {NAME} 核对"
    assert not viewer.names.isHidden()
    viewer.show_case(a_view(), shipped_catalogue(), lambda _sha256, done: done(a_jpeg(b"2")))
    assert viewer.bar.title.full == "居民户口簿 · 首页"
    viewer.clear()
    assert viewer.names.isHidden()


def test_a_case_is_shown_in_the_words_of_the_catalogue_that_it_was_made_with(form: CaseForm) -> None:
    own = shipped_catalogue()
    phone = FieldId("AAE005")
    older = dataclasses.replace(
        own, fields={**own.fields, phone: dataclasses.replace(own.fields[phone], label="当年的电话")}
    )

    form.show_case(a_view(), older)

    assert "当年的电话" in form.toPlainText()


def test_S11_a_signature_that_stands_in_other_peoples_cases_is_told() -> None:
    case = dataclasses.replace(a_view(), ink_shared=46)
    told = signature_told_of(case)

    assert told is not None
    assert (told.tone, told.what) == (Tone.ERROR, "这份签名图像还用在另外 46 人的件中")
    assert signature_told_of(a_view()) is None
