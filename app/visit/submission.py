"""A finished visit as an entry of the outbox."""

from __future__ import annotations

from app.store.outbox import EntryKind, OutboxEntry
from app.store.store import Store
from app.visit.tools import VisitTools
from domain.cases.values import BlobHash, CaseContent, CaseId, StepId
from domain.identity import Mask, mask


def blobs_of(content: CaseContent) -> tuple[BlobHash, ...]:
    """Everything that must be on the server before the case: pages, then the signature; each once."""
    hashes = [page.sha256 for page in content.pages]
    if content.signature is not None:
        hashes += [content.signature.png_sha256, content.signature.strokes_sha256]
    return tuple(dict.fromkeys(hashes))


def enqueue_case(store: Store, tools: VisitTools, content: CaseContent, *, case: CaseId, visit: str) -> None:
    """Make the submission durable; the draft goes in the same transaction. Runs away from the UI thread."""
    from domain.wire import SubmitCase, dump  # pydantic is loaded here, off the UI thread and not at the start

    made_at = tools.now()
    step = StepId(tools.new_id())
    entry = OutboxEntry(
        step=step,
        kind=EntryKind.SUBMIT,
        case=case,
        body=dump(SubmitCase(case=case, step=step, made_at=made_at, content=content)),
        blobs=blobs_of(content),
        visit=visit,
        module=content.module,
        applicant=mask(content.applicant_name, Mask.SURNAME),
        made_at=made_at.timestamp(),
    )
    store.enqueue(entry, drop_draft=visit)
