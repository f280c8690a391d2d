"""What an entry of the log says about rows of other tables: a digest of each, so that a change there is found."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping

from domain.cases.values import Office, Step
from domain.catalogue.parse import canonical_json
from domain.identity import PersonKey
from server.storage.accounts import Account
from server.storage.cases import CaseRecord


def seal_of(values: Mapping[str, object]) -> str:
    """SHA-256 of the canonical JSON, 64 hex digits."""
    return hashlib.sha256(canonical_json(values)).hexdigest()


def seal_of_step(step: Step, *, number: int) -> str:
    """Everything that a step says, its opinion and what was seen included."""
    return seal_of(
        {
            "number": number,
            "id": step.id,
            "act": step.act.value,
            "stage": step.stage,
            "target": step.target,
            "role": step.role,
            "person": step.person,
            "account": step.account,
            "actor_name": step.actor_name,
            "office": [step.office.code, step.office.name, step.office.level],
            "taken_at": step.taken_at.isoformat(timespec="microseconds"),
            "opinion": step.opinion,
            "seen": step.seen,
            "counter": step.counter,
        }
    )


def seal_of_case(record: CaseRecord, parties: Iterable[PersonKey]) -> str:
    """A case as it stands after a step; where its dossier lies is sealed when it lies there."""
    return seal_of(
        {
            "county": record.county,
            "id": record.id,
            "office": record.office,
            "receipt_no": record.receipt_no,
            "module": record.module,
            "catalogue": record.catalogue,
            "chain": record.chain,
            "risk": record.risk,
            "applicant": record.applicant,
            "parties": sorted(parties),
            "revision": record.revision,
            "steps": record.steps,
            "status": record.status.value,
            "awaited": record.awaited,
            "reason": record.reason,
            "accepted_at": record.accepted_at.isoformat(timespec="microseconds"),
            "due_on": record.due_on.isoformat(),
        }
    )


def seal_of_content(body: str) -> str:
    """A content as it is stored, byte for byte."""
    return hashlib.sha256(body.encode()).hexdigest()


def seal_of_account(account: Account) -> str:
    """Who an account is. The password, and whether it is in use, may change."""
    return seal_of({"user": account.user, "name": account.name, "office": account.office, "person": account.person})


def seal_of_office(office: Office) -> str:
    """What an office is called and where it stands."""
    return seal_of({"code": office.code, "name": office.name, "level": office.level})
