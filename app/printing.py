"""Papers on the printer, laid out as a text document: the program ``zonggui-papers``.

A process for each paper: laying out a page and talking to a spooler take long, and printer drivers are foreign code.
It reads an order (``domain.papers.order``) from its standard input, writes the outcome to its standard output and
ends. It writes nothing to the disk.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QMarginsF, QRectF, QSizeF
from PySide6.QtGui import (
    QFontDatabase,
    QGuiApplication,
    QPagedPaintDevice,
    QPageLayout,
    QPageSize,
    QPainter,
    QPdfWriter,
    QRawFont,
    QTextDocument,
)

from app.theme.fonts import text_font
from domain.papers.order import PrintOutcome, PrintResult, dump_outcome, parse_order

if TYPE_CHECKING:
    from PySide6.QtPrintSupport import QPrinter

_RESOLUTION_DPI = 300
_MARGIN_MM = 18.0
_CREATOR = "综柜"
_RADICALS = "".join(map(chr, range(0x2E80, 0x2FE0)))
_NO_CHARACTER = 0xFFFF
_TO_UNICODE = re.compile(rb"beginbf(?:range|char).*?endbf(?:range|char)", re.DOTALL)
_CODE = re.compile(rb"<([0-9A-Fa-f]{4})>")


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
    return _with_characters(bytes(data.data()), html)


def _with_characters(pdf: bytes, html: str) -> bytes:
    """The PDF with the characters of the text in its tables for copying and searching.

    A font has one glyph for 人 and for the radical ⼈ (U+2F08), and Qt writes the lower number of the two.
    """
    font = QRawFont.fromFont(text_font(1), QFontDatabase.WritingSystem.SimplifiedChinese)
    written = sorted(set(html) - set(_RADICALS))
    glyphs = dict(zip(font.glyphIndexesForString("".join(written)), written, strict=False))
    same = {
        f"{ord(radical):04X}".encode(): f"{ord(glyphs[glyph]):04X}".encode()
        for radical, glyph in zip(_RADICALS, font.glyphIndexesForString(_RADICALS), strict=True)
        if glyph and ord(glyphs.get(glyph, "\uffff")) < _NO_CHARACTER
    }

    def mended(table: re.Match[bytes]) -> bytes:
        return _CODE.sub(lambda code: b"<" + same.get(code[1].upper(), code[1]) + b">", table[0])

    return _TO_UNICODE.sub(mended, pdf)  # as long as before, so that no offset of the file moves


def print_html(html: str, *, title: str) -> PrintOutcome:
    """Send an HTML paper to the default printer; blocks until the spooler has it."""
    if sys.platform == "win32":
        return print_with_qt(html, title=title)
    return _hand_to_cups(make_pdf(html, title=title), title=title)


def print_with_qt(html: str, *, title: str) -> PrintOutcome:
    """Print through Qt, as on Windows. On CUPS Qt does not tell when the spooler refuses."""
    from PySide6.QtPrintSupport import QPrinter, QPrinterInfo

    info = QPrinterInfo.defaultPrinter()
    if info.isNull():
        return PrintOutcome(result=PrintResult.NO_PRINTER)
    printer = QPrinter(info, QPrinter.PrinterMode.HighResolution)
    printer.setDocName(title)
    printer.setCreator(_CREATOR)
    sent = _paint(html, printer)
    return PrintOutcome(result=PrintResult.SENT if sent else PrintResult.REFUSED, printer=info.printerName())


def _hand_to_cups(pdf: bytes, *, title: str) -> PrintOutcome:
    """Give the PDF to CUPS by its own program, whose exit status tells whether it was taken."""
    lpstat, lp = shutil.which("lpstat"), shutil.which("lp")
    if lpstat is None or lp is None:
        return PrintOutcome(result=PrintResult.NO_PRINTER)
    environment = _system_environment()
    told = subprocess.run(  # noqa: S603  programs of the system
        [lpstat, "-d"], env=environment, capture_output=True, text=True, check=False
    )
    _, _, printer = told.stdout.strip().partition(": ")
    if not printer:
        return PrintOutcome(result=PrintResult.NO_PRINTER)
    order = [lp, "-d", printer, "-t", title, "-o", "media=A4", "-"]
    done = subprocess.run(order, env=environment, input=pdf, capture_output=True, check=False)  # noqa: S603
    return PrintOutcome(result=PrintResult.REFUSED if done.returncode else PrintResult.SENT, printer=printer)


def _system_environment() -> dict[str, str]:
    """For programs of the system: they answer in English, and load their own libraries and not those of the bundle."""
    environment = {**os.environ, "LC_ALL": "C"}
    if getattr(sys, "frozen", False):
        environment["LD_LIBRARY_PATH"] = environment.get("LD_LIBRARY_PATH_ORIG", "")
    return environment


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
    """Print the one paper that stands on standard input."""
    order = parse_order(sys.stdin.buffer.read())
    if sys.platform != "win32":  # on Windows the fonts come with its own platform; elsewhere no display is needed
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    app = QGuiApplication(sys.argv[:1])
    sys.stdout.buffer.write(dump_outcome(print_html(order.html, title=order.title)))
    sys.stdout.buffer.flush()
    del app
    return 0


if __name__ == "__main__":
    sys.exit(main())
