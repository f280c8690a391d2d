"""Every outcome of every device has its three Chinese sentences."""

from __future__ import annotations

import re
import tomllib
from importlib.resources import files
from typing import Any

import pytest

from hardware.device import DeviceKind
from hardware.outcomes import OutcomeCode
from hardware.table import KINDS


def load(name: str) -> dict[str, Any]:
    return tomllib.loads(files("resources").joinpath(f"messages/{name}.toml").read_text("utf-8"))


MESSAGES = load("devices")


@pytest.mark.parametrize("code", OutcomeCode)
def test_every_outcome_says_what_why_and_what_next(code: OutcomeCode) -> None:
    message = MESSAGES[code.name]

    assert set(message) == {"what", "why", "next"}
    for text in message.values():
        assert re.fullmatch(r"[^\x00-\x1f]{4,80}[。]", text)
        told = text.format(device="高拍仪", driver="", option="", known="")
        assert not re.search(r"[A-Za-z{}]", told)


def test_the_file_holds_nothing_that_no_outcome_needs() -> None:
    assert set(MESSAGES) == {code.name for code in OutcomeCode}


@pytest.mark.parametrize("kind", KINDS)
def test_im_5_every_kind_of_device_has_its_chinese_name(kind: DeviceKind) -> None:
    assert re.fullmatch(r"[\u4e00-\u9fff]{3,8}", load("words")["device"][kind])
