"""F6: the time is the server's from its first word on, whatever happens to this machine's clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from app.sync.server_time import ServerTime

SAID = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


class Machine:
    """A clock that anybody may set, and the time that really passes."""

    def __init__(self) -> None:
        self.clock = SAID
        self.passed = 100.0
        self.time = ServerTime(lambda: self.clock, lambda: self.passed)


def test_F6_before_the_server_was_heard_the_machines_clock_counts() -> None:
    machine = Machine()
    machine.clock -= timedelta(days=4000)

    assert machine.time.now() == machine.clock
    assert machine.time.machine_is_ahead_by == timedelta()


@pytest.mark.parametrize("off", [timedelta(days=-4000), timedelta(days=400), timedelta(minutes=-2)])
def test_F6_from_the_servers_word_on_its_time_counts_and_the_machines_error_is_known(off: timedelta) -> None:
    machine = Machine()
    machine.clock = SAID + off

    machine.time.hear(SAID.isoformat())

    assert machine.time.now() == SAID
    assert machine.time.seconds() == SAID.timestamp()
    assert machine.time.machine_is_ahead_by == off


def test_F6_a_clock_that_is_set_meanwhile_changes_nothing_but_is_seen() -> None:
    machine = Machine()
    machine.time.hear(SAID.isoformat())
    machine.passed += 60
    machine.clock = SAID + timedelta(days=400, seconds=60)

    assert machine.time.now() == SAID + timedelta(seconds=60)
    assert machine.time.machine_is_ahead_by == timedelta(days=400)


def test_F6_a_minute_more_or_less_is_right_enough() -> None:
    machine = Machine()
    machine.clock += timedelta(seconds=119)
    machine.time.hear(SAID.isoformat())

    assert machine.time.machine_is_ahead_by == timedelta()


@pytest.mark.parametrize("text", ["", "2026-11-23", "2026-11-23T09:00:00", "yesterday", "2026-13-01T00:00:00Z"])
def test_F6_bad_input_what_is_no_time_with_a_zone_is_not_heard(text: str) -> None:
    machine = Machine()
    machine.clock += timedelta(days=1)

    machine.time.hear(text)

    assert machine.time.now() == machine.clock
