"""Receipts that are still due: those of cases that were submitted, until they are printed or nobody wants them."""

from __future__ import annotations

from collections.abc import Collection

from app.store.db import Database
from domain.cases.values import CaseId


class ReceiptsDue:
    """One account's."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def all(self) -> frozenset[CaseId]:
        """The cases, whether or not they have a number yet."""
        return frozenset(CaseId(case) for (case,) in self._database.rows("SELECT case_id FROM receipt_due"))

    def note(self, cases: Collection[CaseId]) -> None:
        """These were submitted."""
        with self._database.transaction():
            for case in cases:
                self._database.write("INSERT INTO receipt_due (case_id) VALUES (?) ON CONFLICT DO NOTHING", case)

    def settle(self, cases: Collection[CaseId]) -> None:
        """Their receipts are printed, or nobody wants them."""
        with self._database.transaction():
            for case in cases:
                self._database.write("DELETE FROM receipt_due WHERE case_id = ?", case)
