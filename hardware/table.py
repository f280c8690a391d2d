"""The table of device kinds and their drivers: all names are text, and what stands behind one is loaded when needed.

A kind is a module of ``hardware.kinds`` that holds what can be asked of it (``Request``), what it tells
(``DeviceEvent``) and what its drivers can do (a Protocol). A driver is called ``kind.name`` in the settings. The same
table tells the build which modules to pack, because a lazy import is invisible to it.
"""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from hardware.device import DeviceEvent, DeviceKind, Request, find_answer_type


@dataclass(frozen=True, slots=True)
class KindRow:
    """A kind's module, and its drivers: a name of the settings → module and class."""

    module: str
    drivers: Mapping[str, str]


KINDS: Final[dict[DeviceKind, KindRow]] = {
    DeviceKind("id_card_reader"): KindRow(
        "hardware.kinds.id_card_reader", {"sam_serial": "hardware.drivers.sam_serial:SamSerialReader"}
    ),
    DeviceKind("document_camera"): KindRow(
        "hardware.kinds.document_camera", {"opencv": "hardware.drivers.opencv_camera:OpenCvCamera"}
    ),
    DeviceKind("barcode_scanner"): KindRow(
        "hardware.kinds.barcode_scanner", {"serial": "hardware.drivers.serial_scanner:SerialScanner"}
    ),
    DeviceKind("picture_decoder"): KindRow(
        "hardware.kinds.picture_decoder", {"opencv": "hardware.drivers.opencv_decoder:OpenCvDecoder"}
    ),
    DeviceKind("signature_pad"): KindRow(
        "hardware.kinds.signature_pad", {"screen": "hardware.drivers.screen_pad:ScreenPad"}
    ),
}


def drivers() -> dict[str, str]:
    """All drivers by the name that settings use."""
    return {f"{kind}.{name}": target for kind, row in KINDS.items() for name, target in row.drivers.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoken:
    """What is said to and by the devices of one kind, by name: ``answers`` are the values of outcomes."""

    requests: Mapping[str, type[Request[Any]]]
    events: Mapping[str, type[DeviceEvent]]
    answers: Mapping[str, type]


@cache
def spoken(module: str) -> Spoken:
    """What a kind's module holds."""
    own = [one for one in vars(importlib.import_module(module)).values() if isinstance(one, type)]
    own = [one for one in own if one.__module__ == module]
    requests: dict[str, type[Request[Any]]] = {one.__name__: one for one in own if issubclass(one, Request)}
    answers = [answer for request in requests.values() if (answer := find_answer_type(request)) is not None]
    return Spoken(
        requests=requests,
        events={one.__name__: one for one in own if issubclass(one, DeviceEvent)},
        answers={one.__name__: one for one in answers},
    )


def find_request(name: str) -> type[Request[Any]] | None:
    """The request of that name, of whichever kind."""
    return next((found for row in KINDS.values() if (found := spoken(row.module).requests.get(name))), None)


def find_event(name: str) -> type[DeviceEvent] | None:
    """The event of that name, of whichever kind."""
    return next((found for row in KINDS.values() if (found := spoken(row.module).events.get(name))), None)


def find_answer(name: str) -> type | None:
    """The value of an answer of that name, of whichever kind."""
    return next((found for row in KINDS.values() if (found := spoken(row.module).answers.get(name))), None)
