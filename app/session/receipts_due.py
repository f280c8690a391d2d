"""Receipts that are still due: the applicant left before the number was there. Kept with the account's store.

All of it runs away from the UI thread, in the order of the store's other work.
"""

from __future__ import annotations

import json
from collections.abc import Collection

from app.store.store import Store
from domain.cases.values import CaseId

_NOTE = "receipts_due"


def load_due(store: Store) -> tuple[CaseId, ...]:
    """The cases whose receipt nobody has printed, in the order in which they were submitted."""
    body = store.find_note(_NOTE)
    return tuple(CaseId(case) for case in json.loads(body)) if body else ()


def note_due(store: Store, cases: Collection[CaseId]) -> None:
    """These cases were submitted: their receipts are due."""
    _save(store, tuple(dict.fromkeys((*load_due(store), *cases))))


def settle_due(store: Store, cases: Collection[CaseId]) -> None:
    """Their receipts are printed, or nobody wants them."""
    _save(store, tuple(case for case in load_due(store) if case not in cases))


def _save(store: Store, cases: tuple[CaseId, ...]) -> None:
    if cases != load_due(store):
        store.save_note(_NOTE, json.dumps(cases).encode())
