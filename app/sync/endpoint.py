"""Which addresses of the server count now, and in which order they are tried (IM-3, IM-4)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from app.settings import Endpoint

_ALWAYS = datetime.min.replace(tzinfo=UTC)


def addresses_on(endpoints: Iterable[Endpoint], now: datetime) -> tuple[str, ...]:
    """One address per profile, in the order in which the profiles are first named.

    Within a profile the address with the latest ``valid_from`` that is not in the future counts, so a published
    switch happens by itself at its time; a profile of which nothing is valid yet is left out.
    """
    chosen: dict[str, Endpoint | None] = {}
    for endpoint in endpoints:
        best = chosen.setdefault(endpoint.profile, None)
        since = _since(endpoint)
        if since <= now and (best is None or since >= _since(best)):
            chosen[endpoint.profile] = endpoint
    return tuple(dict.fromkeys(endpoint.url for endpoint in chosen.values() if endpoint is not None))


def _since(endpoint: Endpoint) -> datetime:
    return endpoint.valid_from or _ALWAYS
