"""What an administrator asks an installation: the answers on the console, in Chinese."""

from __future__ import annotations

import argparse

from server.service.inspection import Inspection
from server.service.stocktaking import take_stock


def run_verify_pages(inspection: Inspection, _options: argparse.Namespace) -> int:
    """List what is damaged, missing or not archived; 1 when there is anything."""
    report = take_stock(inspection.database, inspection.blobs)
    for fault in report.faults:
        print(f"{fault.receipt_no} {fault.what} {fault.sha256}".rstrip())
    print(f"发现 {len(report.faults)} 处异常" if report.faults else "影像完好", end="")
    print(f"，共核对 {report.blobs} 份")
    return 1 if report.faults else 0
