"""The materials of a visit: the list for this case with the pages taken so far."""

from __future__ import annotations

from app.visit.state import MaterialRow, PageTaken
from domain.catalogue.values import Catalogue, MaterialId, MaterialUse, Module
from domain.forms.checking import offered_materials
from domain.rules import Facts, holds


def material_rows(
    catalogue: Catalogue, module: Module, facts: Facts, pages: tuple[PageTaken, ...]
) -> tuple[MaterialRow, ...]:
    """One row per material that this case may bring; required ones first, as in the catalogue within."""
    rows = [_row(catalogue, use, facts, pages) for use in offered_materials(catalogue, module, facts)]
    return tuple(sorted(rows, key=lambda row: not row.required))


def _row(catalogue: Catalogue, use: MaterialUse, facts: Facts, pages: tuple[PageTaken, ...]) -> MaterialRow:
    material = catalogue.materials[use.material]
    return MaterialRow(
        material=use.material,
        name=material.name,
        required=holds(use.required, facts),
        min_pages=use.min_pages,
        max_pages=use.max_pages,
        page_names=use.page_names,
        shape=material.shape,
        note=material.note,
        pages=tuple(page for page in pages if page.material == use.material),
    )


def with_page(pages: tuple[PageTaken, ...], page: PageTaken) -> tuple[PageTaken, ...]:
    """The pages with one more at the end of its material."""
    return (*pages, page)


def without_page(pages: tuple[PageTaken, ...], material: MaterialId, number: int) -> tuple[PageTaken, ...]:
    """The pages without one; the later pages of that material move up."""
    kept = [page for page in pages if (page.material, page.number) != (material, number)]
    return tuple(_moved_up(page) if page.material == material and page.number > number else page for page in kept)


def _moved_up(page: PageTaken) -> PageTaken:
    return PageTaken(
        material=page.material,
        number=page.number - 1,
        sha256=page.sha256,
        size_bytes=page.size_bytes,
        width_px=page.width_px,
        height_px=page.height_px,
    )


def page_counts(pages: tuple[PageTaken, ...]) -> dict[MaterialId, int]:
    """How many pages each material has."""
    counts: dict[MaterialId, int] = {}
    for page in pages:
        counts[page.material] = counts.get(page.material, 0) + 1
    return counts
