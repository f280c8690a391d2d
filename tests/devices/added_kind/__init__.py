"""A kind of device as somebody would add it: ``kind.py`` for ``hardware/kinds``, ``driver.py``, a line of the table."""

from __future__ import annotations

from hardware.device import DeviceKind
from hardware.table import KINDS, KindRow

PIN_PAD = DeviceKind("pin_pad")


def add_line() -> None:
    """The line; both processes have the table."""
    KINDS[PIN_PAD] = KindRow(
        "tests.devices.added_kind.kind", {"serial": "tests.devices.added_kind.driver:SerialPinPad"}
    )
