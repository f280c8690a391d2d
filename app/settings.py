"""The client's settings: one frozen value from defaults, settings file, policy file and command line.

A later layer wins key by key. Unknown keys and wrong types are faults that name file and key: a misspelt setting
must not pass in silence.

Named tuples, as all of this is loaded before the first window: what dataclasses and dates need takes several ms.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from app.notices.faults import EnvironmentFault, FaultCode

if TYPE_CHECKING:  # loaded only where a layer names devices or days: after the first paint where none does
    from datetime import datetime

    from hardware.device import DeviceConfig

_PRODUCT = "zonggui"
_NOTHING: Mapping[str, Any] = MappingProxyType({})


class SettingsFault(EnvironmentFault):
    """A settings layer is not usable; facts ``file`` and mostly ``key``, as the text needs."""


class Endpoint(NamedTuple):
    """An address of the server. Of several with the same ``profile`` (e.g. 专网, VPN) the newest valid one counts.

    ``valid_from``: the published day on which the address takes effect (登录地址切换计划表); None: it always was.
    """

    url: str
    profile: str = "default"
    valid_from: datetime | None = None


class ScreenChoice(NamedTuple):
    """The customer's screen by its identity, never by its index; empty texts fit any screen."""

    name: str = ""
    serial: str = ""
    model: str = ""


