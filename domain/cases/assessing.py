"""The assessment of a case from its content: the server decides by it, the reviewer is told by it."""

from __future__ import annotations

from datetime import date

from domain.cases.values import CaseContent
from domain.catalogue.values import Catalogue, Module
from domain.forms.answers import Setting
from domain.forms.assess import Assessment, assess
from domain.rules import Facts


def assess_content(
    catalogue: Catalogue, module: Module, content: CaseContent, *, today: date, office: str, told: Facts
) -> Assessment:
    """As ``assess``; ``today``: the day of submission, ``office``: the code of the office that accepts."""
    setting = Setting(
        today=today,
        office_region=office,
        applicant_kind=content.applicant_kind,
        identities=content.identities,
    )
    return assess(catalogue, module, content.form, setting, told)
