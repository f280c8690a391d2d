"""Facts, business rules (R), chains and materials of a case (business document 2.5, 1.2)."""

from __future__ import annotations

import dataclasses
from datetime import date

import pytest

from domain.catalogue.values import BusinessRule, ChainId, MaterialId, Module, RuleAct, Text3
from domain.forms.answers import ApplicantKind, Origin
from domain.forms.assess import Assessment, MissingMaterial
from domain.rules import ALWAYS, Facts
from tests.helpers.builders import (
    ACCOUNT,
    NUMBER,
    OLD_NUMBER,
    YOUNG_NUMBER,
    a_module,
    a_setting,
    an_assessment,
    an_id_number,
    m01_answers,
    shown_by,
)


def case(number: str = NUMBER, **values: str) -> Assessment:
    return an_assessment(m01_answers(number, **values))


def facts(number: str = NUMBER, **values: str) -> Facts:
    return case(number, **values).facts


def rules(of: Assessment, act: RuleAct) -> list[str]:
    found = of.rulings.blocking if act is RuleAct.BLOCK else of.rulings.told
    return [one.rule.id for one in found if one.rule.act is act]


def test_facts_are_what_is_known_what_follows_and_what_was_answered() -> None:
    known = an_assessment(told={"student": True}).facts

    assert known["age"] == 55
    assert known["region_is_local"] is True
    assert known["student"] is True
    assert known["identity_origin"] == "card"
    assert known["applicant_kind"] == "本人"
    assert known["AAC003"] == "张测试"
    assert "AAE010" not in known


def test_blanks_are_no_answer() -> None:
    assert "AAE010" not in facts(AAE010="  ")
    assert "AAE010" not in facts(AAE010="\u3000")


def test_both_sides_name_the_office_by_its_county() -> None:
    county, township = (
        an_assessment(setting=a_setting(office_region=region)).facts for region in ("159999", "159999001")
    )

    assert county == township


def test_a_wrong_number_has_no_age_and_an_answer_cannot_pretend_one() -> None:
    assert "age" not in facts(AAC002="159999197111050241")
    assert "AAC002" in facts()


def test_r001_under_sixteen_is_blocked_and_on_the_birthday_it_is_not() -> None:
    assert rules(case(YOUNG_NUMBER), RuleAct.BLOCK) == ["R001"]
    assert rules(case(), RuleAct.BLOCK) == []
    sixteen = an_id_number("15999920101124024")
    assert rules(case(sixteen), RuleAct.BLOCK) == []
    assert rules(case(an_id_number("15999920101125024")), RuleAct.BLOCK) == ["R001"]


@pytest.mark.parametrize(
    ("known", "rule"),
    [
        ({"already_insured": True}, "R004"),
        ({"zhibao_state": "1"}, "R005"),
        ({"zhibao_state": "2"}, "R005"),
        ({"police_state": "死亡"}, "R007"),
    ],
)
def test_r004_r005_r007_other_peoples_records_block(known: dict[str, str | bool], rule: str) -> None:
    with_records = an_assessment(told=known)

    assert rules(with_records, RuleAct.BLOCK) == [rule]


def test_records_that_say_no_do_not_block() -> None:
    with_records = an_assessment(told={"already_insured": False, "zhibao_state": "0"})

    assert rules(with_records, RuleAct.BLOCK) == []


def test_r006_another_county_is_a_warning() -> None:
    assert rules(case(AAB301="150102"), RuleAct.WARN) == ["R006"]
    assert rules(case(), RuleAct.WARN) == []
    assert rules(case(AAB301=""), RuleAct.WARN) == []


def test_v11_the_lowest_tier_is_questioned_for_an_ordinary_person_only() -> None:
    assert rules(case(CAZ289="200", AAC066="011"), RuleAct.WARN) == ["V11"]
    assert rules(case(CAZ289="200", AAC066=""), RuleAct.WARN) == ["V11"]
    assert rules(case(CAZ289="200", AAC066="061"), RuleAct.WARN) == []
    assert rules(case(CAZ289="300", AAC066="011"), RuleAct.WARN) == []
    assert rules(case(CAZ289=""), RuleAct.WARN) == []


def test_r003_from_sixty_on_the_case_needs_four_signatures() -> None:
    old = case(OLD_NUMBER)

    assert (old.chain.id, old.risk) == ("CH1", 1)
    assert old.chain.roles == ("PUB_BIZ", "PUB_CHK", "DEP_DIR", "DIR")


