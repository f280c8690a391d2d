"""The press: starts the program that prints a paper, waits for it, and knows when it failed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Final

from app.notices.faults import EnvironmentFault, FaultCode
from domain.papers.order import Order, PrintOutcome, dump_order, parse_outcome
from domain.papers.receipt import ReceiptPaper, receipt_html

_LONGEST_S: Final = 60.0


class PaperFault(EnvironmentFault):
    """A paper was not made; the case that it belongs to is not touched by it."""


def press_command() -> list[str]:
    """How to start the program: frozen, the executable beside this one, else this interpreter."""
    if getattr(sys, "frozen", False):
        suffix = ".exe" if sys.platform == "win32" else ""
        return [str(Path(sys.executable).with_name(f"zonggui-papers{suffix}"))]
    return [sys.executable, "-m", "app.printing"]


class Press:
    """Prints papers, a process for each. Its method blocks, so it is called away from the UI thread.

    It raises PaperFault: PAPER_NOT_MADE when the program fails, PRINTER_SILENT when printing takes over a minute.
    """

    def __init__(self, command: list[str]) -> None:
        self._command: Final = command

    def print_receipt(self, paper: ReceiptPaper) -> PrintOutcome:
        """The receipt on the default printer."""
        try:
            return parse_outcome(self._print(Order(title=paper.title, html=receipt_html(paper))))
        except (ValueError, KeyError, TypeError) as error:
            raise PaperFault(FaultCode.PAPER_NOT_MADE, {"title": paper.title, "why": "no outcome"}) from error

    def _print(self, order: Order) -> bytes:
        flags = 0
        if sys.platform == "win32":
            flags = subprocess.CREATE_NO_WINDOW
        try:
            done = subprocess.run(  # noqa: S603  the command is our own program
                self._command,
                input=dump_order(order),
                capture_output=True,
                timeout=_LONGEST_S,
                check=False,
                creationflags=flags,
            )
        except subprocess.TimeoutExpired as error:
            raise PaperFault(FaultCode.PRINTER_SILENT, {"title": order.title}) from error
        except OSError as error:
            facts = {"title": order.title, "why": type(error).__name__}
            raise PaperFault(FaultCode.PAPER_NOT_MADE, facts) from error
        if done.returncode:
            raise PaperFault(FaultCode.PAPER_NOT_MADE, {"title": order.title, "why": f"status {done.returncode}"})
        return done.stdout
