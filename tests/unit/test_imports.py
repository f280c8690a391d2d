"""The import rules hold, and each of them bites; what must start fast loads nothing heavy."""

from __future__ import annotations

import configparser
import importlib
import subprocess
import sys
from collections.abc import Iterator
from copy import deepcopy

import grimp
import pytest
from importlinter.application.use_cases import _register_contract_types as register_types
from importlinter.application.use_cases import read_user_options
from importlinter.configuration import configure
from importlinter.domain.contract import registry

from hardware.device import Driver
from hardware.table import drivers
from tests.helpers.source import ROOT

_VIOLATIONS = {
    # contract: a module, and what it must not import
    "packages": ("server.probe_main", "app.store.db"),
    "server-devices": ("server.service.probe", "hardware.outcomes"),
    "app": ("app.store.probe", "app.visit.state"),
    "windows": ("app.clerk.probe", "app.store.db"),
    "customer": ("app.customer.probe", "app.visit.visit"),
    "hardware": ("hardware.device", "hardware.client"),
    "drivers": ("hardware.drivers.sam_serial", "hardware.drivers.serial_scanner"),
    "simulators": ("hardware.simulators.probe", "hardware.outcomes"),
    "no-simulator": ("app.visit.probe", "hardware.simulators.cards"),
    "client-drivers": ("app.visit.probe", "hardware.drivers.registry"),
    "server": ("server.storage.probe", "server.http"),
    "domain": ("domain.refusals", "domain.workflow"),
    "qt": ("app.visit.probe", "PySide6"),
    "network": ("app.store.probe", "requests"),
    "pure": ("domain.rules", "socket"),
}
_NEW_FOLDERS = ("app.misc", "hardware.misc", "domain.misc", "server.misc")
"""The layer contracts are exhaustive: a new folder must be given its place."""


class Rules:
    """The contracts and the graph of all imports, read once; each question is asked of a copy of the graph."""

    def __init__(self) -> None:
        configure()
        self._options = read_user_options(config_filename=str(ROOT / "importlinter.ini"))
        register_types(self._options)
        self.graph = grimp.build_graph(*self._options.session_options["root_packages"], include_external_packages=True)

    def broken(self, name: str, *, importer: str = "", imported: str = "", module: str = "") -> bool:
        """Whether the contract is broken, with one more import, or one more module, than there is."""
        graph = deepcopy(self.graph)
        for fresh in {importer, imported, module} - {""} - graph.modules:
            graph.add_module(fresh)
        if importer:
            graph.add_import(importer=importer, imported=imported)
        options = next(one for one in self._options.contracts_options if one["id"] == name)
        contract = registry.get_contract_class(options["type"])(
            name=options["name"], session_options=self._options.session_options, contract_options=options
        )
        return not contract.check(graph, verbose=False).kept


@pytest.fixture(scope="module")
def rules() -> Iterator[Rules]:
    before = list(sys.path)
    sys.path.insert(0, str(ROOT))
    yield Rules()
    sys.path[:] = before


def _names() -> list[str]:
    parser = configparser.ConfigParser()
    parser.read(ROOT / "importlinter.ini", encoding="utf-8")
    return [name.removeprefix("importlinter:contract:") for name in parser.sections() if "contract" in name]


@pytest.mark.parametrize("contract", _names())
def test_the_import_rules_hold(contract: str, rules: Rules) -> None:
    assert not rules.broken(contract)


def test_each_contract_has_its_violation_here() -> None:
    assert set(_names()) == set(_VIOLATIONS)


@pytest.mark.parametrize("contract", _VIOLATIONS)
def test_each_contract_bites(contract: str, rules: Rules) -> None:
    importer, imported = _VIOLATIONS[contract]

    assert rules.broken(contract, importer=importer, imported=imported)


@pytest.mark.parametrize(
    "module", sorted(path.stem for path in (ROOT / "app" / "visit").glob("*.py") if path.stem != "__init__")
)
def test_3_the_customers_screen_may_import_scenes_and_nothing_else_of_the_visit(module: str, rules: Rules) -> None:
    broken = rules.broken("customer", importer="app.customer.window", imported=f"app.visit.{module}")

    assert broken == (module != "scene")


@pytest.mark.parametrize("above", ["store.faults", "sync.reply", "visit.state", "session.state", "theme.theme"])
def test_9_notices_and_faults_lie_below_all_else_of_the_client(above: str, rules: Rules) -> None:
    assert rules.broken("app", importer="app.notices.texts", imported=f"app.{above}")


@pytest.mark.parametrize(
    ("contract", "imported"),
    [("qt", "PySide6"), ("network", "requests"), ("windows", "app.store.db"), ("app", "app.clerk.review.duty")],
)
def test_7_the_review_knows_no_window_no_disk_and_no_line(contract: str, imported: str, rules: Rules) -> None:
    assert rules.broken(contract, importer="app.review.probe", imported=imported)


@pytest.mark.parametrize("folder", _NEW_FOLDERS)
def test_a_folder_without_a_place_is_refused(folder: str, rules: Rules) -> None:
    assert rules.broken(folder.partition(".")[0], module=folder)


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


@pytest.mark.parametrize("name", drivers())
def test_each_driver_of_the_table_is_there(name: str) -> None:
    module, _, attribute = drivers()[name].partition(":")

    driver = getattr(importlib.import_module(module), attribute)

    assert isinstance(driver, type)
    assert issubclass(driver, Driver)
