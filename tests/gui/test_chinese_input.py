"""Chinese through a real fcitx5, typed with real keys into a field of the program (F7)."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

from app.input_method import reach_input_method
from tests.helpers.xvfb import two_screen_display

PATIENCE_S = 90.0
LOOK_S = 0.2
PROFILE = """[Groups/0]
Name=Default
Default Layout=us
DefaultIM=pinyin

[Groups/0/Items/0]
Name=pinyin
Layout=

[GroupOrder]
0=Default
"""
THROUGH_IBUS = {"QT_IM_MODULE": "ibus", "IBUS_USE_PORTAL": "1"}


@pytest.mark.parametrize(
    ("environment", "plugins", "after"),
    [
        ({"QT_IM_MODULE": "fcitx"}, ["libibus.so"], THROUGH_IBUS),
        ({"QT_IM_MODULE": "fcitx5"}, [], THROUGH_IBUS),
        ({"XMODIFIERS": "@im=fcitx"}, [], {"XMODIFIERS": "@im=fcitx", **THROUGH_IBUS}),
        ({"QT_IM_MODULES": "wayland;fcitx", "QT_IM_MODULE": "fcitx"}, [], THROUGH_IBUS),
        ({"QT_IM_MODULE": "fcitx"}, ["libfcitx5platforminputcontextplugin.so"], {"QT_IM_MODULE": "fcitx"}),
        ({"QT_IM_MODULE": "ibus", "XMODIFIERS": "@im=fcitx"}, [], {"QT_IM_MODULE": "ibus", "XMODIFIERS": "@im=fcitx"}),
        ({}, [], {}),
    ],
)
def test_F7_only_fcitx_without_a_plug_in_goes_by_way_of_ibus(
    environment: dict[str, str], plugins: list[str], after: dict[str, str], tmp_path: Path
) -> None:
    (tmp_path / "platforminputcontexts").mkdir()
    for name in plugins:
        (tmp_path / "platforminputcontexts" / name).touch()

    reach_input_method(environment, tmp_path)

    assert environment == after


@contextmanager
def program(command: list[str], environment: Mapping[str, str]) -> Iterator[subprocess.Popen[str]]:
    """A program that is ended by closing its input or, where it does not read any, by a signal."""
    started = subprocess.Popen(
        command,
        env=dict(environment),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert started.stdin is not None
    assert started.stdout is not None
    try:
        yield started
    finally:
        started.stdin.close()
        started.terminate()
        started.wait(PATIENCE_S)
        started.stdout.close()


def wait_until(what: str, seen: Callable[[], bool]) -> None:
    """Wait for a condition."""
    deadline = time.monotonic() + PATIENCE_S
    while not seen():
        assert time.monotonic() < deadline, what
        time.sleep(LOOK_S)


def has_owner(name: str, environment: Mapping[str, str]) -> bool:
    """Whether somebody answers under this name on the session's bus."""
    command = ["dbus-send", "--session", "--print-reply", "--dest=org.freedesktop.DBus", "/"]
    asked = [*command, "org.freedesktop.DBus.NameHasOwner", f"string:{name}"]
    done = subprocess.run(asked, env=dict(environment), capture_output=True, text=True, check=False)
    return "boolean true" in done.stdout


@pytest.fixture
def session(tmp_path: Path) -> Iterator[dict[str, str]]:
    """The environment of a session with fcitx5 and pinyin, as UOS and Kylin set it."""
    (tmp_path / ".config" / "fcitx5").mkdir(parents=True)
    (tmp_path / ".config" / "fcitx5" / "profile").write_text(PROFILE, encoding="utf-8")
    (tmp_path / "run").mkdir(mode=0o700)
    with two_screen_display() as display:
        environment = {
            **display.environment,
            "HOME": str(tmp_path),
            "XDG_CONFIG_HOME": str(tmp_path / ".config"),
            "XDG_RUNTIME_DIR": str(tmp_path / "run"),
            "DBUS_SESSION_BUS_ADDRESS": f"unix:path={tmp_path}/bus",
            "QT_IM_MODULE": "fcitx",
            "XMODIFIERS": "@im=fcitx",
            "PATH": os.environ["PATH"],
        }
        bus = ["dbus-daemon", "--session", "--nofork", "--nopidfile", f"--address=unix:path={tmp_path}/bus"]
        fcitx = ["fcitx5", "--disable=wayland,waylandim,notifications,notificationitem,kimpanel"]
        with program(bus, environment):
            wait_until("a bus", (tmp_path / "bus").exists)
            with program(fcitx, environment):
                wait_until("fcitx5 as IBus", lambda: has_owner("org.freedesktop.portal.IBus", environment))
                yield environment


@pytest.mark.timeout(300)
def test_F7_pinyin_of_fcitx5_is_typed_into_a_field(session: dict[str, str]) -> None:
    values: list[str] = []
    with program([sys.executable, "-m", "tests.gui.typing_program"], session) as window:

        def listen() -> None:
            assert window.stdout is not None
            values.extend(line.strip() for line in window.stdout)

        reader = threading.Thread(target=listen)

        def type_it() -> bool:
            """Keys that come before the input method listens arrive as letters; they are typed again."""
            keys = ["key", "--delay", "120", "ctrl+a", "BackSpace", "n", "i", "h", "a", "o", "space"]
            subprocess.run(["xdotool", "mousemove", "100", "40", "click", "1", *keys], env=session, check=True)
            return "value 你好" in values

        reader.start()
        wait_until("the window", lambda: "up" in values)
        wait_until("你好", type_it)
    reader.join(PATIENCE_S)

    assert "value 你好" in values
