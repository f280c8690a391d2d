"""What an assessment at the counter looks at, without a desk around it."""

from __future__ import annotations

from datetime import datetime
from typing import Any, cast

from app.visit.tools import Serving, VisitTools
from domain.catalogue.values import Catalogue
from tests.helpers.builders import TOWNSHIP


def tools_at(catalogue: Catalogue, now: datetime) -> VisitTools:
    """Catalogue, office and day; the rest is nothing."""
    nothing = cast("Any", None)
    return VisitTools(
        catalogue=catalogue,
        serving=lambda: Serving(office=TOWNSHIP, clerk_name="", clerk_number="", store=nothing),
        run=nothing,
        later=nothing,
        ask=nothing,
        show=nothing,
        now=lambda: now,
        new_id=nothing,
        wake_sync=nothing,
    )
