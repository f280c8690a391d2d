"""What a session needs before it can be made, and what is slow to load; away from the UI thread, so without Qt."""

from __future__ import annotations

import resources
from domain.catalogue.parse import parse_catalogue
from domain.catalogue.values import Catalogue


def load_catalogue() -> Catalogue:
    """The catalogue that came with the program; loads on its way every module behind the login that knows no Qt."""
    import segno  # noqa: F401 - loaded here, so that their first use does not stall a window

    import app.session.session
    import app.visit.ids
    import app.visit.wording
    import domain.wire  # noqa: F401

    return parse_catalogue(resources.load_catalogue_data())
