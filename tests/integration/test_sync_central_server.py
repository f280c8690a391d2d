"""Store, line and loop against the real central server as a process of its own."""

from __future__ import annotations

import dataclasses
import hashlib
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

import pytest

from app.notices.faults import FaultCode
from app.store.outbox import EntryKind, EntryState, OutboxEntry
from app.store.store import Store
from app.sync.calls.blobs import get_blob
from app.sync.calls.cases import get_case
from app.sync.calls.catalogue import get_catalogue, knows_catalogue
from app.sync.calls.lists import list_tasks
from app.sync.calls.login import log_in, log_out
from app.sync.report import SyncState
from domain.cases.values import (
    Act,
    CaseContent,
    CaseId,
    CaseStatus,
    SignatureRef,
    StepId,
    content_digest,
)
from domain.catalogue.parse import parse_catalogue
from domain.catalogue.values import FieldId, ModuleId
from domain.forms.answers import Answer, ApplicantKind
from domain.identity import check_digit
from domain.refusals import Refusal, RefusalCode
from domain.wire.cases import CaseView, SubmitCase, TakeStep
from domain.wire.codec import dump
from domain.wire.login import LoginReply
from tests.helpers.central_server import CLERK, PASSWORD, REVIEWER, RunningServer, running_server
from tests.helpers.fault_proxy import Fault, fault_proxy
from tests.helpers.pictures import a_png, some_ink
from tests.integration.builders import Counter, a_counter, a_page, code_of
from tests.server.world import a_page as a_page_ref
from tests.server.world import m01_answers, shown

T = TypeVar("T")
PNG, STROKES = a_png(), some_ink()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    with running_server(tmp_path_factory.mktemp("server")) as running:
        yield running


def good(value: T | Refusal) -> T:
    assert not isinstance(value, Refusal), value
    return value


def logged_in(counter: Counter, user: str = CLERK) -> LoginReply:
    reply = good(log_in(counter.line, user, PASSWORD))
    counter.loop.set_token(reply.token)
    return reply


def an_id_number(number: int) -> str:
    """A woman born on 5 November 1971; a person registers only once, so every test takes another one."""
    first_17 = f"15999919711105{number * 2:03}"
    return first_17 + check_digit(first_17)


def content_of(store: Store, case: CaseId, catalogue_sha256: str, number: int) -> CaseContent:
    pages = [a_page(number * 10 + place) for place in (1, 2)]
    answers = m01_answers() | {"AAC002": an_id_number(number)}
    content = CaseContent(
        module=ModuleId("M01"),
        catalogue_sha256=catalogue_sha256,
        applicant_kind=ApplicantKind.SELF,
        identities=shown(answers["AAC002"], answers["AAC003"]),
        answers=tuple(Answer(field=FieldId(name), value=value) for name, value in answers.items()),
        pages=tuple(
            dataclasses.replace(a_page_ref(place, page), sha256=store.pages.save(case, page))
            for place, page in enumerate(pages, start=1)
        ),
    )
    signature = SignatureRef(
        png_sha256=store.pages.save(case, PNG),
        strokes_sha256=store.pages.save(case, STROKES),
        digests=(content_digest(content),),
        signed_at=datetime.now(UTC),
    )
    return dataclasses.replace(content, signature=signature)


def assert_nothing_in_clear(folder: Path) -> None:
    """No name, number, address, picture or token in any file that the client wrote."""
    answers = m01_answers()
    clear = [answers[name].encode() for name in ("AAC003", "AAC010", "AAE005")] + [an_id_number(1).encode()]
    for path in (path for path in folder.rglob("*") if path.is_file()):
        content = path.read_bytes()
        for secret in [*clear, b"\xff\xd8\xff\xe0", b"\x89PNG", "户口簿".encode()]:
            assert secret not in content, path.name


