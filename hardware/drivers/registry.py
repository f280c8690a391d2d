"""The table of drivers: a name of the settings → module and class. A driver is imported when a counter uses it.

The same table tells the build which modules to pack, because a lazy import is invisible to it.
"""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from typing import Any, Final

from hardware.device import DeviceConfig
from hardware.outcomes import Outcome, OutcomeCode

DRIVERS: Final[Mapping[str, str]] = {
    "id_card_reader.sam_serial": "hardware.drivers.sam_serial:SamSerialReader",
    "document_camera.opencv": "hardware.drivers.opencv_camera:OpenCvCamera",
    "barcode_scanner.serial": "hardware.drivers.serial_scanner:SerialScanner",
    "signature_pad.screen": "hardware.drivers.screen_pad:ScreenPad",
}


def create_driver(config: DeviceConfig, *, foreign: bool = False) -> Outcome[Any]:
    """The driver that ``config`` names, not yet opened. Blocks while its libraries load.

    DRIVER_UNKNOWN for an unknown name or a name of another kind, OPTION_UNKNOWN for an option that the driver does not
    have, NOT_CONFIGURED for options that it refuses; LIBRARY_MISSING when a library is not there. ``foreign`` also
    allows ``module:Class`` in place of a name, for drivers that are being tested.
    """
    facts = {"driver": config.driver}
    target = DRIVERS.get(config.driver) if config.driver.startswith(f"{config.kind}.") else None
    if target is None and foreign and ":" in config.driver:
        target = config.driver
    if target is None:
        known = ", ".join(name for name in DRIVERS if name.startswith(f"{config.kind}."))
        return Outcome(code=OutcomeCode.DRIVER_UNKNOWN, facts={**facts, "known": known})
    module, _, name = target.partition(":")
    try:
        driver = getattr(importlib.import_module(module), name)
    except (ImportError, OSError, AttributeError) as error:
        # OSError: a shared library that is there but cannot be loaded (wrong bitness, a library of its own missing).
        library = error.name if isinstance(error, ImportError) else None
        return Outcome(code=OutcomeCode.LIBRARY_MISSING, facts={**facts, "library": library or module})
    known_options: tuple[str, ...] = getattr(driver, "OPTIONS", tuple(config.options))
    unknown = [option for option in config.options if option not in known_options]
    if unknown:
        told = {**facts, "option": unknown[0], "known": ", ".join(known_options)}
        return Outcome(code=OutcomeCode.OPTION_UNKNOWN, facts=told)
    try:
        return Outcome(code=OutcomeCode.OK, value=driver(config.options))
    except (ValueError, KeyError):
        return Outcome(code=OutcomeCode.NOT_CONFIGURED, facts=facts)
