"""What commit 5798e1d left at a counter and at a server is taken over, or set aside with a word; nothing is lost.

``tests/golden/store-5798e1d.tar.gz`` was made by running that commit: its counter and its server, with the practice
accounts. ``names.json`` says which case and which visit is which.
"""

from __future__ import annotations

import json
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from app.session.state import CaseRow, LineState
from app.visit.state import Phase, VisitState
from domain.cases.values import Act, CaseId, CaseStatus
from domain.catalogue.values import MaterialId
from domain.wire.cases import CaseView
from tests.helpers.builders import NAME, at
from tests.helpers.central_server import CLERK, PASSWORD, REVIEWER, running_server
from tests.helpers.session_harness import Workplace, a_workplace
from tests.integration.session_acts import decide, row_of

GOLDEN = Path(__file__).parents[1] / "golden" / "store-5798e1d.tar.gz"
NOBODY_ANSWERS = "http://127.0.0.1:9"
MT02 = MaterialId("MT02")


@dataclass(frozen=True, kw_only=True)
class Older:
    """The folders as they were left, and the ids of what lies in them."""

    folder: Path
    names: dict[str, str]


@pytest.fixture
def older(tmp_path: Path) -> Older:
    with tarfile.open(GOLDEN) as archive:
        archive.extractall(tmp_path)  # our own: its names are plain
    return Older(folder=tmp_path, names=json.loads((tmp_path / "names.json").read_text()))


@pytest.fixture
def offline(older: Older) -> Iterator[Workplace]:
    with a_workplace(older.folder / "clerk", NOBODY_ANSWERS) as clerk:
        clerk.login(CLERK, PASSWORD)
        yield clerk


def resumed(clerk: Workplace, visit: str) -> VisitState:
    clerk.session.resume(visit)
    return clerk.visit.state


def row(clerk: Workplace, older: Older, name: str) -> CaseRow:
    return row_of(clerk, older.names[name])


def test_a_draft_is_taken_up_where_it_was(older: Older, offline: Workplace) -> None:
    assert len(offline.session.state.drafts) == 2
    assert all("无法读取" not in row.module_name for row in offline.session.state.drafts)

    state = resumed(offline, older.names["draft"])

    assert (state.phase, state.answers[at("AAE005")].value) == (Phase.FORM, "13800000005")
    assert [page.material for page in state.pages] == [MT02]


def test_a_draft_that_was_signed_asks_for_confirmation_and_signature_again(older: Older, offline: Workplace) -> None:
    state = resumed(offline, older.names["signed"])

    assert (state.phase, state.signature, state.digest) == (Phase.MATERIALS, None, "")
    assert state.came_back is not None
    assert "重新核对并签名" in state.came_back.what
    assert offline.visit.phases.go(Phase.READ_BACK)


def test_every_case_stands_in_the_list_as_it_was(older: Older, offline: Workplace) -> None:
    assert (row(offline, older, "returned").status, row(offline, older, "returned").reason) == (
        CaseStatus.RETURNED,
        "户口簿首页不清楚",
    )
    refused = row(offline, older, "refused").refused
    assert refused is not None
    assert "已有有效的参保记录" in refused.what
    assert row(offline, older, "waiting").waiting


def test_a_refused_case_waits_for_the_catalogue_that_it_was_made_with(older: Older, offline: Workplace) -> None:
    offline.session.mend(CaseId(older.names["refused"]))

    assert (offline.session.visit, offline.code) == (None, "no_network")
    assert row(offline, older, "refused").refused is not None


def test_a_refused_case_is_mended_with_all_that_it_held(older: Older) -> None:
    with (
        running_server(older.folder / "server") as server,
        a_workplace(older.folder / "clerk", server.base_url) as clerk,
    ):
        clerk.login(CLERK, PASSWORD)
        clerk.session.mend(CaseId(older.names["refused"]))

        state = clerk.visit.state
        assert (state.phase, state.answers[at("AAC003")].value, len(state.pages)) == (Phase.FORM, NAME, 2)
        assert clerk.visit.tools.catalogue.sha256 == state.catalogue_sha256 != clerk.session.tools.catalogue.sha256
        assert state.identity is not None
        assert state.identity.name == NAME


def test_at_the_new_server_the_waiting_case_is_signed_anew_and_the_returned_one_mended(older: Older) -> None:
    with (
        running_server(older.folder / "server") as server,
        a_workplace(older.folder / "clerk", server.base_url) as clerk,
        a_workplace(older.folder / "reviewer", server.base_url) as reviewer,
    ):
        clerk.login(CLERK, PASSWORD)
        clerk.wait_for(lambda: clerk.session.state.line is LineState.ONLINE, "line")
        clerk.wait_for(lambda: row(clerk, older, "waiting").refused is not None, "word about the waiting case")
        refused = row(clerk, older, "waiting").refused
        assert refused is not None
        assert "重新核对并签名" in refused.next

        clerk.session.mend(CaseId(older.names["waiting"]))
        assert clerk.visit.phases.go(Phase.READ_BACK), clerk.visit.state.notice
        clerk.sign_and_submit()
        assert clerk.wait_for_receipt()
        clerk.session.end_visit()

        clerk.session.reopen(CaseId(older.names["returned"]))
        assert clerk.visit.state.came_back is not None
        assert "户口簿首页不清楚" in clerk.visit.state.came_back.what
        assert clerk.visit.phases.go(Phase.READ_BACK), clerk.visit.state.notice
        clerk.sign_and_submit()
        clerk.wait_for(lambda: row(clerk, older, "returned").status is CaseStatus.IN_REVIEW, "second submission")

        reviewer.login(REVIEWER, PASSWORD)
        approved = decide(reviewer, older.names["review"], Act.APPROVE)
        assert isinstance(approved, CaseView), approved
        assert (approved.applicant, approved.content.version, approved.status) == (NAME, 1, CaseStatus.FINISHED)
