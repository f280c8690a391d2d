"""What was filled into a form, and the facts that follow from it."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from datetime import date
from enum import StrEnum

from domain.catalogue.values import FieldId, FieldUse, Form
from domain.identity import IdNumber, age_on, parse_id_number
from domain.rules import Fact, Facts, holds

NAME = FieldId("AAC003")
ID_NUMBER = FieldId("AAC002")
BIRTH_DATE = FieldId("AAC006")
SEX = FieldId("AAC004")
REGION = FieldId("AAB301")
ACCOUNT_HOLDER = FieldId("AAE009")
AGENT_NAME = FieldId("x_agent_name")
AGENT_ID_NUMBER = FieldId("x_agent_id")


class Origin(StrEnum):
    """Where a value comes from; shown beside the field and kept with the case."""

    CARD = "card"
    TYPED = "typed"
    SERVER = "server"
    DEFAULT = "default"


class ApplicantKind(StrEnum):
    """Who stands at the counter."""

    SELF = "本人"
    GUARDIAN = "法定代理人"
    AGENT = "授权代办人"
    VILLAGE = "村社协办员"


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One value as text: dates are ISO, choices their code, amounts decimal with a point."""

    field: FieldId
    value: str = dataclasses.field(repr=False)
    origin: Origin = Origin.TYPED


Answers = Mapping[FieldId, Answer]


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What the form does not hold but its rules look at: the day, the office, who applies, how identity was shown."""

    today: date
    office_region: str
    applicant_kind: ApplicantKind = ApplicantKind.SELF
    identity_origin: Origin = Origin.TYPED
    known: Mapping[str, Fact] = dataclasses.field(default_factory=dict)
    """Facts from the agency's and its partners' records, e.g. ``already_insured``, ``shared_MT02``."""


def value_of(answers: Answers, name: FieldId) -> str:
    """The value of a field, or an empty text."""
    answer = answers.get(name)
    return answer.value if answer else ""


def facts_from(answers: Answers, setting: Setting) -> Facts:
    """Everything that conditions may look at: known facts, derived facts, then one fact per field that is not blank."""
    facts: dict[str, Fact] = dict(setting.known)
    facts["applicant_kind"] = setting.applicant_kind.value
    facts["identity_origin"] = setting.identity_origin.value
    facts["office_region"] = setting.office_region[:6]
    number = parse_id_number(value_of(answers, ID_NUMBER), today=setting.today)
    if isinstance(number, IdNumber):
        facts["age"] = age_on(number.birth_date, setting.today)
    facts.update({name: answer.value for name, answer in answers.items() if answer.value.strip()})
    if REGION in answers and setting.office_region:
        facts["region_is_local"] = value_of(answers, REGION)[:6] == setting.office_region[:6]
    if ACCOUNT_HOLDER in answers:
        facts["account_is_own"] = value_of(answers, ACCOUNT_HOLDER) == value_of(answers, NAME)
    return facts


def visible_uses(form: Form, facts: Facts) -> tuple[FieldUse, ...]:
    """The fields of a form that are shown now, in order."""
    return tuple(use for use in form.uses if holds(use.visible, facts))
