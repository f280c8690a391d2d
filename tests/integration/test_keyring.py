"""The login token and the key-wrapping key in a real Secret Service, on a session bus of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

_PROGRAM = """
from pathlib import Path
import sys
from app.store.keys import PasswordCost, account_folder, unlock
from app.store.vault import find_vault

vault = find_vault("wangfang")
assert vault is not None, "no real keyring was found"
cost = PasswordCost(passes=1, memory_kib=8, lanes=1)
folder = account_folder(Path(sys.argv[1]), "wangfang")
if sys.argv[2] == "first":
    key = unlock(folder, "old password", vault=vault, confirmed=True, cost=cost)
    assert vault.save_token("a-token")
else:
    key = unlock(folder, "new password", vault=vault, confirmed=True, cost=cost)
    assert vault.find_token() == "a-token"
    vault.drop_token()
    assert vault.find_token() is None
print(key.hex())
"""


@pytest.fixture
def in_keyring(tmp_path: Path) -> list[str]:
    """How to run a command with an unlocked keyring of its own; everything lies in the test's folder."""
    script = tmp_path / "with-keyring"
    script.write_text(
        "#!/bin/sh\nset -e\n"
        'printf "%s" "keyring password" | gnome-keyring-daemon --unlock --components=secrets >/dev/null 2>&1\n'
        'exec "$@"\n'
    )
    script.chmod(0o755)
    return ["dbus-run-session", "--", str(script)]


def _environment(home: Path) -> dict[str, str]:
    folders = {name: str(home / name.lower()) for name in ("XDG_DATA_HOME", "XDG_RUNTIME_DIR", "XDG_CACHE_HOME")}
    for folder in folders.values():
        Path(folder).mkdir(mode=0o700, exist_ok=True)
    return {**os.environ, **folders, "HOME": str(home)}


def test_token_and_key_survive_in_the_keyring_and_a_password_change_loses_nothing(
    tmp_path: Path, in_keyring: list[str]
) -> None:
    def run(turn: str) -> str:
        command = [*in_keyring, sys.executable, "-c", _PROGRAM, str(tmp_path / "data"), turn]
        done = subprocess.run(command, env=_environment(tmp_path), capture_output=True, text=True, timeout=100)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip().splitlines()[-1]

    assert run("first") == run("second")


def test_neither_token_nor_key_lies_in_the_clients_folder(tmp_path: Path, in_keyring: list[str]) -> None:
    command = [*in_keyring, sys.executable, "-c", _PROGRAM, str(tmp_path / "data"), "first"]
    done = subprocess.run(command, env=_environment(tmp_path), capture_output=True, text=True, timeout=100)
    key = bytes.fromhex(done.stdout.strip().splitlines()[-1])

    written = b"".join(file.read_bytes() for file in (tmp_path / "data").rglob("*") if file.is_file())
    assert written
    assert b"a-token" not in written
    assert key not in written
    assert key.hex().encode() not in written
