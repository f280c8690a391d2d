"""Repeating groups and parties: rows with ids of their own, in order, each with its findings; each person a party."""

from __future__ import annotations

from typing import Any

import pytest

from app.notices.findings import finding_line
from domain.catalogue.parse import parse_catalogue
from domain.catalogue.reading import CatalogueError
from domain.catalogue.values import FieldId, PartyRole
from domain.forms.answers import Answer, AnswerKey, Answers, ApplicantKind, Origin, RowId
from domain.forms.assess import Assessment, assess
from domain.forms.parties import identity_shown, persons_in, signer_in
from domain.forms.words import label_of, text_of
from tests.helpers.builders import NAME, NUMBER, a_setting, m01_answers
from tests.helpers.heirs import (
    HEIR_NAME,
    HEIR_NUMBER,
    HEIR_SHARE,
    HEIRS,
    T01,
    a_heir_number,
    heir,
    heirs_answers,
    heirs_catalogue,
    heirs_data,
)

R1, R2 = RowId("r1"), RowId("r2")
TWO = heirs_answers(heir("r1", 1, "40"), heir("r2", 2, "60", name="王测试"))


def assessed(answers: Answers, **changes: Any) -> Assessment:
    return assess(heirs_catalogue(), heirs_catalogue().modules[T01], answers, a_setting(**changes), told={})


def codes(answers: Answers, **changes: Any) -> dict[AnswerKey, str]:
    return {finding.key: finding.code for finding in assessed(answers, **changes).findings}


# -- answers and rows


def test_rows_keep_their_ids_and_order_and_may_be_empty() -> None:
    form = m01_answers().with_rows(HEIRS, (R2, R1))

    assert form.rows_of(HEIRS) == (R2, R1)
    assert form.with_rows(HEIRS, (R1, R2)) != form
    assert len(form) == len(m01_answers())


def test_a_row_that_goes_takes_its_answers_and_no_others() -> None:
    form = TWO.with_rows(HEIRS, (R2,))

    assert AnswerKey(HEIR_NAME, R1) not in form
    assert form[AnswerKey(HEIR_NAME, R2)].value == "王测试"
    assert len(form) == len(TWO) - 3


def test_moving_rows_changes_no_answer() -> None:
    assert dict(TWO.with_rows(HEIRS, (R2, R1))) == dict(TWO)


def test_answers_are_equal_whatever_their_order() -> None:
    assert Answers(tuple(reversed(TWO.answers)), TWO.rows) == TWO
    assert TWO.with_answer(Answer(field=HEIR_NAME, row=R1, value="赵测试")) != TWO


# -- checking


def test_a_complete_form_with_two_heirs_has_no_findings() -> None:
    assert codes(TWO) == {}
    assert [place.row for place in assessed(TWO).shown if place.use.field == HEIR_NAME] == [R1, R2]


def test_findings_stand_at_their_row() -> None:
    wrong = TWO.with_answer(Answer(field=HEIR_NUMBER, row=R2, value="159999196403150012"))
    empty = TWO.with_answer(Answer(field=HEIR_NAME, row=R1, value=""))

    assert codes(wrong) == {AnswerKey(HEIR_NUMBER, R2): "V01"}
    assert codes(empty) == {AnswerKey(HEIR_NAME, R1): "REQUIRED"}


def test_an_empty_row_wants_all_that_is_required_and_no_row_wants_nothing() -> None:
    one = m01_answers().with_rows(HEIRS, (R1,))

    assert codes(one) == dict.fromkeys(
        (AnswerKey(field, R1) for field in (HEIR_NAME, HEIR_NUMBER, HEIR_SHARE)), "REQUIRED"
    )
    assert codes(m01_answers()) == {}


def test_too_many_and_too_few_rows_are_told_at_the_group() -> None:
    six = heirs_answers(*(heir(f"r{number}", number, "10" if number else "50") for number in range(6)))
    data = heirs_data()
    data["items"][0]["modules"][1]["pages"][3]["repeats"]["min"] = 1
    catalogue = parse_catalogue(data)

    few = assess(catalogue, catalogue.modules[T01], m01_answers(), a_setting(), told={}).findings

    assert codes(six) == {AnswerKey(HEIR_NAME): "ROWS_TOO_MANY"}
    assert [(finding.key, finding.code, finding.facts["least"]) for finding in few] == [
        (AnswerKey(HEIR_NAME), "ROWS_TOO_FEW", "1")
    ]


