"""The table of drivers: every entry can be made, and what cannot is an outcome, not a crash."""

from __future__ import annotations

from pathlib import Path

import pytest

from hardware.device import DeviceConfig, DeviceKind
from hardware.drivers.registry import create_driver
from hardware.kinds.document_camera import DOCUMENT_CAMERA
from hardware.kinds.signature_pad import SIGNATURE_PAD
from hardware.outcomes import OutcomeCode
from hardware.table import drivers


def a_config(driver: str, kind: DeviceKind = SIGNATURE_PAD) -> DeviceConfig:
    return DeviceConfig(kind=kind, driver=driver)


@pytest.mark.parametrize("name", sorted(drivers()))
def test_im_5_every_driver_of_the_table_can_be_made_without_its_device(name: str) -> None:
    kind = DeviceKind(name.partition(".")[0])

    options = {"source": "0"} if kind == DOCUMENT_CAMERA else {}
    config = DeviceConfig(kind=kind, driver=name, options=options)
    outcome = create_driver(config)

    assert outcome.ok
    assert type(outcome.value).__name__ == drivers()[name].partition(":")[2]


@pytest.mark.parametrize("name", ["", "signature_pad.unknown", "barcode_scanner.serial", "os:system", "signature_pad."])
def test_U15_unknown_names_and_names_of_another_kind_are_told_with_those_there_are(name: str) -> None:
    outcome = create_driver(a_config(name))

    assert outcome.code is OutcomeCode.DRIVER_UNKNOWN
    assert outcome.facts == {"driver": name, "known": "signature_pad.screen"}


@pytest.mark.parametrize("name", sorted(drivers()))
def test_U15_an_option_that_is_misspelt_is_named(name: str) -> None:
    config = DeviceConfig(kind=DeviceKind(name.partition(".")[0]), driver=name, options={"prot": "COM3"})

    outcome = create_driver(config)

    assert outcome.code is OutcomeCode.OPTION_UNKNOWN
    assert (outcome.facts["driver"], outcome.facts["option"]) == (name, "prot")
    assert "prot" not in outcome.facts["known"]


@pytest.mark.parametrize("source", ["import no_such_vendor_library", "raise OSError('wrong bitness')", ""])
def test_a_driver_that_cannot_be_loaded_is_a_missing_library(
    source: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = f"vendor_driver_{abs(hash(source))}"
    (tmp_path / f"{name}.py").write_text(source)
    monkeypatch.syspath_prepend(tmp_path)

    outcome = create_driver(a_config(f"{name}:Pad"), foreign=True)

    assert outcome.code is OutcomeCode.LIBRARY_MISSING
    assert outcome.facts["library"] == ("no_such_vendor_library" if "no_such" in source else name)


def test_options_that_a_driver_refuses_are_a_matter_of_configuration(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = "class Pad:\n    def __init__(self, options): self.port = options['port']\n"
    (tmp_path / "picky_driver.py").write_text(source)
    monkeypatch.syspath_prepend(tmp_path)

    assert create_driver(a_config("picky_driver:Pad"), foreign=True).code is OutcomeCode.NOT_CONFIGURED
