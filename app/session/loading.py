"""What a session needs before it can be made, and what is slow to load; away from the UI thread, so without Qt."""

from __future__ import annotations

import importlib
from contextlib import suppress
from pathlib import Path

import resources
from app.store.catalogues import has_catalogue, keep_catalogue
from app.store.faults import StoreFault
from app.store.vault import find_vault
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
    "app.visit.rehearsal",
)
"""Loaded here, so that their first use does not stall a window."""
_FOR_LOGIN = (
    "argon2.low_level",
    "cryptography.hazmat.primitives.ciphers.aead",
    "encodings.idna",
    "requests",
    "sqlcipher3.dbapi2",
)
"""What a login needs besides: it would load beside the window that the login opens, and hold it up."""


def load_catalogue(data_folder: Path) -> Catalogue:
    """The catalogue that came with the program; loads on its way every module behind the login that knows no Qt.

    It is put with those that outlive the program's next update, while its tables are at hand: to read them once more
    at the first login would hold the window up.
    """
    for name in _MODULES:
        importlib.import_module(name)

    tables = resources.load_catalogue_data()
    catalogue = parse_catalogue(tables, resources.find_catalogue_places)
    if not has_catalogue(data_folder, catalogue.sha256):
        with suppress(StoreFault):  # a full disk is told where something is lost by it; the next start tries again
            keep_catalogue(data_folder, tables)
    return catalogue


def load_for_login() -> None:
    """What is left to load once the windows are there and wait for somebody."""
    for name in _FOR_LOGIN:
        importlib.import_module(name)
    find_vault("")  # looks for all the keyrings that this machine may have
