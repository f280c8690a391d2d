"""What of a person was begun before and is not finished: cases that came back, and unfinished visits."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from app.session.lists import case_row, find_parked
from app.session.reopening import find_begun, last_content
from app.session.state import CaseRow, DraftRow
from app.store.outbox import EntryHead
from app.store.store import Store
from domain.catalogue.values import Catalogue
from domain.forms.parties import applicant_in
from domain.identity import plain_number

if TYPE_CHECKING:
    from domain.wire.lists import CaseLine

Begun = DraftRow | CaseRow


def find_begun_before(
    catalogue: Catalogue, store: Store, id_number: str, *, but: str
) -> tuple[tuple[Begun, ...], tuple[CaseRow, ...]]:
    """This person's, beside one visit: first what came back. Then cases that came back of which only the server knows
    whose they are, for a colleague accepted them. Away from the UI thread.
    """
    back = tuple(case_row(catalogue, row) for row in store.cases())
    back = tuple(row for row in back if row.needs_clerk and find_begun(store, row.case) is None)
    heads = store.outbox.heads()
    hers = tuple(row for row in back if row.own and _applies(catalogue, store, heads, row, id_number))
    parked = find_parked(catalogue, store, id_number, but=but)
    drafts = (parked,) if parked is not None else ()
    rows = (*drafts, *hers) if parked is not None and parked.mends else (*hers, *drafts)
    return rows, tuple(row for row in back if not row.own)


def told_by_server(
    catalogue: Catalogue, unnamed: tuple[CaseRow, ...], lines: tuple[CaseLine, ...]
) -> tuple[Begun, ...]:
    """Those of them that the server found for a person, with the business that only it knows."""
    modules = {line.case: catalogue.modules.get(line.module) for line in lines}
    return tuple(
        replace(row, module_name=module.name if (module := modules[row.case]) else row.module_name)
        for row in unnamed
        if row.case in modules
    )


def _applies(catalogue: Catalogue, store: Store, heads: list[EntryHead], row: CaseRow, id_number: str) -> bool:
    """Whether this person is the applicant of what went out last for the case."""
    content = last_content(store, heads, row.case)
    module = catalogue.modules.get(content.module) if content is not None else None
    number = applicant_in(module, content.form).id_number if content is not None else ""
    return plain_number(number) == id_number
