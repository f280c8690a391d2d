"""F6: the time is the server's from its first word on, whatever happens to this machine's clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app.store.heard_time import HeardTime
from app.sync.server_time import ClockDoubt, ServerTime

SAID = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


class Machine:
    """A clock that anybody may set, and the time that really passes."""

    def __init__(self, folder: Path | None = None) -> None:
        self.clock = SAID
        self.passed = 100.0
        self.folder = folder
        self.time = self.restart()

    def restart(self) -> ServerTime:
        """The program is started again."""
        kept = HeardTime(self.folder) if self.folder else None
        self.time = ServerTime(lambda: self.clock, lambda: self.passed, kept)
        return self.time


def test_F6_before_the_server_was_heard_the_machines_clock_counts() -> None:
    machine = Machine()
    machine.clock -= timedelta(days=4000)

    assert machine.time.now() == machine.clock
    assert machine.time.doubt is None


@pytest.mark.parametrize("off", [timedelta(days=-4000), timedelta(days=400), timedelta(minutes=-2)])
def test_F6_from_the_servers_word_on_its_time_counts_and_the_machines_error_is_known(off: timedelta) -> None:
    machine = Machine()
    machine.clock = SAID + off

    machine.time.hear(SAID.isoformat())

    assert machine.time.now() == SAID
    assert machine.time.seconds() == SAID.timestamp()
    assert machine.time.doubt == ClockDoubt(off=off, certain=True)


def test_F6_a_clock_that_is_set_meanwhile_changes_nothing_but_is_seen() -> None:
    machine = Machine()
    machine.time.hear(SAID.isoformat())
    machine.passed += 60
    machine.clock = SAID + timedelta(days=400, seconds=60)

    assert machine.time.now() == SAID + timedelta(seconds=60)
    assert machine.time.doubt == ClockDoubt(off=timedelta(days=400), certain=True)


def test_F6_a_minute_more_or_less_is_right_enough() -> None:
    machine = Machine()
    machine.clock += timedelta(seconds=119)
    machine.time.hear(SAID.isoformat())

    assert machine.time.doubt is None


@pytest.mark.parametrize("text", ["", "2026-11-23", "2026-11-23T09:00:00", "yesterday", "2026-13-01T00:00:00Z"])
def test_F6_bad_input_what_is_no_time_with_a_zone_is_not_heard(text: str) -> None:
    machine = Machine()
    machine.clock += timedelta(days=1)

    machine.time.hear(text)

    assert machine.time.now() == machine.clock


def test_F6_after_a_start_without_the_server_no_time_is_before_the_last_one_heard(tmp_path: Path) -> None:
    machine = Machine(tmp_path)
    machine.time.hear(SAID.isoformat())
    machine.clock = SAID - timedelta(days=30)

    machine.restart()
    machine.passed += 10

    assert machine.time.now() == SAID + timedelta(seconds=10)
    assert machine.time.doubt == ClockDoubt(off=-timedelta(days=30, seconds=10), certain=False)


@pytest.mark.parametrize(("days", "told"), [(29, False), (30, True), (4000, True)])
def test_F6_a_clock_far_ahead_of_the_last_time_heard_is_doubted(tmp_path: Path, days: int, told: bool) -> None:
    machine = Machine(tmp_path)
    machine.time.hear(SAID.isoformat())
    machine.clock = SAID + timedelta(days=days)

    machine.restart()

    assert machine.time.now() == machine.clock
    assert (machine.time.doubt == ClockDoubt(off=timedelta(days=days), certain=False)) is told
    machine.time.hear(machine.clock.isoformat())
    assert machine.time.doubt is None, "a long silence, and a right clock"


def test_F6_what_is_kept_is_never_older_than_a_minute(tmp_path: Path) -> None:
    machine = Machine(tmp_path)
    for seconds in range(0, 300, 10):
        machine.time.hear((SAID + timedelta(seconds=seconds)).isoformat())

    assert HeardTime(tmp_path).find() == SAID + timedelta(seconds=240)


@pytest.mark.parametrize("body", [b"", b"x" * 12, b"\xff" * 12])
def test_F6_bad_input_a_kept_time_that_cannot_be_read_is_none(tmp_path: Path, body: bytes) -> None:
    (tmp_path / "server-time").write_bytes(body)
    machine = Machine(tmp_path)

    assert (machine.time.now(), machine.time.doubt) == (machine.clock, None)
