"""The outbox: steps that the server has not answered yet, and the answers of the last weeks.

A row is durable before the clerk reads "saved"; its id makes sending it twice harmless; only the server's answer
ends it. A refused row stays in sight with its reason until something takes its place.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from app.store.db import Database, SqlRow
from domain.cases.values import BlobHash, CaseId, CaseStatus, StepId
from domain.catalogue.values import ModuleId
from domain.refusals import Refusal, RefusalCode


class EntryKind(StrEnum):
    """Which request the body is for."""

    SUBMIT = "submit"
    STEP = "step"


class EntryState(StrEnum):
    """Waiting for an answer, taken by the server, or refused by it."""

    WAITING = "waiting"
    SENT = "sent"
    REFUSED = "refused"


_NO_MODULE = ModuleId("")
_OVER = (CaseStatus.FINISHED, CaseStatus.REFUSED, CaseStatus.WITHDRAWN)


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryHead:
    """One step on its way, without what is sent.

    ``applicant`` is the masked name and ``module`` the item, both for the clerk's list. Times are seconds since 1970.
    """

    step: StepId
    kind: EntryKind
    case: CaseId
    visit: str = ""
    module: ModuleId = _NO_MODULE
    applicant: str = field(default="", repr=False)
    made_at: float = 0.0
    attempts: int = 0
    next_at: float = 0.0
    state: EntryState = EntryState.WAITING
    answered_at: float | None = None
    refusal: Refusal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxEntry(EntryHead):
    """With what is sent: ``body`` is the wire value (SubmitCase or TakeStep), ``blobs`` go before it."""

    body: bytes = field(repr=False)
    blobs: tuple[BlobHash, ...] = ()


_HEAD = (
    "step, kind, case_id, visit, module, applicant, made_at, attempts, next_at, state, answered_at, "
    "refusal_code, refusal_facts"
)
_WHOLE = f"{_HEAD}, body, blobs"


class Outbox:
    """The steps of one account. Each method that changes something does it durably, or in the transaction around it.

    ``now`` gives seconds since 1970.
    """

    def __init__(self, database: Database, now: Callable[[], float]) -> None:
        self._database = database
        self._now = now

    def add(self, entry: OutboxEntry) -> None:
        """Write the entry. The same step again is no fault when it is the same; another one is a bug of the caller."""
        known = self.find(entry.step)
        if known is not None:
            if (known.kind, known.case, known.body) != (entry.kind, entry.case, entry.body):
                raise ValueError(f"step {entry.step} is in the outbox with another content")
            return
        self._write(
            "INSERT INTO outbox (step, kind, case_id, body, blobs, visit, module, applicant, made_at) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            *(entry.step, entry.kind.value, entry.case, entry.body, ",".join(entry.blobs), entry.visit),
            *(entry.module, entry.applicant, entry.made_at or self._now()),
        )

    def entries(self) -> list[OutboxEntry]:
        """All entries of all states with what they send, in the order in which they were made."""
        return self._select("")

    def heads(self) -> list[EntryHead]:
        """The same without what they send."""
        return self._select_heads("")

    def find(self, step: StepId) -> OutboxEntry | None:
        """The entry of that step."""
        found = self._select("WHERE step = ?", step)
        return found[0] if found else None

    def refused_of(self, case: CaseId) -> tuple[EntryHead, ...]:
        """Refused entries of one case without what they send, oldest first."""
        return tuple(self._select_heads("WHERE case_id = ? AND state = 'refused'", case))

    def waiting(self) -> list[EntryHead]:
        """The first waiting entry of every case, oldest first: a later step of a case waits for the earlier one."""
        first = "SELECT min(number) FROM outbox WHERE state = 'waiting' GROUP BY case_id"
        return self._select_heads(f"WHERE number IN ({first})")

    def counts(self) -> Mapping[EntryState, int]:
        """How many entries are in each state."""
        counts = dict.fromkeys(EntryState, 0)
        for state, count in self._database.rows("SELECT state, count(*) FROM outbox GROUP BY state"):
            counts[EntryState(state)] = int(count)
        return MappingProxyType(counts)

    def mark_sent(self, step: StepId) -> bool:
        """The server took it; False when it is not waiting any more."""
        return bool(
            self._write(
                "UPDATE outbox SET state = 'sent', answered_at = ? WHERE step = ? AND state = 'waiting'",
                self._now(),
                step,
            )
        )

    def refuse(self, step: StepId, refusal: Refusal) -> bool:
        """The server declined it for good; False when it is not waiting any more."""
        facts = json.dumps(dict(refusal.facts), ensure_ascii=False)
        return bool(
            self._write(
                "UPDATE outbox SET state = 'refused', answered_at = ?, refusal_code = ?, refusal_facts = ? "
                "WHERE step = ? AND state = 'waiting'",
                *(self._now(), refusal.code.value, facts, step),
            )
        )

    def retry(self, step: StepId, *, next_at: float) -> None:
        """One more attempt without answer."""
        self._write(
            "UPDATE outbox SET attempts = attempts + 1, next_at = ? WHERE step = ? AND state = 'waiting'", next_at, step
        )

    def make_due(self) -> None:
        """Let every waiting entry go at once (the line is back, or somebody logged in)."""
        self._write("UPDATE outbox SET next_at = 0 WHERE state = 'waiting' AND next_at > 0")

    def reopen_refused(self, step: StepId) -> bool:
        """Send a refused entry once more under the same id; False when it is not refused."""
        return bool(
            self._write(
                "UPDATE outbox SET state = 'waiting', answered_at = NULL, refusal_code = NULL, refusal_facts = NULL, "
                "attempts = 0, next_at = 0 WHERE step = ? AND state = 'refused'",
                step,
            )
        )

    def drop_refused(self, step: StepId) -> bool:
        """Take a refused entry out of sight; False when it is not refused."""
        return bool(self._write("DELETE FROM outbox WHERE step = ? AND state = 'refused'", step))

    def has_case(self, case: CaseId) -> bool:
        """Whether a step of this case went out from here, or waits to go."""
        return bool(self._database.rows("SELECT 1 FROM outbox WHERE case_id = ? LIMIT 1", case))

    def blobs_of(self, case: CaseId) -> frozenset[BlobHash]:
        """Every page and signature that a step of this case names."""
        rows = self._database.rows("SELECT blobs FROM outbox WHERE case_id = ?", case)
        return frozenset(blob for (blobs,) in rows for blob in _blobs(blobs))

    def cases_to_purge(self, *, over_before: float) -> list[CaseId]:
        """Cases of which the server took every entry and said before that time that they are over, without a draft."""
        rows = self._database.rows(
            "SELECT case_id FROM outbox LEFT JOIN mirror USING (case_id) "
            "WHERE case_id NOT IN (SELECT case_id FROM draft) "
            "GROUP BY case_id HAVING min(state = 'sent') = 1 AND max(answered_at) < ? "
            "AND min(status IS NULL OR status IN (?, ?, ?)) = 1 AND max(coalesce(updated_at, 0)) < ?",
            *(over_before, *_OVER, over_before),
        )
        return [CaseId(case) for (case,) in rows]

    def drop_answered(self, case: CaseId) -> None:
        """Forget the answered entries of a case."""
        self._write("DELETE FROM outbox WHERE case_id = ? AND state = 'sent'", case)

    def _select(self, condition: str, *values: object) -> list[OutboxEntry]:
        # the condition is one of the literals of this module
        rows = self._database.rows(f"SELECT {_WHOLE} FROM outbox {condition} ORDER BY number", *values)  # noqa: S608
        return [_entry(row) for row in rows]

    def _select_heads(self, condition: str, *values: object) -> list[EntryHead]:
        rows = self._database.rows(f"SELECT {_HEAD} FROM outbox {condition} ORDER BY number", *values)  # noqa: S608
        return [EntryHead(**_head_of(row)) for row in rows]

    def _write(self, sql: str, *values: object) -> int:
        with self._database.transaction():
            return self._database.write(sql, *values)


def _entry(row: SqlRow) -> OutboxEntry:
    *head, body, blobs = row
    return OutboxEntry(**_head_of(tuple(head)), body=bytes(body), blobs=_blobs(blobs))


def _blobs(text: str) -> tuple[BlobHash, ...]:
    return tuple(BlobHash(blob) for blob in text.split(",") if blob)


def _head_of(row: SqlRow) -> dict[str, Any]:
    value = dict(zip(_HEAD.split(", "), row, strict=True))
    code, facts, case = value.pop("refusal_code"), value.pop("refusal_facts"), value.pop("case_id")
    return {
        **value,
        "step": StepId(value["step"]),
        "kind": EntryKind(value["kind"]),
        "case": CaseId(case),
        "module": ModuleId(value["module"]),
        "state": EntryState(value["state"]),
        "refusal": Refusal(code=RefusalCode(code), facts=json.loads(facts)) if code else None,
    }
