"""Facts, business rules (R), chains and materials of a case (business document 2.5, 1.2)."""

from __future__ import annotations

import dataclasses
from datetime import date

import pytest

from domain.catalogue.values import BusinessRule, ChainId, MaterialId, Module, RuleAct, Text3
from domain.forms.answers import Answers, ApplicantKind, Origin, facts_from, shown_places, value_of
from domain.forms.checking import MissingMaterial, chain_for, missing_materials, offered_materials, rules_that_hold
from domain.rules import ALWAYS, Facts
from tests.helpers.builders import (
    ACCOUNT,
    NUMBER,
    OLD_NUMBER,
    YOUNG_NUMBER,
    a_module,
    a_setting,
    a_setting_knowing,
    an_id_number,
    m01_answers,
    shipped_catalogue,
    shown_by,
)

CATALOGUE = shipped_catalogue()


def facts(number: str = NUMBER, **values: str) -> Facts:
    return facts_from(a_module(), m01_answers(number, **values), a_setting())


def rules(of: Facts, act: RuleAct) -> list[str]:
    return [rule.id for rule in rules_that_hold(a_module(), of, act)]


def test_facts_are_what_is_known_what_follows_and_what_was_answered() -> None:
    known = facts_from(a_module(), m01_answers(), a_setting_knowing(student=True))

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
        facts_from(a_module(), m01_answers(), a_setting(office_region=region)) for region in ("159999", "159999001")
    )

    assert county == township


def test_a_wrong_number_has_no_age_and_an_answer_cannot_pretend_one() -> None:
    assert "age" not in facts(AAC002="159999197111050241")
    assert "AAC002" in facts()


def test_r001_under_sixteen_is_blocked_and_on_the_birthday_it_is_not() -> None:
    assert rules(facts(YOUNG_NUMBER), RuleAct.BLOCK) == ["R001"]
    assert rules(facts(), RuleAct.BLOCK) == []
    sixteen = an_id_number("15999920101124024")
    assert rules(facts(sixteen), RuleAct.BLOCK) == []
    assert rules(facts(an_id_number("15999920101125024")), RuleAct.BLOCK) == ["R001"]


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
    with_records = facts_from(a_module(), m01_answers(), a_setting_knowing(**known))

    assert rules(with_records, RuleAct.BLOCK) == [rule]


def test_records_that_say_no_do_not_block() -> None:
    with_records = facts_from(a_module(), m01_answers(), a_setting_knowing(already_insured=False, zhibao_state="0"))

    assert rules(with_records, RuleAct.BLOCK) == []


def test_r006_another_county_is_a_warning() -> None:
    assert rules(facts(AAB301="150102"), RuleAct.WARN) == ["R006"]
    assert rules(facts(), RuleAct.WARN) == []
    assert rules(facts(AAB301=""), RuleAct.WARN) == []


def test_v11_the_lowest_tier_is_questioned_for_an_ordinary_person_only() -> None:
    assert rules(facts(CAZ289="200", AAC066="011"), RuleAct.WARN) == ["V11"]
    assert rules(facts(CAZ289="200", AAC066=""), RuleAct.WARN) == ["V11"]
    assert rules(facts(CAZ289="200", AAC066="061"), RuleAct.WARN) == []
    assert rules(facts(CAZ289="300", AAC066="011"), RuleAct.WARN) == []
    assert rules(facts(CAZ289=""), RuleAct.WARN) == []


def test_r003_from_sixty_on_the_case_needs_four_signatures() -> None:
    chain, risk = chain_for(CATALOGUE, a_module(), facts(OLD_NUMBER))

    assert (chain.id, risk) == ("CH1", 1)
    assert chain.roles == ("PUB_BIZ", "PUB_CHK", "DEP_DIR", "DIR")


def test_v08_an_account_that_a_guardian_holds_raises_the_case() -> None:
    guardian = a_setting(applicant_kind=ApplicantKind.GUARDIAN)
    held = m01_answers(AAE010=ACCOUNT, BIE013="NH", AAE009="李测试")
    own = m01_answers(AAE010=ACCOUNT, BIE013="NH", AAE009="张测试")
    left = m01_answers(AAE009="李测试")

    chain, risk = chain_for(CATALOGUE, a_module(), facts_from(a_module(), held, guardian))

    assert (chain.id, risk) == ("CH1", 1)
    for answers in (own, left, m01_answers()):
        assert chain_for(CATALOGUE, a_module(), facts_from(a_module(), answers, guardian))[1] == 2
    assert rules(facts_from(a_module(), held, a_setting()), RuleAct.RAISE) == []


