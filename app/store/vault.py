"""The operating system's keyring, when there is a real one: login tokens and the key-wrapping keys."""

from __future__ import annotations

import base64
import binascii
from typing import Any

SERVICE = "zonggui"
_SAFE_MODULES = (
    "keyring.backends.Windows",
    "keyring.backends.macOS",
    "keyring.backends.SecretService",
    "keyring.backends.libsecret",
    "keyring.backends.kwallet",
)
"""Backends that encrypt for the logged-in user. Anything else (plain text files, null, fail) is refused."""


class Vault:
    """Secrets of one account in a keyring backend; a keyring that fails later counts as empty."""

    def __init__(self, backend: Any, user: str) -> None:
        self._backend = backend
        self._user = user

    def find_token(self) -> str | None:
        """The kept login token, if any."""
        return self._find("token")

    def save_token(self, token: str) -> bool:
        """Keep the login token; False when the keyring would not: then it lives in memory only."""
        return self._save("token", token)

    def drop_token(self) -> None:
        """Forget the login token."""
        from keyring.errors import KeyringError

        try:
            self._backend.delete_password(SERVICE, f"{self._user}:token")
        except KeyringError:
            return

    def find_key(self) -> bytes | None:
        """The key-wrapping key, if any."""
        text = self._find("kek")
        try:
            return base64.b64decode(text, validate=True) if text else None
        except binascii.Error:
            return None

    def save_key(self, key: bytes) -> bool:
        """Keep the key-wrapping key; False when the keyring would not."""
        return self._save("kek", base64.b64encode(key).decode())

    def _find(self, what: str) -> str | None:
        from keyring.errors import KeyringError

        try:
            text = self._backend.get_password(SERVICE, f"{self._user}:{what}")
        except KeyringError:
            return None
        return str(text) if text else None

    def _save(self, what: str, text: str) -> bool:
        from keyring.errors import KeyringError

        try:
            self._backend.set_password(SERVICE, f"{self._user}:{what}", text)
        except KeyringError:
            return False
        return self._find(what) == text


def find_vault(user: str) -> Vault | None:
    """The keyring of this machine for the account; None where there is no real one (headless, plain-text backend)."""
    import keyring

    backend = find_safe_backend(keyring.get_keyring())
    return None if backend is None else Vault(backend, user)


def find_safe_backend(backend: Any) -> Any | None:
    """The backend itself when it encrypts, or the first such one of a chain."""
    for one in getattr(backend, "backends", None) or [backend]:
        module = type(one).__module__
        if any(module == safe or module.startswith(f"{safe}.") for safe in _SAFE_MODULES):
            return one
    return None
