"""The phase in which a finished visit goes to the server, and the applicant gets the receipt."""

from __future__ import annotations

from app.papers.qr import qr_png
from app.papers.receipt import ReceiptPaper
from app.visit import readback, submission
from app.visit.capturing import PhaseWithPages
from app.visit.state import Notice, Phase, ReceiptSeen

_CODE_PX = 440
"""The code on the customer's screen, large enough for the largest one."""

_WAIT_FOR_RECEIPT_S = 4.0
"""How long the applicant is shown "sending" before "saved, will be sent"."""


class PhaseOfSubmission(PhaseWithPages):
    """Makes the case durable, waits for the server's word, and ends with the receipt."""

    receipt_paper: ReceiptPaper | None = None
    """What is printed for the applicant: the slip, then the receipt."""

    def enqueue(self) -> None:
        """Put the case into the outbox; from here on it does not change any more."""
        state, content = self.state, self.content()
        self.change(receipt=ReceiptSeen(), refused=False, notice=None)
        self.tools.run(lambda: submission.enqueue_case(self.tools, state, content), self._enqueued, self._not_enqueued)

    def _not_enqueued(self, error: Exception) -> None:
        self.change(receipt=None)
        self.fail(error)

    def _enqueued(self, _nothing: None) -> None:
        self.change(phase=Phase.DONE, reached=Phase.DONE)
        self.show_waiting("已保存，正在提交，请稍候")
        self.tools.wake_sync()
        self.tools.later(_WAIT_FOR_RECEIPT_S, self._stop_waiting)

    def _stop_waiting(self) -> None:
        waiting = self.state.receipt is not None and not self.state.receipt.receipt_no
        if waiting and not self.ended and not self.state.refused:
            self._show_done()

    def take_receipt(self, receipt: ReceiptSeen) -> None:
        """The server accepted the case."""
        if self.ended or self.state.receipt is None:
            return
        self.change(receipt=receipt, refused=False, notice=None)
        self._show_done()

    def take_refusal(self, notice: Notice) -> None:
        """The server refused the case: it lies in the tray and needs a human."""
        if not self.ended and self.state.receipt is not None:  # else it is the step that is being mended here
            self.change(refused=True, notice=notice)
            self.show_waiting("工作人员正在处理，请稍候")

    def _show_done(self) -> None:
        module, receipt = self.module, self.state.receipt
        assert module is not None
        assert receipt is not None

        def drawn(progress_code: bytes) -> None:
            if not self.ended and self.state.receipt is receipt:
                self.show(readback.done(module, self.state, self.tools.office, progress_code))

        self.tools.run(lambda: qr_png(receipt.progress_url, max_px=_CODE_PX), drawn, self.fail)
        paper = submission.receipt_paper(self.tools, self.state, module, receipt)
        self.receipt_paper = paper
        self.tools.run_aside(
            lambda: self.tools.make_receipt(paper), lambda pdf: self._receipt_made(paper, pdf), self.fail
        )

    def _receipt_made(self, paper: ReceiptPaper, pdf: bytes) -> None:
        if paper is self.receipt_paper:  # else the number came meanwhile, and the receipt is on its way
            self.change(receipt_pdf=pdf)
