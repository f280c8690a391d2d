"""Pages and signatures as encrypted files: AES-256-GCM, a random key per file kept in the database.

The bytes never touch the disk in clear. A file's name is an HMAC of case and content, so that nobody can confirm by
the name which document lies there. The row is written after the file is durable; files without row are swept.
"""

from __future__ import annotations

import hmac
import math
import os
from collections.abc import Callable, Collection, Iterable, Mapping
from pathlib import Path
from typing import Any

from app.notices.faults import FaultCode
from app.store.aside import PAGES_FOLDER
from app.store.db import KEY_BYTES, Database, content_hash
from app.store.faults import StoreFault, fault_of_os_error
from app.store.files import TEMPORARY, drop_quietly, make_folder, write_durably
from domain.cases.values import BlobHash, CaseId

_NONCE_BYTES = 12
_SUFFIX = ".page"


class PageFiles:
    """The folder of pages and its rows. Thread-safe through the database's lock. ``now`` gives seconds since 1970."""

    def __init__(self, database: Database, folder: Path, key: bytes, now: Callable[[], float]) -> None:
        self._database = database
        self._now = now
        self._folder = folder / PAGES_FOLDER
        self._name_key = hmac.digest(key, b"zonggui page names", "sha256")
        make_folder(self._folder)

    def save(self, case: CaseId, content: bytes, *, saved_at: float | None = None) -> BlobHash:
        """Keep the bytes for the case, encrypted; durable when this returns. The same bytes again are free.

        ``saved_at``: when they were kept first, where that was not now. Raises StoreFault.
        """
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        sha256 = BlobHash(content_hash(content))
        name = self._name(case, sha256)
        with self._database.transaction():
            if self._database.rows("SELECT 1 FROM page WHERE case_id = ? AND sha256 = ?", case, sha256):
                return sha256
            key, nonce = os.urandom(KEY_BYTES), os.urandom(_NONCE_BYTES)
            sealed = AESGCM(key).encrypt(nonce, content, _bound_to(case, sha256, len(content)))
            write_durably(self._folder / name, nonce + sealed)
            self._database.write(
                "INSERT INTO page (case_id, sha256, file, key, size_bytes, saved_at) VALUES (?, ?, ?, ?, ?, ?)",
                *(case, sha256, name, key, len(content), self._now() if saved_at is None else saved_at),
            )
        return sha256

    def load(self, sha256: BlobHash) -> bytes:
        """The bytes. Raises StoreFault: PAGE_MISSING (no row or no file), PAGE_DAMAGED (seal broken), DISK_FAULT."""
        rows = self._database.rows("SELECT case_id, file, key, size_bytes FROM page WHERE sha256 = ?", sha256)
        if not rows:
            raise StoreFault(FaultCode.PAGE_MISSING, {"sha256": sha256})
        fault = StoreFault(FaultCode.PAGE_MISSING, {"sha256": sha256})
        for case, name, key, size_bytes in rows:
            try:
                return self._load_file(self._folder / name, bytes(key), _bound_to(case, sha256, size_bytes), sha256)
            except StoreFault as found:
                fault = found
        raise fault

    def _load_file(self, path: Path, key: bytes, bound_to: bytes, sha256: BlobHash) -> bytes:
        from cryptography.exceptions import InvalidTag
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        try:
            sealed = path.read_bytes()
            return AESGCM(key).decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], bound_to)
        except FileNotFoundError as error:
            raise StoreFault(FaultCode.PAGE_MISSING, {"sha256": sha256}) from error
        except OSError as error:
            raise fault_of_os_error(error) from error
        except (InvalidTag, ValueError) as error:  # ValueError: too short to hold a nonce and a seal
            raise StoreFault(FaultCode.PAGE_DAMAGED, {"sha256": sha256}) from error

    def has(self, sha256: BlobHash) -> bool:
        """Whether some case keeps these bytes."""
        return bool(self._database.rows("SELECT 1 FROM page WHERE sha256 = ? LIMIT 1", sha256))

    def drop_case(self, case: CaseId) -> None:
        """Forget the case's pages: the rows first, so that a crash leaves a file to sweep and never a row without."""
        self.drop_files(self.forget(case))

    def forget(self, case: CaseId, *, but: Collection[BlobHash] = ()) -> list[str]:
        """Forget the rows of the case's pages, and so their keys, in the transaction around it; gives what to hand to
        ``drop_files`` once that is durable.
        """
        rows = self._database.rows("SELECT sha256, file FROM page WHERE case_id = ?", case)
        gone = [(sha256, str(name)) for sha256, name in rows if sha256 not in but]
        with self._database.transaction():
            for sha256, _ in gone:
                self._database.write("DELETE FROM page WHERE case_id = ? AND sha256 = ?", case, sha256)
        return [name for _, name in gone]

    def drop_files(self, names: Iterable[str]) -> None:
        """Remove files that no row names any more."""
        for name in names:
            drop_quietly(self._folder / name)

    def find_abandoned(self, *, saved_before: float) -> list[CaseId]:
        """Cases with pages from before that time, nothing in the outbox and no draft."""
        rows = self._database.rows(
            "SELECT case_id FROM page "
            "WHERE case_id NOT IN (SELECT case_id FROM outbox UNION SELECT case_id FROM draft) "
            "GROUP BY case_id HAVING max(saved_at) < ?",
            saved_before,
        )
        return [CaseId(case) for (case,) in rows]

    def sweep(self, *, saved_before: float) -> None:
        """Remove half files, and those from before that time that no row names (a crash between file and row)."""
        with self._database.transaction():  # so that nobody is between a file and its row now
            known = {str(name) for (name,) in self._database.rows("SELECT file FROM page")}
            others = [path for path in self._folder.iterdir() if path.name not in known]
            orphans = [path for path in others if path.suffix == TEMPORARY or _written_at(path) < saved_before]
            for path in orphans:
                drop_quietly(path)

    def take_over(self, elsewhere: Path, row: Mapping[str, Any]) -> bool:
        """Bring a page and its row from what was set aside; False when it is not whole. Raises StoreFault."""
        case, sha256, name = row["case_id"], BlobHash(row["sha256"]), row["file"]
        bound_to = _bound_to(case, sha256, row["size_bytes"])
        try:
            content = self._load_file(elsewhere / name, bytes(row["key"]), bound_to, sha256)
        except StoreFault:
            return False
        self.save(CaseId(case), content, saved_at=row["saved_at"])
        return True

    def _name(self, case: CaseId, sha256: BlobHash) -> str:
        return hmac.digest(self._name_key, f"{case}|{sha256}".encode(), "sha256").hex() + _SUFFIX


def _written_at(path: Path) -> float:
    """When the file was written, in s since 1970; now for one that has just gone."""
    try:
        return path.stat().st_mtime
    except OSError:
        return math.inf


def _bound_to(case: str, sha256: str, size_bytes: int) -> bytes:
    return f"{case}|{sha256}|{size_bytes}".encode()
