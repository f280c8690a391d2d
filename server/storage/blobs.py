"""Pages and signatures on disk, named by their content. A blob that is there is whole and never changes."""

from __future__ import annotations

import hashlib
import os
import re
import uuid
from pathlib import Path

from domain.cases.values import BlobHash

_HASH = re.compile(r"[0-9a-f]{64}")


def parse_blob_hash(text: str) -> BlobHash | None:
    """A hash from untrusted text: 64 small hex digits, so never a path."""
    return BlobHash(text) if _HASH.fullmatch(text) else None


class BlobDamagedError(Exception):
    """The bytes on disk are no longer those of the name."""


class BlobWriter:
    """Bytes on their way in. Use in one thread at a time; end with ``keep`` or ``drop``."""

    def __init__(self, path: Path, target: Path, sha256: BlobHash) -> None:
        self._path = path
        self._target = target
        self._wanted = sha256
        self._digest = hashlib.sha256()
        self._file = path.open("xb")
        self.size_bytes = 0

    def write(self, chunk: bytes) -> None:
        """Add bytes."""
        self._digest.update(chunk)
        self._file.write(chunk)
        self.size_bytes += len(chunk)

    def keep(self) -> bool:
        """Make the blob durable under its name; false, and nothing kept, when the bytes have another hash."""
        if self._digest.hexdigest() != self._wanted:
            self.drop()
            return False
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        self._target.parent.mkdir(parents=True, exist_ok=True)
        self._path.replace(self._target)
        sync_folder(self._target.parent)
        return True

    def drop(self) -> None:
        """Forget the bytes. Raises OSError, and forgets them all the same, when the disk has no room for the last."""
        try:
            self._file.close()
        finally:
            self._path.unlink(missing_ok=True)


class BlobStore:
    """The folder of blobs. Any thread may call."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._incoming = folder / "incoming"
        self._incoming.mkdir(parents=True, exist_ok=True)

    def begin(self, sha256: BlobHash) -> BlobWriter:
        """Start to take a blob in."""
        return BlobWriter(self._incoming / uuid.uuid4().hex, self.path_of(sha256), sha256)

    def path_of(self, sha256: BlobHash) -> Path:
        """Where the blob lies, or would."""
        return self._folder / sha256[:2] / sha256[2:4] / sha256

    def load(self, sha256: BlobHash) -> bytes:
        """The bytes of a blob, checked again. Raises OSError, BlobDamagedError."""
        body = self.path_of(sha256).read_bytes()
        if hashlib.sha256(body).hexdigest() != sha256:
            raise BlobDamagedError(sha256)
        return body

    def find_size(self, sha256: BlobHash) -> int | None:
        """The size of a blob in bytes, if it is here."""
        try:
            return self.path_of(sha256).stat().st_size
        except FileNotFoundError:
            return None

    def sweep(self) -> None:
        """Remove what a crash left half written. Only before the first request."""
        for path in self._incoming.iterdir():
            path.unlink(missing_ok=True)


def sync_folder(folder: Path) -> None:
    """Make a rename in a folder durable, where the system can (Windows cannot open folders)."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
