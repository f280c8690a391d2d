"""What came back: cases returned or refused, decisions that a busy server could not look at."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from app.notices.notice import Notice
from app.session.deciding import Seen
from app.session.state import LineState
from app.store.outbox import EntryState
from app.visit.scene import Done
from app.visit.state import Phase
from domain.business_time import business_day
from domain.cases.values import Act, CaseId, CaseStatus
from domain.catalogue.values import FieldId
from domain.wire.cases import CaseView
from tests.helpers.builders import at
from tests.helpers.central_server import (
    CLERK,
    PASSWORD,
    REVIEWER,
    RunningServer,
)
from tests.helpers.fault_proxy import BUSY, Fault, fault_proxy
from tests.helpers.session_harness import Workplace, a_person, a_workplace
from tests.integration.session_acts import decide, row_of, submitted, tasks


def test_a_returned_case_comes_back_with_its_reason_is_mended_and_approved(
    clerk: Workplace, reviewer: Workplace
) -> None:
    case = submitted(clerk, 2)
    reviewer.login(REVIEWER, PASSWORD)
    assert tasks(reviewer)[case].applicant == "张**"
    told = decide(reviewer, case, Act.RETURN, "户口簿首页不清楚")
    assert isinstance(told, CaseView)

    clerk.session.account.wake()
    clerk.wait_for(lambda: clerk.session.state.returned, "return")
    row = row_of(clerk, case)
    assert (row.status, row.reason) == (CaseStatus.RETURNED, "户口簿首页不清楚")
    assert clerk.session.state.returned == 0

    clerk.session.reopen(row.case)
    assert clerk.visit.state.came_back is not None
    assert "户口簿首页不清楚" in clerk.visit.state.came_back.what
    clerk.visit.form.answer(FieldId("AAE005"), "13900000000")
    assert clerk.visit.phases.go(Phase.READ_BACK)
    clerk.sign_and_submit()
    clerk.wait_for_receipt()
    receipt, scene = clerk.visit.state.receipt, clerk.shown[-1].scene
    assert receipt is not None
    assert isinstance(scene, Done)
    assert receipt.due_on == scene.due_on is not None, "the last page of a mended case tells its limit too"
    assert receipt.due_certain is scene.due_certain
    clerk.wait_for(lambda: case in tasks(reviewer), "second submission")
    view = decide(reviewer, case, Act.APPROVE, seen=3)
    assert isinstance(view, CaseView), view
    assert view.status is CaseStatus.FINISHED


def test_a_step_is_taken_on_the_content_that_was_shown_and_on_no_other(clerk: Workplace, reviewer: Workplace) -> None:
    case = submitted(clerk, 47)
    reviewer.login(REVIEWER, PASSWORD)
    assert reviewer.session.account.lookup is not None
    views: list[CaseView | Notice] = []
    reviewer.session.account.lookup.load_case(CaseId(case), views.append)
    reviewer.wait_for(lambda: views, "the case")
    (view,) = views
    assert isinstance(view, CaseView)

    other = decide(reviewer, case, Act.APPROVE, content="sha256:" + "0" * 64)
    same = decide(reviewer, case, Act.APPROVE, seen=Seen.of(view).steps, content=Seen.of(view).content)

    assert isinstance(other, Notice)
    assert other.code == "case_changed"
    assert isinstance(same, CaseView)
    assert same.status is CaseStatus.FINISHED


def test_im3_an_opinion_that_a_busy_server_could_not_look_at_is_kept_and_goes_out_later(
    server: RunningServer, clerk: Workplace, tmp_path: Path
) -> None:
    case = submitted(clerk, 46)
    with (
        fault_proxy(server.base_url) as proxy,
        a_workplace(tmp_path / "reviewer", proxy.url) as reviewer,
    ):
        reviewer.login(REVIEWER, PASSWORD)
        reviewer.wait_for(lambda: reviewer.session.state.line is LineState.ONLINE, "a round")
        proxy.plan(then=Fault(reply_with=BUSY))
        told = decide(reviewer, case, Act.APPROVE)
        assert isinstance(told, Notice)
        assert told.code == "step_kept"

        proxy.plan()
        reviewer.session.account.wake()
        reviewer.wait_for(lambda: case not in tasks(reviewer), "the opinion at the server")


def test_im3_a_busy_server_lets_a_known_account_in_offline(server: RunningServer, tmp_path: Path) -> None:
    with fault_proxy(server.base_url) as proxy, a_workplace(tmp_path / "clerk", proxy.url) as clerk:
        proxy.plan(then=Fault(reply_with=BUSY))
        clerk.session.account.login(CLERK, PASSWORD)
        assert (clerk.session.state.clerk, clerk.code) == (None, "server_busy")  # a first login needs the server
        proxy.plan()
        clerk.login(CLERK, PASSWORD)
        clerk.session.logout()

        proxy.plan(then=Fault(reply_with=BUSY))
        clerk.login(CLERK, PASSWORD)

        assert clerk.session.state.line is LineState.OFFLINE


def test_a_decision_that_was_kept_and_then_refused_is_told_to_the_reviewer(
    server: RunningServer, clerk: Workplace, tmp_path: Path
) -> None:
    case = submitted(clerk, 48)
    with (
        fault_proxy(server.base_url) as proxy,
        a_workplace(tmp_path / "reviewer", proxy.url) as reviewer,
        a_workplace(tmp_path / "other", server.base_url) as other,
    ):
        reviewer.login(REVIEWER, PASSWORD)
        reviewer.wait_for(lambda: reviewer.session.state.line is LineState.ONLINE, "a round")
        proxy.plan(then=Fault(reply_with=BUSY))
        assert isinstance(decide(reviewer, case, Act.APPROVE), Notice)
        other.login(REVIEWER, PASSWORD)
        assert isinstance(decide(other, case, Act.RETURN, "缺页"), CaseView)

        proxy.plan()
        reviewer.session.account.wake()
        reviewer.wait_for(lambda: reviewer.session.state.notice, "the reason")
        assert reviewer.session.state.notice is not None
        assert reviewer.session.state.notice.what.startswith("刚才保存的办理意见没有被接受")
        reviewer.wait_for(lambda: reviewer.session.state.refused == 0, "an empty tray")


def test_im3_a_case_that_the_server_refused_is_mended_and_takes_the_refused_ones_place(
    clerk: Workplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    clerk.machine_is_off = timedelta(days=1)
    tomorrow = business_day(clerk.time.now()).isoformat()
    monkeypatch.setattr(clerk.time, "hear", lambda _text: None)  # as at a server that does not tell its time
    clerk.login(CLERK, PASSWORD)
    visit = clerk.fill_visit(a_person(44))
    visit.form.answer(FieldId("AAC030"), tomorrow)
    assert visit.phases.go(Phase.READ_BACK)
    clerk.sign_and_submit()
    clerk.wait_for(lambda: visit.state.refused, "refusal")
    assert visit.state.case is not None
    clerk.machine_is_off = timedelta()

    clerk.session.end_and_mend(visit.state.case)
    assert clerk.visit.state.case == visit.state.case
    assert [page.sha256 for page in clerk.visit.state.pages] == [page.sha256 for page in visit.state.pages]
    assert clerk.visit.state.came_back is not None
    assert clerk.visit.state.came_back.code == "form_invalid"
    clerk.visit.form.answer(FieldId("AAC030"), business_day(clerk.time.now()).isoformat())
    clerk.session.end_visit()
    for act in (clerk.session.cases.send_again, clerk.session.cases.take_off):
        act(visit.state.case, lambda: None)
        assert clerk.code == "being_mended"
    assert clerk.session.account.opened is not None
    assert clerk.session.account.opened.store.outbox.counts()[EntryState.REFUSED] == 1
    clerk.session.mend(visit.state.case)  # begun already: goes on where it was
    assert clerk.visit.state.answers[at("AAC030")].value != tomorrow
    assert clerk.visit.phases.go(Phase.READ_BACK)
    clerk.sign_and_submit()

    assert clerk.wait_for_receipt()
    (entry,) = clerk.session.account.opened.store.outbox.entries()
    assert entry.state is EntryState.SENT


def test_im3_a_page_that_is_broken_on_this_machine_is_asked_for_again(clerk: Workplace) -> None:
    clerk.login(CLERK, PASSWORD)
    visit = clerk.fill_visit(a_person(45))
    assert clerk.session.account.opened is not None
    first = clerk.session.account.opened.store.pages.load(visit.state.pages[0].sha256)
    for path in clerk.folder.rglob("*.page"):
        if path.stat().st_size == len(first) + 28:  # nonce and seal
            path.write_bytes(bytes(path.stat().st_size))
            break
    clerk.sign_and_submit()
    clerk.wait_for(lambda: visit.state.refused, "refusal")
    assert visit.state.case is not None
    clerk.machine_is_off = timedelta()

    clerk.session.end_and_mend(visit.state.case)

    assert len(clerk.visit.state.pages) == 1
    assert not clerk.visit.phases.go(Phase.READ_BACK)
    assert clerk.visit.state.notice is not None
    assert clerk.visit.state.notice.code == "materials_missing"
