"""What an administrator asks an installation: the answers on the console, in Chinese."""

from __future__ import annotations

import argparse
import sys

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
    print(f"发现 {len(report.faults)} 处异常" if report.faults else "影像完好", end="")
    print(f"，共核对 {report.blobs} 份")
    return 1 if report.faults else 0


def run_verify_audit(inspection: Inspection, _options: argparse.Namespace) -> int:
    """List where the audit chains are not what was written; 1 when there is anything."""
    report = inspection.database.read(check_audit)
    for fault in report.faults:
        entry = "" if fault.about and not fault.number else f" 第 {fault.number} 条"
        print(f"{fault.county}{entry}{' ' if fault.about else ''}{fault.about}：{fault.why}")
    print(f"发现 {len(report.faults)} 处异常" if report.faults else "审计链完整", end="")
    print(f"，共核对 {report.entries} 条记录")
    return 1 if report.faults else 0


def run_verify_archive(inspection: Inspection, _options: argparse.Namespace) -> int:
    """List every dossier that is not the one that was written; 1 when there is any."""
    report = check_archive(inspection.database, inspection.dossiers)
    for fault in report.faults:
        print(f"{fault.place}：{fault.what}")
    print(f"发现 {len(report.faults)} 处异常" if report.faults else "案卷完整", end="")
    print(f"，共核对 {report.dossiers} 份")
    return 1 if report.faults else 0


def run_show_archive(inspection: Inspection, options: argparse.Namespace) -> int:
    """Show a dossier and whether it is whole; 1 when there is none or it is damaged."""
    name = find_dossier(inspection.database, options.receipt_no)
    if name is None:
        print("没有这件业务的案卷：编号不存在，或业务尚未办结", file=sys.stderr)
        return 1
    folder = inspection.dossiers.path_of(name)
    print(folder)
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            print(f"  {path.relative_to(folder).as_posix()}  {path.stat().st_size} 字节")
    damaged = inspection.dossiers.find_damage(name)
    print(f"已损坏：{'、'.join(damaged)}" if damaged else "案卷完整，全部文件与清单相符")
    return 1 if damaged else 0


def tell_losses(lost: tuple[str, ...]) -> None:
    """Say loudly that the database is older than what lies beside it."""
    if lost:
        print(
            f"警告：数据库比案卷和编号登记旧，{len(lost)} 件已受理的业务不在库中（{lost[0]} 至 {lost[-1]}）。"
            "新的编号已跳过它们。请从更新的备份恢复；没有时请按编号登记（numbers 文件夹）和案卷逐件补办",
            file=sys.stderr,
            flush=True,
        )
