"""What lies in a client's store, in few words."""

from __future__ import annotations

from app.store.store import Store


def drafts_of(store: Store) -> list[tuple[str, bytes]]:
    """Visit and document of every visit that has one, the newest first."""
    return [(draft.visit, draft.body) for draft in store.drafts.all()]
