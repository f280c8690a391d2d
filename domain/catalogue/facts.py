"""The dictionary of facts: who makes each, and how those are named that fields, rows and parameters make."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from domain.language import FactSpec
from domain.rules import Condition, FactType, Value


class Maker(StrEnum):
    """Who makes a fact: the form, the identity shown, the office, the agency's records, a partner's records."""

    FORM = "form"
    CARD = "card"
    OFFICE = "office"
    AGENCY = "agency"
    PARTNER = "partner"


@dataclass(frozen=True, slots=True, kw_only=True)
class FactEntry:
    """A fact of the dictionary: made by the program or told by somebody, unless it is derived (``value``, ``when``)."""

    name: str
    label: str
    maker: Maker
    spec: FactSpec
    value: Value | None = None
    when: Condition | None = None


MADE: Mapping[str, FactType] = {
    "today": FactType.DATE,
    "office_region": FactType.TEXT,
    "applicant_kind": FactType.TEXT,
    "identity_origin": FactType.TEXT,
}
"""The facts that the program makes of the setting of a case; every dictionary has them."""


def sum_fact(field: str) -> str:
    """The name of the fact that the amounts of a field make together, over all rows of its group."""
    return f"{field}.sum"


def count_fact(group: str) -> str:
    """The name of the fact that is the number of a group's rows."""
    return f"{group}.count"


def parameter_fact(name: str) -> str:
    """The name of the fact that a parameter makes for conditions, once it is verified."""
    return f"parameter.{name}"
