"""What could not be opened is set aside below the account's folder, whole and unchanged; nothing is ever deleted."""

from __future__ import annotations

import itertools
from datetime import datetime
from pathlib import Path

from app.store.faults import fault_of_os_error
from app.store.files import flush_folder, make_folder, move, write_durably
from domain.business_time import business_time

PAGES_FOLDER = "pages"
"""Where the pages lie beside the database that holds their keys."""

_ASIDE = "set-aside"
_RECOVERED = "recovered.txt"


def set_aside(folder: Path, now: datetime) -> Path:
    """Move databases and pages of the folder into a new folder below it. Raises StoreFault.

    The pages go along because the keys to them lie in the database.
    """
    wanted = f"{_ASIDE}-{business_time(now):%Y%m%d-%H%M%S}"
    place = next(one for number in itertools.count(1) if not (one := folder / f"{wanted}-{number:02}").exists())
    make_folder(place)
    # Pages first: if that fails, the database is still beside what is left of them.
    for path in [*folder.glob(PAGES_FOLDER), *sorted(folder.glob("store-*"))]:
        move(path, place / path.name)
    try:
        flush_folder(folder)
    except OSError as error:
        raise fault_of_os_error(error) from error
    return place


def places_to_recover(folder: Path) -> list[Path]:
    """What was set aside and not taken back yet, the oldest first."""
    return sorted(place for place in folder.glob(f"{_ASIDE}-*") if not (place / _RECOVERED).exists())


def note_recovered(place: Path, told: str) -> None:
    """What is readable there was taken back. Raises StoreFault."""
    write_durably(place / _RECOVERED, f"{told}\n".encode())
