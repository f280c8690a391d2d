"""A new kind of device costs a file, a driver and a line: here one is added so, and used through the real host."""

from __future__ import annotations

import os
import sys
import threading
import tty
from collections.abc import Iterator

import pytest

from hardware.codec import AskEnded, encode_line, parse_from_host
from hardware.device import DeviceConfig, DeviceKind, DeviceState
from hardware.outcomes import Outcome, OutcomeCode
from hardware.table import KINDS
from tests.devices.added_kind import PIN_PAD, add_line
from tests.devices.added_kind.kind import AskPin, Pin
from tests.devices.host_client import Counter

HOST = (sys.executable, "-m", "tests.devices.added_kind.host")
SECRET = "842317"


@pytest.fixture
def added(monkeypatch: pytest.MonkeyPatch) -> Iterator[DeviceKind]:
    monkeypatch.setenv("PYTHONPATH", os.getcwd())
    add_line()
    yield PIN_PAD
    del KINDS[PIN_PAD]


@pytest.fixture
def pad() -> Iterator[tuple[str, list[str]]]:
    """The port of a pad on which somebody types as soon as it is asked, and what its display showed."""
    mine, theirs = os.openpty()
    tty.setraw(theirs)
    shown: list[str] = []

    def type_digits() -> None:
        words = b""
        while not words.endswith(b"\n"):
            words += os.read(mine, 100)
        shown.append(words.decode().strip())
        os.write(mine, SECRET.encode() + b"\n")

    typing = threading.Thread(target=type_digits, daemon=True)
    typing.start()
    yield os.ttyname(theirs), shown
    os.write(theirs, b"\n")  # a pad that was never asked ends as well
    typing.join(10)
    os.close(theirs)
    os.close(mine)


def test_a_new_kind_of_device_is_a_file_a_driver_and_a_line(added: DeviceKind, pad: tuple[str, list[str]]) -> None:
    port, shown = pad
    config = DeviceConfig(kind=added, driver="pin_pad.serial", options={"port": port})

    with Counter(config, command=HOST) as counter:
        counter.wait_state(DeviceState.READY)
        outcome: Outcome[Pin] = counter.ask(AskPin(words="请输入社保卡密码"))
        notes = counter.client.notes

    assert outcome.value == Pin(digits=SECRET, length=6)
    assert shown == ["请输入社保卡密码"]
    assert not any(SECRET in note for note in notes)


def test_a_pin_stands_in_no_repr_of_what_brings_it(added: DeviceKind) -> None:
    answer = AskEnded(id=1, code=OutcomeCode.OK, value=Pin(digits=SECRET, length=6))
    _, parsed = parse_from_host(encode_line(answer, generation=1))

    assert parsed == answer
    assert SECRET not in repr(parsed)
    assert SECRET not in repr(answer.value)
    assert SECRET not in repr(Outcome(code=OutcomeCode.OK, value=answer.value))
    assert added in KINDS


def test_what_another_kind_would_say_is_unknown_without_its_line() -> None:
    line = encode_line(AskEnded(id=1, code=OutcomeCode.OK, value=Pin(digits=SECRET, length=6)), generation=1)

    with pytest.raises(ValueError, match="unknown"):
        parse_from_host(line)
