"""Pages and signatures: there and back."""

from __future__ import annotations

from app.notices.faults import FaultCode
from app.sync.line import Line
from app.sync.reply import LineFault, Question
from domain.cases.values import BlobHash, CaseId
from domain.refusals import Refusal, RefusalCode

_OCTETS = "application/octet-stream"


def has_blob(line: Line, sha256: BlobHash) -> bool | Refusal:
    """Whether the server holds the page."""
    return line.is_there(f"/v1/blobs/{sha256}")


def put_blob(line: Line, sha256: BlobHash, content: bytes) -> Refusal | None:
    """Bring a page to the server; the same page again is no fault."""
    from domain.wire.blobs import MAX_BLOB_BYTES, BlobReceipt

    if len(content) > MAX_BLOB_BYTES:  # said here, as a server may hang up before it has read so much
        return Refusal(code=RefusalCode.REQUEST_TOO_LARGE, facts={"limit": str(MAX_BLOB_BYTES)})
    put = Question(method="PUT", path=f"/v1/blobs/{sha256}", body=content, content_type=_OCTETS)
    receipt = line.value(BlobReceipt, put)
    if isinstance(receipt, Refusal):
        return receipt
    if (receipt.sha256, receipt.size_bytes) != (sha256, len(content)):
        raise LineFault(FaultCode.SERVER_FAULT, {"why": "another blob acknowledged"})
    return None


def get_blob(line: Line, case: CaseId, sha256: BlobHash) -> bytes | Refusal:
    """A page of a case, checked against its hash."""
    from app.store.db import content_hash
    from domain.wire.blobs import MAX_BLOB_BYTES

    path = f"/v1/cases/{case}/blobs/{sha256}"
    reply = line.ask(Question(method="GET", path=path, accept=_OCTETS, limit_bytes=MAX_BLOB_BYTES))
    if isinstance(reply, Refusal):
        return reply
    if content_hash(reply.body) != sha256:
        raise LineFault(FaultCode.SERVER_FAULT, {"why": "page of another hash"})
    return reply.body
