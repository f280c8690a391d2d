"""Papers as PDF and on the printer, both from the same text document: the program ``zonggui-papers``.

A process for each paper: laying out a page and talking to a spooler take long, and printer drivers are foreign code.
It reads an order (``app.papers.order``) from its standard input, writes the PDF or the outcome to its standard output
and ends. Nothing of the paper touches the disk.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QMarginsF, QRectF, QSizeF
from PySide6.QtGui import (
    QGuiApplication,
    QPagedPaintDevice,
    QPageLayout,
    QPageSize,
    QPainter,
    QPdfWriter,
    QTextDocument,
)

from app.papers.order import Job, PrintOutcome, PrintResult, dump_outcome, parse_order
from app.theme.fonts import text_font

if TYPE_CHECKING:
    from PySide6.QtPrintSupport import QPrinter

_RESOLUTION_DPI = 300
_MARGIN_MM = 18.0
_CREATOR = "综柜"


def make_pdf(html: str, *, title: str) -> bytes:
    """An A4 PDF (PDF/A-1b, fonts inside) of an HTML paper."""
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
    """Send an HTML paper to the default printer; blocks until the spooler has it."""
    from PySide6.QtPrintSupport import QPrinter, QPrinterInfo

    info = QPrinterInfo.defaultPrinter()
    if info.isNull():
        return PrintOutcome(result=PrintResult.NO_PRINTER)
    printer = QPrinter(info, QPrinter.PrinterMode.HighResolution)
    printer.setDocName(title)
    printer.setCreator(_CREATOR)
    sent = _paint(html, printer)
    return PrintOutcome(result=PrintResult.SENT if sent else PrintResult.REFUSED, printer=info.printerName())


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


def main() -> int:
    """Make the one paper that stands on standard input."""
    order = parse_order(sys.stdin.buffer.read())
    if sys.platform != "win32":  # on Windows the fonts come with its own platform; elsewhere no display is needed
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    app = QGuiApplication(sys.argv[:1])
    if order.job is Job.PDF:
        answer = make_pdf(order.html, title=order.title)
    else:
        answer = dump_outcome(print_html(order.html, title=order.title))
    sys.stdout.buffer.write(answer)
    sys.stdout.buffer.flush()
    del app
    return 0


if __name__ == "__main__":
    sys.exit(main())
