"""A real visit with a real store for GUI tests; slow work is done at once, nothing is sent."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from functools import cache, partial
from pathlib import Path
from typing import TypeVar

import resources
from app.session.showing import Showing
from app.store.store import Store
from app.visit.scene import Shown
from app.visit.state import VisitState
from app.visit.tools import Serving, VisitTools
from app.visit.visit import Visit
from domain.cases.values import Office
from domain.catalogue.parse import parse_catalogue
from domain.catalogue.values import Catalogue, FieldId, Module, ModuleId
from domain.forms.answers import value_of
from hardware.kinds.id_card_reader import CardType, IdCard

T = TypeVar("T")

NUMBER = "159999196403150011"
NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
M01 = ModuleId("M01")
CARD = IdCard(
    card_type=CardType.CITIZEN,
    name="张测试",
    sex="1",
    nation="02",
    birth_date=date(1964, 3, 15),
    address="内蒙古自治区测试旗测试镇东升嘎查三组12号",
    id_number=NUMBER,
    issuer="测试旗公安局",
    valid_from=date(2010, 1, 1),
    valid_until=date(2030, 1, 1),
)


@cache
def catalogue() -> Catalogue:
    """The product's own catalogue."""
    return parse_catalogue(resources.load_catalogue_data())


def m01() -> Module:
    """新参保登记."""
    return catalogue().modules[M01]


class Counter:
    """One visit at a counter, and what it showed to the applicant."""

    def __init__(self, folder: Path, of: Catalogue | None = None) -> None:
        self.shown: list[Shown] = []
        self.store = Store.open(folder, b"k" * 32)
        serving = Serving(
            office=Office(code="159999001", name="测试镇便民服务中心", level="乡镇", phone="0471-1234567"),
            clerk_name="李测试",
            clerk_number="15999919640315002X",
            store=self.store,
        )
        self.visit = Visit(
            VisitTools(
                catalogue=of or catalogue(),
                serving=lambda: serving,
                run=_at_once,
                later=_never,
                ask=lambda request, done: None,
                show=Showing(self.shown.append).show,
                now=lambda: NOW,
                new_id=partial(_numbered, itertools.count(1)),
                wake_sync=lambda: None,
            ),
            VisitState(visit="v1"),
        )

    def in_form(self, module: ModuleId = M01) -> Visit:
        """The visit after card and choice."""
        self.visit.identifying.take_card(CARD)
        self.visit.choosing.choose(module)
        return self.visit

    def value(self, field: str) -> str:
        """An answer of the visit."""
        return value_of(self.visit.state.answers, FieldId(field))

    def close(self) -> None:
        """Close the store."""
        self.store.close()


def _numbered(numbers: Iterator[int]) -> str:
    return f"01990000-0000-7000-8000-{next(numbers):012}"


def _at_once(work: Callable[[], T], done: Callable[[T], None], failed: Callable[[Exception], None]) -> None:
    done(work())


def _never(delay_s: float, action: Callable[[], None]) -> Callable[[], None]:
    return lambda: None
