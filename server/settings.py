"""The settings of the central server: one frozen value from defaults, ``server.toml`` and the command line."""

from __future__ import annotations

import dataclasses
import ipaddress
from pathlib import Path

from domain.text_file import decode_text, line_of, parse_toml
from resources import line, word

_CHANGEABLE = {
    "login_failures": int,
    "account_failures": int,
    "lock_minutes": int,
    "token_hours": int,
    "argon2_memory_kib": int,
    "argon2_rounds": int,
    "unnamed_mib": int,
}


class SettingsError(ValueError):
    """The settings file is not usable; the Chinese text says where and why."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything that differs between two installations."""

    data: Path
    """Folder of blobs, dossiers, secrets and, unless ``database`` says otherwise, the database."""
    database: str = dataclasses.field(default="", repr=False)
    """SQLAlchemy address; empty for the embedded SQLite file. May hold a password."""
    login_failures: int = 5
    account_failures: int = 50
    """So many within a lock's time from all addresses together lock the account everywhere."""
    lock_minutes: int = 30
    token_hours: int = 12
    argon2_memory_kib: int = 46 * 1024
    argon2_rounds: int = 1
    unnamed_mib: int = 4096
    """How much one office may send within a day that no case names. A counter sends some 80 MiB a day, all named."""
    gateways: tuple[str, ...] = ()
    """Addresses or networks whose ``X-Forwarded-For`` is believed: without it all behind a gateway are one address."""

    real_devices_only: bool = False
    """Whether pages and identities from simulated devices are refused; an installation for practice takes them."""

    @property
    def database_url(self) -> str:
        """The address with the driver that we use."""
        if not self.database:
            return f"sqlite:///{self.data / 'zonggui.sqlite'}"
        for scheme in ("postgresql://", "postgres://"):
            if self.database.startswith(scheme):
                return "postgresql+psycopg://" + self.database.removeprefix(scheme)
        return self.database


def load_settings(data: Path, *, database: str = "") -> Settings:
    """Defaults, overridden by ``server.toml`` in the data folder if there is one. Raises SettingsError.

    ``database`` of the command line goes before the file's; only the file keeps a password from other users' eyes.
    """
    path = data / "server.toml"
    try:
        given = parse_toml(path.read_bytes()) if path.exists() else {}
    except ValueError as error:  # TOML or encoding
        raise SettingsError(line("server/opening", "settings_unreadable", file=path.name, why=error)) from error
    real_only = given.pop("real_devices_only", False)
    gateways = given.pop("gateways", [])
    kept = given.pop("database", "")
    told: list[str] = []
    if not isinstance(real_only, bool):
        told.append(line("server/opening", "settings_real_only", file=_place(path, "real_devices_only")))
    if not isinstance(gateways, list) or not all(_is_network(one) for one in gateways):
        told.append(line("server/opening", "settings_gateways", file=_place(path, "gateways")))
    if not isinstance(kept, str):
        told.append(line("server/opening", "settings_database", file=_place(path, "database")))
    for key, value in given.items():
        if key not in _CHANGEABLE or type(value) is not int or value < 1:
            told.append(line("server/opening", "settings_key", file=_place(path, key), key=key))
    if told:
        raise SettingsError("\n".join(told))
    return Settings(
        data=data, database=database or kept, gateways=tuple(gateways), real_devices_only=real_only, **given
    )


def _place(path: Path, key: str) -> str:
    """The file, and the line of a key in it."""
    number = line_of(decode_text(path.read_bytes()), key)
    return path.name + (word("named", "line", number=number) if number else "")


def _is_network(text: object) -> bool:
    try:
        return isinstance(text, str) and bool(ipaddress.ip_network(text))
    except ValueError:
        return False
