"""What the client loads before its login window is painted, and what after it on which thread."""

from __future__ import annotations

import re
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QMessageBox

import app.main
from app.arguments import layer, parse
from app.settings import load_settings

_LATE = (
    "app.session",
    "app.sync",
    "domain.papers",
    "app.customer",
    "app.forms",
    "app.visit.visit",
    "domain",
    "pydantic",
)
"""What only matters once somebody can log in."""

_SKIN = (
    "app.clerk",
    "app.customer",
    "app.forms",
    "app.bridge",
    "app.presses",
    "app.printing",
    "app.theme",
    "app.assembly",
    "PySide6",
)
"""What knows Qt."""


def loaded_after(*statements: str) -> list[list[str]]:
    """The modules that a fresh interpreter has after each statement."""
    lines = ["import sys"]
    for statement in statements:
        lines += [statement, "print(*sys.modules)"]
    command = [sys.executable, "-c", "\n".join(lines)]
    shown = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return [line.split() for line in shown.splitlines()]


def test_nothing_behind_the_login_is_loaded_before_it_is_painted() -> None:
    (loaded,) = loaded_after("import app.main")

    assert "app.clerk.login.login_pane" in loaded
    assert [name for name in loaded if name.startswith(_LATE)] == []


def test_the_first_paint_does_without_the_types_that_take_long_to_make() -> None:
    """PySide makes all enumerations of ``Qt`` or a style when the name is first used: 10 ms each, more on an old PC."""
    show = """
        import PySide6.QtCore
        import PySide6.QtWidgets
        from app.clerk.window import ClerkWindow
        from app.theme.theme import themed_application
        def made():
            return "Qt" in vars(PySide6.QtCore), "QStyle" in vars(PySide6.QtWidgets)

        app = themed_application()
        window = ClerkWindow(on_first_paint=lambda: print(*made()) or app.quit())
        window.place()
        app.exec()
        from PySide6.QtCore import Qt
        app.style()
        print(*made())
    """
    command = [sys.executable, "-c", textwrap.dedent(show)]

    shown = subprocess.run(command, check=True, capture_output=True, text=True, timeout=60).stdout.split()

    assert shown == ["False", "False", "True", "True"]


def test_zoom_makes_everything_larger(tmp_path: Path) -> None:
    show = """
        import sys
        import app.main

        def show(workstation):
            print(workstation.window.devicePixelRatioF())
            workstation._app.quit()

        app.main.Workstation._after_first_paint = show
        app.main.main(sys.argv[1:])
    """
    command = [sys.executable, "-c", textwrap.dedent(show), "--zoom", "1.5", "--data", str(tmp_path)]

    shown = subprocess.run(command, check=True, capture_output=True, text=True, timeout=60).stdout

    assert shown.split() == ["1.5"]


def test_without_a_console_a_settings_fault_is_told_in_a_window(
    qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "settings.toml").write_text("zoom = 9\n", encoding="utf-8")
    told: list[str] = []
    monkeypatch.setattr(QMessageBox, "critical", lambda _parent, _title, text: told.append(text))
    monkeypatch.setattr(sys, "stderr", None)

    status = app.main.main(["--settings", str(tmp_path / "settings.toml")])

    assert status == 2
    assert "设置项的值不正确" in told[0]
    assert "zoom" in told[0]


def loading_in(folder: Path) -> str:
    return (
        "from pathlib import Path; from app.session.loading import load_catalogue; "
        f"load_catalogue(Path({str(folder)!r}))"
    )


def test_what_a_lane_loads_knows_no_qt(tmp_path: Path) -> None:
    """On Python 3.11 PySide crashes now and then when another thread than the UI thread makes a type of it."""
    (loaded,) = loaded_after(
        f"{loading_in(tmp_path)}; from app.session.loading import load_for_login; load_for_login()"
    )

    assert {"app.session.session", "requests", "sqlcipher3.dbapi2"} <= set(loaded)
    assert [name for name in loaded if name.startswith(("PySide6", "shiboken6"))] == []


def test_on_the_ui_thread_only_windows_are_left_to_load(tmp_path: Path) -> None:
    before, after = loaded_after(
        f"{loading_in(tmp_path)}; import app.main",
        "import importlib; [importlib.import_module(name) for name in app.main.LATE_MODULES]",
    )

    left = [name for name in after if name not in before and not name.startswith(_SKIN)]
    assert [name for name in left if name.partition(".")[0] not in sys.stdlib_module_names] == []


def test_what_takes_long_to_load_and_is_not_seen_waits_for_the_login_to_be_painted() -> None:
    bare, ours = loaded_after("from PySide6.QtWidgets import QApplication", "import app.main")

    assert {"argparse", "dataclasses", "datetime", "gettext", "locale"} & (set(ours) - set(bare)) == set()


def test_a_command_line_means_the_same_read_at_a_glance_and_by_argparse() -> None:
    plain = ["--data", "/tmp/x", "--server", "http://a", "--server", "http://b", "--zoom", "1.5", "--counter", "1号"]

    read = vars(parse(plain))

    assert read == vars(parse([*plain[:-2], "--counter=1号"]))
    assert read["server"] == ["http://a", "http://b"]
    assert (read["data"], read["zoom"], read["policy"]) == (Path("/tmp/x"), 1.5, None)


@pytest.mark.parametrize(
    "words", [["--zoom", "wide"], ["--data"], ["--dat", "x", "--wrong", "y"], ["--data", "--zoom"]]
)
def test_a_command_line_that_makes_no_sense_is_refused(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        parse(words)

    assert caught.value.code == 2
    assert "请看 zonggui --help" in capsys.readouterr().err


def test_a_second_device_of_a_kind_is_named_on_the_command_line() -> None:
    device = "id_card_reader=id_card_reader.sam_serial,port=COM5,id=备用,host=旧库"

    (given,) = load_settings(arguments=layer(parse(["--device", device]))).devices

    assert (given.id, given.host, given.options) == ("备用", "旧库", {"port": "COM5"})


@pytest.mark.parametrize(("words", "status"), [(["--help"], 0), (["--zoom", "large"], 2), (["--nonsense", "1"], 2)])
def test_the_command_line_is_explained_in_chinese_only(
    words: list[str], status: int, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as caught:
        parse(words)

    said = capsys.readouterr()
    assert caught.value.code == status
    assert not re.search(r"usage|options:|show|error|invalid|unrecognized", said.out + said.err)
    assert ("用法：" if status == 0 else f"参数有误：{words[0]}。") in said.out + said.err
