"""The client's settings: one frozen value from defaults, settings file, policy file and command line.

A later layer wins key by key. Unknown keys and wrong types are faults that name file and key: a misspelt setting
must not pass in silence.

Named tuples, as all of this is loaded before the first window: what dataclasses and dates need takes several ms.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from app.notices.faults import EnvironmentFault, FaultCode

if TYPE_CHECKING:  # loaded only where a layer names devices or days: after the first paint where none does
    from datetime import datetime

    from hardware.device import DeviceConfig

T = TypeVar("T")
_Layer = tuple[str, dict[str, Any]]
"""Its name and its values."""
_PRODUCT = "zonggui"
_NOTHING: Mapping[str, Any] = MappingProxyType({})


class SettingsFault(EnvironmentFault):
    """A settings layer is not usable; facts ``file`` and mostly ``line`` and ``key``, as the text needs.

    ``others``: everything else that is wrong, so that nobody has to start the program once for each.
    """

    others: tuple[SettingsFault, ...] = ()

    @property
    def all(self) -> tuple[SettingsFault, ...]:
        """Itself and the others."""
        return (self, *self.others)


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

    Raises SettingsFault with all that is wrong in any layer, also for a file that was named and is not there.
    """
    given = {key: value for key, value in (arguments or {}).items() if value is not None}
    settings = Settings(data_folder=default_data_folder(), sources=dict.fromkeys(_READERS, "default"))
    layers = [partial(_read_file, path) for path in (file, policy) if path is not None]
    layers.append(partial(_read_layer, "command line", "", given))
    for source, values in _gather(layers):
        settings = settings._replace(**values, sources={**settings.sources, **dict.fromkeys(values, source)})
    return settings


def _gather(reads: Iterable[Callable[[], T]]) -> list[T]:
    """What all of them give. Raises one SettingsFault that has the others' faults with it."""
    values: list[T] = []
    faults: list[SettingsFault] = []
    for read in reads:
        try:
            values.append(read())
        except SettingsFault as fault:
            faults += fault.all
    if faults:
        faults[0].others = tuple(faults[1:])
        raise faults[0]
    return values


def _read_file(path: Path) -> _Layer:
    from domain.text_file import decode_text, parse_toml, system_word

    try:
        body = path.read_bytes()
        return _read_layer(str(path), decode_text(body), parse_toml(body))
    except OSError as error:
        facts = {"file": str(path), "why": system_word(error)}
        raise SettingsFault(FaultCode.SETTINGS_UNREADABLE, facts) from error
    except ValueError as error:  # TOML or encoding
        raise SettingsFault(FaultCode.SETTINGS_SYNTAX, {"file": str(path), "why": str(error)}) from error


def _read_layer(source: str, text: str, data: Mapping[str, object]) -> _Layer:
    """The values of a layer; ``text``: as a person wrote it, to tell in which line."""

    def read(key: str) -> Any:
        place = _Place(source=source, key=key, text=text)
        if key not in _READERS:
            raise place.unknown(_READERS)
        return _READERS[key](place, data[key])

    return source, dict(zip(data, _gather(partial(read, key) for key in data), strict=True))


class _Place(NamedTuple):
    """Where a value stands, for the fault's text. What is wanted is a code among the words, or stands for itself."""

    source: str
    key: str
    text: str = ""

    def fault(self, code: FaultCode, **facts: str) -> SettingsFault:
        from domain.text_file import line_of
        from resources import word

        number = line_of(self.text, self.key)
        line = word("named", "line", number=number) if number else ""
        return SettingsFault(code, {"file": self.source, "line": line, "key": self.key, **facts})

    def wrong_type(self, wanted: str) -> SettingsFault:
        return self.fault(FaultCode.SETTINGS_WRONG_TYPE, wanted=wanted)

    def wrong_value(self, wanted: str) -> SettingsFault:
        return self.fault(FaultCode.SETTINGS_WRONG_VALUE, wanted=wanted)

    def unknown(self, known: Iterable[str]) -> SettingsFault:
        return self.fault(FaultCode.SETTINGS_UNKNOWN_KEY, known="、".join(sorted(known)))

    def at(self, key: object) -> _Place:
        return self._replace(key=f"{self.key}.{key}")


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
    from domain.text_file import system_word

    path = _path(place, value)
    try:
        known = b"-----BEGIN CERTIFICATE-----" in path.read_bytes()
    except OSError as error:
        why = system_word(error)
        raise place.fault(FaultCode.SETTINGS_FILE_UNREADABLE, path=str(path), why=why) from error
    if not known:
        raise place.fault(FaultCode.SETTINGS_NO_CERTIFICATE, path=str(path))
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
            raise place.at(key).unknown(keys)
    return value


