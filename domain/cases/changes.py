"""What a mended case has that the revision before it had not."""

from __future__ import annotations

from dataclasses import dataclass

from domain.cases.values import BlobHash, CaseContent, PageRef
from domain.forms.answers import AnswerKey, value_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """``places`` hold another value than before, in the order of the form; those that are empty now come last.

    ``pages`` are new by their picture; ``pages_gone`` stood where no page stands now. Another signature is no change:
    every revision has its own.
    """

    places: tuple[AnswerKey, ...] = ()
    pages: frozenset[BlobHash] = frozenset()
    pages_gone: tuple[PageRef, ...] = ()


def changes_between(former: CaseContent, present: CaseContent) -> Changes:
    """What differs, whatever the order in which answers and pages lie."""
    before, now = former.form, present.form
    places = dict.fromkeys((*now, *before))
    kept = {(page.material, page.number) for page in present.pages}
    return Changes(
        places=tuple(key for key in places if value_of(before, *key) != value_of(now, *key)),
        pages=frozenset(page.sha256 for page in present.pages) - {page.sha256 for page in former.pages},
        pages_gone=tuple(page for page in former.pages if (page.material, page.number) not in kept),
    )
