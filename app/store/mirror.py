"""The mirror: the server's last word about the cases that this clerk has to do with. Only answers and changes write it:
those of cases that went out from here, and of colleagues' cases while they are returned.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date

from app.store.db import Database
from app.store.outbox import EntryHead, EntryKind, EntryState
from domain.cases.values import CaseId, CaseStatus
from domain.catalogue.values import ModuleId
from domain.refusals import Refusal
from domain.workdays import parse_date

_CHANGES = "changes"


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerWord:
    """What the server said about a case. ``sequence`` is 0 in the answer to a step and counts in changes.

    ``at`` is the server's time of the step behind it, in seconds since 1970.
    """

    case: CaseId
    receipt_no: str
    status: CaseStatus
    reason: str = field(default="", repr=False)
    sequence: int = 0
    at: float = 0.0
    due_on: date | None = None
    """The last day of the limit; None in changes of a server that does not tell it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownCase:
    """What the store knows of a case. ``status`` is None as long as the server has not spoken.

    ``own``: it went out from here; ``due_on``: the last day of its limit, where that is known. ``sending`` is the state
    of the newest step that the server has not taken; None when it took all of them.
    """

    case: CaseId
    module: ModuleId
    applicant: str = field(repr=False)
    receipt_no: str
    status: CaseStatus | None
    reason: str = field(repr=False)
    updated_at: float
    due_on: date | None = None
    own: bool = False
    sending: EntryState | None = None
    refusal: Refusal | None = None


def note_word(database: Database, word: ServerWord, *, module: str = "", applicant: str = "") -> None:
    """Keep the newest word: a receipt that arrives late never hides a later change."""
    database.write(
        "INSERT INTO mirror (case_id, receipt_no, module, applicant, status, reason, sequence, updated_at, due_on) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (case_id) DO UPDATE SET "
        "receipt_no = excluded.receipt_no, "
        "due_on = CASE excluded.due_on WHEN '' THEN due_on ELSE excluded.due_on END, "
        "module = CASE excluded.module WHEN '' THEN module ELSE excluded.module END, "
        "applicant = CASE excluded.applicant WHEN '' THEN applicant ELSE excluded.applicant END",
        *(word.case, word.receipt_no, module, applicant, word.status.value, word.reason, word.sequence, word.at),
        word.due_on.isoformat() if word.due_on else "",
    )
    database.write(
        "UPDATE mirror SET status = ?, reason = ?, sequence = max(sequence, ?), updated_at = max(updated_at, ?) "
        "WHERE case_id = ? AND (sequence < ? OR updated_at < ?)",
        *(word.status.value, word.reason, word.sequence, word.at, word.case, word.sequence, word.at),
    )


def load_cursor(database: Database) -> int:
    """Sequence of the last change taken; 0 at the beginning."""
    rows = database.rows("SELECT sequence FROM cursor WHERE name = ?", _CHANGES)
    return int(rows[0][0]) if rows else 0


def move_cursor(database: Database, sequence: int) -> None:
    """Remember the last change taken; never backwards."""
    database.write(
        "INSERT INTO cursor (name, sequence) VALUES (?, ?) "
        "ON CONFLICT (name) DO UPDATE SET sequence = max(sequence, excluded.sequence)",
        _CHANGES,
        sequence,
    )


def load_words(database: Database) -> list[KnownCase]:
    """The mirror alone, newest first."""
    rows = database.rows(
        "SELECT case_id, module, applicant, receipt_no, status, reason, updated_at, due_on FROM mirror "
        "ORDER BY updated_at DESC"
    )
    return [
        KnownCase(
            case=CaseId(case),
            module=ModuleId(module),
            applicant=applicant,
            receipt_no=receipt_no,
            status=CaseStatus(status),
            reason=reason,
            updated_at=updated_at,
            due_on=parse_date(due_on),
        )
        for case, module, applicant, receipt_no, status, reason, updated_at, due_on in rows
    ]


def lay_over(words: list[KnownCase], entries: list[EntryHead]) -> list[KnownCase]:
    """The server's words with the unanswered and refused steps laid over them; newest first."""
    sent = {entry.case for entry in entries}
    rows = {row.case: replace(row, own=row.case in sent) for row in words}
    for entry in entries:
        if entry.state is not EntryState.SENT and (entry.kind is EntryKind.SUBMIT or entry.case in rows):
            rows[entry.case] = _laid_over(rows.get(entry.case), entry)
    return sorted(rows.values(), key=lambda row: row.updated_at, reverse=True)


def _laid_over(row: KnownCase | None, entry: EntryHead) -> KnownCase:
    return KnownCase(
        case=entry.case,
        module=entry.module or (row.module if row else ModuleId("")),
        applicant=entry.applicant or (row.applicant if row else ""),
        receipt_no=row.receipt_no if row else "",
        status=row.status if row else None,
        reason=row.reason if row else "",
        updated_at=max(entry.answered_at or entry.made_at, row.updated_at if row else 0.0),
        due_on=row.due_on if row else None,
        own=True,
        sending=entry.state,
        refusal=entry.refusal,
    )


def drop_word(database: Database, case: CaseId) -> None:
    """Forget a case."""
    database.write("DELETE FROM mirror WHERE case_id = ?", case)
