"""The device host with the line in its table."""

from __future__ import annotations

from hardware.host import main
from tests.devices.added_kind import add_line

if __name__ == "__main__":
    add_line()
    main()
