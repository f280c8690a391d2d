"""The public progress of a case, found by receipt number and code (XY-5). It holds no personal data."""

from __future__ import annotations

import hmac
import re
from dataclasses import dataclass
from datetime import date

from domain.business_time import business_day
from domain.cases.values import CaseStatus
from domain.codes import parse_receipt_no
from server.service.work import Installation, Work, look
from server.storage.accounts import find_office
from server.storage.cases import find_case_by_receipt
from server.storage.secrets import ServerSecret

_CODE = re.compile(r"[0-9a-f]{16}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """What anybody with the receipt may know."""

    receipt_no: str
    item: str
    module: str
    status: CaseStatus
    office: str
    phone: str
    accepted_on: date
    due_on: date


def progress_path(secret: ServerSecret, receipt_no: str) -> str:
    """Path of the page on this server."""
    return f"/v1/progress/{receipt_no}/{secret.progress_code(receipt_no)}"


def find_progress(installation: Installation, receipt_no: str, code: str) -> Progress | None:
    """The progress, or None for a wrong number or code: which of both is not told."""
    if parse_receipt_no(receipt_no) is None or not _CODE.fullmatch(code):
        return None
    if not hmac.compare_digest(installation.secret.progress_code(receipt_no), code):
        return None
    return look(installation, lambda work: _find(work, receipt_no))


def _find(work: Work, receipt_no: str) -> Progress | None:
    record = find_case_by_receipt(work.connection, receipt_no)
    if record is None:
        return None
    module = work.installation.catalogues.get(record.catalogue).modules[record.module]
    office = find_office(work.connection, record.office)
    return Progress(
        receipt_no=record.receipt_no,
        item=module.item_name,
        module=module.name,
        status=record.status,
        office=office.name if office else "",
        phone=office.phone if office else "",
        accepted_on=business_day(record.accepted_at),
        due_on=record.due_on,
    )
