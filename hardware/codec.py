"""Messages of client and device host as JSON lines, and back; every line is taken for hostile until it is parsed.

One line is one object: ``{"generation": 3, "message": {"type": "CardGone"}}``, ASCII only, ended by a newline.
Dataclasses carry their name in ``type``; enums their value; dates ISO 8601; bytes either ``{"base64": ...}`` or, when
large, ``{"blob": name, "size": n, "crc32": c}`` of a one-shot piece of shared memory. What is not known is refused:
unknown types, unknown or missing fields, wrong types, numbers that are not finite, keys that come twice.
"""

from __future__ import annotations

import base64
import binascii
import json
import math
import types
import zlib
from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, field, fields, is_dataclass
from datetime import date
from enum import Enum
from functools import cache, partial
from typing import Any, Final, Union, get_args, get_origin, get_type_hints

from hardware.device import ANY_DEVICE, DeviceEvent, DeviceId, DeviceKind, Request
from hardware.messages import Configure, Event
from hardware.outcomes import OutcomeCode
from hardware.table import KINDS, find_answer, find_event, find_request

LINE_LIMIT_BYTES: Final = 4 * 1024 * 1024
"""Longest line either side reads; a signature of 20,000 points stays below it."""

BLOB_FROM_BYTES: Final = 48 * 1024
"""From this size on, bytes travel in shared memory: base64 in JSON costs four copies."""

_INT_LIMIT: Final = 2**63

PutBlob = Callable[[bytes], str]
TakeBlob = Callable[[str, int], bytes | None]


