"""A finished visit as an entry of the outbox and as a receipt."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING

from app.store.outbox import EntryKind, OutboxEntry
from app.visit.state import ReceiptSeen, VisitState
from app.visit.tools import VisitTools
from domain.cases.values import AccountView, Act, CaseContent, CaseId, StepId
from domain.catalogue.values import Catalogue, Module
from domain.identity import Mask, mask
from domain.papers.receipt import PaperMaterial, ReceiptPaper
from resources import words

if TYPE_CHECKING:
    from domain.wire.cases import CaseView


def enqueue_visit(tools: VisitTools, state: VisitState, contents: Mapping[CaseId, CaseContent]) -> None:
    """Make the submission of all cases durable; draft and refused step go in the same transaction.

    Each keeps the pages that it brings for itself, so that none misses them once another one is over. Runs away from
    the UI thread. Raises StoreFault.
    """
    for case, content in contents.items() if len(contents) > 1 else ():
        for sha256 in content.blobs:
            tools.store.pages.save(case, tools.store.pages.load(sha256))
    entries = tuple(_entry_of(tools, state, case, content) for case, content in contents.items())
    tools.store.enqueue(*entries, drop_draft=state.visit, replaces=state.replaces)


def _entry_of(tools: VisitTools, state: VisitState, case: CaseId, content: CaseContent) -> OutboxEntry:
    from domain.wire.cases import SubmitCase, TakeStep
    from domain.wire.codec import dump  # pydantic is loaded here, off the UI thread

    seen_steps = state.returned_after
    made_at = tools.now()
    step = StepId(tools.new_id())
    if seen_steps:
        body = dump(TakeStep(step=step, act=Act.RESUBMIT, seen_steps=seen_steps, made_at=made_at, content=content))
    else:
        body = dump(SubmitCase(case=case, step=step, made_at=made_at, content=content))
    return OutboxEntry(
        step=step,
        kind=EntryKind.STEP if seen_steps else EntryKind.SUBMIT,
        case=case,
        body=body,
        blobs=content.blobs,
        visit=state.visit,
        module=content.module,
        applicant=mask(state.identity.name if state.identity else "", Mask.SURNAME),
        made_at=made_at.timestamp(),
    )


def receipt_paper(tools: VisitTools, state: VisitState, module: Module) -> ReceiptPaper:
    """What stands on the receipt of a submitted case, or on its slip while there is no number."""
    receipt = state.receipt or ReceiptSeen()
    return ReceiptPaper(
        receipt_no=receipt.receipt_no,
        item=f"{module.item_name} · {module.name}",
        applicant=state.identity.name if state.identity else "",
        materials=tuple(PaperMaterial(name=row.name, pages=len(row.pages)) for row in state.materials if row.pages),
        taken_at=receipt.accepted_at or tools.now(),
        due_on=receipt.due_on,
        due_certain=receipt.due_certain,
        clerk_name=tools.serving().clerk_name,
        clerk_number=tools.serving().clerk_number,
        office=tools.office.name,
        office_phone=tools.office.phone,
        progress_url=receipt.progress_url,
        privacy_notice=words("privacy"),
    )


def paper_of_case(catalogue: Catalogue, clerk: AccountView, view: CaseView, *, progress_url: str) -> ReceiptPaper:
    """The receipt of one of the clerk's own cases once more, as the server tells it."""
    module = catalogue.modules.get(view.module)
    known = catalogue.materials
    pages = Counter(page.material for page in view.content.pages)
    return ReceiptPaper(
        receipt_no=view.receipt_no,
        item=f"{module.item_name} · {module.name}" if module else view.module,
        applicant=view.applicant,
        materials=tuple(
            PaperMaterial(name=known[material].name if material in known else material, pages=number)
            for material, number in pages.items()
        ),
        taken_at=view.accepted_at,
        due_on=view.due_on,
        due_certain=view.due_certain,
        clerk_name=clerk.name,
        clerk_number=clerk.user,
        office=clerk.office.name,
        office_phone=clerk.office.phone,
        progress_url=progress_url,
        privacy_notice=words("privacy"),
    )
