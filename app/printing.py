"""Papers as PDF and on the printer, both from the same text document."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from dataclasses import dataclass
from enum import StrEnum
from threading import Lock

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QMarginsF, QRectF, QSizeF
from PySide6.QtGui import QPagedPaintDevice, QPageLayout, QPageSize, QPainter, QPdfWriter, QTextDocument
from PySide6.QtPrintSupport import QPrinter, QPrinterInfo

from app.papers.receipt import ReceiptPaper, receipt_html
from app.theme.theme import text_font
from app.visit.state import Notice, Tone

_RESOLUTION_DPI = 300
_MARGIN_MM = 18.0
_KEPT = 16
_CREATOR = "综柜"


class PrintResult(StrEnum):
    """How printing went."""

    SENT = "sent"
    NO_PRINTER = "no_printer"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintOutcome:
    """How printing went and on which printer."""

    result: PrintResult
    printer: str = ""


def make_pdf(html: str, *, title: str) -> bytes:
    """An A4 PDF (PDF/A-1b, fonts inside) of an HTML paper. On any thread; the first one loads fonts (some 100 ms)."""
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setPdfVersion(QPagedPaintDevice.PdfVersion.PdfVersion_A1b)
    writer.setResolution(_RESOLUTION_DPI)
    writer.setTitle(title)
    writer.setCreator(_CREATOR)
    _paint(html, writer)
    buffer.close()
    return bytes(data.data())


def print_html(html: str, *, title: str) -> PrintOutcome:
    """Send an HTML paper to the default printer; the spooler does the rest. On the UI thread."""
    info = QPrinterInfo.defaultPrinter()
    if info.isNull():
        return PrintOutcome(result=PrintResult.NO_PRINTER)
    printer = QPrinter(info, QPrinter.PrinterMode.HighResolution)
    printer.setDocName(title)
    printer.setCreator(_CREATOR)
    sent = _paint(html, printer)
    return PrintOutcome(result=PrintResult.SENT if sent else PrintResult.REFUSED, printer=info.printerName())


class Printing:
    """Makes receipts, on any thread, and prints them again while the program runs. A PDF is known by its content."""

    def __init__(self) -> None:
        self._papers: OrderedDict[str, tuple[str, str]] = OrderedDict()
        self._lock = Lock()

    def make_receipt(self, paper: ReceiptPaper) -> bytes:
        """The receipt as PDF; ``print_pdf`` can print it later."""
        html = receipt_html(paper)
        pdf = make_pdf(html, title=paper.title)
        with self._lock:
            self._papers[_key(pdf)] = (html, paper.title)
            while len(self._papers) > _KEPT:
                self._papers.popitem(last=False)
        return pdf

    def print_pdf(self, pdf: bytes) -> Notice:
        """Print a PDF of ``make_receipt`` (one of the last 16) on the default printer; what the clerk is told."""
        with self._lock:
            known = self._papers.get(_key(pdf))
        if known is None:
            return Notice(
                tone=Tone.WARNING,
                what="这份回执现在不能直接打印。",
                why="它不是本次开机后生成的。",
                next="请打开该业务，重新生成回执后再打印。",
                code="print.unknown_paper",
            )
        html, title = known
        return notice_of(print_html(html, title=title), title=title)


def notice_of(outcome: PrintOutcome, *, title: str) -> Notice:
    """What the clerk is told about printing."""
    if outcome.result is PrintResult.SENT:
        return Notice(tone=Tone.SUCCESS, what=f"{title}已送往打印机“{outcome.printer}”。", code="print.sent")
    if outcome.result is PrintResult.NO_PRINTER:
        return Notice(
            tone=Tone.WARNING,
            what=f"{title}没有打印。",
            why="这台电脑没有设置默认打印机。",
            next="请在系统设置中添加打印机并设为默认，再点“打印”；回执已保存，可以随时补打。",
            code="print.no_printer",
        )
    return Notice(
        tone=Tone.ERROR,
        what=f"{title}没有打印。",
        why=f"打印机“{outcome.printer}”没有接受任务。",
        next="请检查打印机的电源、连线和纸张，再点“打印”；回执已保存，可以随时补打。",
        code="print.refused",
    )


def _paint(html: str, device: QPdfWriter | QPrinter) -> bool:
    """Paint all pages on ``device``; False when it takes nothing."""
    margins = QMarginsF(_MARGIN_MM, _MARGIN_MM, _MARGIN_MM, _MARGIN_MM)
    a4 = QPageSize(QPageSize.PageSizeId.A4)
    device.setPageLayout(QPageLayout(a4, QPageLayout.Orientation.Portrait, margins, QPageLayout.Unit.Millimeter))
    painter = QPainter()
    if not painter.begin(device):
        return False
    document = QTextDocument()
    document.setDocumentMargin(0)
    document.setDefaultFont(text_font(1))
    document.documentLayout().setPaintDevice(device)
    document.setHtml(html)
    page = QSizeF(painter.viewport().size())
    document.setPageSize(page)
    for number in range(document.pageCount()):
        if number:
            device.newPage()
        painter.save()
        painter.translate(0, -number * page.height())
        document.drawContents(painter, QRectF(0, number * page.height(), page.width(), page.height()))
        painter.restore()
    return painter.end()


def _key(pdf: bytes) -> str:
    return hashlib.sha256(pdf).hexdigest()
