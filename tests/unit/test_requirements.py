"""Tests are chosen by the requirement that they name: in their name, in a comment, or at the head of their file."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.gui import test_login_again
from tests.helpers.requirements import requirements_of
from tests.helpers.source import ROOT
from tests.server import test_roles


def marked_beside() -> None:  # ZZ-1, ZZ-2b
    pass


# ZZ-3
@pytest.mark.timeout(9)
@given(st.none())
def marked_above(_: None) -> None:
    pass


def not_marked() -> None:
    pass


def test_the_ids_in_a_comment_count() -> None:
    assert requirements_of(marked_beside) == {"ZZ_1", "ZZ_2b"}
    assert requirements_of(marked_above) == {"ZZ_3"}
    assert requirements_of(not_marked) == set()


def test_the_ids_at_the_head_of_a_file_count_for_each_of_its_tests() -> None:
    tests = [value for name, value in vars(test_login_again).items() if name.startswith("test_")]

    assert tests
    assert all({"IM_1", "IM_9"} <= requirements_of(test) for test in tests)


def test_k_chooses_by_requirement() -> None:
    command = [sys.executable, "-m", "pytest", "--collect-only", "-q", "-p", "no:cacheprovider", "-k", "IM_6"]

    said = subprocess.run([*command, test_roles.__file__], cwd=ROOT, capture_output=True, text=True, check=True).stdout

    assert "test_role_matrix" in said
    assert "test_roles_are_counted_over_all_accounts_of_a_person" in said
    assert "test_a_page_can_be_read_only_through_its_case" not in said