class CodecError(ValueError):
    """A line that is no message of ours. The text names the place and the rule, never the content."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """Client → host: a request to a device of its kind, to be answered once under its number."""

    id: int
    request: Request[Any]
    device: DeviceId = ANY_DEVICE


@dataclass(frozen=True, slots=True, kw_only=True)
class BlobTaken:
    """To whoever laid a blob down: it was copied; its memory can be given back."""

    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Finish:
    """Client → host: close the devices and end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Greeting:
    """Host → client, first: the version it speaks and its process id."""

    version: int
    pid: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Beat:
    """Host → client, twice a second: still alive."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AskEnded:
    """Host → client: how the request with this number ended."""

    id: int
    code: OutcomeCode
    value: Any = field(default=None, repr=False)
    facts: Mapping[str, str] = field(default_factory=dict)


ToHost = Configure | Ask | BlobTaken | Finish
FromHost = Greeting | Beat | AskEnded | BlobTaken | Event


def encode_line(message: ToHost | FromHost, *, generation: int, put_blob: PutBlob | None = None) -> bytes:
    """The line of ``message``, newline included. Without ``put_blob`` all bytes travel as base64."""
    line = {"generation": generation, "message": _encode(message, put_blob)}
    return json.dumps(line, separators=(",", ":"), allow_nan=False).encode("ascii") + b"\n"


def parse_to_host(line: bytes, *, take_blob: TakeBlob | None = None) -> tuple[int, ToHost]:
    """Generation and message of a line for the host; CodecError for anything else."""
    generation, message = _parse(line, ToHost, take_blob)
    return generation, message


def parse_from_host(line: bytes, *, take_blob: TakeBlob | None = None) -> tuple[int, FromHost]:
    """Generation and message of a line from the host; CodecError for anything else."""
    generation, message = _parse(line, FromHost, take_blob)
    return generation, message


def find_ask_id(line: bytes) -> int | None:
    """The number under which an unreadable line still wants an answer, if it has one."""
    try:
        loaded = _load(line)
        number = loaded["message"]["id"]
    except (CodecError, LookupError, TypeError):
        return None
    return number if type(number) is int and 0 <= number < _INT_LIMIT else None


def _encode(value: object, put_blob: PutBlob | None) -> Any:
    if value is None or type(value) in (str, bool, int, float):
        return value
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, bytes):
        return _encode_bytes(value, put_blob)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return [_encode(item, put_blob) for item in value]
    if isinstance(value, Mapping):
        return {str(key): _encode(item, put_blob) for key, item in value.items()}
    if is_dataclass(value):
        cls: Any = type(value)
        record = {name: _encode(getattr(value, name), put_blob) for name in _field_names(cls)}
        return {"type": cls.__name__, **record}
    raise TypeError(f"no wire form for {type(value).__name__}")


def _encode_bytes(value: bytes, put_blob: PutBlob | None) -> dict[str, object]:
    if put_blob is None or len(value) < BLOB_FROM_BYTES:
        return {"base64": base64.b64encode(value).decode("ascii")}
    return {"blob": put_blob(value), "size": len(value), "crc32": zlib.crc32(value)}


@cache
def _field_names(cls: Any) -> tuple[str, ...]:
    return tuple(one.name for one in fields(cls))


def _parse(line: bytes, expected: Any, take_blob: TakeBlob | None) -> tuple[int, Any]:
    loaded = _load(line)
    if not isinstance(loaded, dict) or loaded.keys() != {"generation", "message"}:
        raise CodecError("line: not an object of generation and message")
    try:
        generation: int = _decoder(int)(loaded["generation"], take_blob)
        return generation, _decoder(expected)(loaded["message"], take_blob)
    except RecursionError:
        raise CodecError("line: nested too deeply") from None


def _load(line: bytes) -> Any:
    if len(line) > LINE_LIMIT_BYTES:
        raise CodecError("line: too long")
    try:
        return json.loads(line.decode("utf-8"), parse_constant=_refuse_constant, object_pairs_hook=_object)
    except CodecError:
        raise
    except (ValueError, RecursionError) as error:
        raise CodecError(f"line: not JSON ({type(error).__name__})") from None


def _refuse_constant(_: str) -> float:
    raise CodecError("number: not finite")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    record = dict(pairs)
    if len(record) != len(pairs):
        raise CodecError("object: a key comes twice")
    return record


_Decode = Callable[[Any, "TakeBlob | None"], Any]
_Find = Callable[[str], type | None]

_OPEN: Final[Mapping[Any, _Find]] = {Request: find_request, DeviceEvent: find_event}
"""Classes that stand for all their subclasses in the modules of the kinds."""


@cache
def _decoder(expected: Any) -> _Decode:
    """A function that checks and builds values of the type; made once per type."""
    origin = get_origin(expected)
    if (origin or expected) in _OPEN:
        return partial(_decode_open, _OPEN[origin or expected])
    if origin in (Union, types.UnionType):
        return _union_decoder(get_args(expected))
    if origin is tuple:
        return _tuple_decoder(get_args(expected))
    if origin is Mapping:
        return _decode_facts
    if isinstance(expected, type) and issubclass(expected, Enum):
        return _enum_decoder(expected)
    if is_dataclass(expected):
        return _record_decoder(expected)
    return _PLAIN[expected]


def _union_decoder(members: tuple[Any, ...]) -> _Decode:
    records = {one.__name__: one for one in members if is_dataclass(one) and isinstance(one, type)}
    find = next((find for base, find in _OPEN.items() if base in members), None)
    others = [one for one in members if one is not type(None) and not is_dataclass(one)]
    nullable = type(None) in members

    def decode(value: Any, take_blob: TakeBlob | None) -> Any:
        if value is None and nullable:
            return None
        if records:
            name = _type_name(value)
            record = records.get(name) or (find(name) if find is not None else None)
            if record is None:
                raise CodecError("type: unknown")
            return _decoder(record)(value, take_blob)
        return _decoder(others[0])(value, take_blob)

    return decode


def _decode_open(find: _Find, value: Any, take_blob: TakeBlob | None) -> Any:
    """A record whose class is found by its name among those of all kinds of devices."""
    record = find(_type_name(value))
    if record is None:
        raise CodecError("type: unknown")
    return _decoder(record)(value, take_blob)


def _decode_answer(value: Any, take_blob: TakeBlob | None) -> Any:
    return None if value is None else _decode_open(find_answer, value, take_blob)


def _type_name(value: Any) -> str:
    name = value.get("type") if isinstance(value, dict) else None
    return name if isinstance(name, str) else ""


def _tuple_decoder(members: tuple[Any, ...]) -> _Decode:
    open_ended = len(members) == 2 and members[1] is Ellipsis

    def decode(value: Any, take_blob: TakeBlob | None) -> Any:
        if not isinstance(value, list):
            raise CodecError("list: expected")
        if open_ended:
            item = _decoder(members[0])
            return tuple(item(one, take_blob) for one in value)
        if len(value) != len(members):
            raise CodecError("list: wrong length")
        return tuple(_decoder(member)(one, take_blob) for member, one in zip(members, value, strict=True))

    return decode


def _record_decoder(cls: Any) -> _Decode:
    hints = get_type_hints(cls)
    wanted = {one.name: hints[one.name] for one in fields(cls)}
    optional = {one.name for one in fields(cls) if one.default is not MISSING or one.default_factory is not MISSING}

    def decode(value: Any, take_blob: TakeBlob | None) -> Any:
        if not isinstance(value, dict) or value.get("type") != cls.__name__:
            raise CodecError(f"{cls.__name__}: expected")
        if not value.keys() <= wanted.keys() | {"type"}:
            raise CodecError(f"{cls.__name__}: unknown field")
        if not wanted.keys() - optional <= value.keys():
            raise CodecError(f"{cls.__name__}: missing field")
        given = {name: _decoder(hint)(value[name], take_blob) for name, hint in wanted.items() if name in value}
        return cls(**given)

    return decode


def _enum_decoder(cls: type[Enum]) -> _Decode:
    members = {(type(one.value), one.value): one for one in cls}

    def decode(value: Any, _: TakeBlob | None) -> Any:
        if type(value) not in (str, int) or (type(value), value) not in members:
            raise CodecError(f"{cls.__name__}: unknown value")
        return members[type(value), value]

    return decode


def _decode_str(value: Any, _: TakeBlob | None) -> str:
    if type(value) is not str or any("\ud800" <= char <= "\udfff" for char in value):
        raise CodecError("text: expected")
    return value


def _decode_int(value: Any, _: TakeBlob | None) -> int:
    if type(value) is not int or not -_INT_LIMIT <= value < _INT_LIMIT:
        raise CodecError("whole number: expected")
    return value


def _decode_float(value: Any, _: TakeBlob | None) -> float:
    if type(value) not in (int, float) or not -_INT_LIMIT <= value <= _INT_LIMIT or not math.isfinite(value):
        raise CodecError("number: expected")
    return float(value)


def _decode_bool(value: Any, _: TakeBlob | None) -> bool:
    if type(value) is not bool:
        raise CodecError("truth value: expected")
    return value


def _decode_date(value: Any, take_blob: TakeBlob | None) -> date:
    try:
        return date.fromisoformat(_decode_str(value, take_blob))
    except CodecError:
        raise
    except ValueError:
        raise CodecError("date: expected") from None


def _decode_facts(value: Any, take_blob: TakeBlob | None) -> dict[str, str]:
    if not isinstance(value, dict):
        raise CodecError("facts: expected")
    return {_decode_str(key, take_blob): _decode_str(item, take_blob) for key, item in value.items()}


def _decode_kind(value: Any, _: TakeBlob | None) -> DeviceKind:
    if type(value) is not str or value not in KINDS:
        raise CodecError("DeviceKind: unknown value")
    return DeviceKind(value)


def _decode_device(value: Any, take_blob: TakeBlob | None) -> DeviceId:
    return DeviceId(_decode_str(value, take_blob))


def _decode_bytes(value: Any, take_blob: TakeBlob | None) -> bytes:
    if isinstance(value, dict) and value.keys() == {"base64"}:
        try:
            return base64.b64decode(_decode_str(value["base64"], take_blob), validate=True)
        except CodecError:
            raise
        except (ValueError, binascii.Error):
            raise CodecError("base64: expected") from None
    if take_blob is None or not isinstance(value, dict) or value.keys() != {"blob", "size", "crc32"}:
        raise CodecError("bytes: expected")
    blob = take_blob(_decode_str(value["blob"], take_blob), _decode_int(value["size"], take_blob))
    # On Windows a name that is gone opens as a mapping of zeros.
    if blob is None or zlib.crc32(blob) != _decode_int(value["crc32"], take_blob):
        raise CodecError("blob: gone")
    return blob


_PLAIN: Final[Mapping[Any, _Decode]] = {
    str: _decode_str,
    int: _decode_int,
    float: _decode_float,
    bool: _decode_bool,
    bytes: _decode_bytes,
    date: _decode_date,
    Any: _decode_answer,
    DeviceKind: _decode_kind,
    DeviceId: _decode_device,
}
