"""Rows of the clerk's lists: unfinished visits and cases, as people read them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace

from app.notices.codes import NoticeCode
from app.notices.notice import Notice
from app.notices.texts import refusal_notice, say
from app.session.state import CaseRow, DraftRow
from app.store import mirror
from app.store.drafts import SavedDraft
from app.store.outbox import EntryState
from app.store.store import Store
from app.visit.draft import DraftError, parse_draft
from app.visit.package import works_of
from app.visit.state import VisitState
from domain.business_time import business_time_of
from domain.catalogue.values import Catalogue
from domain.identity import Mask, mask
from resources import word

_NUMBER_END = 4


def draft_rows(catalogue: Catalogue, drafts: Iterable[SavedDraft]) -> tuple[DraftRow, ...]:
    """Unfinished visits in which something was done; one that cannot be read stays in sight."""
    return tuple(row for row, _ in drafts_of(catalogue, drafts))


def drafts_of(catalogue: Catalogue, drafts: Iterable[SavedDraft]) -> tuple[tuple[DraftRow, VisitState | None], ...]:
    """The same, each with its state, none where that cannot be read."""
    read = [(draft, _state_of(draft)) for draft in drafts]
    people = Counter(state.identity.id_number for _, state in read if state is not None and state.identity is not None)
    rows: list[tuple[DraftRow, VisitState | None]] = []
    for draft, state in read:
        if state is None:
            rows.append((_row_of_unreadable(draft), None))
        elif state.identity is not None or state.module is not None or state.is_being_typed:
            row = _draft_row(catalogue, draft, state)
            twin = state.identity is not None and people[state.identity.id_number] > 1
            rows.append((replace(row, has_twin=twin), state))
    return tuple(rows)


def find_parked(catalogue: Catalogue, store: Store, id_number: str, *, but: str) -> DraftRow | None:
    """This person's newest unfinished visit beside one visit: first one that mends a case, then one with a business.

    Away from the UI thread.
    """
    rows = [
        _draft_row(catalogue, draft, state)
        for draft in store.drafts.all()
        if (state := _state_of(draft)) is not None
        and state.visit != but
        and state.identity is not None
        and state.identity.id_number == id_number
    ]
    return min(rows, key=lambda row: (not row.mends, not row.module_name), default=None)


def _state_of(draft: SavedDraft) -> VisitState | None:
    try:
        return parse_draft(draft.body)
    except DraftError:
        return None


def _row_of_unreadable(draft: SavedDraft) -> DraftRow:
    return DraftRow(
        visit=draft.visit,
        module_name=word("list", "unreadable"),
        applicant="",
        number_end="",
        phase_title="",
        changed_at=business_time_of(draft.saved_at),
    )


def _draft_row(catalogue: Catalogue, draft: SavedDraft, state: VisitState) -> DraftRow:
    module = catalogue.modules.get(state.module) if state.module else None
    identity = state.identity
    return DraftRow(
        visit=state.visit,
        module_name=module.name if module else "",
        applicant=mask(identity.name if identity else state.typed_name, Mask.SURNAME),
        number_end=mask(identity.id_number, Mask.LAST4)[-_NUMBER_END:] if identity else "",
        phase_title=word("phase", state.phase.value),
        changed_at=business_time_of(draft.saved_at),
        note=draft.note,
        mends=state.came_back is not None or bool(state.returned_after) or bool(state.replaces),
    )


def find_visit(store: Store, visit: str) -> VisitState | Notice | None:
    """An unfinished visit as it was left, or why it cannot be read; None when it is not there any more."""
    draft = store.drafts.find(visit)
    try:
        return parse_draft(draft.body) if draft is not None else None
    except DraftError:
        return say(NoticeCode.DRAFT_UNREADABLE)


def drop_visit(store: Store, visit: str) -> None:
    """Forget an unfinished visit and its pages; the pages of one that cannot be read go after the time of keeping."""
    draft = store.drafts.find(visit)
    store.drafts.drop(visit)
    with suppress(DraftError):
        for work in works_of(parse_draft(draft.body)) if draft is not None else ():
            store.drop_pages(work.case)


def case_row(catalogue: Catalogue, row: mirror.KnownCase) -> CaseRow:
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
        changed_at=business_time_of(row.updated_at),
        due_on=row.due_on,
    )
