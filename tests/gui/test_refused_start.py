"""U15: why the program does not start is said in a window, where nobody reads what it prints."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QMessageBox

from app import main


@pytest.fixture
def boxes(qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The texts of the windows that were shown."""
    told: list[str] = []
    monkeypatch.setattr(QMessageBox, "critical", lambda _parent, _title, text: told.append(text))
    return told


def test_U15_a_wrong_settings_file_is_told_in_a_window(
    boxes: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = tmp_path / "zonggui.toml"
    settings.write_text("countre = 3", encoding="utf-8")

    assert main.main(["--settings", str(settings)]) == 2

    (told,) = boxes
    assert "countre" in told
    assert "zonggui.toml" in told
    assert "countre" in capsys.readouterr().err


def test_U15_without_any_display_it_is_printed_only(
    boxes: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)

    assert main.main(["--settings", str(tmp_path / "none.toml")]) == 2

    assert boxes == []
    assert "none.toml" in capsys.readouterr().err