def test_v08_an_account_that_a_guardian_holds_raises_the_case() -> None:
    guardian = a_setting(applicant_kind=ApplicantKind.GUARDIAN)
    held = m01_answers(AAE010=ACCOUNT, BIE013="NH", AAE009="李测试")
    own = m01_answers(AAE010=ACCOUNT, BIE013="NH", AAE009="张测试")
    left = m01_answers(AAE009="李测试")

    raised = an_assessment(held, guardian)

    assert (raised.chain.id, raised.risk) == ("CH1", 1)
    for answers in (own, left, m01_answers()):
        assert an_assessment(answers, guardian).risk == 2
    assert rules(an_assessment(held), RuleAct.RAISE) == []


def test_below_sixty_the_case_takes_the_chain_of_its_module() -> None:
    assert (case().chain.id, case().risk) == ("CH2", 2)

    birthday = a_setting(today=date(2031, 11, 5))
    eve = a_setting(today=date(2031, 11, 4))
    assert an_assessment(setting=birthday).risk == 1
    assert an_assessment(setting=eve).risk == 2


def raising(chain: str, risk: int) -> BusinessRule:
    return BusinessRule(
        id=f"R-{chain}", act=RuleAct.RAISE, when=ALWAYS, message=Text3(what="x"), chain=ChainId(chain), risk=risk
    )


def with_rules(*rules: BusinessRule) -> Module:
    return dataclasses.replace(a_module(), rules=rules)


def test_the_strictest_rule_decides_and_none_makes_it_easier() -> None:
    both = with_rules(raising("CH2P", 2), raising("CH1P", 1))
    easier = with_rules(raising("CH3", 3))

    assert an_assessment(module=both).chain.id == "CH1P"
    assert an_assessment(module=easier).chain.id == "CH2"


def offered(setting_kind: ApplicantKind = ApplicantKind.SELF, **values: str) -> list[str]:
    of = an_assessment(m01_answers(**values), a_setting(applicant_kind=setting_kind))
    return [need.use.material for need in of.materials]


def missing(of: Assessment, **pages: int) -> dict[str, int]:
    counts = {MaterialId(material): count for material, count in pages.items()}
    return {one.material: one.need_pages - one.have_pages for one in of.missing(counts)}


def test_the_generated_form_is_never_asked_for() -> None:
    assert "MT03" not in offered()
    assert "MT03" not in missing(case())


def test_a_typed_identity_must_be_shown_by_both_sides_of_the_card() -> None:
    typed = an_assessment(setting=a_setting(identities=shown_by(origin=Origin.TYPED)))

    assert missing(case()) == {"MT02": 2}
    assert missing(typed) == {"MT01": 2, "MT02": 2}
    assert missing(typed, MT01=1, MT02=2) == {"MT01": 1}
    assert missing(typed, MT01=2, MT02=2) == {}


def test_a_special_status_must_be_proved() -> None:
    assert "MT04" not in offered()
    assert "MT04" not in offered(AAC066="")
    assert "MT04" in offered(AAC066="021")
    assert missing(case(AAC066="021"), MT02=2) == {"MT04": 1}


def test_what_a_partner_shares_need_not_be_brought() -> None:
    shared = an_assessment(m01_answers(AAC066="021"), told={"shared_MT02": True, "shared_MT04": True})

    assert missing(shared) == {}


@pytest.mark.parametrize(
    ("kind", "wanted"),
    [
        (ApplicantKind.SELF, {"MT02": 2}),
        (ApplicantKind.GUARDIAN, {"MT02": 2, "MT30": 1}),
        (ApplicantKind.AGENT, {"MT02": 2, "MT09": 1, "MT10": 2}),
        (ApplicantKind.VILLAGE, {"MT02": 2, "MT09": 1, "MT10": 2}),
    ],
)
def test_who_acts_for_somebody_proves_it(kind: ApplicantKind, wanted: dict[str, int]) -> None:
    of = an_assessment(setting=a_setting(applicant_kind=kind))

    assert missing(of) == wanted


def test_everything_missing_is_told_at_once_with_its_counts() -> None:
    told = case().missing({MaterialId("MT02"): 1})

    assert told == (MissingMaterial(material=MaterialId("MT02"), have_pages=1, need_pages=2),)


def test_fields_come_and_go_with_the_facts() -> None:
    shown = {place.use.field for place in case().shown}
    with_account = {place.use.field for place in case(AAE010=ACCOUNT).shown}

    assert with_account - shown == {"BIE013", "AAE009"}


def test_an_answer_to_a_hidden_field_is_no_part_of_the_case() -> None:
    hidden = case(BIE013="NH", AAE009="李测试")

    assert "account_is_own" not in hidden.facts
    assert not {"BIE013", "AAE009"} & {key.field for key in hidden.answers}
    assert {(stray.field, stray.code) for stray in hidden.strays} == {("BIE013", "NOT_SHOWN"), ("AAE009", "NOT_SHOWN")}
    assert hidden.findings == ()