def test_below_sixty_the_case_takes_the_chain_of_its_module() -> None:
    chain, risk = chain_for(CATALOGUE, a_module(), facts())
    assert (chain.id, risk) == ("CH2", 2)

    birthday = a_setting(today=date(2031, 11, 5))
    eve = a_setting(today=date(2031, 11, 4))
    assert chain_for(CATALOGUE, a_module(), facts_from(a_module(), m01_answers(), birthday))[1] == 1
    assert chain_for(CATALOGUE, a_module(), facts_from(a_module(), m01_answers(), eve))[1] == 2


def raising(chain: str, risk: int) -> BusinessRule:
    return BusinessRule(
        id=f"R-{chain}", act=RuleAct.RAISE, when=ALWAYS, message=Text3(what="x"), chain=ChainId(chain), risk=risk
    )


def with_rules(*rules: BusinessRule) -> Module:
    return dataclasses.replace(a_module(), rules=rules)


def test_the_strictest_rule_decides_and_none_makes_it_easier() -> None:
    both = with_rules(raising("CH2P", 2), raising("CH1P", 1))
    easier = with_rules(raising("CH3", 3))

    assert chain_for(CATALOGUE, both, {})[0].id == "CH1P"
    assert chain_for(CATALOGUE, easier, {})[0].id == "CH2"


def offered(setting_kind: ApplicantKind = ApplicantKind.SELF, **values: str) -> list[str]:
    of = facts_from(a_module(), m01_answers(**values), a_setting(applicant_kind=setting_kind))
    return [use.material for use in offered_materials(CATALOGUE, a_module(), of)]


def missing(of: Facts, **pages: int) -> dict[str, int]:
    counts = {MaterialId(material): count for material, count in pages.items()}
    return {
        one.material: one.need_pages - one.have_pages for one in missing_materials(CATALOGUE, a_module(), of, counts)
    }


def test_the_generated_form_is_never_asked_for() -> None:
    assert "MT03" not in offered()
    assert "MT03" not in missing(facts())


def test_a_typed_identity_must_be_shown_by_both_sides_of_the_card() -> None:
    typed = facts_from(a_module(), m01_answers(), a_setting(identities=shown_by(origin=Origin.TYPED)))

    assert missing(facts()) == {"MT02": 2}
    assert missing(typed) == {"MT01": 2, "MT02": 2}
    assert missing(typed, MT01=1, MT02=2) == {"MT01": 1}
    assert missing(typed, MT01=2, MT02=2) == {}


def test_a_special_status_must_be_proved() -> None:
    assert "MT04" not in offered()
    assert "MT04" not in offered(AAC066="")
    assert "MT04" in offered(AAC066="021")
    assert missing(facts(AAC066="021"), MT02=2) == {"MT04": 1}


def test_what_a_partner_shares_need_not_be_brought() -> None:
    shared = facts_from(a_module(), m01_answers(AAC066="021"), a_setting_knowing(shared_MT02=True, shared_MT04=True))

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
    of = facts_from(a_module(), m01_answers(), a_setting(applicant_kind=kind))

    assert missing(of) == wanted


def test_everything_missing_is_told_at_once_with_its_counts() -> None:
    told = missing_materials(CATALOGUE, a_module(), facts(), {MaterialId("MT02"): 1})

    assert told == (MissingMaterial(material=MaterialId("MT02"), have_pages=1, need_pages=2),)


def test_fields_come_and_go_with_the_facts() -> None:
    shown = [place.use.field for place in shown_places(a_module().form, Answers(), facts())]
    with_account = [place.use.field for place in shown_places(a_module().form, Answers(), facts(AAE010=ACCOUNT))]

    assert set(with_account) - set(shown) == {"BIE013", "AAE009"}
    assert value_of(m01_answers(), shown[0]) == "张测试"
    assert value_of(Answers(), shown[0]) == ""
