"""Pages and signatures, named by their content: an interface of streams, and the folder that keeps them here.

A blob is whole when its bytes are those of its name. Whoever reads one is told when it no longer is.
"""

from __future__ import annotations

import hashlib
import logging
import os
import re
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from domain.cases.values import BlobHash
from domain.wire.patterns import SHA256

_HASH = re.compile(SHA256)
_CHUNK_BYTES = 1 << 20
_LEFT_AFTER_S = 15 * 60
"""An upload that still goes on was written to within half a minute."""
_log = logging.getLogger(__name__)


def parse_blob_hash(text: str) -> BlobHash | None:
    """A hash from untrusted text: 64 small hex digits, so never a path."""
    return BlobHash(text) if _HASH.fullmatch(text) else None


class BlobDamagedError(Exception):
    """The bytes that are kept are no longer those of the name."""


class BlobMissingError(Exception):
    """No bytes are kept under the name."""


class Incoming(Protocol):
    """Bytes on their way in. Use in one thread at a time; end with ``keep`` or ``drop``."""

    @property
    def size_bytes(self) -> int:
        """How many came so far."""

    def write(self, chunk: bytes) -> None:
        """Add bytes."""

    def read(self) -> bytes:
        """All that came so far."""

    @property
    def is_whole(self) -> bool:
        """Whether the bytes are those of the name."""

    def keep(self) -> None:
        """Make a whole blob durable under its name."""

    def drop(self) -> None:
        """Forget the bytes."""


class BlobStore(Protocol):
    """Where blobs are kept. Any thread may call; every call may take as long as a slow disk or line takes."""

    def begin(self, sha256: BlobHash) -> Incoming:
        """Start to take a blob in. One that is kept already is replaced when it is damaged."""

    def stream(self, sha256: BlobHash) -> Iterator[bytes]:
        """The bytes in chunks, compared with the name at the end. Raises BlobMissingError, BlobDamagedError."""

    def sweep(self) -> None:
        """Remove what a crash left half written, and nothing that another process may still be taking in."""


def load_blob(store: BlobStore, sha256: BlobHash) -> bytes:
    """A whole blob. Raises as ``BlobStore.stream``."""
    return b"".join(store.stream(sha256))


def find_blob_size(store: BlobStore, sha256: BlobHash) -> int | None:
    """The size in bytes of a blob that is whole; None for one that must be sent, again or for the first time."""
    try:
        return sum(len(chunk) for chunk in store.stream(sha256))
    except (BlobMissingError, BlobDamagedError):
        return None


class _IncomingFile:
    """An ``Incoming`` beside the place where it will lie."""

    def __init__(self, path: Path, folder: BlobFolder, sha256: BlobHash) -> None:
        self._path = path
        self._folder = folder
        self._wanted = sha256
        self._digest = hashlib.sha256()
        self._file = path.open("x+b")
        self.size_bytes = 0

    def write(self, chunk: bytes) -> None:
        """Add bytes."""
        self._digest.update(chunk)
        self._file.write(chunk)
        self.size_bytes += len(chunk)

    def read(self) -> bytes:
        """All that came so far."""
        self._file.seek(0)
        return self._file.read()

    @property
    def is_whole(self) -> bool:
        """Whether the bytes are those of the name."""
        return self._digest.hexdigest() == self._wanted

    def keep(self) -> None:
        """Make a whole blob durable under its name."""
        if find_blob_size(self._folder, self._wanted) is not None:
            self.drop()
            return
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        target = self._folder.path_of(self._wanted)
        make_folder(target.parent)
        self._path.replace(target)
        sync_folder(target.parent)

    def drop(self) -> None:
        """Forget the bytes. Raises OSError, and forgets them all the same, when the disk has no room for the last."""
        try:
            self._file.close()
        finally:
            self._path.unlink(missing_ok=True)


class BlobFolder:
    """A ``BlobStore`` on the disk of this machine."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._incoming = folder / "incoming"
        make_folder(self._incoming)

    def begin(self, sha256: BlobHash) -> _IncomingFile:
        """Start to take a blob in. One that is kept already is replaced when it is damaged."""
        return _IncomingFile(self._incoming / uuid.uuid4().hex, self, sha256)

    def path_of(self, sha256: BlobHash) -> Path:
        """Where the blob lies, or would."""
        return self._folder / sha256[:2] / sha256[2:4] / sha256

    def stream(self, sha256: BlobHash) -> Iterator[bytes]:
        """The bytes in chunks, compared with the name at the end. Raises BlobMissingError, BlobDamagedError."""
        digest = hashlib.sha256()
        try:
            file = self.path_of(sha256).open("rb")
        except FileNotFoundError as error:
            raise BlobMissingError(sha256) from error
        with file:
            while chunk := file.read(_CHUNK_BYTES):
                digest.update(chunk)
                yield chunk
        if digest.hexdigest() != sha256:
            _log.error("blob damaged: %s", sha256)
            raise BlobDamagedError(sha256)

    def sweep(self) -> None:
        """Remove what a crash left half written, and nothing that another process may still be taking in."""
        for path in self._incoming.iterdir():
            if time.time() - path.stat().st_mtime > _LEFT_AFTER_S:
                path.unlink(missing_ok=True)


def make_folder(folder: Path) -> None:
    """Make a folder and those above it, each durable in the one that holds it."""
    missing = [one for one in (folder, *folder.parents) if not one.exists()]
    for one in reversed(missing):
        one.mkdir(mode=0o700, exist_ok=True)
        sync_folder(one.parent)


def sync_folder(folder: Path) -> None:
    """Make a rename in a folder durable, where the system can (Windows cannot open folders)."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
