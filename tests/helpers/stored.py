"""What lies in a client's store, in few words."""

from __future__ import annotations

from app.store.outbox import EntryKind, OutboxEntry
from app.store.store import Store
from domain.cases.values import BlobHash, CaseId, StepId
from domain.catalogue.values import ModuleId


def drafts_of(store: Store) -> list[tuple[str, bytes]]:
    """Visit and document of every visit that has one, the newest first."""
    return [(draft.visit, draft.body) for draft in store.drafts.all()]


def an_entry(number: int = 1, *, body: bytes = b"{}", blobs: tuple[BlobHash, ...] = ()) -> OutboxEntry:
    """The submission of the case of that number, with these pages."""
    return OutboxEntry(
        step=StepId(f"step-{number}"),
        kind=EntryKind.SUBMIT,
        case=CaseId(f"case-{number}"),
        body=body,
        blobs=blobs,
        visit=f"visit-{number}",
        module=ModuleId("M01"),
        applicant="张**",
    )
