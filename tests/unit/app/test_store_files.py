"""F23, K8: a file that somebody holds for a moment is written all the same, and new folders are durable."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.notices.faults import FaultCode
from app.store import files
from app.store.faults import StoreFault
from app.store.files import make_folder, move, write_durably


class Scanner:
    """Holds files, as scanners of viruses do, for a number of attempts to rename them."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, attempts: int) -> None:
        self.left = attempts
        self._replace = Path.replace
        monkeypatch.setattr(Path, "replace", lambda path, target: self.rename(path, target))
        monkeypatch.setattr(files, "_RESTS_S", (0.0,) * 5)  # its length is told by another test

    def rename(self, path: Path, target: Path) -> Path:
        if self.left:
            self.left -= 1
            raise PermissionError(13, "in use")
        return self._replace(path, target)


@pytest.mark.parametrize("attempts", [1, 5])
def test_F23_a_rename_that_is_refused_for_a_moment_is_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, attempts: int
) -> None:
    scanner = Scanner(monkeypatch, attempts)

    write_durably(tmp_path / "page", b"bytes")
    scanner.left = attempts
    move(tmp_path / "page", tmp_path / "moved")

    assert (tmp_path / "moved").read_bytes() == b"bytes"


def test_F23_one_that_is_refused_for_good_is_a_fault_and_leaves_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "page").write_bytes(b"old")
    Scanner(monkeypatch, 1000)

    with pytest.raises(StoreFault) as caught:
        write_durably(tmp_path / "page", b"new")

    assert caught.value.code is FaultCode.FOLDER_READ_ONLY
    assert [path.read_bytes() for path in tmp_path.iterdir()] == [b"old"]


def test_F23_it_is_tried_for_a_second_or_two() -> None:
    assert 1.0 <= sum(files._RESTS_S) <= 2.0


def test_K8_the_folder_above_each_new_folder_is_made_durable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    flushed: list[Path] = []
    monkeypatch.setattr(files, "flush_folder", flushed.append)

    make_folder(tmp_path / "a" / "b" / "c")
    make_folder(tmp_path / "a" / "b" / "c")

    assert flushed == [tmp_path, tmp_path / "a", tmp_path / "a" / "b"]
    assert (tmp_path / "a" / "b").stat().st_mode & 0o777 == 0o700