def default_data_folder(environment: Mapping[str, str] = os.environ) -> Path:
    r"""``%LOCALAPPDATA%\zonggui`` on Windows, ``$XDG_DATA_HOME/zonggui`` elsewhere."""
    if sys.platform == "win32":
        return Path(environment.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local") / _PRODUCT
    return Path(environment.get("XDG_DATA_HOME") or Path.home() / ".local" / "share") / _PRODUCT


class Settings(NamedTuple):
    """Everything that may differ between two counters. ``sources`` tells for each key which layer gave it."""

    data_folder: Path
    endpoints: tuple[Endpoint, ...] = ()
    counter: str = ""
    ca_file: Path | None = None
    use_system_proxy: bool = False
    devices: tuple[DeviceConfig, ...] = ()
    device_hosts: Mapping[str, Path] = _NOTHING
    """The program of each host that is not the one beside the client, e.g. a 32-bit one, by the name in ``host``."""
    customer_screen: ScreenChoice = ScreenChoice()
    zoom: float = 1.0
    retain_days: int = 90
    take_page: str = "auto"
    """``auto``: a required page is taken when its sheet lies still; ``key``: by the key only."""
    print_receipt: str = "ask"
    """``auto``: printed when the case is accepted; ``ask``: by the clerk's key."""
    sources: Mapping[str, str] = _NOTHING


def load_settings(
    *, file: Path | None = None, policy: Path | None = None, arguments: Mapping[str, object] | None = None
) -> Settings:
    """Settings of all layers, the strongest last: defaults, ``file``, ``policy``, ``arguments`` (None: not given).

    Raises SettingsFault, also for a file that was named and is not there.
    """
    given = {key: value for key, value in (arguments or {}).items() if value is not None}
    layers = [(str(path), _load_toml(path)) for path in (file, policy) if path is not None]
    settings = Settings(data_folder=default_data_folder(), sources=dict.fromkeys(_READERS, "default"))
    for source, data in [*layers, ("command line", given)]:
        settings = _with_layer(settings, source, data)
    return settings


def _load_toml(path: Path) -> Mapping[str, object]:
    import tomllib  # not needed for the first paint where there is no file

    from domain.text_file import decode_text

    try:
        return tomllib.loads(decode_text(path.read_bytes()))
    except OSError as error:
        facts = {"file": str(path), "why": error.strerror or type(error).__name__}
        raise SettingsFault(FaultCode.SETTINGS_UNREADABLE, facts) from error
    except ValueError as error:  # TOML or encoding
        raise SettingsFault(FaultCode.SETTINGS_SYNTAX, {"file": str(path), "why": str(error)}) from error


def _with_layer(settings: Settings, source: str, data: Mapping[str, object]) -> Settings:
    values: dict[str, Any] = {}
    for key, value in data.items():
        if key not in _READERS:
            raise SettingsFault(FaultCode.SETTINGS_UNKNOWN_KEY, {"file": source, "key": key})
        values[key] = _READERS[key](_Place(source=source, key=key), value)
    return settings._replace(**values, sources={**settings.sources, **dict.fromkeys(values, source)})


class _Place(NamedTuple):
    """Where a value stands, for the fault's text. What is wanted is a code among the words, or stands for itself."""

    source: str
    key: str

    def wrong_type(self, wanted: str) -> SettingsFault:
        return SettingsFault(FaultCode.SETTINGS_WRONG_TYPE, {"file": self.source, "key": self.key, "wanted": wanted})

    def wrong_value(self, wanted: str) -> SettingsFault:
        return SettingsFault(FaultCode.SETTINGS_WRONG_VALUE, {"file": self.source, "key": self.key, "wanted": wanted})

    def at(self, key: object) -> _Place:
        return _Place(source=self.source, key=f"{self.key}.{key}")


def _text(place: _Place, value: object) -> str:
    if not isinstance(value, str):
        raise place.wrong_type("text")
    if any("\ud800" <= sign <= "\udfff" for sign in value):  # bytes of the command line that are no text here
        raise place.wrong_value("readable_text")
    return value


def _flag(place: _Place, value: object) -> bool:
    if not isinstance(value, bool):
        raise place.wrong_type("flag")
    return value


def _path(place: _Place, value: object) -> Path:
    if not isinstance(value, (str, Path)) or not str(value):
        raise place.wrong_type("path")
    return Path(value).expanduser()


def _authority(place: _Place, value: object) -> Path:
    path = _path(place, value)
    facts = {"file": place.source, "key": place.key, "path": str(path)}
    try:
        known = b"-----BEGIN CERTIFICATE-----" in path.read_bytes()
    except OSError as error:
        why = error.strerror or type(error).__name__
        raise SettingsFault(FaultCode.SETTINGS_FILE_UNREADABLE, {**facts, "why": why}) from error
    if not known:
        raise SettingsFault(FaultCode.SETTINGS_NO_CERTIFICATE, facts)
    return path


def _number(low: float, high: float, *, whole: bool) -> Callable[[_Place, object], float]:
    def read(place: _Place, value: object) -> float:
        kinds = (int,) if whole else (int, float)
        if isinstance(value, bool) or not isinstance(value, kinds):
            raise place.wrong_type("whole_number" if whole else "number")
        if not low <= value <= high:
            raise place.wrong_value(f"{low:g}–{high:g}")
        return value if whole else float(value)

    return read


def _table(place: _Place, value: object, keys: set[str]) -> Mapping[str, object]:
    if not isinstance(value, Mapping):
        raise place.wrong_type("table")
    for key in value:
        if key not in keys:
            facts = {"file": place.source, "key": place.at(key).key}
            raise SettingsFault(FaultCode.SETTINGS_UNKNOWN_KEY, facts)
    return value


def _list(place: _Place, value: object) -> list[tuple[_Place, object]]:
    if not isinstance(value, (list, tuple)):
        raise place.wrong_type("list")
    return [(place.at(number), one) for number, one in enumerate(value)]


def _endpoints(place: _Place, value: object) -> tuple[Endpoint, ...]:
    return tuple(_endpoint(at, one) for at, one in _list(place, value))


def _endpoint(place: _Place, value: object) -> Endpoint:
    if isinstance(value, str):  # as on the command line
        return Endpoint(url=_url(place, value))
    table = _table(place, value, {"url", "profile", "valid_from"})
    return Endpoint(
        url=_url(place.at("url"), table.get("url")),
        profile=_text(place.at("profile"), table.get("profile", "default")),
        valid_from=_moment(place.at("valid_from"), table["valid_from"]) if "valid_from" in table else None,
    )


def _url(place: _Place, value: object) -> str:
    text = _text(place, value).rstrip("/")
    scheme, _, rest = text.partition("://")
    if scheme not in ("http", "https") or not rest or any(sign in rest for sign in " @?#"):
        raise place.wrong_value("http(s)://host[:port]")
    return text


def _moment(place: _Place, value: object) -> datetime:
    from datetime import date

    from domain.business_time import as_business_time

    if isinstance(value, date):
        return as_business_time(value)
    raise place.wrong_type("moment")


def _devices(place: _Place, value: object) -> tuple[DeviceConfig, ...]:
    devices = tuple(_device(at, one) for at, one in _list(place, value))
    ids = [device.id for device in devices]
    for number, device in enumerate(devices):
        if device.id in ids[:number]:
            at = place.at(number).at("id")
            raise SettingsFault(FaultCode.SETTINGS_ID_TAKEN, {"file": at.source, "key": at.key, "id": device.id})
    return devices


def _device(place: _Place, value: object) -> DeviceConfig:
    from hardware.device import DeviceConfig, DeviceId, DeviceKind
    from hardware.table import KINDS

    if isinstance(value, DeviceConfig):
        return value
    table = _table(place, value, {"kind", "driver", "options", "id", "host", "simulated"})
    kind = _text(place.at("kind"), table.get("kind"))
    if kind not in KINDS:
        raise place.at("kind").wrong_value(", ".join(KINDS))
    options = table.get("options", {})
    if not isinstance(options, Mapping):
        raise place.at("options").wrong_type("table")
    return DeviceConfig(
        kind=DeviceKind(kind),
        driver=_text(place.at("driver"), table.get("driver")),
        options={str(name): _text(place.at(f"options.{name}"), one) for name, one in options.items()},
        id=DeviceId(_text(place.at("id"), table.get("id", ""))),
        host=_text(place.at("host"), table.get("host", "")),
        simulated=_flag(place.at("simulated"), table.get("simulated", False)),
    )


def _hosts(place: _Place, value: object) -> Mapping[str, Path]:
    if not isinstance(value, Mapping):
        raise place.wrong_type("table")
    return {str(name): _path(place.at(name), one) for name, one in value.items()}


def _screen(place: _Place, value: object) -> ScreenChoice:
    table = _table(place, value, {"name", "serial", "model"})
    return ScreenChoice(**{key: _text(place.at(key), one) for key, one in table.items()})


def _one_of(*words: str) -> Callable[[_Place, object], str]:
    def read(place: _Place, value: object) -> str:
        if _text(place, value) not in words:
            raise place.wrong_value(" / ".join(words))
        return str(value)

    return read


_READERS: Mapping[str, Callable[[_Place, object], Any]] = {
    "data_folder": _path,
    "endpoints": _endpoints,
    "counter": _text,
    "ca_file": _authority,
    "use_system_proxy": _flag,
    "devices": _devices,
    "device_hosts": _hosts,
    "customer_screen": _screen,
    "zoom": _number(0.75, 2.5, whole=False),
    "retain_days": _number(1, 3650, whole=True),
    "take_page": _one_of("auto", "key"),
    "print_receipt": _one_of("auto", "ask"),
}
