"""What a session needs before it can be made, and what is slow to load; away from the UI thread, so without Qt."""

from __future__ import annotations

import importlib

import resources
from domain.catalogue.parse import parse_catalogue
from domain.catalogue.values import Catalogue

_MODULES = (
    "segno",
    "domain.cases.assessing",
    "domain.cases.changes",
    "domain.codes",
    "domain.finding",
    "domain.pictures",
    "domain.wire.cases",
    "domain.wire.codec",
    "domain.wire.envelope",
    "domain.wire.lists",
    "domain.wire.login",
    "domain.wire.blobs",
    "hardware.kinds.picture_decoder",
    "app.notices.findings",
    "app.review.review",
    "app.review.opinion",
    "app.session.session",
    "app.visit.ids",
)
"""Loaded here, so that their first use does not stall a window."""


def load_catalogue() -> Catalogue:
    """The catalogue that came with the program; loads on its way every module behind the login that knows no Qt."""
    for name in _MODULES:
        importlib.import_module(name)

    return parse_catalogue(resources.load_catalogue_data(), resources.find_catalogue_places)
