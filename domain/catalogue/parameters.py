"""Dated parameters of the law and of an agency: an amount that holds from a day on, with its source."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from domain.refusals import Refusal, RefusalCode


@dataclass(frozen=True, slots=True, kw_only=True)
class Dated:
    """One value, from a day until the next one. ``verified``: somebody has held it against its source."""

    since: date
    value: Decimal
    source: str
    verified: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """A number that a rule or a calculation looks at; ``entries`` in the order of their days."""

    name: str
    label: str
    unit: str
    entries: tuple[Dated, ...]

    def on_trial(self, day: date) -> Dated | None:
        """What holds on that day, for a trial calculation only (试算，不作凭证); None before the first."""
        return next((entry for entry in reversed(self.entries) if entry.since <= day), None)

    def formally(self, day: date) -> Decimal | Refusal:
        """What a decision may be based on. Refuses with PARAMETER_UNVERIFIED what nobody verified or set."""
        found = self.on_trial(day)
        if found is None or not found.verified:
            return Refusal(
                code=RefusalCode.PARAMETER_UNVERIFIED, facts={"parameter": self.label, "day": day.isoformat()}
            )
        return found.value


Parameters = Mapping[str, Parameter]