def test_1_shares_add_up_to_100_and_what_is_wrong_is_told_in_the_last_row() -> None:
    short = heirs_answers(heir("r1", 1, "40"), heir("r2", 2, "59.5", name="王测试"))
    (finding,) = assessed(short).findings

    assert (finding.key, finding.code) == (AnswerKey(HEIR_SHARE, R2), "ROWS_SUM")
    assert finding_line(heirs_catalogue(), finding) == (
        "各继承人的“份额（%）”合计为 99.5，应为 100，请对照材料逐行核对，改到合计为 100"
    )
    for shares in (("40.00", "60"), ("99.99", "0.01"), ("100",), ()):
        rows = [heir(f"r{number}", number, share) for number, share in enumerate(shares, start=1)]
        assert codes(heirs_answers(*rows)) == {}, shares


def test_1_a_sum_that_nobody_knows_yet_is_not_called_wrong() -> None:
    for share in ("", "much"):
        found = codes(heirs_answers(heir("r1", 1, "40"), heir("r2", 2, share)))
        assert "ROWS_SUM" not in found.values()
        assert found, "what is missing or unusable has a finding of its own"


def test_an_answer_in_no_row_of_the_form_is_a_stray() -> None:
    strays = assessed(TWO.with_answer(Answer(field=HEIR_NAME, row=RowId("r9"), value="李"))).strays
    plain = assessed(TWO.with_answer(Answer(field=HEIR_NAME, value="李"))).strays

    assert [(stray.key, stray.code) for stray in strays] == [(AnswerKey(HEIR_NAME, RowId("r9")), "UNKNOWN_FIELD")]
    assert [(stray.key, stray.code) for stray in plain] == [(AnswerKey(HEIR_NAME), "UNKNOWN_FIELD")]


def test_conditions_within_a_row_look_at_that_row() -> None:
    data = heirs_data()
    page = data["items"][0]["modules"][1]["pages"][3]
    page["repeats"]["sums"], fields = [], page["fields"]
    fields[2] |= {"visible": {"fact": str(HEIR_NAME), "op": "eq", "value": "王测试"}}
    catalogue = parse_catalogue(data)

    found = assess(catalogue, catalogue.modules[T01], TWO, a_setting(), told={})

    assert [place.row for place in found.shown if place.use.field == HEIR_SHARE] == [R2]
    assert [(stray.key, stray.code) for stray in found.strays] == [(AnswerKey(HEIR_SHARE, R1), "NOT_SHOWN")]


def test_checks_of_a_party_look_at_its_own_row() -> None:
    data = heirs_data()
    data["fields"].append(
        {"id": "x_heir_birth", "label": "出生日期", "kind": "date", "max_length": 10, "checks": ["V05"]}
    )
    module = data["items"][0]["modules"][1]
    module["pages"][3]["fields"].append({"id": "x_heir_birth"})
    module["parties"][-1]["birth_date"] = "x_heir_birth"
    catalogue = parse_catalogue(data)
    days = ((R1, "1964-03-15"), (R2, "1964-03-16"))
    births = [Answer(field=FieldId("x_heir_birth"), row=row, value=day) for row, day in days]

    found = assess(catalogue, catalogue.modules[T01], TWO.with_answer(*births), a_setting(), told={})

    assert [(finding.row, finding.code) for finding in found.findings] == [(R2, "V05")]


# -- parties


def test_everybody_whom_a_form_names_is_a_party() -> None:
    module = heirs_catalogue().modules[T01]
    form = heirs_answers(heir("r1", 1, "100"), x_agent_name="赵测试", x_agent_id=a_heir_number(7))

    assert [(person.role, person.row, person.id_number) for person in persons_in(module, form)] == [
        (PartyRole.APPLICANT, "", NUMBER),
        (PartyRole.AGENT, "", a_heir_number(7)),
        (PartyRole.HEIR, R1, a_heir_number(1)),
    ]
    assert signer_in(module, form, ApplicantKind.SELF).name == NAME
    assert signer_in(module, form, ApplicantKind.AGENT).name == "赵测试"


