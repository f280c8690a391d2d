"""A visit with two businesses at the real central server: one signature, two receipts, each goes its own way."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.notices.notice import Notice
from app.visit.package import works_of
from app.visit.scene import ReadBack, Scene, Sign
from app.visit.state import CaseWork, Phase
from domain.business_time import business_day
from domain.cases.values import Act, CaseId, CaseStatus, content_digest
from domain.catalogue.values import MaterialId, ModuleId
from domain.forms.answers import RowId
from domain.wire.cases import CaseView
from tests.helpers.builders import M01, a_card, m01_answers
from tests.helpers.central_server import CLERK, PASSWORD, REVIEWER, RunningServer, running_server
from tests.helpers.heirs import HEIRS, T01, heir, heirs_catalogue, heirs_data
from tests.helpers.session_harness import Workplace, a_person, a_workplace
from tests.integration.session_acts import decide, row_of, tasks


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    with running_server(tmp_path_factory.mktemp("server"), catalogue=heirs_data()) as running:
        yield running


@pytest.fixture
def clerk(server: RunningServer, tmp_path: Path) -> Iterator[Workplace]:
    with a_workplace(tmp_path / "clerk", server.base_url, heirs_catalogue()) as workplace:
        workplace.login(CLERK, PASSWORD)
        yield workplace


@pytest.fixture
def reviewer(server: RunningServer, tmp_path: Path) -> Iterator[Workplace]:
    with a_workplace(tmp_path / "reviewer", server.base_url, heirs_catalogue()) as workplace:
        workplace.login(REVIEWER, PASSWORD)
        yield workplace


def two_read_back(clerk: Workplace, number: str) -> None:
    """Card, M01, T01 with one heir beside it, the two pages that both ask for, up to the read-back."""
    visit = clerk.session.new_visit()
    assert visit is not None
    visit.identifying.take_card(a_card(number))
    visit.choosing.choose(M01)
    today = business_day(datetime.now(UTC)).isoformat()
    for answer in m01_answers(number, AAC030=today).values():
        visit.form.answer(answer.field, answer.value)
    visit.choosing.add(T01)
    visit.form.add_row(HEIRS)
    (row,) = visit.state.answers.rows_of(HEIRS)
    for answer in heir("", 1, "100"):
        visit.form.answer(answer.field, answer.value, RowId(row))
    assert visit.phases.go(Phase.MATERIALS), (visit.state.notice, visit.state.findings)
    for pages in (1, 2):
        visit.pages.take(MaterialId("MT02"))
        clerk.wait_for(lambda: len(visit.state.pages) == pages, "page")  # noqa: B023 - waited for at once
    assert visit.phases.go(Phase.READ_BACK), (visit.state.notice, visit.state.findings)


def submit(clerk: Workplace) -> dict[ModuleId, CaseWork]:
    """Signed and submitted; what the server said of each."""
    clerk.sign_and_submit()
    visit = clerk.visit

    def told() -> bool:
        return all(work.refused or (work.receipt and work.receipt.receipt_no) for work in works_of(visit.state))

    clerk.wait_for(told, "a word on each case")
    return {work.module: work for work in works_of(visit.state)}


def case_of(workplace: Workplace, case: CaseId) -> CaseView:
    """The case as the server has it."""
    lookup = workplace.session.account.lookup
    assert lookup is not None
    answers: list[CaseView | Notice] = []
    lookup.load_case(case, answers.append)
    (view,) = answers
    assert isinstance(view, CaseView), view
    return view


def receipt_no(work: CaseWork) -> str:
    assert work.receipt is not None
    return work.receipt.receipt_no


def shown(clerk: Workplace, kind: type[Scene], visit: str) -> int:
    """How often the applicant was shown such a Scene in this visit, one with the same words once."""
    return len({scene.scene for scene in clerk.shown if isinstance(scene.scene, kind) and scene.visit == visit})


def test_1_package_one_signature_two_receipts_and_a_return_that_does_not_touch_the_other(
    clerk: Workplace, reviewer: Workplace
) -> None:
    two_read_back(clerk, a_person(1))
    works = submit(clerk)
    visit = clerk.visit.state.visit
    clerk.session.end_visit()
    first, second = works[M01].case, works[T01].case
    views = {case: case_of(reviewer, case) for case in (first, second)}

    assert receipt_no(works[M01]) != receipt_no(works[T01])
    assert (shown(clerk, ReadBack, visit), shown(clerk, Sign, visit)) == (1, 1)
    digests = tuple(sorted(content_digest(view.content) for view in views.values()))
    assert [view.content.signature and view.content.signature.digests for view in views.values()] == [digests] * 2
    assert {view.content.package for view in views.values()} == {visit}
    pages = [[page.sha256 for page in view.content.pages] for view in views.values()]
    assert pages[0] == pages[1], "taken once"
    assert {first, second} <= set(tasks(reviewer)), "each is a task of its own"

    assert isinstance(decide(reviewer, second, Act.RETURN, "份额请再核"), CaseView)
    done = decide(reviewer, first, Act.APPROVE, content=content_digest(views[first].content))
    assert isinstance(done, CaseView)
    assert (done.status, case_of(reviewer, second).status) == (CaseStatus.FINISHED, CaseStatus.RETURNED)

    clerk.session.account.wake()
    clerk.wait_for(lambda: row_of(clerk, second).status is CaseStatus.RETURNED, "the return is known")
    clerk.session.reopen(second)
    clerk.wait_for(lambda: clerk.session.visit is not None, "the case to be mended")
    assert (clerk.visit.state.module, clerk.visit.state.others) == (T01, ())
    assert clerk.visit.phases.go(Phase.READ_BACK), (clerk.visit.state.notice, clerk.visit.state.findings)
    again = submit(clerk)[T01]

    assert receipt_no(again) == receipt_no(works[T01])
    mended = case_of(reviewer, second)
    assert (mended.status, mended.content.package) == (CaseStatus.IN_REVIEW, visit)
    now = case_of(reviewer, first)
    assert [step.act for step in now.steps] == [Act.ACCEPT, Act.APPROVE], "the other went its way"
    assert now.content == views[first].content
    last = decide(reviewer, second, Act.APPROVE, seen=3, content=content_digest(mended.content))
    assert isinstance(last, CaseView)
    assert last.status is CaseStatus.FINISHED


def test_1_package_what_the_server_refuses_of_it_lies_in_the_tray_and_the_rest_is_accepted(
    clerk: Workplace, reviewer: Workplace
) -> None:
    number = a_person(2)
    clerk.fill_visit(number)
    clerk.sign_and_submit()
    clerk.wait_for_receipt()
    before = clerk.visit.state.case
    assert before is not None
    clerk.session.end_visit()
    content = case_of(reviewer, before).content
    assert isinstance(decide(reviewer, before, Act.APPROVE, content=content_digest(content)), CaseView)

    two_read_back(clerk, number)
    works = submit(clerk)

    assert (works[M01].refused, works[T01].refused) == (True, False), "insured already; that is no matter to T01"
    assert receipt_no(works[T01])
    assert (clerk.visit.state.case, clerk.visit.state.refused) == (works[M01].case, True), "it needs the clerk"
    refused = works[M01].case
    clerk.session.end_and_mend(refused)
    clerk.wait_for(lambda: clerk.session.visit is not None, "the refused case to be mended")
    assert (clerk.visit.state.module, clerk.visit.state.others) == (M01, ())
    assert len(clerk.visit.state.pages) == 2, "with pages of its own"
    clerk.session.discard_visit()
    assert case_of(reviewer, works[T01].case).status is CaseStatus.IN_REVIEW