def _list(place: _Place, value: object) -> list[tuple[_Place, object]]:
    if not isinstance(value, (list, tuple)):
        raise place.wrong_type("list")
    return [(place.at(number), one) for number, one in enumerate(value)]


def _endpoints(place: _Place, value: object) -> tuple[Endpoint, ...]:
    return tuple(_gather(partial(_endpoint, at, one) for at, one in _list(place, value)))


def _endpoint(place: _Place, value: object) -> Endpoint:
    if isinstance(value, str):  # as on the command line
        return Endpoint(url=_url(place, value))
    table = _table(place, value, {"url", "profile", "valid_from"})
    return Endpoint(
        **_fields(
            url=lambda: _url(place.at("url"), table.get("url")),
            profile=lambda: _text(place.at("profile"), table.get("profile", "default")),
            valid_from=lambda: _moment(place.at("valid_from"), table["valid_from"]) if "valid_from" in table else None,
        )
    )


def _fields(**reads: Callable[[], Any]) -> dict[str, Any]:
    """The fields of one table by name."""
    return dict(zip(reads, _gather(reads.values()), strict=True))


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
    devices = tuple(_gather(partial(_device, at, one) for at, one in _list(place, value)))
    ids = [device.id for device in devices]
    for number, device in enumerate(devices):
        if device.id in ids[:number]:
            raise place.at(number).at("id").fault(FaultCode.SETTINGS_ID_TAKEN, id=device.id)
    return devices


def _device(place: _Place, value: object) -> DeviceConfig:
    from hardware.device import DeviceConfig, DeviceId, DeviceKind
    from hardware.table import KINDS

    if isinstance(value, DeviceConfig):
        return value
    table = _table(place, value, {"kind", "driver", "options", "id", "host", "simulated"})

    def kind() -> DeviceKind:
        if (text := _text(place.at("kind"), table.get("kind"))) not in KINDS:
            raise place.at("kind").wrong_value(", ".join(KINDS))
        return DeviceKind(text)

    def options() -> dict[str, str]:
        given = table.get("options", {})
        if not isinstance(given, Mapping):
            raise place.at("options").wrong_type("table")
        return _fields(**{str(one): partial(_text, place.at(f"options.{one}"), text) for one, text in given.items()})

    return DeviceConfig(
        **_fields(
            kind=kind,
            driver=lambda: _text(place.at("driver"), table.get("driver")),
            options=options,
            id=lambda: DeviceId(_text(place.at("id"), table.get("id", ""))),
            host=lambda: _text(place.at("host"), table.get("host", "")),
            simulated=lambda: _flag(place.at("simulated"), table.get("simulated", False)),
        )
    )


def _hosts(place: _Place, value: object) -> Mapping[str, Path]:
    if not isinstance(value, Mapping):
        raise place.wrong_type("table")
    return _fields(**{str(name): partial(_path, place.at(name), one) for name, one in value.items()})


def _screen(place: _Place, value: object) -> ScreenChoice:
    table = _table(place, value, {"name", "serial", "model"})
    return ScreenChoice(**_fields(**{key: partial(_text, place.at(key), one) for key, one in table.items()}))


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
