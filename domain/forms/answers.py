"""What was filled into a form, and what stands around it."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from datetime import date
from enum import StrEnum

from domain.catalogue.values import FieldId

NAME = FieldId("AAC003")
ID_NUMBER = FieldId("AAC002")
BIRTH_DATE = FieldId("AAC006")
SEX = FieldId("AAC004")
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


def value_of(answers: Answers, name: FieldId) -> str:
    """The value of a field, or an empty text."""
    answer = answers.get(name)
    return answer.value if answer else ""
