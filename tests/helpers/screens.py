"""Two screens without a display: plugging and unplugging them while the program under test runs.

Qt's offscreen platform publishes a function of its own, ``setConfiguration(const QJsonObject &)``, as a native resource
of the integration. PySide6 does not wrap it, so it is called through its C++ symbols (Itanium ABI; Linux).
"""

from __future__ import annotations

import ctypes
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import PySide6
from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QGuiApplication, QScreen

CONFIGURATION: Final = Path(__file__).with_name("two_screens.json")

CLERK: Final = "CLERK"
CUSTOMER: Final = "CUSTOMER"

_NATIVE_RESOURCE_FOR_INTEGRATION: Final = 12
"""Place of that method in the table of QPlatformNativeInterface: a QObject has twelve virtual functions before it."""


class _Object(ctypes.Structure):
    """Room for a C++ object; larger than two words, so that it is returned through the hidden pointer everywhere."""

    _fields_ = (("bytes", ctypes.c_byte * 64),)


class Screens:
    """The screens that Qt sees: CLERK (1366 × 768) on the left, CUSTOMER (1280 × 800) to the right of it."""

    def __init__(self) -> None:
        self._all: list[dict[str, Any]] = json.loads(CONFIGURATION.read_text(encoding="utf-8"))["screens"]

    @property
    def clerk(self) -> QScreen:
        """The clerk's screen; fails the test when it is unplugged."""
        return self.find(CLERK)

    @property
    def customer(self) -> QScreen:
        """The customer's screen; fails the test when it is unplugged."""
        return self.find(CUSTOMER)

    def find(self, name: str) -> QScreen:
        """The plugged screen of this name. Never by index: the platform does not keep their order."""
        found = [screen for screen in QGuiApplication.screens() if screen.name() == name]
        assert found, f"screen {name} is not plugged"
        return found[0]

    def names(self) -> set[str]:
        """The names of the plugged screens."""
        return {screen.name() for screen in QGuiApplication.screens()}

    def plug_only(self, names: Sequence[str]) -> None:
        """Leave exactly these screens plugged; Qt has told everyone when this returns."""
        _configure({"screens": [screen for screen in self._all if screen["name"] in names]})
        QCoreApplication.processEvents()

    def plug_both(self) -> None:
        """Plug both screens."""
        self.plug_only((CLERK, CUSTOMER))

    def unplug_customer(self) -> None:
        """Unplug the customer's screen."""
        self.plug_only((CLERK,))


def _function(library: ctypes.CDLL, name: str, result: Any, *arguments: Any) -> Any:
    function = getattr(library, name)
    function.restype, function.argtypes = result, arguments
    return function


def _configure(configuration: dict[str, Any]) -> None:
    pointer = ctypes.c_void_p
    libraries = Path(PySide6.__file__).parent / "Qt" / "lib"
    core = ctypes.CDLL(str(libraries / "libQt6Core.so.6"))
    gui = ctypes.CDLL(str(libraries / "libQt6Gui.so.6"))
    make_bytes = _function(core, "_ZN10QByteArrayC1EPKcx", None, pointer, ctypes.c_char_p, ctypes.c_longlong)
    parse = _function(core, "_ZN13QJsonDocument8fromJsonERK10QByteArrayP15QJsonParseError", _Object, pointer, pointer)
    take_object = _function(core, "_ZNK13QJsonDocument6objectEv", _Object, pointer)
    native = _function(gui, "_ZN15QGuiApplication23platformNativeInterfaceEv", pointer)()
    assert native, "this platform has no native interface"

    def byte_array(content: bytes) -> Any:
        # Never destroyed: a few hundred bytes for each change of screens.
        room = (ctypes.c_byte * 24)()
        make_bytes(ctypes.addressof(room), content, len(content))
        return room

    table = ctypes.cast(native, ctypes.POINTER(ctypes.POINTER(pointer)))[0]
    address = table[_NATIVE_RESOURCE_FOR_INTEGRATION]
    assert address is not None
    resource = ctypes.CFUNCTYPE(pointer, pointer, pointer)(address)
    set_configuration = resource(native, ctypes.addressof(byte_array(b"setConfiguration")))
    assert set_configuration, "this is not the offscreen platform"
    document = parse(ctypes.addressof(byte_array(json.dumps(configuration).encode())), None)
    value = take_object(ctypes.addressof(document))
    ctypes.CFUNCTYPE(None, pointer, pointer)(set_configuration)(ctypes.addressof(value), native)
