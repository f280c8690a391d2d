"""What an administrator asks an installation: the answers on the console, in Chinese."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from resources import line
from server.service.archive import find_dossier
from server.service.archive_check import check_archive
from server.service.audit_check import check_audit
from server.service.inspection import Inspection
from server.service.stocktaking import take_stock


def run_verify_pages(inspection: Inspection, _options: argparse.Namespace) -> int:
    """List what is damaged, missing or not archived; 1 when there is anything."""
    report = take_stock(inspection.database, inspection.blobs)
    for fault in report.faults:
        print(f"{fault.receipt_no} {fault.what} {fault.sha256}".rstrip())
    found = _found(report.faults) or line("server/commands", "pages_whole")
    print(line("server/commands", "pages_checked", found=found, count=report.blobs))
    return 1 if report.faults else 0


def run_verify_audit(inspection: Inspection, _options: argparse.Namespace) -> int:
    """List where the audit chains are not what was written; 1 when there is anything."""
    report = inspection.database.read(check_audit)
    for fault in report.faults:
        entry = "" if fault.about and not fault.number else line("server/commands", "entry", number=fault.number)
        place = " ".join(filter(None, (fault.county, entry, fault.about)))
        print(line("server/commands", "fault", place=place, why=fault.why))
    found = _found(report.faults) or line("server/commands", "audit_whole")
    print(line("server/commands", "audit_checked", found=found, count=report.entries))
    return 1 if report.faults else 0


def run_verify_archive(inspection: Inspection, _options: argparse.Namespace) -> int:
    """List every dossier that is not the one that was written; 1 when there is any."""
    report = check_archive(inspection.database, inspection.dossiers)
    for fault in report.faults:
        print(line("server/commands", "fault", place=fault.place, why=fault.what))
    found = _found(report.faults) or line("server/commands", "archive_whole")
    print(line("server/commands", "archive_checked", found=found, count=report.dossiers))
    return 1 if report.faults else 0


def run_show_archive(inspection: Inspection, options: argparse.Namespace) -> int:
    """Show a dossier and whether it is whole; 1 when there is none or it is damaged."""
    name = find_dossier(inspection.database, options.receipt_no)
    if name is None:
        print(line("server/commands", "no_dossier"), file=sys.stderr)
        return 1
    folder = inspection.dossiers.path_of(name)
    print(folder)
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            place, size = path.relative_to(folder).as_posix(), path.stat().st_size
            print(f"  {line('server/commands', 'file', place=place, size=size)}")
    damaged = inspection.dossiers.find_damage(name)
    if damaged:
        print(line("server/commands", "dossier_damaged", places="、".join(damaged)))
    else:
        print(line("server/commands", "dossier_whole"))
    return 1 if damaged else 0


def tell_losses(lost: tuple[str, ...]) -> None:
    """Say loudly that the database is older than what lies beside it."""
    if lost:
        told = line("server/commands", "losses", count=len(lost), first=lost[0], last=lost[-1])
        print(told, file=sys.stderr, flush=True)


def _found(faults: Sequence[object]) -> str:
    """How many faults there are in words, empty when there are none."""
    return line("server/commands", "faults_found", count=len(faults)) if faults else ""
