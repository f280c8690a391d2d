"""Drafts: one document per visit, opaque here, written whole; the newest wins."""

from __future__ import annotations

from dataclasses import dataclass, field

from app.store.db import Database
from domain.cases.values import CaseId


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedDraft:
    """A visit's document as it was saved last; ``saved_at`` in s since 1970."""

    visit: str
    body: bytes = field(repr=False)
    saved_at: float


def save_draft(database: Database, visit: str, body: bytes, *, case: CaseId | None, now: float) -> None:
    """Keep the document; durable when this returns."""
    with database.transaction():
        database.write(
            "INSERT INTO draft (visit, body, case_id, saved_at) VALUES (?, ?, ?, ?) ON CONFLICT (visit) "
            "DO UPDATE SET body = excluded.body, case_id = excluded.case_id, saved_at = excluded.saved_at",
            *(visit, body, case or "", now),
        )


def list_drafts(database: Database) -> list[SavedDraft]:
    """Every visit's document and when it was saved, the newest first."""
    rows = database.rows("SELECT visit, body, saved_at FROM draft ORDER BY saved_at DESC")
    return [SavedDraft(visit=visit, body=bytes(body), saved_at=saved_at) for visit, body, saved_at in rows]


def find_draft(database: Database, case: CaseId) -> bytes | None:
    """The newest document of a visit with this case."""
    rows = database.rows("SELECT body FROM draft WHERE case_id = ? ORDER BY saved_at DESC LIMIT 1", case)
    return bytes(rows[0][0]) if rows else None


def drop_draft(database: Database, visit: str) -> None:
    """Forget the visit's document; a visit without one is no fault."""
    with database.transaction():
        database.write("DELETE FROM draft WHERE visit = ?", visit)
