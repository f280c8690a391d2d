"""A person can be registered once: the index of the table decides, not a look-up before."""

from __future__ import annotations

from domain.cases.values import CaseStatus
from domain.catalogue.modules import registering_rule
from domain.refusals import Refusal
from server.service.checking import blocked_by
from server.service.work import Work
from server.storage.cases import CaseRecord, register_person


def register_if_finished(work: Work, record: CaseRecord) -> Refusal | None:
    """Note the person when a case finishes whose module admits a person once. Refuses with RULE_BLOCKED."""
    if record.status is not CaseStatus.FINISHED:
        return None
    module = work.installation.catalogues.get(record.catalogue).modules[record.module]
    rule = registering_rule(module)
    if rule is None or register_person(work.connection, record, module.registers):
        return None
    return blocked_by(rule, rule.message)
