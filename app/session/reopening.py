"""A case that came back opens as a visit with everything that was submitted: returned by a reviewer, or refused."""

from __future__ import annotations

import dataclasses
from contextlib import suppress
from typing import TYPE_CHECKING

from app.notices.codes import NoticeCode
from app.notices.notice import Notice
from app.notices.texts import refusal_notice, say
from app.session.lists import case_row
from app.session.state import CaseRow
from app.store.faults import StoreFault
from app.store.outbox import EntryHead, EntryKind, OutboxEntry
from app.store.store import Store
from app.visit.draft import DraftError, parse_draft
from app.visit.state import Identity, PageTaken, Phase, VisitState
from domain.cases.values import BlobHash, CaseContent, CaseId, StepId
from domain.catalogue.values import Catalogue, Module
from domain.forms.parties import applicant_in, persons_in
from domain.refusals import Refusal

if TYPE_CHECKING:
    from domain.wire.cases import CaseView


def find_begun(store: Store, case: CaseId) -> VisitState | None:
    """The unfinished visit in which this case is being mended already; not one whose refused step has gone on since."""
    with suppress(DraftError):  # it stays in the list of unfinished visits, where it says that it cannot be read
        draft = store.drafts.find_of_case(case)
        state = parse_draft(draft.body) if draft is not None else None
        refused = {entry.step for entry in store.outbox.refused_of(case)}
        return state if state is None or state.replaces in {None, *refused} else None
    return None


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class CameBack:
    """A case that came back, as it was submitted. ``why`` tells the clerk; ``replaces``: the step that was refused."""

    case: CaseId
    content: CaseContent
    steps: int
    why: Notice
    replaces: StepId | None = None

    @property
    def catalogue_sha256(self) -> str:
        """The catalogue that it was made with."""
        return self.content.catalogue_sha256


def returned(view: CaseView) -> CameBack:
    """A case that a reviewer returned, as the server has it."""
    why = say(NoticeCode.RETURNED, reason=view.reason, receipt_no=view.receipt_no)
    return CameBack(case=view.case, content=view.content, steps=len(view.steps), why=why)


def refused(store: Store, case: CaseId) -> CameBack | None:
    """A case that the server refused, as it lies in the tray; None when it lies there no more.

    Pages that are not whole on this machine are left out, so that the list of materials asks for them. Runs away from
    the UI thread. Raises StoreFault.
    """
    head = next(iter(store.outbox.refused_of(case)), None)
    entry = store.outbox.find(head.step) if head is not None else None
    content, steps = content_of(entry) if entry is not None else (None, 0)
    if entry is None or entry.refusal is None or content is None:
        return None
    whole = tuple(page for page in content.pages if _is_whole(store, page.sha256))
    return CameBack(
        case=case,
        content=dataclasses.replace(content, pages=whole),
        steps=steps,
        why=refusal_notice(entry.refusal),
        replaces=entry.step,
    )


def content_of(entry: OutboxEntry) -> tuple[CaseContent | None, int]:
    """What an entry of the outbox says, after how many steps; none where it cannot be read. Off the UI thread."""
    from domain.wire.cases import SubmitCase, TakeStep
    from domain.wire.codec import parse_stored  # pydantic is loaded here, off the UI thread

    if entry.kind is EntryKind.SUBMIT:
        submit = parse_stored(SubmitCase, entry.body)
        return (None if isinstance(submit, Refusal) else submit.content), 0
    step = parse_stored(TakeStep, entry.body)
    return (None, 0) if isinstance(step, Refusal) else (step.content, step.seen_steps)


def last_content(store: Store, heads: list[EntryHead], case: CaseId) -> CaseContent | None:
    """What went out from here last for a case, or waits to; ``heads``: those of the outbox. Off the UI thread."""
    steps = (store.outbox.find(head.step) for head in reversed(heads) if head.case == case)
    contents = (content_of(entry)[0] for entry in steps if entry is not None)
    return next((content for content in contents if content is not None), None)


def lies_here(catalogue: Catalogue, store: Store, case: CaseId) -> tuple[CaseRow, CaseContent] | None:
    """A case as the clerk's list has it, and what was sent of it last; None where one is missing. Off the UI thread."""
    row = next((case_row(catalogue, row) for row in store.cases() if row.case == case), None)
    content = last_content(store, store.outbox.heads(), case)
    return (row, content) if row is not None and content is not None else None


def _is_whole(store: Store, sha256: BlobHash) -> bool:
    with suppress(StoreFault):
        store.pages.load(sha256)
        return True
    return False


def _agent(module: Module, content: CaseContent) -> Identity | None:
    """Who acted for the applicant, if they showed who they are: then the form names them."""
    party = module.acting_party
    shown = next((one for one in content.identities if party and one.role is party.role), None)
    person = next((one for one in persons_in(module, content.form) if shown and one.role is shown.role), None)
    return Identity(name=person.name, id_number=person.id_number, origin=shown.origin) if person and shown else None


def as_visit(came: CameBack, catalogue: Catalogue, *, visit: str) -> VisitState:
    """The visit in which it is mended. Confirmation and signature must be given anew."""
    content, module = came.content, catalogue.modules.get(came.content.module)
    who = applicant_in(module, content.form)
    return VisitState(
        visit=visit,
        phase=Phase.FORM,
        reached=Phase.MATERIALS,
        identity=Identity(name=who.name, id_number=who.id_number, origin=content.identity_origin),
        applicant_kind=content.applicant_kind,
        agent=_agent(module, content) if module else None,
        module=content.module,
        catalogue_sha256=content.catalogue_sha256,
        answers=content.form,
        again=content.form,  # typed twice when it was sent
        pages=tuple(
            PageTaken(
                material=page.material,
                number=page.number,
                sha256=page.sha256,
                size_bytes=page.size_bytes,
                source=page.source,
                width_px=0,
                height_px=0,
            )
            for page in content.pages
        ),
        case=came.case,
        package=content.package,
        returned_after=came.steps,
        replaces=came.replaces,
        came_back=came.why,
    )
