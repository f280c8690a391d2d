"""What the rules of the business say of a case that is under review: the same words as at the counter."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from app.notices.notice import Notice
from app.visit.obstacles import rules_told
from domain.business_time import business_day
from domain.cases.assessing import assess_content
from domain.cases.values import Act
from domain.catalogue.values import Catalogue
from domain.codes import RECEIPT_NO
from domain.forms.assess import Assessment

if TYPE_CHECKING:
    from domain.wire.cases import CaseView


def rules_told_of(catalogue: Catalogue, case: CaseView) -> tuple[Notice, ...]:
    """What rules say of the content as it was last submitted; none where this program does not have the business."""
    assessment = assessment_of(catalogue, case)
    return rules_told(assessment.rulings) if assessment else ()


def assessment_of(catalogue: Catalogue, case: CaseView) -> Assessment | None:
    """As the server assessed it: by the day of submission and the office that accepted, which decided the chain."""
    module = catalogue.modules.get(case.module)
    number = RECEIPT_NO.fullmatch(case.receipt_no)
    if module is None:
        return None
    office = number["office"] if number else ""
    return assess_content(catalogue, module, case.content, today=_submitted_on(case), office=office, told=case.told)


def _submitted_on(case: CaseView) -> date:
    times = [step.taken_at for step in case.steps if step.act in (Act.ACCEPT, Act.RESUBMIT)]
    return business_day(max(times, default=case.accepted_at))
