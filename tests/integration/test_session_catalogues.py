"""A case is mended with the catalogue that it was made with, also after the program came with another one."""

from __future__ import annotations

from pathlib import Path

from app.session.loading import load_catalogue
from app.visit.state import Phase
from domain.catalogue.parse import parse_catalogue
from domain.catalogue.values import Catalogue, FieldId
from domain.wire.cases import CaseView
from tests.helpers.builders import catalogue_data, shipped_catalogue
from tests.helpers.central_server import CLERK, PASSWORD, RunningServer
from tests.helpers.session_harness import Workplace, a_workplace
from tests.integration.session_acts import returned, row_of

OLD = shipped_catalogue()


def of_the_next_program() -> Catalogue:
    return parse_catalogue(catalogue_data() | {"version": "2027.01-1"})


def updated(workplace: Workplace) -> None:
    """The program was replaced by its next version."""
    object.__setattr__(workplace.session.tools, "catalogue", of_the_next_program())
    workplace.login(CLERK, PASSWORD)


def mend(clerk: Workplace, case: str) -> None:
    clerk.session.reopen(row_of(clerk, case).case)
    assert clerk.visit.tools.catalogue.sha256 == OLD.sha256
    clerk.visit.form.answer(FieldId("AAE005"), "13900000000")
    assert clerk.visit.phases.go(Phase.READ_BACK)
    clerk.sign_and_submit()


def test_f1_5_a_returned_case_opens_with_the_catalogue_that_it_was_made_with(
    server: RunningServer, reviewer: Workplace, tmp_path: Path
) -> None:
    load_catalogue(tmp_path / "clerk")  # as at the program's start
    with a_workplace(tmp_path / "clerk", server.base_url) as clerk:
        case = returned(clerk, reviewer, 70)
    kept = tmp_path / "clerk" / "catalogues" / f"{OLD.sha256}.json"
    assert kept.exists()

    with a_workplace(tmp_path / "clerk", server.base_url) as clerk:
        updated(clerk)
        mend(clerk, case)
        clerk.wait_for_receipt()
        view: list[object] = []
        assert clerk.session.account.lookup is not None
        clerk.session.account.lookup.load_case(row_of(clerk, case).case, view.append)
        assert isinstance(view[0], CaseView)
        assert view[0].content.catalogue_sha256 == OLD.sha256


def test_f1_5_a_catalogue_that_is_not_kept_or_damaged_comes_from_the_server(
    server: RunningServer, reviewer: Workplace, tmp_path: Path
) -> None:
    load_catalogue(tmp_path / "clerk")  # as at the program's start
    with a_workplace(tmp_path / "clerk", server.base_url) as clerk:
        case = returned(clerk, reviewer, 71)
    kept = tmp_path / "clerk" / "catalogues" / f"{OLD.sha256}.json"
    kept.write_bytes(kept.read_bytes().replace(b"2026", b"2O26"))

    with a_workplace(tmp_path / "clerk", server.base_url) as clerk:
        updated(clerk)
        mend(clerk, case)
        clerk.wait_for_receipt()

    assert b"2O26" not in kept.read_bytes()
