"""The server's own secret: made at the first start, readable by its owner only."""

from __future__ import annotations

import hashlib
import hmac
import os
from pathlib import Path

from domain.identity import IdNumber, PersonKey
from server.storage.blobs import sync_folder

_LENGTH = 32
_PROGRESS_DIGITS = 16


class SecretLostError(Exception):
    """The file of the secret is gone or damaged. Without it no person can be recognised again."""


class ServerSecret:
    """Keys derived from one secret; the secret itself never leaves this object."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    def person_key(self, number: IdNumber) -> PersonKey:
        """The key of a natural person; nobody without the secret can tell the number from it."""
        return PersonKey(self._seal(f"person:{number.text}"))

    def progress_code(self, receipt_no: str) -> str:
        """What makes the address of a progress page unguessable: 16 hex digits (64 bits)."""
        return self._seal(f"progress:{receipt_no}")[:_PROGRESS_DIGITS]

    def login_name_hash(self, user: str, address: str) -> str:
        """The key of a login name, tried from an address, in the table of failures.

        People type passwords into the wrong box, so the name is not kept.
        """
        return self._seal(f"login:{address}\n{user}")

    @property
    def check_value(self) -> str:
        """What the database keeps, so that another secret is noticed; it tells nobody the secret."""
        return self._seal("check")

    def _seal(self, text: str) -> str:
        return hmac.new(self._secret, text.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()


def load_secret(folder: Path, *, make: bool) -> ServerSecret:
    """The secret of this server. ``make`` one when there is none: only while nobody was keyed with it.

    Raises SecretLostError.
    """
    path = folder / "server.key"
    if not path.exists() and not make:
        raise SecretLostError(f"{path.name}: missing")
    if not path.exists():
        draft = folder / f"server.key.{os.getpid()}"
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(os.urandom(_LENGTH))
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(draft, path)  # fails when another process was first; its secret is the one
            sync_folder(folder)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    secret = path.read_bytes()
    if len(secret) != _LENGTH:
        raise SecretLostError(f"{path.name}: {len(secret)} bytes")
    return ServerSecret(secret)