def enqueue_submit(counter: Counter, login: LoginReply, number: int = 1) -> CaseId:
    case, step = CaseId(str(uuid.uuid4())), StepId(str(uuid.uuid4()))
    content = content_of(counter.store, case, login.catalogue_sha256, number)
    body = dump(SubmitCase(case=case, step=step, made_at=datetime.now(UTC), content=content))
    entry = OutboxEntry(
        step=step,
        kind=EntryKind.SUBMIT,
        case=case,
        body=body,
        blobs=content.blobs,
        visit=f"visit-{number}",
        module=content.module,
        applicant="张**",
    )
    counter.store.enqueue(entry, drop_draft=None)
    return case


def enqueue_step(
    counter: Counter, seen: CaseView, act: Act, *, opinion: str = "", content: CaseContent | None = None
) -> None:
    step = StepId(str(uuid.uuid4()))
    take = TakeStep(
        step=step,
        act=act,
        seen_steps=len(seen.steps),
        opinion=opinion,
        made_at=datetime.now(UTC),
        content=content,
    )
    blobs = content.blobs if content else ()
    entry = OutboxEntry(step=step, kind=EntryKind.STEP, case=seen.case, body=dump(take), blobs=blobs)
    counter.store.enqueue(entry, drop_draft=None)


def test_a_case_goes_out_comes_back_goes_out_again_and_is_finished(server: RunningServer, tmp_path: Path) -> None:
    with (
        a_counter(tmp_path / "clerk", server.base_url, token=None) as clerk,
        a_counter(tmp_path / "reviewer", server.base_url, token=None) as reviewer,
    ):
        login = logged_in(clerk)
        logged_in(reviewer, REVIEWER)
        case = enqueue_submit(clerk, login)
        accepted = clerk.rounds()
        assert [event.case for event in accepted.receipts] == [case], accepted
        assert accepted.receipts[0].receipt_no

        assert case in [line.case for line in good(list_tasks(reviewer.line)).cases]
        seen = good(get_case(reviewer.line, case))
        page = seen.content.pages[0]
        assert hashlib.sha256(good(get_blob(reviewer.line, case, page.sha256))).hexdigest() == page.sha256
        enqueue_step(reviewer, seen, Act.RETURN, opinion="户口簿首页不清楚")
        assert reviewer.rounds().waiting == 0

        returned = clerk.rounds()
        told = [(change.status, change.reason) for change in returned.changes if change.case == case]
        assert told[-1] == (CaseStatus.RETURNED, "户口簿首页不清楚")
        (row,) = [row for row in clerk.store.cases() if row.case == case]
        assert (row.status, row.reason) == (CaseStatus.RETURNED, "户口簿首页不清楚")

        corrected = content_of(clerk.store, case, login.catalogue_sha256, 1)
        enqueue_step(clerk, good(get_case(clerk.line, case)), Act.RESUBMIT, content=corrected)
        assert clerk.rounds().waiting == 0
        enqueue_step(reviewer, good(get_case(reviewer.line, case)), Act.APPROVE, opinion="同意")
        done = reviewer.rounds()
        assert (done.waiting, done.refused) == (0, 0)

        clerk.rounds()
        (row,) = [row for row in clerk.store.cases() if row.case == case]
        assert row.status is CaseStatus.FINISHED
        assert row.sending is None
        for folder in (tmp_path / "clerk", tmp_path / "reviewer"):
            assert_nothing_in_clear(folder)


def test_the_clerk_cannot_approve_and_the_reason_stays_in_the_tray(server: RunningServer, tmp_path: Path) -> None:
    with a_counter(tmp_path, server.base_url, token=None) as clerk:
        case = enqueue_submit(clerk, logged_in(clerk), 3)
        clerk.rounds()
        enqueue_step(clerk, good(get_case(clerk.line, case)), Act.APPROVE)

        report = clerk.rounds()

        assert (report.waiting, report.refused) == (0, 1)
        refusal = clerk.store.outbox.entries()[-1].refusal
        assert refusal is not None
        assert refusal.code in (RefusalCode.NOT_ALLOWED, RefusalCode.SAME_PERSON, RefusalCode.WRONG_OFFICE)


