"""Who an account is (name, office, roles), kept beside its keys and sealed: a login without the line needs it, also
when the store itself had to be set aside.
"""

from __future__ import annotations

import hmac
import json
import os
from pathlib import Path

from app.notices.faults import FaultCode
from app.store.faults import StoreFault, fault_of_os_error
from app.store.files import write_durably
from domain.cases.values import AccountView
from domain.records import from_plain, to_plain

_FILE = "profile.sealed"
_NONCE_BYTES = 12


def save_profile(folder: Path, key: bytes, clerk: AccountView) -> None:
    """Keep it; durable when this returns. Raises StoreFault."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    nonce = os.urandom(_NONCE_BYTES)
    body = json.dumps(to_plain(clerk), ensure_ascii=False).encode()
    write_durably(folder / _FILE, nonce + AESGCM(_key(key)).encrypt(nonce, body, None))


def load_profile(folder: Path, key: bytes, *, note: bytes | None) -> AccountView:
    """Who it is; ``note`` is where versions before kept it. Raises StoreFault PROFILE_MISSING, or what the disk did."""
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    try:
        sealed = (folder / _FILE).read_bytes()
        return _parse(AESGCM(_key(key)).decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], None))
    except OSError as error:
        if not isinstance(error, FileNotFoundError):
            raise fault_of_os_error(error) from error
    except (InvalidTag, ValueError):  # ValueError: too short to hold a nonce and a seal
        pass
    if note is None:
        raise StoreFault(FaultCode.PROFILE_MISSING)
    return _parse(note)


def _key(key: bytes) -> bytes:
    return hmac.digest(key, b"zonggui profile", "sha256")


def _parse(body: bytes) -> AccountView:
    """Raises StoreFault PROFILE_MISSING for what is no profile."""
    try:
        data = json.loads(body)
        office = data["office"]
        if isinstance(office, list):  # as versions before wrote it
            data["office"] = dict(zip(("code", "name", "level", "phone"), office, strict=True))
        return from_plain(AccountView, data)
    except (ValueError, LookupError, TypeError) as error:  # RecordError too
        raise StoreFault(FaultCode.PROFILE_MISSING) from error
