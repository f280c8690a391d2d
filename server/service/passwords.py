"""Argon2id, with as many computations at once as there are cores: a morning of logins must not eat the memory."""

from __future__ import annotations

import os
import secrets
import threading

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from server.settings import Settings

LONGEST_PASSWORD = 256
SHORTEST_PASSWORD = 8
_KINDS_WANTED = 3


def is_weak(password: str, *, user: str) -> bool:
    """Whether a new password is too easy: short, of fewer than three kinds of characters, or around the user name."""
    kinds = (str.isupper, str.islower, str.isdigit, lambda one: not one.isalnum())
    found = sum(any(kind(one) for one in password) for kind in kinds)
    fits = SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD
    return not fits or found < _KINDS_WANTED or user.lower() in password.lower()


class Passwords:
    """Hashing and checking of passwords. Any thread may call; calls wait for a free core."""

    def __init__(self, settings: Settings) -> None:
        self._hasher = PasswordHasher(
            time_cost=settings.argon2_rounds, memory_cost=settings.argon2_memory_kib, parallelism=1
        )
        self._cores = threading.BoundedSemaphore(os.cpu_count() or 1)
        self._nobodys = self._hasher.hash(secrets.token_hex())

    def hash(self, password: str) -> str:
        """The argon2id hash of a password, with its parameters."""
        with self._cores:
            return self._hasher.hash(password)

    def matches(self, stored: str | None, password: str) -> bool:
        """Whether it is the password. Takes as long when there is no account (``stored`` None)."""
        with self._cores:
            try:
                return self._hasher.verify(stored or self._nobodys, password) and stored is not None
            except (VerificationError, InvalidHashError):
                return False

    def is_outdated(self, stored: str) -> bool:
        """Whether the hash was made with other parameters than the present ones."""
        return self._hasher.check_needs_rehash(stored)
