"""The store's key: opened by the password; a password change loses nothing; a wrong password opens nothing."""

from __future__ import annotations

import json
import threading
import time
from pathlib import Path
from typing import Any

import keyring
import keyring.backends.fail
import keyring.backends.null
import pytest
from keyring.errors import KeyringLocked, PasswordDeleteError

from app.notices.faults import FaultCode
from app.store import keys, vault
from app.store.faults import StoreFault
from app.store.keys import PasswordCost, account_folder, unlock
from app.store.store import Store
from app.store.vault import Vault, find_safe_backend, find_vault

NO_KEYRING: Any = keyring.backends.fail.Keyring
NULL_KEYRING: Any = keyring.backends.null.Keyring
CHEAP = PasswordCost(passes=1, memory_kib=64)


class MemoryKeyring:
    """A keyring that works, in memory."""

    def __init__(self) -> None:
        self.secrets: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, name: str) -> str | None:
        return self.secrets.get((service, name))

    def set_password(self, service: str, name: str, secret: str) -> None:
        self.secrets[service, name] = secret

    def delete_password(self, service: str, name: str) -> None:
        if (service, name) not in self.secrets:
            raise PasswordDeleteError(name)
        del self.secrets[service, name]


class LockedKeyring:
    """A keyring that nobody unlocked."""

    def get_password(self, service: str, name: str) -> str | None:
        raise KeyringLocked(f"{service} {name}")

    def set_password(self, service: str, name: str, secret: str) -> None:
        raise KeyringLocked(f"{service} {name}")

    def delete_password(self, service: str, name: str) -> None:
        raise KeyringLocked(f"{service} {name}")


def opened(folder: Path, password: str, *, of: Vault | None = None, confirmed: bool = True) -> bytes:
    return unlock(folder, password, vault=of, confirmed=confirmed, cost=CHEAP)


def fault_of(folder: Path, password: str, *, of: Vault | None = None, confirmed: bool = True) -> FaultCode:
    with pytest.raises(StoreFault) as caught:
        opened(folder, password, of=of, confirmed=confirmed)
    return caught.value.code


def test_the_same_password_gives_the_same_key_and_another_account_another(tmp_path: Path) -> None:
    key = opened(tmp_path / "a", "correct horse")

    assert len(key) == 32
    assert opened(tmp_path / "a", "correct horse", confirmed=False) == key
    assert opened(tmp_path / "b", "correct horse") != key


def test_bad_input_a_wrong_password_opens_nothing(tmp_path: Path) -> None:
    with_keyring = Vault(MemoryKeyring(), "clerk")
    opened(tmp_path, "right", of=with_keyring)

    assert fault_of(tmp_path, "wrong", of=with_keyring, confirmed=False) is FaultCode.PASSWORD_WRONG
    assert fault_of(tmp_path, "wrong", of=None, confirmed=True) is FaultCode.PASSWORD_WRONG


def test_an_unconfirmed_password_makes_no_store(tmp_path: Path) -> None:
    assert fault_of(tmp_path, "whatever", confirmed=False) is FaultCode.PASSWORD_WRONG
    assert not (tmp_path / "keys.json").exists()


def test_a_password_change_confirmed_by_the_server_loses_nothing(tmp_path: Path) -> None:
    with_keyring = Vault(MemoryKeyring(), "clerk")
    key = opened(tmp_path, "old", of=with_keyring)

    assert opened(tmp_path, "new", of=with_keyring) == key
    assert opened(tmp_path, "new", of=None, confirmed=False) == key
    assert fault_of(tmp_path, "old", of=None, confirmed=False) is FaultCode.PASSWORD_WRONG


def test_a_keyring_that_comes_later_is_used_from_then_on(tmp_path: Path) -> None:
    key = opened(tmp_path, "old")
    with_keyring = Vault(MemoryKeyring(), "clerk")
    opened(tmp_path, "old", of=with_keyring)

    assert opened(tmp_path, "new", of=with_keyring) == key


def test_a_locked_keyring_counts_as_none(tmp_path: Path) -> None:
    locked = Vault(LockedKeyring(), "clerk")

    key = opened(tmp_path, "word", of=locked)

    assert opened(tmp_path, "word") == key
    assert locked.save_token("t") is False
    assert locked.find_token() is None
    locked.drop_token()


