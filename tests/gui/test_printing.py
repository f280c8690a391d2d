"""Receipts on paper, printed by a program of their own (LS-2, XY-5, DO01)."""

from __future__ import annotations

import dataclasses
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import numpy.typing
import pytest
import zxingcpp

from app.notices.faults import FaultCode
from app.session import press as press_module
from app.session.press import PaperFault, Press, press_command
from domain.papers.order import Order, PrintOutcome, PrintResult, dump_order
from domain.papers.receipt import PaperMaterial, ReceiptPaper, receipt_html
from tests.helpers.print_spooler import QUEUE, PrintSpooler, running_spooler
from tests.unit.app.test_receipt import PAPER, URL, WAITING

Picture = numpy.typing.NDArray[np.uint8]


@pytest.fixture(scope="module")
def press() -> Press:
    return Press(press_command())


_MAKE_PDF = """
import sys
from PySide6.QtGui import QGuiApplication
from app.printing import make_pdf
from domain.papers.order import parse_order
order = parse_order(sys.stdin.buffer.read())
app = QGuiApplication([])
sys.stdout.buffer.write(make_pdf(order.html, title=order.title))
"""


def _pdf(paper: ReceiptPaper) -> bytes:
    """What the program hands to the spooler."""
    order = dump_order(Order(title=paper.title, html=receipt_html(paper)))
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    command = [sys.executable, "-c", _MAKE_PDF]
    return subprocess.run(command, input=order, env=environment, capture_output=True, check=True, timeout=60).stdout


def _pages(pdf: bytes, folder: Path) -> list[Picture]:
    (folder / "paper.pdf").write_bytes(pdf)
    subprocess.run(["pdftoppm", "-r", "150", "-gray", "paper.pdf", "page"], cwd=folder, check=True, timeout=60)
    pages = [cv2.imread(str(path), cv2.IMREAD_GRAYSCALE) for path in sorted(folder.glob("page*.pgm"))]
    return [np.asarray(page, np.uint8) for page in pages]


def _program(text: str) -> Press:
    """A press whose program does something else."""
    return Press([sys.executable, "-c", text])


def _fault(press: Press) -> PaperFault:
    with pytest.raises(PaperFault) as told:
        press.print_receipt(PAPER)
    return told.value


def test_the_receipt_is_one_a4_page_whose_code_a_phone_can_read(tmp_path: Path) -> None:
    pages = _pages(_pdf(PAPER), tmp_path)

    assert len(pages) == 1
    assert pages[0].shape == pytest.approx((1754, 1240), abs=2)
    assert [code.text for code in zxingcpp.read_barcodes(pages[0])] == [URL]
    dark_rows, dark_columns = np.nonzero(pages[0] < 128)
    assert dark_columns.min() >= 100
    assert dark_columns.max() <= 1240 - 100
    assert dark_rows.max() > 877, "the page is filled to its lower half"


def test_the_pdf_carries_its_fonts_and_its_title(tmp_path: Path) -> None:
    (tmp_path / "paper.pdf").write_bytes(_pdf(PAPER))

    def told_by(program: str) -> str:
        done = subprocess.run(
            [program, "paper.pdf"], cwd=tmp_path, check=True, timeout=60, capture_output=True, text=True
        )
        return done.stdout

    fonts = told_by("pdffonts").splitlines()[2:]
    facts = told_by("pdfinfo")

    assert fonts
    assert all("NotoSansCJK" in line and " yes " in line for line in fonts)
    assert "受理回执" in facts


def test_F22_text_copied_from_the_pdf_has_the_characters(tmp_path: Path) -> None:
    item = "长安村人员金龙见面一二十日月工大"
    (tmp_path / "paper.pdf").write_bytes(_pdf(dataclasses.replace(PAPER, item=item)))

    done = subprocess.run(
        ["pdftotext", "paper.pdf", "-"], cwd=tmp_path, check=True, timeout=60, capture_output=True, text=True
    )

    assert item in done.stdout
    assert [char for char in done.stdout if "\u2e80" <= char < "\u2fe0"] == []


