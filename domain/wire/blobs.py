"""Pages and signatures on their way in."""

from __future__ import annotations

from dataclasses import dataclass

MAX_BLOB_BYTES = 16 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class BlobReceipt:
    """The server holds these bytes."""

    sha256: str
    size_bytes: int