def test_who_showed_a_card_must_be_named_in_that_row() -> None:
    shown = identity_shown("李测试", a_heir_number(1), Origin.CARD, PartyRole.HEIR, R1)
    other = identity_shown("李测试", a_heir_number(3), Origin.CARD, PartyRole.HEIR, R1)

    assert codes(TWO, identities=(shown,)) == {}
    assert codes(TWO, identities=(other,)) == {AnswerKey(HEIR_NUMBER, R1): "NOT_THE_APPLICANT"}


def test_a_row_is_called_by_its_number() -> None:
    catalogue, key = heirs_catalogue(), AnswerKey(HEIR_NAME, R2)

    assert label_of(catalogue, catalogue.modules[T01], TWO, key) == "继承人 2 · 继承人姓名"
    assert text_of(catalogue, TWO, key) == "王测试"


# -- the catalogue


def _spoil(path: str) -> dict[str, Any]:
    data = heirs_data()
    module = data["items"][0]["modules"][1]
    repeats, parties = module["pages"][3]["repeats"], module["parties"]
    match path:
        case "no rows":
            repeats["max"] = 0
        case "more rows than can be":
            repeats |= {"min": 1, "max": 51}
        case "fewer than least":
            repeats["min"] = 6
        case "unknown key":
            repeats["most"] = 5
        case "sum of no field":
            repeats["sums"] = [{"field": "x_nobody", "total": 100}]
        case "sum of no amount":
            repeats["sums"] = [{"field": str(HEIR_NAME), "total": 100}]
        case "sum that may stay unknown":
            module["pages"][3]["fields"][2]["required"] = False
        case "group twice":
            module["pages"][4]["repeats"] = dict(repeats)
        case "nobody applies":
            del parties[0]
        case "applicant in a row":
            parties[-1]["role"], parties[0]["role"] = "applicant", "heir"
        case "role twice":
            parties[1]["role"] = "applicant"
        case "unknown role":
            parties[-1]["role"] = "uncle"
        case "over two sections":
            parties[-1]["name"] = "AAE013"
        case "field not in form":
            parties[-1]["name"] = "x_nobody"
        case "field of two parties":
            parties[-1] |= {"name": parties[1]["name"], "id_number": parties[1]["id_number"]}
    return data


FAULTS = {
    "no rows": "pages[3].repeats.max: 0 to 0 rows",
    "more rows than can be": "pages[3].repeats.max: 1 to 51 rows",
    "fewer than least": "pages[3].repeats.max: 6 to 5 rows",
    "unknown key": "pages[3].repeats.most: unknown key",
    "sum of no field": "pages[3].repeats.sums: 'x_nobody' is no amount",
    "sum of no amount": "pages[3].repeats.sums: 'x_heir_name' is no amount",
    "sum that may stay unknown": "pages[3].repeats.sums: 'x_heir_share' may stay empty",
    "group twice": "pages: group 'heirs' is given twice",
    "nobody applies": "parties: nobody applies",
    "applicant in a row": "parties: nobody applies",
    "role twice": "parties: 'applicant' is given twice",
    "unknown role": "parties[2].role: 'uncle' is not one of",
    "over two sections": "parties[2].name: the heir is not named by fields of one section",
    "field not in form": "parties[2].name: the heir is not named by fields of one section",
    "field of two parties": "parties: field 'x_agent_name' names two parties",
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_group_or_party_that_cannot_be_is_a_named_fault(fault: str) -> None:
    with pytest.raises(CatalogueError) as refused:
        parse_catalogue(_spoil(fault))

    assert any(f"modules[1].{FAULTS[fault]}" in one for one in refused.value.faults), refused.value.faults


@pytest.mark.parametrize(("least", "most"), [(0, 1), (5, 5), (0, 50)])
def test_a_group_may_have_so_many_rows(least: int, most: int) -> None:
    data = heirs_data()
    data["items"][0]["modules"][1]["pages"][3]["repeats"] |= {"min": least, "max": most}

    repeats = parse_catalogue(data).modules[T01].form.pages[3].repeats

    assert repeats is not None
    assert (repeats.min_rows, repeats.max_rows) == (least, most)
