"""Finding a case or a person: on this machine at once, and at the server while there is a line."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from app.notices.faults import FaultCode
from app.notices.notice import Notice
from app.notices.texts import fault_notice, notice_of, refusal_notice
from app.session.account import Account
from app.session.lists import case_row, drafts_of
from app.session.reopening import content_of
from app.session.state import Found, FoundRow
from app.session.tools import SessionTools
from app.store.outbox import EntryState
from app.store.store import Store
from app.visit.state import VisitState
from domain.business_time import business_day
from domain.cases.values import StepId
from domain.catalogue.values import Catalogue, PartyRole
from domain.finding import Sought, parse_sought
from domain.forms.parties import persons_in, role_found
from domain.refusals import Refusal

if TYPE_CHECKING:
    from domain.wire.lists import CaseLine, CaseList

_LONGEST_WAIT_S = 6.0
"""So long the server may take to say what it found; then what was found here is all."""


class Finding:
    """``done`` comes on the UI thread: with what was found here, while the server is asked, and at last with what the
    server found too, or why it did not say; or once, with a Notice, when the text says nothing.
    """

    def __init__(self, tools: SessionTools, account: Account) -> None:
        self._tools = tools
        self._account = account

    def find(self, text: str, done: Callable[[Found | Notice], None]) -> None:
        """Look for a text: receipt number, ID number or name, as ``domain.finding`` reads it."""
        opened, lookup, catalogue = self._account.opened, self._account.lookup, self._tools.catalogue
        if opened is None or lookup is None:
            return
        sought = parse_sought(text, today=business_day(self._tools.time.now()))
        if isinstance(sought, Refusal):
            done(refusal_notice(sought))
            return

        def here(rows: tuple[FoundRow, ...]) -> None:
            mine = Found(rows=rows, is_surname=sought.is_one_character)
            is_over = False

            def end(found: Found) -> None:
                nonlocal is_over
                if not is_over:
                    is_over = True
                    done(found)

            def there(answer: CaseList | Notice) -> None:
                if isinstance(answer, Notice):
                    end(replace(mine, away=answer))
                    return
                lines = tuple(_as_here(_row_of_line(catalogue, line), rows) for line in answer.cases)
                known = {row.case for row in lines}
                own = tuple(row for row in rows if row.case is None or row.case not in known)
                end(replace(mine, rows=(*own, *lines), more=bool(answer.after)))

            done(replace(mine, is_asking=True))
            silent = fault_notice(FaultCode.TIMEOUT, {})
            self._tools.later(_LONGEST_WAIT_S, lambda: end(replace(mine, away=silent)))
            lookup.find(sought.text, there)

        self._account.run(
            lambda: _on_this_machine(catalogue, opened.store, sought), here, lambda error: done(notice_of(error))
        )


def _on_this_machine(catalogue: Catalogue, store: Store, sought: Sought) -> tuple[FoundRow, ...]:
    """Unfinished visits; cases by their number, and by their people those that were not sent yet. Off the UI thread."""
    drafts = tuple(
        FoundRow(
            applicant=row.applicant,
            module_name=row.module_name,
            visit=row.visit,
            where=row.phase_title,
            found_as=None if _applies(state, sought) else PartyRole.AGENT,
        )
        for row, state in drafts_of(catalogue, store.drafts.all())
        if state is not None and (_applies(state, sought) or _acts(state, sought))
    )
    unsent = {
        head.case: found[0]
        for head in store.outbox.heads()
        if head.state is not EntryState.SENT and (found := _named(catalogue, store, head.step, sought))
    }
    rows = (case_row(catalogue, row) for row in store.cases())
    cases = tuple(
        FoundRow(
            applicant=row.applicant,
            module_name=row.module_name,
            receipt_no=row.receipt_no,
            status=row.status,
            case=row.case,
            waiting=row.waiting,
            refused=row.refused is not None,
            found_as=unsent.get(row.case),
        )
        for row in rows
        if sought.fits_receipt(row.receipt_no)
        or row.case in unsent
        or (sought.is_one_character and row.applicant.startswith(sought.text))  # of those sent only this is kept
    )
    return (*drafts, *cases)


def _applies(state: VisitState, sought: Sought) -> bool:
    return state.identity is not None and sought.fits_person(state.identity.name, state.identity.id_number)


def _acts(state: VisitState, sought: Sought) -> bool:
    return state.agent is not None and sought.fits_person(state.agent.name, state.agent.id_number)


def _named(catalogue: Catalogue, store: Store, step: StepId, sought: Sought) -> tuple[PartyRole | None] | None:
    """Whom is looked for in what waits to be sent: the role, as ``role_found``; None where it does not name them."""
    entry = store.outbox.find(step)
    content = content_of(entry)[0] if entry is not None else None
    module = catalogue.modules.get(content.module) if content is not None else None
    if content is None or module is None:
        return None
    named = any(sought.fits_person(one.name, one.id_number) for one in persons_in(module, content.form))
    return (role_found(module, content.form, sought.fits_person),) if named else None


def _as_here(line: FoundRow, rows: tuple[FoundRow, ...]) -> FoundRow:
    """What the server tells of a case, with what this machine knows later of it."""
    here = next((row for row in rows if row.case == line.case), None)
    return replace(line, waiting=here.waiting, refused=here.refused) if here is not None else line


def _row_of_line(catalogue: Catalogue, line: CaseLine) -> FoundRow:
    module = catalogue.modules.get(line.module)
    return FoundRow(
        applicant=line.applicant,
        module_name=module.name if module else line.module,
        receipt_no=line.receipt_no,
        office=line.office,
        status=line.status,
        found_as=line.found_as,
        case=line.case,
    )
