"""Rows of the clerk's lists: unfinished visits and cases, as people read them."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from datetime import UTC, datetime

from app.session.state import CaseRow, DraftRow
from app.store import mirror
from app.store.outbox import EntryState, OutboxEntry
from app.store.store import Store
from app.visit.draft import DraftError, parse_draft
from app.visit.notices import refusal_notice
from app.visit.state import PHASE_TITLES, VisitState
from domain.cases.values import CaseId
from domain.catalogue.values import Catalogue
from domain.identity import Mask, mask


def draft_rows(catalogue: Catalogue, drafts: Iterable[tuple[str, bytes]]) -> tuple[DraftRow, ...]:
    """Unfinished visits in which something was done; one that cannot be read stays in sight."""
    rows = []
    for visit, body in drafts:
        try:
            state = parse_draft(body)
        except DraftError:
            rows.append(DraftRow(visit=visit, module_name="无法读取", applicant="", phase_title=""))
            continue
        if state.identity is not None or state.module is not None:
            rows.append(_draft_row(catalogue, state))
    return tuple(rows)


def _draft_row(catalogue: Catalogue, state: VisitState) -> DraftRow:
    module = catalogue.modules.get(state.module) if state.module else None
    return DraftRow(
        visit=state.visit,
        module_name=module.name if module else "",
        applicant=mask(state.identity.name, Mask.SURNAME) if state.identity else "",
        phase_title=PHASE_TITLES[state.phase],
    )


def drop_visit(store: Store, visit: str) -> None:
    """Forget an unfinished visit and its pages; the pages of one that cannot be read go after the time of keeping."""
    body = dict(store.load_drafts()).get(visit)
    store.drop_draft(visit)
    with suppress(DraftError):
        case = parse_draft(body).case if body is not None else None
        if case is not None:
            store.drop_blobs(case)


def case_row(catalogue: Catalogue, row: mirror.CaseRow) -> CaseRow:
    """A case of the store with its names and reasons in words."""
    module = catalogue.modules.get(row.module)
    return CaseRow(
        case=row.case,
        receipt_no=row.receipt_no,
        module_name=module.name if module else row.module,
        applicant=row.applicant,
        own=row.own,
        status=row.status,
        waiting=row.sending is EntryState.WAITING,
        reason=row.reason,
        refused=refusal_notice(row.refusal) if row.refusal is not None else None,
        changed_at=datetime.fromtimestamp(row.updated_at, UTC).astimezone(),
    )


def refused_entries(store: Store, case: CaseId) -> tuple[OutboxEntry, ...]:
    """What the server refused of this case and what waits for a person, oldest first."""
    return tuple(entry for entry in store.outbox() if entry.case == case and entry.state is EntryState.REFUSED)