def test_the_slip_that_waits_has_no_code(tmp_path: Path) -> None:
    assert zxingcpp.read_barcodes(_pages(_pdf(WAITING), tmp_path)[0]) == []


def test_many_materials_go_on_to_further_pages(tmp_path: Path) -> None:
    materials = tuple(PaperMaterial(name=f"材料{number}", pages=1) for number in range(60))

    pages = _pages(_pdf(dataclasses.replace(PAPER, materials=materials)), tmp_path)

    assert len(pages) > 1
    assert all((page < 128).any() for page in pages)
    assert [code.text for code in zxingcpp.read_barcodes(pages[0])] == [URL]


@pytest.fixture
def spooler(monkeypatch: pytest.MonkeyPatch) -> Iterator[PrintSpooler]:
    """A real spooler, where whatever is started prints."""
    with running_spooler() as running:
        monkeypatch.setenv("CUPS_SERVER", running.address)
        yield running


def test_ls2_the_receipt_reaches_the_spooler_as_it_stands_in_the_pdf(
    press: Press, spooler: PrintSpooler, tmp_path: Path
) -> None:
    outcome = press.print_receipt(PAPER)

    assert outcome == PrintOutcome(result=PrintResult.SENT, printer=QUEUE)
    (job,) = spooler.jobs()
    printed, shown = _pages(job, tmp_path), _pages(_pdf(PAPER), tmp_path)
    assert np.array_equal(printed[0], shown[0])


def test_a_printer_that_takes_nothing_refuses_and_is_named(press: Press, spooler: PrintSpooler) -> None:
    spooler.tell("cupsreject", QUEUE)

    assert press.print_receipt(PAPER) == PrintOutcome(result=PrintResult.REFUSED, printer=QUEUE)
    assert spooler.jobs() == []


def test_without_a_printer_or_spooler_that_is_the_outcome(press: Press, spooler: PrintSpooler) -> None:
    spooler.tell("lpadmin", "-x", QUEUE)
    without_queue = press.print_receipt(PAPER)
    spooler.end()

    assert without_queue == press.print_receipt(PAPER) == PrintOutcome(result=PrintResult.NO_PRINTER)


def test_the_way_through_qt_that_windows_takes_prints_the_same_page(
    spooler: PrintSpooler, press: Press, tmp_path: Path
) -> None:
    """In a process of its own: Qt asks for the spooler once."""
    work = "import app.printing as p; p.print_html = p.print_with_qt; p.main()"

    assert _program(work).print_receipt(PAPER) == PrintOutcome(result=PrintResult.SENT, printer=QUEUE)
    (job,) = spooler.jobs()
    printed, shown = _pages(job, tmp_path)[0], _pages(_pdf(PAPER), tmp_path)[0]
    assert printed.shape == pytest.approx(shown.shape, abs=2)
    assert [code.text for code in zxingcpp.read_barcodes(printed)] == [URL]


@pytest.mark.parametrize(
    ("program", "why"),
    [
        ("import os; os.abort()", "status -6"),
        ("raise SystemExit(3)", "status 3"),
    ],
)
def test_a_program_that_fails_is_a_fault_with_its_reason(program: str, why: str) -> None:
    fault = _fault(_program(program))

    assert (fault.code, fault.facts) == (FaultCode.PAPER_NOT_MADE, {"title": "受理回执", "why": why})


def test_a_program_that_is_not_there_is_a_fault(tmp_path: Path) -> None:
    assert _fault(Press([str(tmp_path / "none")])).facts["why"] == "FileNotFoundError"


@pytest.mark.parametrize("said", ["", "[]", '{"result": "burnt", "printer": "x"}', "%PDF-"])
def test_printing_that_says_nonsense_is_a_fault(said: str) -> None:
    fault = _fault(_program(f"print({said!r})"))

    assert (fault.code, fault.facts["why"]) == (FaultCode.PAPER_NOT_MADE, "no outcome")


def test_a_printer_that_does_not_answer_is_left_in_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(press_module, "_LONGEST_S", 0.5)
    began = time.monotonic()

    assert _fault(_program("import time; time.sleep(60)")).code is FaultCode.PRINTER_SILENT
    assert time.monotonic() - began < 30
