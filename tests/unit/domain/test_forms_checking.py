"""Checks of form values (V rules, business document 2.4): the same on both sides (V22)."""

from __future__ import annotations

import dataclasses
import time
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.catalogue.values import NO_GROUP, FieldId, FieldKind, FieldUse, Severity
from domain.forms.answers import NO_ROW, ApplicantKind, Place
from domain.forms.checking import Filled, Finding, check_field, luhn_ok
from domain.forms.facts import read_numbers
from domain.rules import ALWAYS
from domain.workdays import parse_date
from tests.helpers.builders import (
    ACCOUNT,
    TODAY,
    a_module,
    a_setting,
    an_assessment,
    answers_of,
    at,
    m01_answers,
    shipped_catalogue,
)


def findings(**values: str) -> dict[str, Finding]:
    """The findings of complete answers with these changes, by field."""
    return findings_for(ApplicantKind.SELF, **values)


def findings_for(kind: ApplicantKind, **values: str) -> dict[str, Finding]:
    assessment = an_assessment(m01_answers(**values), a_setting(identities=(), applicant_kind=kind))
    found = assessment.findings + assessment.strays
    assert len({finding.field for finding in found}) == len(found)
    return {finding.field: finding for finding in found}


def codes(**values: str) -> dict[str, str]:
    return {field: finding.code for field, finding in findings(**values).items()}


def with_account(account: str) -> dict[str, str]:
    return codes(AAE010=account, BIE013="NH", AAE009="张测试")


def test_complete_answers_have_no_findings() -> None:
    assert findings() == {}


GOOD = [
    ("AAC003", "张三"),
    ("AAC003", "乌云·其其格"),
    ("AAC003", "斯琴高娃额尔德尼"),
    ("AAC003", "𠮷野"),
    ("AAC003", "JOHN SMITH"),
    ("AAC003", "TEST, PERSON WITH A VERY LONG ENGLISH NAME"),
    ("AAC003", "O'NEIL-ÉTÉ, J."),
    ("AAC003", "张〇"),
    ("AAC003", "买买提•吐尔逊"),
    ("AAE005", "13800000000"),
    ("AAE005", "0471-1234567"),
    ("AAE005", "04711234567"),
    ("AAE005", "010-12345678"),
    ("AAC030", "2009-09-01"),
    ("AAC030", TODAY.isoformat()),
    ("AAZ500", "X00000019"),
    ("AAZ500", "100000019"),
    ("AAE006", "第一行\n第二行"),
    ("AAE013", "备" * 255),
]
BAD = [
    ("AAC003", "难", "V25"),
    ("AAC003", "张\ue863", "V25"),
    ("AAC003", "O", "V25"),
    ("AAC003", "张☺", "V03"),
    ("AAC003", "张sanX", "V03"),
    ("AAC003", "乌兰·tuya", "V03"),
    ("AAC003", "张 三1", "V03"),
    ("AAC003", "·张三", "V03"),
    ("AAC003", "张三·", "V03"),
    ("AAC003", "zhangsan", "V03"),
    ("AAC003", "张?三", "V03"),
    ("AAC003", "张" * 61, "V03"),
    ("AAC003", "张" * 65, "TOO_LONG"),
    ("AAC004", "1", "V04"),
    ("AAC004", "3", "NOT_IN_LIST"),
    ("AAC005", "60", "NOT_IN_LIST"),
    ("AAC005", "汉族", "NOT_IN_LIST"),
    ("AAC006", "1971-11-06", "V05"),
    ("AAC006", "1971-11-31", "NOT_A_DATE"),
    ("AAC006", "1971-1-5", "NOT_A_DATE"),
    ("AAC006", "1971-W01-1", "NOT_A_DATE"),
    ("AAC006", "１９７１-11-05", "NOT_A_DATE"),
    ("AAC030", "2009-08-31", "V23"),
    ("AAC030", "2026-11-25", "V23"),
    ("AAE005", "12345678901", "V06"),
    ("AAE005", "1380000000", "V06"),
    ("AAE005", "138-0000-0000", "V06"),
    ("AAE005", "１３８００００００００", "V06"),
    ("AAE005", "1234567", "V06"),
    ("AAZ500", "X0000019", "V19"),
    ("AAZ500", "x00000019", "V19"),
    ("AAB301", "150102", "V09"),
    ("AAB301", "15010", "NOT_IN_LIST"),
    ("AAF013", "150102001", "NOT_IN_LIST"),
    ("CAZ289", "201", "NOT_IN_LIST"),
    ("AAC058", "00", "NOT_IN_LIST"),
    ("AAE006", "一号\u202e", "UNSEEN_CHARACTERS"),
    ("AAE006", "一号\u2066楼\u2069", "UNSEEN_CHARACTERS"),
    ("AAE006", "一\u00ad号", "UNSEEN_CHARACTERS"),
    ("AAE006", "一\x85号", "UNSEEN_CHARACTERS"),
    ("AAE006", "一\u200b号", "UNSEEN_CHARACTERS"),
    ("AAE006", "一号\x00", "UNSEEN_CHARACTERS"),
    ("AAE006", "一\ud800号", "UNSEEN_CHARACTERS"),
    ("AAE013", "备" * 256, "TOO_LONG"),
    ("AAE013", " " * 100_000, "TOO_LONG"),
    ("AAE013", " \u2028 ", "UNSEEN_CHARACTERS"),
]