def test_bad_input_a_wrong_password_and_a_stale_token_are_refusals(server: RunningServer, tmp_path: Path) -> None:
    with a_counter(tmp_path, server.base_url, token="stale") as clerk:
        wrong = log_in(clerk.line, CLERK, "wrong")
        assert isinstance(wrong, Refusal)
        assert wrong.code is RefusalCode.LOGIN_WRONG
        login = good(log_in(clerk.line, CLERK, PASSWORD))
        enqueue_submit(clerk, login, 4)

        assert clerk.rounds().state is SyncState.LOGIN_NEEDED
        clerk.loop.set_token(login.token)
        assert clerk.rounds().waiting == 0

        assert log_out(clerk.line) is None
        assert clerk.rounds().state is SyncState.LOGIN_NEEDED


def test_the_catalogue_arrives_under_its_hash(server: RunningServer, tmp_path: Path) -> None:
    with a_counter(tmp_path, server.base_url, token=None) as clerk:
        login = logged_in(clerk)

        catalogue = parse_catalogue(good(get_catalogue(clerk.line, login.catalogue_sha256)))

        assert catalogue.sha256 == login.catalogue_sha256
        assert knows_catalogue(clerk.line, login.catalogue_sha256) is True
        assert knows_catalogue(clerk.line, "0" * 64) is False
        unknown = get_catalogue(clerk.line, "0" * 64)
        assert isinstance(unknown, Refusal)


def test_im3_cut_lines_before_the_real_server_make_each_case_once(server: RunningServer, tmp_path: Path) -> None:
    with fault_proxy(server.base_url) as proxy, a_counter(tmp_path, proxy.url, token=None) as clerk:
        login = logged_in(clerk)
        cases = []
        for number, fault in enumerate(
            [
                *(Fault(cut_response_at=cut) for cut in (0, 200, 600, 1_000, 1_400, 1_700, 2_000)),
                *(Fault(cut_request_at=cut) for cut in (500, 20_500, 41_000, 42_500, 44_500)),
            ],
            start=10,
        ):
            cases.append(enqueue_submit(clerk, login, number))
            proxy.plan(fault)
            clerk.rounds()
            proxy.plan()
            clerk.rounds(2)

        assert clerk.store.outbox.counts()[EntryState.SENT] == len(cases), (
            clerk.reports[:6],
            clerk.store.outbox.entries()[:2],
        )
        assert clerk.store.outbox.counts()[EntryState.WAITING] == 0
        receipts = {row.case: row.receipt_no for row in clerk.store.cases() if row.case in cases}
        assert len(set(receipts.values())) == len(cases)
        for case in cases:
            view = good(get_case(clerk.line, case))
            assert (view.receipt_no, len(view.steps)) == (receipts[case], 1)


def test_im3_im9_a_server_that_is_killed_and_comes_back_gets_everything(tmp_path: Path) -> None:
    data = tmp_path / "server"
    with running_server(data) as first:
        port = int(first.base_url.rpartition(":")[2])
        with a_counter(tmp_path / "clerk", first.base_url, token=None) as clerk:
            login = logged_in(clerk)
            enqueue_submit(clerk, login, 1)
            assert clerk.rounds().waiting == 0
            first.process.kill()
            first.process.join(30)
            late = enqueue_submit(clerk, login, 2)
            away = clerk.rounds(2)
            assert (away.state, code_of(away), away.waiting) == (SyncState.OFFLINE, FaultCode.NO_NETWORK, 1)

            with running_server(data, port=port):
                back = clerk.rounds()

                assert (back.state, back.waiting) == (SyncState.ONLINE, 0)
                assert good(get_case(clerk.line, late)).status is CaseStatus.IN_REVIEW
