"""Catalogues kept by their hash."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.session.loading import load_catalogue
from app.store.catalogues import find_catalogue, has_catalogue, keep_catalogue
from domain.catalogue.parse import parse_catalogue
from tests.helpers.builders import catalogue_data, shipped_catalogue

SHIPPED = shipped_catalogue().sha256


def test_a_catalogue_is_found_again_by_its_hash(tmp_path: Path) -> None:
    assert find_catalogue(tmp_path, SHIPPED) is None

    keep_catalogue(tmp_path, catalogue_data())

    found = find_catalogue(tmp_path, SHIPPED)
    assert found is not None
    assert parse_catalogue(found).sha256 == SHIPPED


def test_a_damaged_one_is_none(tmp_path: Path) -> None:
    keep_catalogue(tmp_path, catalogue_data())
    (file,) = (tmp_path / "catalogues").iterdir()
    file.write_bytes(file.read_bytes()[:-1])

    assert find_catalogue(tmp_path, SHIPPED) is None
    assert not has_catalogue(tmp_path, SHIPPED)


@pytest.mark.parametrize("name", ["", "..", "../accounts/x", "A" * 64, "0" * 63])
def test_what_is_no_hash_names_no_file(tmp_path: Path, name: str) -> None:
    assert not has_catalogue(tmp_path, name)
    assert find_catalogue(tmp_path, name) is None


def test_f1_5_the_programs_own_is_kept_when_the_program_loads_it(tmp_path: Path) -> None:
    """At the start and not at the login, where reading it once more would hold up the window."""
    assert load_catalogue(tmp_path).sha256 == SHIPPED

    assert has_catalogue(tmp_path, SHIPPED)


def test_the_programs_own_is_there_where_nothing_can_be_kept(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("no folder", encoding="utf-8")

    assert load_catalogue(tmp_path / "data").sha256 == SHIPPED
