"""Files that are either wholly there or not at all, also after a power cut."""

from __future__ import annotations

import os
from pathlib import Path

from app.store.faults import fault_of_os_error

TEMPORARY = ".tmp"
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
        aside.replace(path)
        flush_folder(path.parent)
    except OSError as error:
        drop_quietly(aside)
        raise fault_of_os_error(error) from error


def make_folder(path: Path) -> None:
    """A folder that only its owner may read. Raises StoreFault."""
    try:
        path.mkdir(mode=_PRIVATE_FOLDER, parents=True, exist_ok=True)
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
