"""The operating system's keyring, when there is a real one: login tokens and the key-wrapping keys."""

from __future__ import annotations

import base64
import binascii
import threading
from collections.abc import Callable
from typing import Any

SERVICE = "zonggui"
PATIENCE_S = 3.0
"""So long somebody at the login waits for the keyring."""
_SAFE_MODULES = (
    "keyring.backends.Windows",
    "keyring.backends.macOS",
    "keyring.backends.SecretService",
    "keyring.backends.libsecret",
    "keyring.backends.kwallet",
)
"""Backends that encrypt for the logged-in user. Anything else (plain text files, null, fail) is refused."""


class Vault:
    """Secrets of one account in a keyring backend. One that fails, or does not answer in time, counts as empty from
    then on: its daemon may hang, or have ended with its session bus.
    """

    def __init__(self, backend: Any, user: str, *, patience_s: float = PATIENCE_S) -> None:
        self._backend = backend
        self._user = user
        self._patience_s = patience_s
        self._dead = False

    def find_token(self) -> str | None:
        """The kept login token, if any."""
        return self._find("token")

    def save_token(self, token: str) -> bool:
        """Keep the login token; False when the keyring would not: then it lives in memory only."""
        return self._save("token", token)

    def drop_token(self) -> None:
        """Forget the login token."""
        self._ask(lambda: self._backend.delete_password(SERVICE, f"{self._user}:token"))

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
        text = self._ask(lambda: self._backend.get_password(SERVICE, f"{self._user}:{what}"))
        return str(text) if text else None

    def _save(self, what: str, text: str) -> bool:
        self._ask(lambda: self._backend.set_password(SERVICE, f"{self._user}:{what}", text))
        return self._find(what) == text

    def _ask(self, question: Callable[[], Any]) -> Any:
        if self._dead:
            return None
        is_well, answer = within(self._patience_s, question)
        self._dead = not is_well
        return answer


def within(seconds: float, question: Callable[[], Any]) -> tuple[bool, Any]:
    """Ask foreign code that may never answer: whether it is well, and what it said."""
    from keyring.errors import KeyringError

    answers: list[tuple[bool, Any]] = []

    def ask() -> None:
        try:
            answers.append((True, question()))
        except KeyringError:  # it is well: there is no such secret, or it will not keep this one
            answers.append((True, None))
        except Exception:  # the edge to foreign code: its bus is gone, its daemon is ill
            answers.append((False, None))

    thread = threading.Thread(target=ask, name="keyring", daemon=True)
    thread.start()
    thread.join(seconds)
    return answers[0] if answers else (False, None)


def find_vault(user: str) -> Vault | None:
    """The keyring of this machine for the account; None where there is no real one (headless, plain-text backend)."""
    import keyring

    _, backend = within(PATIENCE_S, lambda: find_safe_backend(keyring.get_keyring()))
    return None if backend is None else Vault(backend, user)


def find_safe_backend(backend: Any) -> Any | None:
    """The backend itself when it encrypts, or the first such one of a chain."""
    for one in getattr(backend, "backends", None) or [backend]:
        module = type(one).__module__
        if any(module == safe or module.startswith(f"{safe}.") for safe in _SAFE_MODULES):
            return one
    return None
