"""The materials of a visit: the list for this case with the pages taken so far."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterable

from app.visit.state import MaterialRow, PageTaken
from domain.cases.values import PageRef
from domain.catalogue.values import Catalogue, MaterialId
from domain.forms.assess import Need


def material_rows(catalogue: Catalogue, needs: Iterable[Need], pages: tuple[PageTaken, ...]) -> tuple[MaterialRow, ...]:
    """One row per material that this case may bring; required ones first, as in the catalogue within.

    ``pages``: those of the visit, of which a case takes as many as it may.
    """
    rows = [_row(catalogue, need, pages) for need in needs]
    return tuple(sorted(rows, key=lambda row: not row.required))


def _row(catalogue: Catalogue, need: Need, pages: tuple[PageTaken, ...]) -> MaterialRow:
    use = need.use
    material = catalogue.materials[use.material]
    return MaterialRow(
        material=use.material,
        name=material.name,
        required=need.required,
        min_pages=use.min_pages,
        max_pages=use.max_pages,
        page_names=use.page_names,
        shape=material.shape,
        note=material.note,
        pages=tuple(page for page in pages if page.material == use.material)[: use.max_pages],
    )


def with_page(pages: tuple[PageTaken, ...], page: PageTaken) -> tuple[PageTaken, ...]:
    """The pages with one more, in its place within its material."""
    return tuple(sorted((*pages, page), key=lambda one: one.number))


def free_number(pages: tuple[PageTaken, ...], material: MaterialId) -> int:
    """The first place of the material that has no page: what was removed is taken again in its old place."""
    taken = {page.number for page in pages if page.material == material}
    return next(number for number in itertools.count(1) if number not in taken)


def without_page(pages: tuple[PageTaken, ...], material: MaterialId, number: int) -> tuple[PageTaken, ...]:
    """The pages without one; its place stays free."""
    return tuple(page for page in pages if (page.material, page.number) != (material, number))


def page_refs(pages: Iterable[PageTaken]) -> tuple[PageRef, ...]:
    """The pages as they are submitted: numbered 1, 2, 3 within each material, a place that stayed free closed up."""
    counts: Counter[MaterialId] = Counter()
    refs = []
    for page in sorted(pages, key=lambda one: one.number):
        counts[page.material] += 1
        number = counts[page.material]
        refs.append(
            PageRef(
                material=page.material,
                number=number,
                sha256=page.sha256,
                size_bytes=page.size_bytes,
                source=page.source,
            )
        )
    return tuple(refs)


def page_counts(pages: tuple[PageTaken, ...]) -> dict[MaterialId, int]:
    """How many pages each material has."""
    counts: dict[MaterialId, int] = {}
    for page in pages:
        counts[page.material] = counts.get(page.material, 0) + 1
    return counts
