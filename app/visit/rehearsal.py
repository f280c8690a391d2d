"""Scenes of no visit, in the words that visits use: drawn once unseen, so that fonts and icons are there in time."""

from __future__ import annotations

from datetime import date

from app.visit.scene import Done, Progress, ReadBack, ReadLine, Scene, Sign, Wait, Welcome
from domain.catalogue.values import Catalogue
from resources import word, words

_MOST_LINES, _ON_A_PAGE = 60, 10
_SHORT_LIST = 16
_VALUE = "0123456789 ***"
_DAY = date(2026, 1, 1)
_FORM = 2
"""Among the hints."""


def rehearsal(catalogue: Catalogue) -> tuple[Scene, ...]:
    """Each kind of Scene, with the titles, labels and choices that this catalogue knows."""
    module = next(iter(catalogue.modules.values()))
    item, name, steps, hints = module.name, word("guest", "name"), words("guest_phase"), words("guest_hint")
    pages = _pages(catalogue, word("guest", "from_card", part=module.form.pages[0].title))
    read = tuple(
        ReadBack(digest="", item=item, lines=page, materials=(item,), declaration=module.declaration) for page in pages
    )
    return (
        Welcome(office=item, privacy_notice=words("privacy")),
        *(
            Progress(item=word("guest", "item"), applicant=name, steps=steps, current=at % len(steps), hint=hint)
            for at, hint in enumerate(hints)
        ),
        *(Progress(item=item, applicant=name, steps=steps, current=1, hint=hints[_FORM], lines=page) for page in pages),
        *read,
        Sign(digest="", item=item, signer=name, declaration=module.declaration),
        *(Wait(text=text) for text in words("guest_wait")),
        Done(item=item, receipt_no=_VALUE, due_on=_DAY, contact=name),
    )


def _pages(catalogue: Catalogue, part: str) -> tuple[tuple[ReadLine, ...], ...]:
    """The labels of the fields, and beside them what is chosen from short lists."""
    labels = tuple(dict.fromkeys(spec.label for spec in catalogue.fields.values()))[:_MOST_LINES]
    short = (codes.entries for codes in catalogue.codes.values() if len(codes.entries) <= _SHORT_LIST)
    values = (_VALUE, *dict.fromkeys(entry.label for entries in short for entry in entries))
    lines = tuple(ReadLine(label=label, value=values[at % len(values)], part=part) for at, label in enumerate(labels))
    return tuple(lines[at : at + _ON_A_PAGE] for at in range(0, len(lines), _ON_A_PAGE))
