"""The catalogue in force and all earlier ones, by hash."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Set
from datetime import datetime
from typing import Any

from domain.catalogue.parse import Places, canonical_json, parse_catalogue
from domain.catalogue.values import Catalogue, ChainId, RoleId
from domain.wire.patterns import SHA256
from server.storage.catalogues import find_catalogue, keep_catalogue, list_catalogues
from server.storage.database import Database

_HASH = re.compile(SHA256)


class Catalogues:
    """Parsed catalogues; a cache over the table, so any number of processes may serve. Any thread may call."""

    def __init__(self, database: Database, data: Mapping[str, Any], *, now: datetime, places: Places = dict) -> None:
        """Put ``data`` into force. Raises CatalogueError, which names file and line where ``places`` knows them."""
        self._database = database
        self.current = parse_catalogue(data, places)
        self._parsed = {self.current.sha256: self.current}
        body = canonical_json(data).decode()
        database.write(
            lambda connection: keep_catalogue(
                connection, sha256=self.current.sha256, version=self.current.version, body=body, at=now
            )
        )

    def find(self, sha256: str) -> Catalogue | None:
        """A version that is or was in force."""
        if sha256 not in self._parsed:
            body = self.find_body(sha256)
            if body is None:
                return None
            self._parsed[sha256] = parse_catalogue(json.loads(body))
        return self._parsed[sha256]

    def get(self, sha256: str) -> Catalogue:
        """The version that a case is pinned to; it cannot be unknown."""
        catalogue = self.find(sha256)
        if catalogue is None:
            raise LookupError(f"a case is pinned to the unknown catalogue {sha256}")
        return catalogue

    def chains_of(self, roles: Set[RoleId]) -> Mapping[str, tuple[ChainId, ...]]:
        """The chains in which one of the roles acts, by the hash of each version that is or was in force."""
        found = {}
        for sha256 in self._database.read(list_catalogues):
            chains = self.get(sha256).chains.values()
            found[sha256] = tuple(sorted(chain.id for chain in chains if roles & {*chain.roles}))
        return found

    def knows(self, sha256: str) -> bool:
        """Whether a version is or was in force."""
        return sha256 in self._parsed or self.find_body(sha256) is not None

    def find_body(self, sha256: str) -> str | None:
        """The canonical JSON of a version."""
        if not _HASH.fullmatch(sha256):
            return None
        return self._database.read(lambda connection: find_catalogue(connection, sha256))
