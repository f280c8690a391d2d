"""The catalogue from plain data: schema, references, hash. Every fault is named, with file and line where known."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping

from domain.catalogue.dictionary import read_dictionary
from domain.catalogue.modules import read_modules, read_rules
from domain.catalogue.older import FORMAT, modern
from domain.catalogue.reading import CatalogueError, Table
from domain.catalogue.values import Catalogue

Places = Callable[[], Mapping[str, str]]
"""Finds where each place of the data is written (``roles.toml:12``), by its name (``catalogue.roles[3].id``)."""


def parse_catalogue(data: Mapping[str, object], places: Places = dict) -> Catalogue:
    """A checked catalogue, or CatalogueError with every fault found. Data of an older form are read as they were."""
    faults: list[tuple[str, str]] = []
    row = Table(modern(data), "catalogue", faults)
    if row.number("format") != FORMAT:
        row.fault("format", f"this program reads format {FORMAT}")
    version = row.text("version")
    dictionary = read_dictionary(row)
    catalogue = Catalogue(
        version=version,
        sha256=hashlib.sha256(canonical_json(data)).hexdigest(),
        modules=read_modules(row, dictionary, read_rules(row, dictionary)),
        fields=dictionary.fields,
        materials=dictionary.materials,
        papers=dictionary.papers,
        checks=dictionary.checks,
        codes=dictionary.codes,
        roles=dictionary.roles,
        chains=dictionary.chains,
        risks=dictionary.risks,
        facts=dictionary.facts,
        parameters=dictionary.parameters,
        exclusions=dictionary.exclusions,
        days_off=dictionary.days_off,
        days_worked=dictionary.days_worked,
    )
    row.finish()
    if faults:
        raise CatalogueError([_located(place, why, written) for written in [places()] for place, why in faults])
    return catalogue


def _located(place: str, why: str, written: Mapping[str, str]) -> str:
    """The fault with the line of its place, or of the nearest table around it."""
    around = place
    while around and around not in written:
        around = around[: max(around.rfind("."), around.rfind("["), 0)]
    line = f"{written[around]}: " if around else ""
    return f"{line}{place}: {why}"


def canonical_json(data: object) -> bytes:
    """One byte string for equal data: keys sorted, no blanks, UTF-8."""
    return json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str).encode(
        errors="surrogatepass"
    )
