"""What deciding on cases is called: 复核 or 审批, by the kinds of the stages at which somebody acts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication

from domain.catalogue.values import Catalogue, RoleId, StageKind

translate = QCoreApplication.translate


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyWords:
    """The words of a duty: the place in the header, what waits, and that nothing waits."""

    place: str
    waiting: str
    nothing: str


def duty_words(catalogue: Catalogue, roles: Iterable[RoleId]) -> DutyWords:
    """The words for somebody with these roles; roles that only accept cases do not count."""
    mine = set(roles)
    kinds = {stage.kind for chain in catalogue.chains.values() for stage in chain.stages if stage.role in mine}
    reviews, approves = StageKind.REVIEW in kinds, StageKind.APPROVE in kinds
    if approves and not reviews:
        return DutyWords(
            place=translate("Duty", "审批"),
            waiting=translate("Duty", "待审批"),
            nothing=translate("Duty", "现在没有待审批的业务"),
        )
    if approves:
        return DutyWords(
            place=translate("Duty", "复核审批"),
            waiting=translate("Duty", "待复核、审批"),
            nothing=translate("Duty", "现在没有待复核或审批的业务"),
        )
    return DutyWords(
        place=translate("Duty", "复核"),
        waiting=translate("Duty", "待复核"),
        nothing=translate("Duty", "现在没有待复核的业务"),
    )
