"""A finished visit goes to the server, and the applicant gets the receipt."""

from __future__ import annotations

from dataclasses import replace

from app.papers.qr import qr_png
from app.papers.receipt import ReceiptPaper
from app.visit import submission
from app.visit.holder import Holder
from app.visit.phases import Phases
from app.visit.state import Notice, Phase, ReceiptSeen
from app.visit.tools import VisitTools

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
        """What is printed for the applicant now: the slip, then the receipt; nothing before, nor after a refusal."""
        state, seen = self._holder.state, self._holder.seen
        if seen is None or state.receipt is None or state.phase is not Phase.DONE or state.refused:
            return None
        return submission.receipt_paper(self._tools, state, seen.module, state.receipt)

    def submit(self) -> None:
        """Put the case into the outbox and wait for the server's word; from here on it does not change any more."""
        state = self._holder.state
        if state.phase is not Phase.SUBMIT or state.receipt is not None or not self._phases.go(Phase.SUBMIT):
            return
        state, seen = self._holder.state, self._holder.seen
        assert seen is not None
        content = replace(seen.content, signature=state.signature)
        self._holder.become(replace(state, receipt=ReceiptSeen(), refused=False, notice=None))
        self._tools.run(
            lambda: submission.enqueue_case(self._tools, state, content), self._enqueued, self._not_enqueued
        )

    def _not_enqueued(self, error: Exception) -> None:
        self._holder.become(replace(self._holder.state, receipt=None))
        self._holder.fail(error)

    def _enqueued(self, _nothing: None) -> None:
        self._holder.become(replace(self._holder.state, phase=Phase.DONE, reached=Phase.DONE, sending=True))
        self._tools.wake_sync()
        self._tools.later(_WAIT_FOR_RECEIPT_S, self._stop_waiting)

    def _stop_waiting(self) -> None:
        state = self._holder.state
        if not self._holder.ended and state.receipt is not None and not state.receipt.receipt_no:
            self._holder.become(replace(state, sending=False))

    def take_receipt(self, receipt: ReceiptSeen) -> None:
        """The server accepted the case; the applicant sees it together with the code that leads to its progress."""
        state = self._holder.state
        if self._holder.ended or state.receipt is None:
            return

        def drawn(code: bytes) -> None:
            state = replace(self._holder.state, receipt=receipt, progress_code=code, refused=False, sending=False)
            if not self._holder.ended:
                self._holder.become(replace(state, notice=None))

        self._tools.run(lambda: qr_png(receipt.progress_url, max_px=_CODE_PX), drawn, self._holder.fail)

    def take_refusal(self, notice: Notice) -> None:
        """The server refused the case: it lies in the tray and needs a human."""
        state = self._holder.state
        if not self._holder.ended and state.receipt is not None:  # else it is the step that is being mended here
            self._holder.become(replace(state, refused=True, notice=notice))
