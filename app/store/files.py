"""Files that are either wholly there or not at all, also after a power cut."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

from app.store.faults import fault_of_os_error

TEMPORARY = ".tmp"
_RESTS_S = (0.05, 0.1, 0.2, 0.4, 0.8)
_PRIVATE_FILE = 0o600
_PRIVATE_FOLDER = 0o700


def write_durably(path: Path, content: bytes) -> None:
    """Write aside, flush, rename, flush the folder. Raises StoreFault; the old file then stands as it was."""
    aside = path.with_name(path.name + TEMPORARY)
    try:
        descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0), _PRIVATE_FILE)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        _patiently(lambda: aside.replace(path))
        flush_folder(path.parent)
    except OSError as error:
        drop_quietly(aside)
        raise fault_of_os_error(error) from error


def move(path: Path, to: Path) -> None:
    """Rename a file or folder. Raises StoreFault; it then stands where it was."""
    try:
        _patiently(lambda: path.replace(to))
    except OSError as error:
        raise fault_of_os_error(error) from error


def _patiently(rename: Callable[[], object]) -> None:
    """A scanner of files may hold what was just written for a moment: tried again for a second and a half."""
    for rest_s in _RESTS_S:
        try:
            rename()
        except PermissionError:
            time.sleep(rest_s)
        else:
            return
    rename()


def make_folder(path: Path) -> None:
    """A folder that only its owner may read, and those above it; each is durable. Raises StoreFault."""
    try:
        for one in reversed([path, *path.parents]):
            if not one.is_dir():
                one.mkdir(mode=_PRIVATE_FOLDER, exist_ok=True)
                flush_folder(one.parent)
    except OSError as error:
        raise fault_of_os_error(error) from error


def flush_folder(folder: Path) -> None:
    """Make a rename durable. Windows cannot open folders and does it by itself (NTFS journal)."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def drop_quietly(path: Path) -> None:
    """Remove a file if it can be removed; a file that stays is swept at the next start."""
    try:
        path.unlink(missing_ok=True)
    except OSError:
        return
