"""Places in a text as Qt counts them: UTF-16 units, two for a rare character, where Python counts one."""

from __future__ import annotations

_ONE_UNIT = "\uffff"


def units(text: str) -> int:
    """How long Qt says that the text is."""
    return len(text) + sum(character > _ONE_UNIT for character in text)


def before(text: str, position: int) -> str:
    """What stands before Qt's ``position``; a position within a character counts as before it."""
    for place, character in enumerate(text):
        position -= 2 if character > _ONE_UNIT else 1
        if position < 0:
            return text[:place]
    return text


def end_of_change(old: str, new: str) -> int:
    """Qt's position in ``new`` behind what is not as in ``old``: where a hand goes on after the change."""
    kept = 0
    most = min(len(old), len(new))
    while kept < most and old[kept] == new[kept]:
        kept += 1
    behind = 0
    while behind < most - kept and old[-1 - behind] == new[-1 - behind]:
        behind += 1
    return units(new[: len(new) - behind])
