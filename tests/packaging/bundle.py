"""The packed client, built once for each state of the sources."""

from __future__ import annotations

import fcntl
import hashlib
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from PyInstaller.archive.readers import CArchiveReader

from tests.helpers.source import ROOT

_PLACE = ROOT / "build" / "frozen"
_SOURCES = ("app", "hardware", "domain", "resources", "installer")
_BUILD_S = 1200


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundle:
    """The folder of a packed client."""

    folder: Path

    @property
    def client(self) -> Path:
        """The workstation."""
        return self.folder / "zonggui"

    @property
    def devices(self) -> Path:
        """The device host."""
        return self.folder / "zonggui-devices"

    @property
    def papers(self) -> Path:
        """The program that makes papers."""
        return self.folder / "zonggui-papers"

    def modules(self, program: Path) -> set[str]:
        """The names of all Python modules that one of its programs carries."""
        archive = CArchiveReader(str(program)).open_embedded_archive("PYZ.pyz")
        return set(archive.toc)


def build_bundle() -> Bundle:
    """Build with build.spec, or take what was built from the same sources."""
    _PLACE.mkdir(parents=True, exist_ok=True)
    stamp = _PLACE / "sources.sha256"
    with (_PLACE / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        wanted = _fingerprint()
        if not stamp.exists() or stamp.read_text(encoding="utf-8") != wanted:
            _run_pyinstaller()
            stamp.write_text(wanted, encoding="utf-8")
    return Bundle(folder=_PLACE / "dist" / "zonggui")


def _run_pyinstaller() -> None:
    options = ["--noconfirm", "--log-level", "WARN"]
    options += ["--distpath", str(_PLACE / "dist"), "--workpath", str(_PLACE / "work")]
    result = subprocess.run(
        [sys.executable, "-m", "PyInstaller", *options, "build.spec"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=_BUILD_S,
    )
    assert result.returncode == 0, result.stdout + result.stderr


def _fingerprint() -> str:
    digest = hashlib.sha256(sys.version.encode())
    for path in _files():
        digest.update(f"{path.relative_to(ROOT)}\0".encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def _files() -> Iterator[Path]:
    yield from (ROOT / "build.spec", ROOT / "constraints.txt")
    for folder in _SOURCES:
        yield from sorted(p for p in (ROOT / folder).rglob("*") if p.is_file() and "__pycache__" not in p.parts)
