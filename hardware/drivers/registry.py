"""Makes the driver that settings name. It is imported when a counter uses it."""

from __future__ import annotations

import importlib
from typing import Any

from hardware.device import DeviceConfig
from hardware.outcomes import Outcome, OutcomeCode
from hardware.table import KINDS


def create_driver(config: DeviceConfig, *, foreign: bool = False) -> Outcome[Any]:
    """The driver that ``config`` names, not yet opened. Blocks while its libraries load.

    DRIVER_UNKNOWN for an unknown name or a name of another kind, OPTION_UNKNOWN for an option that the driver does not
    have, NOT_CONFIGURED for options that it refuses; LIBRARY_MISSING when a library is not there. ``foreign`` also
    allows ``module:Class`` in place of a name, for drivers that are being tested.
    """
    facts = {"driver": config.driver}
    known = {f"{config.kind}.{name}": target for name, target in KINDS[config.kind].drivers.items()}
    target = known.get(config.driver)
    if target is None and foreign and ":" in config.driver:
        target = config.driver
    if target is None:
        return Outcome(code=OutcomeCode.DRIVER_UNKNOWN, facts={**facts, "known": ", ".join(known)})
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
