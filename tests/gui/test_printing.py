"""Receipts as PDF and on paper (LS-2, XY-5, DO01)."""

from __future__ import annotations

import dataclasses
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import cv2
import numpy as np
import numpy.typing
import pytest
import zxingcpp
from PySide6.QtPrintSupport import QPrinterInfo
from PySide6.QtWidgets import QApplication

from app.papers.receipt import PaperMaterial, receipt_html
from app.printing import Printing, PrintOutcome, PrintResult, make_pdf, notice_of, print_html
from app.visit.state import Tone
from tests.unit.app.test_receipt import PAPER, URL, WAITING


def _pages(pdf: bytes, folder: Path) -> list[numpy.typing.NDArray[np.uint8]]:
    (folder / "paper.pdf").write_bytes(pdf)
    subprocess.run(["pdftoppm", "-r", "150", "-gray", "paper.pdf", "page"], cwd=folder, check=True, timeout=60)
    pages = [cv2.imread(str(path), cv2.IMREAD_GRAYSCALE) for path in sorted(folder.glob("page*.pgm"))]
    return [np.asarray(page, np.uint8) for page in pages]


def test_the_receipt_is_one_a4_page_whose_code_a_phone_can_read(themed: QApplication, tmp_path: Path) -> None:
    pages = _pages(make_pdf(receipt_html(PAPER), title=PAPER.title), tmp_path)

    assert len(pages) == 1
    assert pages[0].shape == pytest.approx((1754, 1240), abs=2)
    assert [code.text for code in zxingcpp.read_barcodes(pages[0])] == [URL]
    dark_rows, dark_columns = np.nonzero(pages[0] < 128)
    assert dark_columns.min() >= 100
    assert dark_columns.max() <= 1240 - 100
    assert dark_rows.max() > 877, "the page is filled to its lower half"


def test_the_pdf_carries_its_fonts_and_its_title(themed: QApplication, tmp_path: Path) -> None:
    (tmp_path / "paper.pdf").write_bytes(make_pdf(receipt_html(PAPER), title=PAPER.title))

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


def test_the_slip_that_waits_has_no_code(themed: QApplication, tmp_path: Path) -> None:
    pages = _pages(make_pdf(receipt_html(WAITING), title=WAITING.title), tmp_path)

    assert zxingcpp.read_barcodes(pages[0]) == []


def test_many_materials_go_on_to_further_pages(themed: QApplication, tmp_path: Path) -> None:
    materials = tuple(PaperMaterial(name=f"材料{number}", pages=1) for number in range(60))
    paper = dataclasses.replace(PAPER, materials=materials)

    pages = _pages(make_pdf(receipt_html(paper), title=paper.title), tmp_path)

    assert len(pages) > 1
    assert all((page < 128).any() for page in pages)
    assert [code.text for code in zxingcpp.read_barcodes(pages[0])] == [URL]


class _NoPrinters:
    """A machine without printers, also where the tests run on one that has some."""

    @staticmethod
    def defaultPrinter() -> QPrinterInfo:
        return QPrinterInfo()


def test_without_a_printer_the_clerk_is_told_what_to_do(themed: QApplication, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.printing.QPrinterInfo", _NoPrinters)
    printing = Printing()

    notice = printing.print_pdf(printing.make_receipt(PAPER))

    assert print_html(receipt_html(PAPER), title=PAPER.title).result is PrintResult.NO_PRINTER
    assert (notice.tone, notice.code) == (Tone.WARNING, "print.no_printer")
    assert "没有设置默认打印机" in notice.why
    assert "补打" in notice.next


def test_a_paper_that_was_not_made_here_is_not_printed(themed: QApplication) -> None:
    printing = Printing()
    oldest = printing.make_receipt(PAPER)
    for number in range(16):
        printing.make_receipt(dataclasses.replace(PAPER, receipt_no=f"SL{number:04}"))

    assert printing.print_pdf(b"%PDF-1.4 something").code == "print.unknown_paper"
    assert printing.print_pdf(oldest).code == "print.unknown_paper"


def test_what_the_clerk_is_told_names_the_printer() -> None:
    sent = notice_of(PrintOutcome(result=PrintResult.SENT, printer="HP-1"), title="受理回执")
    refused = notice_of(PrintOutcome(result=PrintResult.REFUSED, printer="HP-1"), title="受理回执")

    assert (sent.tone, refused.tone) == (Tone.SUCCESS, Tone.ERROR)
    assert "HP-1" in sent.what
    assert "HP-1" in refused.why


def test_a_receipt_made_on_another_thread_is_the_same_and_can_be_printed(themed: QApplication, tmp_path: Path) -> None:
    printing = Printing()
    here = _pages(printing.make_receipt(PAPER), tmp_path)
    with ThreadPoolExecutor(1) as pool:
        pdf = pool.submit(printing.make_receipt, PAPER).result(timeout=60)

    there = _pages(pdf, tmp_path)

    assert len(there) == 1
    assert np.array_equal(here[0], there[0])
    assert printing.print_pdf(pdf).code != "print.unknown_paper"