@pytest.mark.parametrize(
    "tampered",
    [
        b"",
        b"[]",
        b"\xff\xfe",
        b'{"version": 2, "wraps": {}}',
        b'{"version": 1, "wraps": {}}',
        b'{"version": 1, "wraps": {"password": {}}}',
        b'{"version": 1, "wraps": {"password": 5}}',
    ],
)
def test_a_key_file_that_is_none_is_a_fault_and_stays(tmp_path: Path, tampered: bytes) -> None:
    opened(tmp_path, "word")
    (tmp_path / "keys.json").write_bytes(tampered)

    assert fault_of(tmp_path, "word") is FaultCode.KEY_FILE_DAMAGED
    assert (tmp_path / "keys.json").read_bytes() == tampered


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("passes", 2, FaultCode.PASSWORD_WRONG),
        ("passes", 10**9, FaultCode.KEY_FILE_DAMAGED),
        ("memory_kib", 2**40, FaultCode.KEY_FILE_DAMAGED),
        ("lanes", True, FaultCode.KEY_FILE_DAMAGED),
        ("salt", "c2FsdHNhbHRzYWx0c2FsdA==", FaultCode.PASSWORD_WRONG),
        ("salt", "", FaultCode.KEY_FILE_DAMAGED),
        ("salt", 5, FaultCode.KEY_FILE_DAMAGED),
        ("nonce", "", FaultCode.KEY_FILE_DAMAGED),
        ("sealed", "AAAA", FaultCode.PASSWORD_WRONG),
        ("sealed", "!", FaultCode.KEY_FILE_DAMAGED),
    ],
)
def test_a_tampered_wrap_opens_nothing(tmp_path: Path, name: str, value: object, code: FaultCode) -> None:
    opened(tmp_path, "word")
    path = tmp_path / "keys.json"
    data = json.loads(path.read_text())
    data["wraps"]["password"][name] = value
    path.write_text(json.dumps(data))

    assert fault_of(tmp_path, "word") is code


def test_a_store_without_its_key_file_is_not_overwritten(tmp_path: Path) -> None:
    Store.open(tmp_path, opened(tmp_path, "word")).close()
    (tmp_path / "keys.json").unlink()

    assert fault_of(tmp_path, "word") is FaultCode.KEY_FILE_MISSING


def test_neither_password_nor_key_is_in_the_key_file(tmp_path: Path) -> None:
    key = opened(tmp_path, "correct horse")
    content = (tmp_path / "keys.json").read_bytes()

    assert b"correct horse" not in content
    assert key not in content
    assert key.hex().encode() not in content


def test_accounts_have_folders_of_their_own_without_their_names(tmp_path: Path) -> None:
    folder = account_folder(tmp_path, "zhangsan")

    assert "zhangsan" not in str(folder)
    assert folder != account_folder(tmp_path, "lisi")
    assert folder == account_folder(tmp_path, " ZhangSan ")


def test_the_token_is_kept_under_the_products_name(tmp_path: Path) -> None:
    backend = MemoryKeyring()
    of = Vault(backend, "clerk")

    assert of.save_token("secret token")
    assert ("zonggui", "clerk:token") in backend.secrets
    assert of.find_token() == "secret token"
    of.drop_token()
    of.drop_token()
    assert of.find_token() is None


def test_keyrings_that_do_not_encrypt_are_refused() -> None:
    plain = type("PlaintextKeyring", (MemoryKeyring,), {"__module__": "keyrings.alt.file"})
    good = type("Keyring", (MemoryKeyring,), {"__module__": "keyring.backends.SecretService"})()
    chain = type("Chain", (), {"backends": [plain(), good]})()

    for refused in (NO_KEYRING(), NULL_KEYRING(), plain(), MemoryKeyring()):
        assert find_safe_backend(refused) is None
    assert find_safe_backend(good) is good
    assert find_safe_backend(chain) is good


def test_where_there_is_no_keyring_there_is_no_vault() -> None:
    before = keyring.get_keyring()
    keyring.set_keyring(NO_KEYRING())
    try:
        assert find_vault("clerk") is None
    finally:
        keyring.set_keyring(before)
    assert vault.SERVICE == "zonggui"
    assert keys.DEFAULT_COST.memory_kib >= 19 * 1024


class HangingKeyring(MemoryKeyring):
    """A daemon that takes a question and never answers, until the test is over."""

    def __init__(self) -> None:
        super().__init__()
        self.asked = 0
        self.over = threading.Event()

    def get_password(self, service: str, username: str) -> str | None:
        self.asked += 1
        self.over.wait(60)
        return None


class BrokenKeyring(MemoryKeyring):
    """Its session bus has ended."""

    def get_password(self, service: str, username: str) -> str | None:
        raise ConnectionResetError("bus")


def test_F10_a_keyring_that_does_not_answer_counts_as_none_after_a_bounded_time(tmp_path: Path) -> None:
    backend = HangingKeyring()
    vault = Vault(backend, "clerk", patience_s=0.1)
    try:
        begun = time.monotonic()
        key = unlock(tmp_path, "password", vault=vault, confirmed=True, cost=CHEAP)

        assert vault.find_token() is None
        assert not vault.save_token("token")
        vault.drop_token()
        assert time.monotonic() - begun < 5
        assert backend.asked == 1, "once it did not answer it is not asked again"
        assert unlock(tmp_path, "password", vault=None, confirmed=False, cost=CHEAP) == key
    finally:
        backend.over.set()
        for thread in threading.enumerate():
            if thread.name == "keyring":
                thread.join(10)


def test_F10_a_keyring_whose_bus_has_ended_counts_as_none(tmp_path: Path) -> None:
    vault = Vault(BrokenKeyring(), "clerk")

    assert vault.find_token() is None
    assert not vault.save_token("token")
    assert unlock(tmp_path, "password", vault=vault, confirmed=True, cost=CHEAP)
