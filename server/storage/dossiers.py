"""The archive on disk: one folder per finished case, complete or not there at all."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from domain.cases.values import BlobHash
from domain.codes import RECEIPT_NO, ReceiptNo, parse_receipt_no
from resources import line
from server.storage.blobs import BlobStore, load_blob, make_folder, sync_folder

MANIFEST = "manifest.json"
CASE = "case.json"
LOG = "audit.json"
_MOST_BESIDE = 100
_NAME = re.compile(r"[0-9]{4}/[0-9]{4,6}/" + RECEIPT_NO.pattern + "(~[0-9]{1,2})?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Owner:
    """Whose a dossier is."""

    case: str
    receipt_no: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Filed:
    """A dossier that lies in its place, with the SHA-256 of its manifest."""

    name: str
    manifest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Manifest:
    """What a dossier says it holds: SHA-256 by file. The owner is empty in manifests from before it was named."""

    owner: Owner
    files: Mapping[str, str]


class DossierStore:
    """The folder of dossiers. Any thread may call."""

    def __init__(self, folder: Path, blobs: BlobStore) -> None:
        self._blobs = blobs
        self._folder = folder
        self._folder.mkdir(parents=True, exist_ok=True)

    def path_of(self, name: str) -> Path:
        """Where a dossier lies, or would. ``name`` is ``<year>/<county>/<receipt_no>``, anything else is a bug.

        ``~2``, ``~3`` … behind it mark one that lies beside another of the same number.
        """
        if not _NAME.fullmatch(name):
            raise ValueError(f"not the name of a dossier: {name!r}")
        return self._folder / name

    def put(self, name: str, owner: Owner, texts: Mapping[str, bytes], blobs: Mapping[str, BlobHash]) -> Filed:
        """Write a dossier of given bytes and blobs, with a manifest, unless just this one is there.

        One that is there is taken for it only when it is whole, of the same case, and says the same but for the log,
        which goes on. Any other stays as it is: the new one is laid beside it.
        Raises OSError, BlobDamagedError and BlobMissingError.
        """
        wanted = {place: hashlib.sha256(body).hexdigest() for place, body in texts.items()} | dict(blobs)
        draft = self._folder / f"draft-{uuid.uuid4().hex}"
        try:
            for tried in (name, *(f"{name}~{number}" for number in range(2, _MOST_BESIDE))):
                target = self.path_of(tried)
                if not os.path.lexists(target):
                    self._write_draft(draft, owner, texts, blobs, wanted)
                    if self._settle(draft, target):
                        return Filed(name=tried, manifest=_sha256_of(target / MANIFEST))
                if self._is_same(tried, owner, wanted):
                    return Filed(name=tried, manifest=_sha256_of(target / MANIFEST))
        finally:
            shutil.rmtree(draft, ignore_errors=True)
        raise FileExistsError(name)

    def _write_draft(
        self,
        draft: Path,
        owner: Owner,
        texts: Mapping[str, bytes],
        blobs: Mapping[str, BlobHash],
        files: Mapping[str, str],
    ) -> None:
        """All files and folders, durable before the rename that makes them a dossier."""
        if draft.exists():
            return
        for place, body in texts.items():
            _write(draft / place, body)
        for place, sha256 in blobs.items():
            _write(draft / place, load_blob(self._blobs, sha256))
        manifest = {"case": owner.case, "receipt_no": owner.receipt_no, "files": dict(sorted(files.items()))}
        _write(draft / MANIFEST, _readable(manifest))
        for folder in sorted((path for path in draft.rglob("*") if path.is_dir()), reverse=True):
            sync_folder(folder)
        sync_folder(draft)

    def _is_same(self, name: str, owner: Owner, files: Mapping[str, str]) -> bool:
        manifest = self._read_manifest(name)
        if manifest is None or manifest.owner != owner or self.find_damage(name):
            return False
        return {**manifest.files, LOG: ""} == {**files, LOG: ""}

    def receipt_numbers(self, *, since: date) -> Iterator[ReceiptNo]:
        """The numbers of all dossiers of cases that finished in that year or later."""
        for year in self._folder.glob("[0-9][0-9][0-9][0-9]"):
            if int(year.name) >= since.year:
                for folder in year.glob("*/*"):
                    number = parse_receipt_no(folder.name.partition("~")[0])
                    if number:
                        yield number

    def sweep(self) -> None:
        """Remove what a crash left half written. Only before the first request."""
        for path in self._folder.glob("draft-*"):
            shutil.rmtree(path, ignore_errors=True)

    def names(self) -> Iterator[str]:
        """The names of all dossiers that lie here."""
        for folder in sorted(self._folder.glob("[0-9][0-9][0-9][0-9]/*/*")):
            name = folder.relative_to(self._folder).as_posix()
            if _NAME.fullmatch(name):
                yield name

    def find_damage(self, name: str) -> tuple[str, ...]:
        """The files of a dossier that are missing, changed, links or too many."""
        folder, manifest = self.path_of(name), self._read_manifest(name)
        if manifest is None:
            return (MANIFEST,)
        found = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if not _is_plain_folder(path)}
        damaged = {place for place, sha256 in manifest.files.items() if not _intact(folder / place, sha256)}
        return tuple(sorted(damaged | (found - set(manifest.files) - {MANIFEST})))

    def find_faults(self, name: str, owner: Owner, manifest: str) -> tuple[str, ...]:
        """What is wrong with the dossier of a case, in Chinese.

        ``manifest`` is the hash that was noted when it was written, empty in dossiers from before it was.
        """
        folder = self.path_of(name)
        if not folder.is_dir():
            return (line("server/archive_check", "gone"),)
        if any(path.is_symlink() for path in (folder, folder.parent, folder.parent.parent)):
            return (line("server/archive_check", "link"),)
        held = self._read_manifest(name)
        if held is None:
            return (line("server/archive_check", "manifest_unreadable"),)
        faults = [line("server/archive_check", "file", place=place) for place in self.find_damage(name)]
        if held.owner != owner and (held.owner.case or self._owner_by_text(folder) != owner):
            faults.append(line("server/archive_check", "swapped"))
        if manifest and _sha256_of(folder / MANIFEST) != manifest:
            faults.append(line("server/archive_check", "manifest_changed"))
        return tuple(faults)

    def read_log(self, name: str) -> Mapping[int, str]:
        """The hashes of the log entries that a dossier carries, by their number; empty when it is not readable."""
        try:
            entries = json.loads((self.path_of(name) / LOG).read_text(encoding="utf-8"))["entries"]
            return {int(entry["number"]): str(entry["sha256"]) for entry in entries}
        except (OSError, ValueError, KeyError, TypeError):
            return {}

    def _read_manifest(self, name: str) -> _Manifest | None:
        try:
            data = json.loads((self.path_of(name) / MANIFEST).read_text(encoding="utf-8"))
            owner = Owner(case=str(data.get("case", "")), receipt_no=str(data.get("receipt_no", "")))
            files = {place: sha256 for place, sha256 in data["files"].items() if _is_within(place)}
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return None
        if len(files) != len(data["files"]) or not {CASE, LOG} <= files.keys():
            return None
        return _Manifest(owner=owner, files=files)

    def _owner_by_text(self, folder: Path) -> Owner | None:
        """Whose a dossier is whose manifest, from before it did, does not say so."""
        try:
            data = json.loads((folder / CASE).read_text(encoding="utf-8"))
            return Owner(case=str(data["case"]), receipt_no=str(data["receipt_no"]))
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def _settle(self, draft: Path, target: Path) -> bool:
        """Whether the draft is the dossier now; false when another process was first."""
        make_folder(target.parent)
        try:
            draft.rename(target)
        except OSError:
            if not target.exists():
                raise
            return False
        sync_folder(target.parent)
        return True


def _write(path: Path, body: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("xb") as file:
        file.write(body)
        file.flush()
        os.fsync(file.fileno())


def _readable(data: object) -> bytes:
    return json.dumps(data, ensure_ascii=False, indent=2).encode()


def _is_within(place: object) -> bool:
    """Whether a name in a manifest can only be a file below the dossier."""
    return isinstance(place, str) and not place.startswith("/") and not {"", ".", ".."} & set(place.split("/"))


def _is_plain_folder(path: Path) -> bool:
    return path.is_dir() and not path.is_symlink()


def _sha256_of(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _intact(path: Path, sha256: object) -> bool:
    try:
        return not path.is_symlink() and _sha256_of(path) == sha256
    except OSError:
        return False
