"""Who takes part in a case, as the catalogue says it: the only place from which anybody knows whose name a field is."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import NewType

FieldId = NewType("FieldId", str)


class PartyRole(StrEnum):
    """As what a person takes part in a case."""

    SUBJECT = "subject"
    """Whose business it is, where that is somebody else than who applies."""
    APPLICANT = "applicant"
    AGENT = "agent"
    GUARDIAN = "guardian"
    HEIR = "heir"
    DEPENDANT = "dependant"


ACTING = (PartyRole.AGENT, PartyRole.GUARDIAN)
"""Who stands there and signs for the applicant."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """Who takes part in a case, and which fields of the form say it; ``sex`` and ``birth_date`` may be none.

    All of them stand in one section; where that repeats, each of its rows names one such person.
    """

    role: PartyRole
    name: FieldId
    id_number: FieldId
    sex: FieldId = FieldId("")
    birth_date: FieldId = FieldId("")

    @property
    def fields(self) -> tuple[FieldId, ...]:
        """The fields that it names."""
        return tuple(field for field in (self.name, self.id_number, self.sex, self.birth_date) if field)
