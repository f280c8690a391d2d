"""Half past one at the counter is half past five of the day before in UTC: every day is the counter's."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from app.settings import load_settings
from app.visit.state import Phase
from domain.identity import IdNumber, parse_id_number
from domain.papers.receipt import receipt_html
from tests.helpers.builders import M01, a_card, an_id_number, at
from tests.helpers.visit_harness import Desk
from tests.unit.app.test_receipt import PAPER

LATE = datetime(2026, 11, 27, 17, 30, tzinfo=UTC)
COUNTERS_DAY = date(2026, 11, 28)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path)
    made.now = LATE
    yield made
    made.close()


def test_F8_the_default_day_is_the_counters(desk: Desk) -> None:
    desk.go_to(Phase.FORM)
    assert desk.state.answers[at("AAC030")].value == COUNTERS_DAY.isoformat()


def test_F8_who_turned_sixteen_at_midnight_may_register(desk: Desk) -> None:
    desk.visit.identifying.take_card(a_card(an_id_number(f"159999{COUNTERS_DAY.year - 16}1128001")))
    desk.visit.choosing.choose(M01)
    assert desk.state.phase is Phase.FORM, desk.state.notice


def test_F8_a_number_of_somebody_born_today_is_whole() -> None:
    assert isinstance(parse_id_number(an_id_number("15999920261128001"), today=COUNTERS_DAY), IdNumber)


def test_F8_the_paper_has_the_counters_day_and_hour() -> None:
    text = receipt_html(replace(PAPER, taken_at=LATE))
    assert "2026年11月28日 01:30" in text
    assert "11月27日" not in text


def test_F8_the_slip_of_a_case_that_waits_too(desk: Desk) -> None:
    desk.go_to(Phase.DONE)
    desk.timers.fire()
    assert "2026年11月28日 01:30" in receipt_html(desk.paper)


def test_F8_an_address_counts_from_the_counters_day_on(tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"
    file.write_text('endpoints = [{url = "https://10.0.0.1", valid_from = 2026-12-01}]', encoding="utf-8")
    assert load_settings(file=file).endpoints[0].valid_from == datetime(2026, 11, 30, 16, tzinfo=UTC)
