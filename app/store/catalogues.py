"""Catalogues by their hash: a case is mended with the one that it was made with, also without the server.

They are the same for everybody at this machine and say nothing of a person: they lie beside the accounts, not within.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from app.store.faults import fault_of_os_error
from app.store.files import drop_quietly, make_folder, write_durably
from domain.catalogue.parse import canonical_json

_FOLDER = "catalogues"
_HASH = re.compile("[0-9a-f]{64}")


def has_catalogue(data_folder: Path, sha256: str) -> bool:
    """Whether the catalogue is kept; whether it is whole, only reading it tells."""
    return _HASH.fullmatch(sha256) is not None and _file(data_folder, sha256).exists()


def keep_catalogue(data_folder: Path, data: Mapping[str, Any]) -> None:
    """Keep the tables of a catalogue under their hash. Raises StoreFault."""
    body = canonical_json(data)
    path = _file(data_folder, hashlib.sha256(body).hexdigest())
    make_folder(path.parent)
    write_durably(path, body)


def find_catalogue(data_folder: Path, sha256: str) -> Mapping[str, Any] | None:
    """The tables of that hash; None when they are not kept, or damaged: then the file goes. Raises StoreFault."""
    if not has_catalogue(data_folder, sha256):
        return None
    path = _file(data_folder, sha256)
    try:
        body = path.read_bytes()
    except OSError as error:
        raise fault_of_os_error(error) from error
    if hashlib.sha256(body).hexdigest() != sha256:
        drop_quietly(path)
        return None
    tables: Mapping[str, Any] = json.loads(body)
    return tables


def _file(data_folder: Path, sha256: str) -> Path:
    return data_folder / _FOLDER / f"{sha256}.json"
