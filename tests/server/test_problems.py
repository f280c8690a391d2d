"""Every refusal has a status and three Chinese texts."""

from __future__ import annotations

import re
from http import HTTPStatus

import pytest

from domain.cases.values import Act, CaseStatus
from domain.refusals import RefusalCode
from server.http.problems import STATUS, messages, words

HAN = re.compile(r"[\u4e00-\u9fff]")


@pytest.mark.parametrize("code", RefusalCode)
def test_every_code_has_three_texts_and_a_status(code: RefusalCode) -> None:
    texts = messages()[code.value]

    assert set(texts) == {"what", "why", "next"}
    for text in texts.values():
        assert HAN.search(text) or re.fullmatch(r"\{\w+\}", text)
        assert not re.search(r"\{(?!\w+\})", text)
    assert STATUS[code] >= HTTPStatus.BAD_REQUEST


def test_there_is_no_text_for_a_code_that_does_not_exist() -> None:
    assert set(messages()) == {code.value for code in RefusalCode}


def test_every_act_and_state_has_a_word() -> None:
    assert set(words()["act"]) == {act.value for act in Act}
    assert set(words()["status"]) == {status.value for status in CaseStatus}
