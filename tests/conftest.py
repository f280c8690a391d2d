"""What every test gets: two screens without a display, the language and font of the program, and the noise guards."""

from __future__ import annotations

import gc
import os
from collections.abc import Generator, Iterator

import pytest
from hypothesis import settings

from tests.helpers.screens import CONFIGURATION, Screens

# Before the first QApplication. Programs that shall use a display are started with an environment of their own.
os.environ["QT_QPA_PLATFORM"] = f"offscreen:configfile={CONFIGURATION}"
os.environ.pop("QT_STYLE_OVERRIDE", None)

from PySide6.QtCore import QLocale
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QApplication

from app.theme.theme import STYLE_ARGUMENTS
from tests.helpers.noise import ExpectedNoise, listening, marking
from tests.helpers.requirements import requirements_of
from tests.helpers.xvfb import VirtualDisplay, two_screen_display

# A busy machine is slow at any moment; what must be fast is measured by ``make bench``.
settings.register_profile("patient", deadline=None)
settings.load_profile("patient")

_LONGEST = (
    *("tests/packaging", "tests/e2e", "tests/devices", "tests/server", "tests/gui", "tests/integration"),
    *("tests/unit/app/test_one_assessment.py", "tests/unit/hardware/test_pages_whole.py"),
)
"""Where the longest files lie: begun last, one of them would keep a single worker busy while the others have ended."""

_PASSED = pytest.StashKey[bool]()


@pytest.fixture(scope="session")
def qapp_args() -> list[str]:
    """What pytest-qt makes the application with."""
    return ["zonggui-tests", *STYLE_ARGUMENTS]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Remember whether the test itself passed; the guards ask."""
    report = yield
    if call.when == "call":
        item.stash[_PASSED] = report.passed
    return report


def pytest_itemcollected(item: pytest.Item) -> None:
    """Let ``-k IM_6`` choose every test that names IM-6 or a part of it."""
    if item.config.option.keyword and isinstance(item, pytest.Function):
        item.extra_keyword_matches.update(requirements_of(item.function))


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the longest; beyond that the order is as drawn.

    What was loaded stays until the end: Python need not look through it again each time that it collects.
    """
    items.sort(key=_turn)
    gc.collect()
    gc.freeze()


def _turn(item: pytest.Item) -> int:
    return next((turn for turn, folder in enumerate(_LONGEST) if item.nodeid.startswith(folder)), len(_LONGEST))


@pytest.fixture(scope="session", autouse=True)
def nothing_left_running() -> Iterator[None]:
    """The first thing to begin and the last to end: whatever the tests started must be gone by then."""
    with marking() as left_running:
        yield
        assert left_running() == []


@pytest.fixture
def expected_noise() -> ExpectedNoise:
    """Where a test says which noise it expects, and why; see ``tests.helpers.noise``."""
    return ExpectedNoise()


@pytest.fixture(autouse=True)
def silence(request: pytest.FixtureRequest, expected_noise: ExpectedNoise) -> Iterator[None]:
    """Fail the test for noise which it does not expect."""
    with listening(expected_noise) as judge:
        yield
        # A test that failed holds on to its windows and threads through its traceback.
        if request.node.stash.get(_PASSED, False):
            wrong = judge()
            if wrong:
                pytest.fail("\n".join(wrong), pytrace=False)


@pytest.fixture(scope="session")
def qapp(qapp: QApplication) -> QApplication:
    """The application, with the program's language and font."""
    QLocale.setDefault(QLocale("zh_CN"))
    qapp.setFont(QFont(["Noto Sans CJK SC"], 10))
    return qapp


@pytest.fixture
def two_screens(qapp: QApplication) -> Iterator[Screens]:
    """The two screens, to plug and unplug; both are plugged again afterwards."""
    screens = Screens()
    screens.plug_both()
    yield screens
    screens.plug_both()


@pytest.fixture
def xvfb_two_screens() -> Iterator[VirtualDisplay]:
    """An X server of its own with both monitors."""
    with two_screen_display() as display:
        yield display
