"""The key of an account's store: random, wrapped by the password, and by the keyring where there is a real one.

The file ``keys.json`` holds only wrapped keys: ``password``: AES-256-GCM under argon2id(password) (RFC 9106), and
``keyring``: AES-256-GCM under a random key that the keyring holds. The second is used only after the server accepted
a new password, so a password change loses nothing and a wrong password opens nothing.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.notices.faults import FaultCode
from app.store.db import KEY_BYTES, stored_databases
from app.store.faults import StoreFault, fault_of_os_error
from app.store.files import make_folder, write_durably
from app.store.vault import Vault

_FILE = "keys.json"
_VERSION = 1
_NONCE_BYTES = 12
_SALT_BYTES = 16
_MOST_PASSES = 64
_MOST_MEMORY_KIB = 1024 * 1024
_MOST_LANES = 16
_LARGEST_FILE_BYTES = 64 * 1024
Wraps = dict[str, dict[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class PasswordCost:
    """What guessing a password costs (argon2id); the default follows the OWASP minimum for 46 MiB."""

    passes: int = 2
    memory_kib: int = 47_104
    lanes: int = 1


DEFAULT_COST = PasswordCost()


def account_folder(data_folder: Path, user: str) -> Path:
    """The folder of the account's own store: nobody's data opens with another one's password."""
    return data_folder / "accounts" / hashlib.sha256(user.strip().lower().encode()).hexdigest()[:32]


def unlock(
    folder: Path,
    password: str,
    *,
    vault: Vault | None,
    confirmed: bool,
    cost: PasswordCost = DEFAULT_COST,
) -> bytes:
    """The store's key for this password; made and kept at the first use.

    ``confirmed``: the server has just accepted the password. Only then may a new store be made, or the keyring's
    copy be used to wrap the key anew. Raises StoreFault: PASSWORD_WRONG, KEY_FILE_DAMAGED, KEY_FILE_MISSING (a store
    without its key file), DISK_FULL, FOLDER_READ_ONLY.
    """
    make_folder(folder)
    wraps = _find_wraps(folder)
    if wraps is None:
        if stored_databases(folder):
            raise StoreFault(FaultCode.KEY_FILE_MISSING, {"file": _FILE})
        if not confirmed:
            raise StoreFault(FaultCode.PASSWORD_WRONG)
        return _keep(folder, os.urandom(KEY_BYTES), password, vault, cost)
    key = _find_by_password(wraps, password)
    if key is None and confirmed:
        key = _find_by_keyring(wraps, vault)
        if key is not None:
            return _keep(folder, key, password, vault, cost)
    if key is None:
        raise StoreFault(FaultCode.PASSWORD_WRONG)
    if vault is not None and "keyring" not in wraps:
        return _keep(folder, key, password, vault, cost)
    return key


def _keep(folder: Path, key: bytes, password: str, vault: Vault | None, cost: PasswordCost) -> bytes:
    wraps: Wraps = {"password": _wrap_by_password(key, password, cost)}
    if vault is not None:
        known = vault.find_key()
        key_of_keyring = known if known is not None and len(known) == KEY_BYTES else os.urandom(KEY_BYTES)
        if vault.save_key(key_of_keyring):
            wraps["keyring"] = _seal(key, key_of_keyring, {})
    body = json.dumps({"version": _VERSION, "wraps": wraps}, indent=1).encode()
    write_durably(folder / _FILE, body)
    return key


def _find_wraps(folder: Path) -> Wraps | None:
    """What the key file holds, or None without one. Raises StoreFault KEY_FILE_DAMAGED."""
    try:
        with (folder / _FILE).open("rb") as file:
            body = file.read(_LARGEST_FILE_BYTES)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise fault_of_os_error(error) from error
    try:
        data = json.loads(body)
    except ValueError as error:
        raise _damaged("not JSON") from error
    wraps = data.get("wraps") if isinstance(data, dict) and data.get("version") == _VERSION else None
    if not isinstance(wraps, dict) or not all(isinstance(wrap, dict) for wrap in wraps.values()):
        raise _damaged("not a key file of this version")
    return wraps


def _damaged(why: str) -> StoreFault:
    return StoreFault(FaultCode.KEY_FILE_DAMAGED, {"file": _FILE, "why": why})


def _wrap_by_password(key: bytes, password: str, cost: PasswordCost) -> dict[str, Any]:
    bound = {
        "salt": base64.b64encode(os.urandom(_SALT_BYTES)).decode(),
        "passes": cost.passes,
        "memory_kib": cost.memory_kib,
        "lanes": cost.lanes,
    }
    return _seal(key, _key_of_password(password, bound), bound)


def _find_by_password(wraps: Wraps, password: str) -> bytes | None:
    if "password" not in wraps:
        raise _damaged("no password wrap")
    wrap = wraps["password"]
    bound = {name: wrap.get(name) for name in ("salt", "passes", "memory_kib", "lanes")}
    return _unseal(wrap, _key_of_password(password, bound), bound)


def _find_by_keyring(wraps: Wraps, vault: Vault | None) -> bytes | None:
    key_of_keyring = vault.find_key() if vault is not None else None
    if "keyring" not in wraps or key_of_keyring is None or len(key_of_keyring) != KEY_BYTES:
        return None
    return _unseal(wraps["keyring"], key_of_keyring, {})


def _key_of_password(password: str, bound: Mapping[str, Any]) -> bytes:
    """argon2id of the password. The bounds keep a tampered file from eating the machine."""
    from argon2.exceptions import HashingError
    from argon2.low_level import Type, hash_secret_raw

    passes, memory_kib, lanes = (_bounded(bound, name) for name in ("passes", "memory_kib", "lanes"))
    if passes > _MOST_PASSES or memory_kib > _MOST_MEMORY_KIB or lanes > _MOST_LANES:
        raise _damaged("cost out of bounds")
    try:
        return hash_secret_raw(
            password.encode(),
            _bytes_of(bound, "salt"),
            time_cost=passes,
            memory_cost=memory_kib,
            parallelism=lanes,
            hash_len=KEY_BYTES,
            type=Type.ID,
        )
    except HashingError as error:
        raise _damaged("cost not possible") from error


def _bounded(bound: Mapping[str, Any], name: str) -> int:
    value = bound.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise _damaged(name)
    return value


def _seal(key: bytes, by: bytes, bound: Mapping[str, Any]) -> dict[str, Any]:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    nonce = os.urandom(_NONCE_BYTES)
    sealed = AESGCM(by).encrypt(nonce, key, _bound_bytes(bound))
    return {**bound, "nonce": base64.b64encode(nonce).decode(), "sealed": base64.b64encode(sealed).decode()}


def _unseal(wrap: Mapping[str, Any], by: bytes, bound: Mapping[str, Any]) -> bytes | None:
    """The key, or None when ``by`` is not the one that sealed it."""
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    try:
        return AESGCM(by).decrypt(_bytes_of(wrap, "nonce"), _bytes_of(wrap, "sealed"), _bound_bytes(bound))
    except InvalidTag:
        return None
    except ValueError as error:
        raise _damaged("nonce") from error


def _bound_bytes(bound: Mapping[str, Any]) -> bytes:
    return json.dumps(bound, sort_keys=True).encode()


def _bytes_of(wrap: Mapping[str, Any], name: str) -> bytes:
    try:
        return base64.b64decode(wrap.get(name, ""), validate=True)
    except (binascii.Error, TypeError, ValueError) as error:
        raise _damaged(name) from error
