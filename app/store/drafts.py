"""Drafts: one document per visit, opaque here, written whole; the newest wins."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from app.store.db import Database, SqlRow
from domain.cases.values import CaseId


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedDraft:
    """A visit's document as it was saved last; ``saved_at`` in s since 1970."""

    visit: str
    body: bytes = field(repr=False)
    saved_at: float
    note: str = ""
    """What the clerk wrote when she parked it."""


class Drafts:
    """The documents of one account's visits. ``now`` gives seconds since 1970."""

    def __init__(self, database: Database, now: Callable[[], float]) -> None:
        self._database = database
        self._now = now

    def save(self, visit: str, body: bytes, *, case: CaseId | None = None) -> None:
        """Keep the visit's document, whole; the newest wins. The pages of its ``case`` are kept as long as it is."""
        with self._database.transaction():
            self._database.write(
                "INSERT INTO draft (visit, body, case_id, saved_at) VALUES (?, ?, ?, ?) ON CONFLICT (visit) "
                "DO UPDATE SET body = excluded.body, case_id = excluded.case_id, saved_at = excluded.saved_at",
                *(visit, body, case or "", self._now()),
            )

    def all(self) -> list[SavedDraft]:
        """Every visit's document and when it was saved, the newest first."""
        rows = self._database.rows("SELECT visit, body, saved_at, note FROM draft ORDER BY saved_at DESC")
        return [_draft(row) for row in rows]

    def find(self, visit: str) -> SavedDraft | None:
        """The document of a visit."""
        rows = self._database.rows("SELECT visit, body, saved_at, note FROM draft WHERE visit = ?", visit)
        return _draft(rows[0]) if rows else None

    def find_of_case(self, case: CaseId) -> SavedDraft | None:
        """The document of the visit in which this case is being mended, if any."""
        sql = "SELECT visit, body, saved_at, note FROM draft WHERE case_id = ? ORDER BY saved_at DESC LIMIT 1"
        rows = self._database.rows(sql, case)
        return _draft(rows[0]) if rows else None

    def note(self, visit: str, text: str) -> None:
        """Keep with the visit's document what the clerk wrote when she parked it."""
        with self._database.transaction():
            self._database.write("UPDATE draft SET note = ? WHERE visit = ?", text, visit)

    def drop(self, visit: str) -> None:
        """Forget the visit's document."""
        with self._database.transaction():
            self._database.write("DELETE FROM draft WHERE visit = ?", visit)


def _draft(row: SqlRow) -> SavedDraft:
    visit, body, saved_at, note = row
    return SavedDraft(visit=visit, body=bytes(body), saved_at=saved_at, note=note)
