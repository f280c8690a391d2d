"""The press: starts the program that makes papers, waits for it, and knows when it failed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Final

from app.notices.faults import EnvironmentFault, FaultCode
from app.papers.order import Job, Order, PrintOutcome, dump_order, parse_outcome
from app.papers.receipt import ReceiptPaper, receipt_html

_LONGEST_S: Final = {Job.PDF: 20.0, Job.PRINT: 60.0}
_PDF_HEAD: Final = b"%PDF-"


class PaperFault(EnvironmentFault):
    """A paper was not made; the case that it belongs to is not touched by it."""


def press_command() -> list[str]:
    """How to start the program: frozen, the executable beside this one, else this interpreter."""
    if getattr(sys, "frozen", False):
        suffix = ".exe" if sys.platform == "win32" else ""
        return [str(Path(sys.executable).with_name(f"zonggui-papers{suffix}"))]
    return [sys.executable, "-m", "app.printing"]


class Press:
    """Makes papers, a process for each. Its methods block, so they are called away from the UI thread.

    They raise PaperFault: PAPER_NOT_MADE when the program fails, PRINTER_SILENT when printing takes over a minute.
    """

    def __init__(self, command: list[str]) -> None:
        self._command: Final = command

    def make_receipt(self, paper: ReceiptPaper) -> bytes:
        """The receipt as PDF."""
        pdf = self._make(_order(Job.PDF, paper))
        if not pdf.startswith(_PDF_HEAD):
            raise PaperFault(FaultCode.PAPER_NOT_MADE, {"title": paper.title, "why": "no PDF"})
        return pdf

    def print_receipt(self, paper: ReceiptPaper) -> PrintOutcome:
        """The receipt on the default printer."""
        try:
            return parse_outcome(self._make(_order(Job.PRINT, paper)))
        except (ValueError, KeyError, TypeError) as error:
            raise PaperFault(FaultCode.PAPER_NOT_MADE, {"title": paper.title, "why": "no outcome"}) from error

    def _make(self, order: Order) -> bytes:
        flags = 0
        if sys.platform == "win32":
            flags = subprocess.CREATE_NO_WINDOW
        try:
            done = subprocess.run(  # noqa: S603  the command is our own program
                self._command,
                input=dump_order(order),
                capture_output=True,
                timeout=_LONGEST_S[order.job],
                check=False,
                creationflags=flags,
            )
        except subprocess.TimeoutExpired as error:
            code = FaultCode.PRINTER_SILENT if order.job is Job.PRINT else FaultCode.PAPER_NOT_MADE
            raise PaperFault(code, {"title": order.title, "why": "timeout"}) from error
        except OSError as error:
            facts = {"title": order.title, "why": type(error).__name__}
            raise PaperFault(FaultCode.PAPER_NOT_MADE, facts) from error
        if done.returncode:
            raise PaperFault(FaultCode.PAPER_NOT_MADE, {"title": order.title, "why": f"status {done.returncode}"})
        return done.stdout


def _order(job: Job, paper: ReceiptPaper) -> Order:
    return Order(job=job, title=paper.title, html=receipt_html(paper))
