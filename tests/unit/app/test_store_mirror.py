"""The mirror keeps the newest word of the server, in whatever order the words arrive."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from app.store.mirror import KnownCase, ServerWord
from app.store.outbox import EntryKind, EntryState, OutboxEntry
from app.store.store import Store
from domain.cases.values import CaseId, CaseStatus, StepId
from domain.catalogue.values import ModuleId
from domain.refusals import Refusal, RefusalCode

CASE = CaseId("case-1")
ENTRY = OutboxEntry(
    step=StepId("step-1"),
    kind=EntryKind.SUBMIT,
    case=CASE,
    body=b"{}",
    module=ModuleId("M01"),
    applicant="张**",
)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store.open(tmp_path, bytes(range(32)), now=lambda: 1_000.0)
    yield opened
    opened.close()


def a_word(status: CaseStatus, *, sequence: int = 0, at: float, reason: str = "") -> ServerWord:
    return ServerWord(case=CASE, receipt_no="R1", status=status, sequence=sequence, at=at, reason=reason)


def the_row(store: Store) -> KnownCase:
    (row,) = store.cases()
    return row


def test_a_receipt_that_arrives_after_the_return_does_not_hide_it(store: Store) -> None:
    store.enqueue(ENTRY, drop_draft=None)
    store.note_changes([a_word(CaseStatus.RETURNED, sequence=2, at=20.0, reason="缺页")])

    assert store.acknowledged(ENTRY, a_word(CaseStatus.IN_REVIEW, at=10.0))

    row = the_row(store)
    assert (row.status, row.reason, row.module, row.applicant) == (CaseStatus.RETURNED, "缺页", "M01", "张**")


def test_the_answer_to_a_resubmission_is_newer_than_the_return(store: Store) -> None:
    store.enqueue(ENTRY, drop_draft=None)
    store.note_changes([a_word(CaseStatus.RETURNED, sequence=2, at=20.0, reason="缺页")])

    store.acknowledged(ENTRY, a_word(CaseStatus.IN_REVIEW, at=30.0))

    assert (the_row(store).status, the_row(store).reason) == (CaseStatus.IN_REVIEW, "")


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_changes_in_any_order_end_with_the_newest(store: Store, order: tuple[int, ...]) -> None:
    words = [
        a_word(CaseStatus.IN_REVIEW, sequence=1, at=10.0),
        a_word(CaseStatus.RETURNED, sequence=2, at=20.0, reason="缺页"),
        a_word(CaseStatus.FINISHED, sequence=3, at=30.0),
    ]

    store.enqueue(ENTRY, drop_draft=None)

    for place in order:
        store.note_changes([words[place]])

    assert the_row(store).status is CaseStatus.FINISHED
    assert store.cursor() == 3


def test_se_a_colleagues_case_is_in_sight_only_while_it_waits_for_somebody_to_mend_it(store: Store) -> None:
    words = [
        a_word(CaseStatus.IN_REVIEW, sequence=5, at=10.0),
        a_word(CaseStatus.RETURNED, sequence=7, at=20.0, reason="缺页"),
        a_word(CaseStatus.IN_REVIEW, sequence=9, at=30.0),
    ]
    seen = []
    for word in words:
        assert store.note_changes([word]) == (), "it is no news of this clerk's"
        seen.append([(row.status, row.own) for row in store.cases()])

    assert seen == [[], [(CaseStatus.RETURNED, False)], []]
    assert store.cursor() == 9


def test_the_list_shows_what_the_server_has_not_taken_yet(store: Store) -> None:
    store.enqueue(ENTRY, drop_draft=None)
    assert (the_row(store).status, the_row(store).sending) == (None, EntryState.WAITING)

    refusal = Refusal(code=RefusalCode.FORM_INVALID, facts={"fields": "AAC006"})
    assert store.outbox.refuse(ENTRY.step, refusal)
    assert (the_row(store).sending, the_row(store).refusal) == (EntryState.REFUSED, refusal)

    assert store.outbox.reopen_refused(ENTRY.step)
    assert the_row(store).sending is EntryState.WAITING
    assert not store.outbox.drop_refused(ENTRY.step)


def test_an_answer_that_comes_twice_is_news_once(store: Store) -> None:
    store.enqueue(ENTRY, drop_draft=None)
    word = a_word(CaseStatus.IN_REVIEW, at=10.0)

    assert store.acknowledged(ENTRY, word)
    assert not store.acknowledged(ENTRY, word)
    assert not store.outbox.refuse(ENTRY.step, Refusal(code=RefusalCode.FORM_INVALID))
    assert store.outbox.entries()[0].state is EntryState.SENT


def test_the_limit_comes_with_an_answer_and_stays_when_a_change_does_not_tell_it(store: Store) -> None:
    store.enqueue(ENTRY, drop_draft=None)
    told = replace(a_word(CaseStatus.IN_REVIEW, at=10.0), due_on=date(2026, 11, 30))
    assert store.acknowledged(ENTRY, told)
    assert the_row(store).due_on == date(2026, 11, 30)

    store.note_changes([a_word(CaseStatus.IN_APPROVAL, sequence=4, at=20.0)])

    assert (the_row(store).status, the_row(store).due_on) == (CaseStatus.IN_APPROVAL, date(2026, 11, 30))