@pytest.mark.parametrize(("field", "value"), GOOD)
def test_a_good_value_has_no_finding(field: str, value: str) -> None:
    assert findings(**{field: value}) == {}


@pytest.mark.parametrize(("field", "value", "code"), BAD)
def test_a_bad_value_is_found_out(field: str, value: str, code: str) -> None:
    assert codes(**{field: value}) == {field: code}


@pytest.mark.parametrize(
    ("number", "reason"),
    [
        ("159999197111050241", "id_number_check_digit"),
        ("159999197113050248", "id_number_date"),
        ("15999919711105024", "id_number_length"),
        ("15999919711105O240", "id_number_characters"),
        ("169999197111050242", "id_number_region"),
    ],
)
def test_v01_says_why_the_number_is_wrong(number: str, reason: str) -> None:
    found = findings(AAC002=number)

    assert found == {"AAC002": Finding(field=FieldId("AAC002"), code="V01", reason=reason)}


def test_v04_v07l_and_v09_warn_and_all_other_checks_block() -> None:
    found = findings(
        AAC004="1", AAB301="150102", AAC006="1971-11-06", AAE010="6210000000000004", BIE013="NH", AAE009="张测试"
    )

    assert {field: finding.severity for field, finding in found.items()} == {
        "AAC004": Severity.WARNING,
        "AAB301": Severity.WARNING,
        "AAC006": Severity.ERROR,
        "AAE010": Severity.WARNING,
    }


@pytest.mark.parametrize(
    "account",
    ["6200000000000005", ACCOUNT, "150001234567", "620000000000004", "62000000000000000004", "6" * 30],
)
def test_v07_takes_cards_and_the_shorter_or_longer_numbers_of_passbooks(account: str) -> None:
    assert with_account(account) == {}


@pytest.mark.parametrize("account", ["15000123456", "6" * 31, "62000000000000AB", "6200 0000 0000 0005", "６" * 16])
def test_v07_refuses_accounts_that_cannot_be(account: str) -> None:
    assert with_account(account) == {"AAE010": "V07"}


@pytest.mark.parametrize("account", ["6210000000000004", "6222000000000000013", "62000000000000001"])
def test_v07l_warns_of_a_number_as_long_as_a_cards_whose_last_digit_does_not_fit(account: str) -> None:
    assert with_account(account) == {"AAE010": "V07L"}


def test_v08_the_holder_of_the_account_is_the_applicant() -> None:
    assert codes(AAE010=ACCOUNT, BIE013="NH", AAE009="李测试") == {"AAE009": "V08"}


@pytest.mark.parametrize("kind", ApplicantKind)
def test_v08_only_a_guardian_may_hold_the_account_for_the_applicant(kind: ApplicantKind) -> None:
    found = findings_for(kind, AAE010=ACCOUNT, BIE013="NH", AAE009="李测试")

    assert ("AAE009" in found) == (kind is not ApplicantKind.GUARDIAN)


def test_a_wrong_number_says_nothing_about_sex_and_birth_date() -> None:
    assert set(findings(AAC002="159999197111050241", AAC004="1", AAC006="1980-01-01")) == {"AAC002"}


def test_required_is_asked_under_its_condition_only() -> None:
    assert codes(AAE005="") == {"AAE005": "REQUIRED"}
    assert codes(AAE005="   ") == {"AAE005": "REQUIRED"}
    assert codes(x_phone2="", AAE013="") == {}
    assert codes(AAE010=ACCOUNT) == {"BIE013": "REQUIRED", "AAE009": "REQUIRED"}


