"""The archive on disk: one folder per finished case, complete or not there at all."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import uuid
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path

from domain.cases.values import BlobHash
from domain.codes import RECEIPT_NO, ReceiptNo, parse_receipt_no
from server.storage.blobs import BlobStore, load_blob, make_folder, sync_folder

MANIFEST = "manifest.json"
_NAME = re.compile(r"[0-9]{4}/[0-9]{4,6}/" + RECEIPT_NO.pattern)


class DossierStore:
    """The folder of dossiers. Any thread may call."""

    def __init__(self, folder: Path, blobs: BlobStore) -> None:
        self._blobs = blobs
        self._folder = folder
        self._folder.mkdir(parents=True, exist_ok=True)

    def path_of(self, name: str) -> Path:
        """Where a dossier lies, or would. ``name`` is ``<year>/<county>/<receipt_no>``, anything else is a bug."""
        if not _NAME.fullmatch(name):
            raise ValueError(f"not the name of a dossier: {name!r}")
        return self._folder / name

    def put(self, name: str, texts: Mapping[str, bytes], blobs: Mapping[str, BlobHash]) -> Path:
        """Write a dossier of given bytes and blobs, with a manifest, unless it is there.

        Raises OSError, BlobDamagedError and BlobMissingError.
        """
        target = self.path_of(name)
        if target.exists():
            return target
        draft = self._folder / f"draft-{uuid.uuid4().hex}"
        try:
            manifest = {place: _write(draft / place, body) for place, body in texts.items()}
            for place, sha256 in blobs.items():
                manifest[place] = _write(draft / place, load_blob(self._blobs, sha256))
            _write(draft / MANIFEST, _readable({"files": dict(sorted(manifest.items()))}))
            make_folder(target.parent)
            self._settle(draft, target)
        finally:
            shutil.rmtree(draft, ignore_errors=True)
        sync_folder(target.parent)
        return target

    def receipt_numbers(self, *, since: date) -> Iterator[ReceiptNo]:
        """The numbers of all dossiers of cases that finished in that year or later."""
        for year in self._folder.glob("[0-9][0-9][0-9][0-9]"):
            if int(year.name) >= since.year:
                for folder in year.glob("*/*"):
                    number = parse_receipt_no(folder.name)
                    if number:
                        yield number

    def sweep(self) -> None:
        """Remove what a crash left half written. Only before the first request."""
        for path in self._folder.glob("draft-*"):
            shutil.rmtree(path, ignore_errors=True)

    def find_damage(self, name: str) -> tuple[str, ...]:
        """The files of a dossier that are missing, changed or too many."""
        folder = self.path_of(name)
        try:
            files = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))["files"]
        except (OSError, ValueError, KeyError, TypeError):
            return (MANIFEST,)
        found = {str(path.relative_to(folder).as_posix()) for path in folder.rglob("*") if path.is_file()}
        damaged = {place for place in files if not _intact(folder / place, files[place])}
        return tuple(sorted(damaged | (found - set(files) - {MANIFEST})))

    def _settle(self, draft: Path, target: Path) -> None:
        try:
            draft.rename(target)
        except OSError:
            if not target.exists():  # otherwise another process made the same dossier
                raise


def _write(path: Path, body: bytes) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("xb") as file:
        file.write(body)
        file.flush()
        os.fsync(file.fileno())
    return hashlib.sha256(body).hexdigest()


def _readable(data: object) -> bytes:
    return json.dumps(data, ensure_ascii=False, indent=2).encode()


def _intact(path: Path, sha256: str) -> bool:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest() == sha256
    except OSError:
        return False
