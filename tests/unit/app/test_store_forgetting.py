"""What the store forgets when, and what it never does."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from app.store.mirror import ServerWord
from app.store.store import Store
from domain.cases.values import CaseId, CaseStatus
from tests.helpers.stored import an_entry

KEY = bytes(range(32))
DAY_S = 86_400


@contextmanager
def a_store_with_time(folder: Path) -> Iterator[tuple[Store, list[float]]]:
    """A store, and the time that it sees, to be set."""
    times = [1000.0]
    store = Store.open(folder, KEY, now=lambda: times[0])
    store.check()
    try:
        yield store, times
    finally:
        store.close()


def a_word(number: int, status: CaseStatus, *, sequence: int = 0, at: float) -> ServerWord:
    return ServerWord(case=CaseId(f"case-{number}"), receipt_no="R1", status=status, sequence=sequence, at=at)


def test_a_case_is_kept_for_90_days_after_it_was_over_and_then_forgotten_with_its_pages(tmp_path: Path) -> None:
    with a_store_with_time(tmp_path) as (store, times):
        for number in (1, 2):
            page = store.pages.save(CaseId(f"case-{number}"), b"page")
            store.enqueue(an_entry(number, blobs=(page,)), drop_draft=None)
        store.acknowledged(an_entry(1), a_word(1, CaseStatus.FINISHED, at=times[0]))

        times[0] += 89 * DAY_S
        assert store.purge() == 0
        times[0] += 2 * DAY_S
        assert store.purge() == 1

        assert [entry.step for entry in store.outbox.entries()] == ["step-2"]
        assert [row.case for row in store.cases()] == ["case-2"]
        assert len(list((tmp_path / "pages").iterdir())) == 1


def test_a_case_that_may_still_come_back_is_never_forgotten(tmp_path: Path) -> None:
    with a_store_with_time(tmp_path) as (store, times):
        store.enqueue(an_entry(1), drop_draft=None)
        store.acknowledged(an_entry(1), a_word(1, CaseStatus.IN_REVIEW, at=times[0]))
        times[0] += 89 * DAY_S
        store.note_changes([a_word(1, CaseStatus.RETURNED, sequence=4, at=times[0])])

        times[0] += 200 * DAY_S

        assert store.purge() == 0
        assert [row.case for row in store.cases()] == ["case-1"]


def test_im6b_a_draft_keeps_its_pages_however_old_they_are(tmp_path: Path) -> None:
    with a_store_with_time(tmp_path) as (store, times):
        page = store.pages.save(CaseId("case-1"), b"page")
        store.pages.save(CaseId("case-2"), b"page of nobody")
        store.drafts.save("visit-1", b"draft", case=CaseId("case-1"))

        times[0] += 200 * DAY_S

        assert store.purge() == 1
        assert store.pages.load(page) == b"page"