def test_an_agent_must_be_named_only_when_there_is_one() -> None:
    agent = findings_for(ApplicantKind.AGENT)
    village = findings_for(ApplicantKind.VILLAGE)

    assert {field: one.code for field, one in agent.items()} == dict.fromkeys(
        ("x_agent_name", "x_agent_id", "x_agent_rel"), "REQUIRED"
    )
    assert set(village) == {"x_agent_name", "x_agent_id"}


def test_a_value_of_a_hidden_field_is_not_taken() -> None:
    assert codes(x_agent_name="李测试") == {"x_agent_name": "NOT_SHOWN"}
    assert codes(AAE009="张测试") == {"AAE009": "NOT_SHOWN"}


def test_a_field_that_the_form_does_not_have_is_named() -> None:
    assert codes(AAC999="x") == {"AAC999": "UNKNOWN_FIELD"}


def test_a_value_of_a_hundred_thousand_characters_is_refused_at_once() -> None:
    started = time.process_time()
    for text in ("9" * 100_000, "张" * 100_000, "\u202e" * 100_000, " " * 99_999 + "x", "1-" * 50_000):
        for field in ("AAE006", "AAC002", "AAC003", "AAE005", "AAE013"):
            assert codes(**{field: text})[field] == "TOO_LONG"
    assert time.process_time() - started < 2


def test_too_long_tells_both_lengths() -> None:
    assert findings(AAZ500="X000000190")["AAZ500"].facts == {"length": "10", "limit": "9"}


def a_month_or_amount(kind: FieldKind, value: str) -> str:
    """The code of one finding of a field of this kind, or an empty text."""
    catalogue, name = shipped_catalogue(), FieldId("x_new")
    spec = dataclasses.replace(catalogue.fields[FieldId("AAE013")], id=name, kind=kind)
    catalogue = dataclasses.replace(catalogue, fields={name: spec})
    place = Place(use=FieldUse(field=name, required=ALWAYS), group=NO_GROUP, row=NO_ROW)
    answers, setting = answers_of({name: value}), a_setting(identities=())
    filled = Filled(answers=answers, setting=setting, row_facts={NO_ROW: {}}, numbers={})
    found = check_field(catalogue, a_module(), place, filled)
    return found[0].code if found else ""


@pytest.mark.parametrize("value", ["0", "1200", "1200.5", "1200.50", "9999999999.99"])
def test_amounts_are_digits_with_at_most_two_decimals(value: str) -> None:
    assert a_month_or_amount(FieldKind.AMOUNT, value) == ""


@pytest.mark.parametrize("value", ["-1", "1,200", "1.234", ".5", "1.", "１２", "1e3", "99999999999"])
def test_what_is_no_amount_is_refused(value: str) -> None:
    assert a_month_or_amount(FieldKind.AMOUNT, value) == "NOT_AN_AMOUNT"


def test_months_are_real_months() -> None:
    assert a_month_or_amount(FieldKind.MONTH, "2026-03") == ""
    for value in ("2026-13", "2026-3", "202603", "2026-00", "26-03", "2026-03-01", "２０２６-03"):
        assert a_month_or_amount(FieldKind.MONTH, value) == "NOT_A_MONTH"


@given(st.dates())
def test_a_date_is_read_as_it_was_written(day: date) -> None:
    assert parse_date(day.isoformat()) == day


@given(st.text(alphabet="0123456789", min_size=1, max_size=19), st.integers(0, 18), st.integers(1, 9))
def test_luhn_finds_every_single_wrong_digit(digits: str, place: int, more: int) -> None:
    place %= len(digits)
    changed = digits[:place] + str((int(digits[place]) + more) % 10) + digits[place + 1 :]

    assert not (luhn_ok(digits) and luhn_ok(changed))


fields = st.sampled_from(sorted(shipped_catalogue().fields))


@given(fields, st.text() | st.text(alphabet="0123456789-.X·张 ", max_size=22))
def test_no_text_in_any_field_raises(field: str, text: str) -> None:
    for finding in findings(**{field: text}).values():
        assert finding.code in shipped_catalogue().checks or finding.code.isupper()
        assert len(text) < 4 or text not in finding.facts.values()


def test_only_id_numbers_that_are_there_are_read() -> None:
    catalogue = shipped_catalogue()

    assert read_numbers(catalogue, m01_answers(), TODAY).keys() == {at("AAC002")}
    assert read_numbers(catalogue, m01_answers(AAC002=" "), TODAY) == {}
