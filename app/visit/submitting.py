"""A finished visit goes to the server, and the applicant gets the receipt."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from app.notices.notice import Notice
from app.visit import submission
from app.visit.holder import Holder
from app.visit.package import each_turned, turned_to, works_of
from app.visit.phases import Phases
from app.visit.state import Phase, ReceiptSeen
from app.visit.tools import VisitTools
from domain.cases.values import CaseId
from domain.papers.qr import qr_png
from domain.papers.receipt import ReceiptPaper

_CODE_PX = 440
"""The code on the customer's screen, large enough for the largest one."""

_WAIT_FOR_RECEIPT_S = 4.0
"""How long the applicant is shown "sending" before "saved, will be sent"."""


class Submitting:
    """Makes the case durable, waits for the server's word, and ends with the receipt."""

    def __init__(self, tools: VisitTools, holder: Holder, phases: Phases) -> None:
        self._tools = tools
        self._holder = holder
        self._phases = phases

    @property
    def paper(self) -> ReceiptPaper | None:
        """What is printed for the case under hand: the slip, then the receipt; nothing before, nor after a refusal."""
        case = self._holder.state.case
        return self.papers.get(case) if case is not None else None

    @property
    def papers(self) -> Mapping[CaseId, ReceiptPaper]:
        """The same for every case of the visit that has one."""
        state, seen = self._holder.state, self._holder.seen
        if seen is None or state.phase is not Phase.DONE:
            return {}
        return {
            one.case: submission.receipt_paper(self._tools, replace(one, materials=case.materials), case.module)
            for one, case in zip(each_turned(state), (seen, *seen.others), strict=True)
            if case is not None and one.case is not None and one.receipt is not None and not one.refused
        }

    @property
    def is_told(self) -> bool:
        """Whether clerk and applicant have the last word on every case, and nothing is left to do here."""
        state = self._holder.state
        return state.phase is Phase.DONE and not state.sending and not any(work.refused for work in works_of(state))

    def submit(self) -> None:
        """Put all cases into the outbox and wait for the server's word; from here on they do not change any more."""
        state = self._holder.state
        if state.phase is not Phase.SUBMIT or state.receipt is not None or not self._phases.go(Phase.SUBMIT):
            return
        state, seen = self._holder.state, self._holder.seen
        assert seen is not None
        assert state.case is not None
        cases = (state.case, *(work.case for work in state.others))
        signed = (replace(one.content, signature=state.signature) for one in seen.all)
        contents = dict(zip(cases, signed, strict=True))
        self._await(ReceiptSeen())
        self._tools.run(
            lambda: submission.enqueue_visit(self._tools, state, contents), self._enqueued, self._not_enqueued
        )

    def _await(self, receipt: ReceiptSeen | None) -> None:
        """Every case waits for the server's word, or none does."""
        state = self._holder.state
        others = tuple(replace(work, receipt=receipt, refused=False) for work in state.others)
        self._holder.become(replace(state, receipt=receipt, refused=False, others=others, notice=None))

    def _not_enqueued(self, error: Exception) -> None:
        self._await(None)
        self._holder.fail(error)

    def _enqueued(self, _nothing: None) -> None:
        self._holder.become(replace(self._holder.state, phase=Phase.DONE, reached=Phase.DONE, sending=True))
        self._tools.wake_sync()
        self._tools.later(_WAIT_FOR_RECEIPT_S, self._stop_waiting)

    def _stop_waiting(self) -> None:
        state = self._holder.state
        if not self._holder.ended and state.receipt is not None:
            self._holder.become(replace(state, sending=False))

    def take_receipt(self, case: CaseId, receipt: ReceiptSeen) -> None:
        """The server accepted a case; the applicant sees it together with the code that leads to its progress."""
        if self._holder.ended or not self._waits_for(case):
            return

        def drawn(code: bytes) -> None:
            if not self._holder.ended:
                self._told(case, receipt=receipt, code=code, notice=None)

        self._tools.run(lambda: qr_png(receipt.progress_url, max_px=_CODE_PX), drawn, self._holder.fail)

    def take_refusal(self, case: CaseId, notice: Notice) -> None:
        """The server refused a case: it lies in the tray and needs a human; the visit's other cases go their way."""
        if not self._holder.ended and self._waits_for(case):  # else it is the step that is being mended here
            self._told(case, receipt=ReceiptSeen(), code=b"", notice=notice)

    def _waits_for(self, case: CaseId) -> bool:
        return any(work.case == case and work.receipt is not None for work in works_of(self._holder.state))

    def _told(self, case: CaseId, *, receipt: ReceiptSeen, code: bytes, notice: Notice | None) -> None:
        """What the server said of one case. A refused one comes under hand, as it needs the clerk."""
        before, refused = self._holder.state, notice is not None
        state = turned_to(before, case)
        state = replace(state, receipt=receipt, progress_code=code, refused=refused, notice=notice or before.notice)
        if not refused:
            state = replace(state, notice=None) if before.case == case else turned_to(state, before.case or case)
        waits = any(not work.refused and work.receipt and not work.receipt.receipt_no for work in works_of(state))
        self._holder.change(replace(state, sending=before.sending and waits))
