"""Receipt numbers that were given out, beside the database: what a restored or damaged database no longer knows.

A file for each day, a line for each number, durable before the number is told to anybody.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from domain.codes import ReceiptNo, parse_receipt_no
from server.storage.blobs import make_folder, sync_folder

_FILE = re.compile(r"\d{8}\.txt", re.ASCII)


class Journal:
    """The folder of days. Any thread and any process may call."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def note(self, receipt_no: str) -> None:
        """Write a number down. Raises OSError."""
        issued = parse_receipt_no(receipt_no)
        if issued is None:
            raise ValueError(f"no receipt number: {receipt_no!r}")
        path = self._folder / f"{issued.day:%Y%m%d}.txt"
        is_new = not path.exists()
        if is_new:
            make_folder(self._folder)
        handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            os.write(handle, f"{issued}\n".encode())
            os.fsync(handle)
        finally:
            os.close(handle)
        if is_new:
            sync_folder(self._folder)

    def days(self) -> Iterator[tuple[date, frozenset[ReceiptNo]]]:
        """The numbers of each day, the newest day first. A line that a crash cut is left out: nobody was told of it."""
        paths = [path for path in self._folder.glob("*.txt") if _FILE.fullmatch(path.name)]
        for path in sorted(paths, reverse=True):
            lines = path.read_text(encoding="ascii", errors="replace").splitlines()
            numbers = frozenset(number for line in lines if (number := parse_receipt_no(line)))
            if numbers:
                yield max(number.day for number in numbers), numbers
