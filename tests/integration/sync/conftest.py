"""A small server that says what it is told to, and a line to it that can be cut, slowed and answered for."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.helpers.fault_proxy import FaultProxy, fault_proxy
from tests.integration.small_server import SmallServer, small_server


@pytest.fixture
def server() -> Iterator[SmallServer]:
    with small_server() as running:
        yield running


@pytest.fixture
def proxy(server: SmallServer) -> Iterator[FaultProxy]:
    with fault_proxy(server.url) as running:
        yield running
