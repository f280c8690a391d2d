"""Pages: sealed files, bound to their case and length, swept after a crash."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.notices.faults import FaultCode
from app.store.faults import StoreFault
from app.store.store import RETAIN_S, Store
from domain.cases.values import BlobHash, CaseId
from tests.helpers.stored import an_entry

KEY = bytes(range(32))
CASE = CaseId("case-1")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store.open(tmp_path, KEY)
    yield opened
    opened.close()


def the_file(folder: Path) -> Path:
    (path,) = (folder / "pages").iterdir()
    return path


def test_a_page_comes_back_as_it_was(store: Store) -> None:
    sha256 = store.pages.save(CASE, b"page")

    assert store.pages.has(sha256)
    assert store.pages.load(sha256) == b"page"
    assert store.pages.save(CASE, b"page") == sha256


def test_the_same_bytes_in_two_cases_are_two_files_and_dropping_one_leaves_the_other(
    store: Store, tmp_path: Path
) -> None:
    sha256 = store.pages.save(CASE, b"page")
    store.pages.save(CaseId("case-2"), b"page")
    assert len(list((tmp_path / "pages").iterdir())) == 2

    store.drop_pages(CASE)

    assert store.pages.load(sha256) == b"page"
    the_file(tmp_path)


def test_an_empty_page_is_kept_too(store: Store) -> None:
    assert store.pages.load(store.pages.save(CASE, b"")) == b""


@pytest.mark.parametrize("harm", ["flipped", "cut", "empty", "swapped"])
def test_a_page_file_that_was_touched_is_never_taken_for_the_page(store: Store, tmp_path: Path, harm: str) -> None:
    sha256 = store.pages.save(CASE, b"page" * 100)
    path = the_file(tmp_path)
    content = path.read_bytes()
    other = store.pages.save(CaseId("case-2"), b"tape" * 100)
    other_path = next(one for one in (tmp_path / "pages").iterdir() if one != path)
    path.write_bytes(
        {
            "flipped": content[:-1] + bytes([content[-1] ^ 1]),
            "cut": content[:-1],
            "empty": b"",
            "swapped": other_path.read_bytes(),
        }[harm]
    )

    with pytest.raises(StoreFault) as caught:
        store.pages.load(sha256)

    assert caught.value.code is FaultCode.PAGE_DAMAGED
    assert store.pages.load(other) == b"tape" * 100


def test_a_page_whose_file_is_gone_or_was_never_there_is_missing(store: Store, tmp_path: Path) -> None:
    sha256 = store.pages.save(CASE, b"page")
    the_file(tmp_path).unlink()

    for wanted in (sha256, BlobHash("0" * 64)):
        with pytest.raises(StoreFault) as caught:
            store.pages.load(wanted)
        assert caught.value.code is FaultCode.PAGE_MISSING


def test_K3_files_without_a_row_are_swept_only_when_all_is_in_order_and_they_are_old(tmp_path: Path) -> None:
    store = Store.open(tmp_path, KEY)
    sha256 = store.pages.save(CASE, b"page")
    store.close()
    pages = tmp_path / "pages"
    for name in ("old.page", "young.page", "half.page.tmp"):
        (pages / name).write_bytes(b"x")
    long_ago = time.time() - RETAIN_S - 60
    os.utime(pages / "old.page", (long_ago, long_ago))

    again = Store.open(tmp_path, KEY)
    assert len(list(pages.iterdir())) == 4, "nothing goes before the store is known to be whole"
    again.check()

    assert {path.name for path in pages.iterdir()} - {"young.page"} == {the_row(again)}
    assert again.pages.load(sha256) == b"page"
    again.close()


def the_row(store: Store) -> str:
    """The file of the only page that the store knows."""
    ((name,),) = store._database.rows("SELECT file FROM page")
    return str(name)


def test_pages_of_a_case_in_the_outbox_are_not_dropped(store: Store) -> None:
    from app.store.outbox import EntryKind, OutboxEntry
    from domain.cases.values import StepId

    sha256 = store.pages.save(CASE, b"page")
    entry = OutboxEntry(step=StepId("s"), kind=EntryKind.SUBMIT, case=CASE, body=b"{}", blobs=(sha256,))
    store.enqueue(entry, drop_draft=None)

    store.drop_pages(CASE)

    assert store.pages.has(sha256)


def test_the_repr_of_an_entry_and_a_row_shows_nobody(store: Store) -> None:
    from app.store.outbox import EntryKind, OutboxEntry
    from domain.cases.values import StepId

    entry = OutboxEntry(step=StepId("s"), kind=EntryKind.SUBMIT, case=CASE, body="张测试".encode(), applicant="张**")
    store.enqueue(entry, drop_draft=None)

    assert "张" not in repr(store.outbox.entries()) + repr(store.cases())
    assert "xe5" not in repr(store.outbox.entries())


def test_pages_of_a_case_that_is_being_mended_stay_while_another_step_of_it_goes_out(store: Store) -> None:
    page = store.pages.save(CASE, b"page")
    store.drafts.save("visit-9", b"{}", case=CASE)

    store.enqueue(an_entry(1), drop_draft=None)
    assert store.pages.has(page)
    store.enqueue(an_entry(1), drop_draft="visit-9")

    assert not store.pages.has(page)
