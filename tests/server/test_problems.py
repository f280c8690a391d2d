"""Every refusal has a status and three Chinese texts."""

from __future__ import annotations

import dataclasses
import re
from http import HTTPStatus

import pytest

from app.notices.texts import refusal_notice
from domain.cases.values import Act, CaseStatus
from domain.refusals import Refusal, RefusalCode
from domain.wire.codec import parse_said
from domain.wire.envelope import Problem, refusal_of
from resources import load_messages
from server.http.problems import STATUS, problem
from tests.server.world import World

HAN = re.compile(r"[\u4e00-\u9fff]")


@pytest.mark.parametrize("code", RefusalCode)
def test_every_code_has_three_texts_and_a_status(code: RefusalCode) -> None:
    texts = load_messages("refusals")[code.value]

    assert set(texts) == {"what", "why", "next"}
    for text in texts.values():
        assert HAN.search(text) or re.fullmatch(r"\{\w+\}", text)
        assert not re.search(r"\{(?!\w+\})", text)
    assert STATUS[code] >= HTTPStatus.BAD_REQUEST


def test_there_is_no_text_for_a_code_that_does_not_exist() -> None:
    assert set(load_messages("refusals")) == {code.value for code in RefusalCode}


def test_every_act_and_state_has_a_word() -> None:
    words = load_messages("words")

    assert set(words["act"]) == {act.value for act in Act}
    assert set(words["status"]) == {status.value for status in CaseStatus}


@pytest.mark.parametrize(
    ("code", "facts", "told"),
    [
        (RefusalCode.STEP_NOT_NOW, {"status": "in_review", "act": "approve"}, "本件当前状态是“复核中”，不能“通过”"),
        (RefusalCode.NOT_ALLOWED, {"role": "DEP_DIR"}, "这一步由“主管副主任”办理"),
        (RefusalCode.REASON_MISSING, {"act": "return"}, "“退回”必须写明理由，申请人和受理人员要能看到"),
    ],
)
def test_refusals_name_roles_acts_and_states_in_chinese_on_both_sides(
    world: World, code: RefusalCode, facts: dict[str, str], told: str
) -> None:
    said = parse_said(Problem, bytes(problem(Refusal(code=code, facts=facts), world.installation).body))
    assert isinstance(said, Problem)

    assert told in said.detail
    heard, later = refusal_of(said), refusal_of(dataclasses.replace(said, code="of a later version"))
    assert (heard.code, later.code) == (code, RefusalCode.UNKNOWN)
    assert refusal_notice(heard).why == refusal_notice(later).why == told
    assert said.facts.items() >= facts.items()
