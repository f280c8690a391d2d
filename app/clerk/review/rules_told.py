"""What the rules of the business say of a case that is under review: the same words as at the counter."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from app.visit.obstacles import rules_told
from app.visit.state import Notice
from domain.business_time import business_day
from domain.cases.values import Act, Office
from domain.catalogue.values import Catalogue
from domain.forms.answers import Setting
from domain.forms.assess import assess

if TYPE_CHECKING:
    from domain.wire import CaseView

_COUNTY_DIGITS = 6


def rules_told_of(catalogue: Catalogue, case: CaseView, reader: Office) -> Notice | None:
    """What rules say of the content as it was last submitted; ``reader`` is the office where it is read.

    Ages are those of the day of submission, which decided the chain. What only the server knows is not looked at.
    """
    module = catalogue.modules.get(case.module)
    if module is None:
        return None
    setting = Setting(
        today=_submitted_on(case),
        office_region=_county_of(reader),
        applicant_kind=case.content.applicant_kind,
        identities=case.content.identities,
    )
    return rules_told(assess(catalogue, module, case.content.form, setting, told={}).rulings)


def _submitted_on(case: CaseView) -> date:
    times = [step.taken_at for step in case.steps if step.act in (Act.ACCEPT, Act.RESUBMIT)]
    return business_day(max(times, default=case.accepted_at))


def _county_of(reader: Office) -> str:
    """The county of the counter, which is the reader's own; above the county nobody can tell from the office."""
    county = reader.code[:_COUNTY_DIGITS]
    return "" if county.endswith("00") else county
