"""The import rules hold, and each of them bites; what must start fast loads nothing heavy."""

from __future__ import annotations

import configparser
import importlib
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from hardware.drivers.registry import DRIVERS
from tests.helpers.source import ROOT

_PACKAGES = ("app", "hardware", "server", "domain", "resources")

_VIOLATIONS = {
    # contract: a file, and the import that it must not have
    "packages": ("server/probe_main.py", "import app.store.db"),
    "server-devices": ("server/service/probe.py", "import hardware.outcomes"),
    "app": ("app/store/probe.py", "import app.visit.state"),
    "windows": ("app/clerk/probe.py", "import app.store.db"),
    "customer": ("app/customer/probe.py", "import app.visit.visit"),
    "hardware": ("hardware/device.py", "import hardware.client"),
    "drivers": ("hardware/drivers/sam_serial.py", "import hardware.drivers.serial_scanner"),
    "simulators": ("hardware/simulators/probe.py", "import hardware.outcomes"),
    "no-simulator": ("app/visit/probe.py", "import hardware.simulators.cards"),
    "client-drivers": ("app/visit/probe.py", "import hardware.drivers.registry"),
    "server": ("server/storage/probe.py", "import server.http"),
    "domain": ("domain/refusals.py", "import domain.workflow"),
    "qt": ("app/visit/probe.py", "import PySide6.QtCore"),
    "network": ("app/store/probe.py", "import requests"),
    "pure": ("domain/rules.py", "import socket"),
}
_NEW_FOLDERS = ("app/misc", "hardware/misc", "domain/misc", "server/misc")
"""The layer contracts are exhaustive: a new folder must be given its place."""


def _lint(root: Path, *contracts: str) -> subprocess.CompletedProcess[str]:
    chosen = [option for contract in contracts for option in ("--contract", contract)]
    code = "import sys; sys.path.insert(0, '.'); from importlinter.cli import lint_imports_command as c; c()"
    return subprocess.run(
        [sys.executable, "-c", code, "--config", "importlinter.ini", "--no-cache", *chosen],
        cwd=root,
        capture_output=True,
        text=True,
    )


def _names() -> list[str]:
    parser = configparser.ConfigParser()
    parser.read(ROOT / "importlinter.ini", encoding="utf-8")
    return [name.removeprefix("importlinter:contract:") for name in parser.sections() if "contract" in name]


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("tree")
    for package in _PACKAGES:
        shutil.copytree(ROOT / package, root / package, ignore=shutil.ignore_patterns("__pycache__", "scenes", "fonts"))
    shutil.copy(ROOT / "importlinter.ini", root)
    return root


def test_the_import_rules_hold() -> None:
    result = _lint(ROOT)

    assert result.returncode == 0, result.stdout + result.stderr


def test_each_contract_has_its_violation_here() -> None:
    assert set(_names()) == set(_VIOLATIONS)


@pytest.mark.parametrize("contract", _VIOLATIONS)
def test_each_contract_bites(contract: str, copy: Path) -> None:
    name, line = _VIOLATIONS[contract]
    path = copy / name
    before = path.read_text(encoding="utf-8") if path.exists() else None
    path.write_text(f"{before or ''}\n{line}\n", encoding="utf-8")

    result = _lint(copy, contract)

    path.unlink() if before is None else path.write_text(before, encoding="utf-8")
    assert result.returncode == 1, result.stdout + result.stderr
    assert "BROKEN" in result.stdout


@pytest.mark.parametrize("folder", _NEW_FOLDERS)
def test_a_folder_without_a_place_is_refused(folder: str, copy: Path) -> None:
    (copy / folder).mkdir()
    (copy / folder / "__init__.py").touch()

    result = _lint(copy, folder.partition("/")[0])

    shutil.rmtree(copy / folder)
    assert result.returncode != 0
    assert "misc" in result.stdout


@pytest.mark.parametrize(
    ("module", "heavy"),
    [
        ("hardware.client", ("numpy", "cv2", "pydantic", "requests", "keyring", "PySide6", "serial")),
        ("app.visit.visit", ("numpy", "cv2", "pydantic", "requests", "keyring", "PySide6", "serial")),
        ("hardware.host", ("numpy", "cv2", "pydantic", "requests", "keyring", "PySide6")),
    ],
)
def test_a_module_of_the_start_loads_nothing_heavy(module: str, heavy: tuple[str, ...]) -> None:
    code = f"import sys, {module}; print(*(name for name in {heavy!r} if name in sys.modules))"

    result = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)

    assert result.stdout.split() == []


@pytest.mark.parametrize("name", DRIVERS)
def test_each_driver_of_the_table_is_there(name: str) -> None:
    module, _, attribute = DRIVERS[name].partition(":")

    driver = getattr(importlib.import_module(module), attribute)

    assert isinstance(driver, type)
    assert name.partition(".")[0] in {
        "id_card_reader",
        "social_security_card_reader",
        "document_camera",
        "barcode_scanner",
        "signature_pad",
    }
