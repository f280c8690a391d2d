"""K3, F12, K7: what was lost is told, what is left is set aside whole, and what is readable comes back."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.notices.faults import FaultCode
from app.store import db
from app.store.aside import places_to_recover
from app.store.faults import StoreFault
from app.store.mark import Mark
from app.store.outbox import EntryKind, OutboxEntry
from app.store.recovery import TABLES, Recovered
from app.store.store import Store
from app.store.wal import without_damaged_frames
from domain.cases.values import BlobHash, CaseId, StepId
from tests.helpers.stored import drafts_of

KEY = bytes(range(32))
MANY = 40
_KILLED = """
import os, sys
from pathlib import Path
from tests.unit.app.test_store_recovery import fill, KEY
from app.store.store import Store
store = Store.open(Path(sys.argv[1]), KEY)
fill(store)
print("ready", flush=True)
sys.stdin.read()
"""


def fill(store: Store) -> list[BlobHash]:
    """Unfinished visits and signed cases that wait, each with a page; gives the pages."""
    pages = []
    for number in range(1, MANY + 1):
        store.drafts.save(f"visit-{number}", b"typed" * 300, case=CaseId(f"draft-{number}"))
        pages.append(store.pages.save(CaseId(f"case-{number}"), f"page {number}".encode() * 100))
        store.enqueue(an_entry(number, pages[-1]), drop_draft=None)
    return pages


def an_entry(number: int, page: BlobHash) -> OutboxEntry:
    return OutboxEntry(
        step=StepId(f"step-{number}"),
        kind=EntryKind.SUBMIT,
        case=CaseId(f"case-{number}"),
        body=b'{"a":1}' * 200,
        blobs=(page,),
        visit=f"sent-{number}",
    )


def fault_of(folder: Path) -> StoreFault:
    with pytest.raises(StoreFault) as caught:
        Store.open(folder, KEY)
    return caught.value


def page_files(folder: Path) -> set[str]:
    return {path.name for path in (folder / "pages").iterdir()}


def killed(folder: Path) -> Path:
    """A store whose program was killed at work; its log."""
    child = subprocess.Popen(
        [sys.executable, "-c", _KILLED, str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert child.stdout is not None
    assert child.stdout.readline() == "ready\n"
    child.send_signal(signal.SIGKILL)
    child.communicate(timeout=60)
    path = db.database_path(folder, KEY)
    log = path.with_name(f"{path.name}-wal")
    assert log.stat().st_size > 100_000
    return log


def recovered(folder: Path) -> tuple[Store, Recovered]:
    store = Store.open(folder, KEY)
    assert store.to_recover == 1
    return store, store.recover()


def test_a_killed_program_loses_nothing_and_is_no_damage(tmp_path: Path) -> None:
    killed(tmp_path)

    store = Store.open(tmp_path, KEY)

    assert len(drafts_of(store)) == len(store.outbox.entries()) == MANY
    store.check()
    store.close()
    assert not list(tmp_path.glob("*.kept"))


@pytest.mark.parametrize("where", [0.1, 0.5, 0.9, 0.999])
def test_K3_one_bit_in_the_log_of_a_killed_program_is_told_and_its_work_comes_back(
    tmp_path: Path, where: float
) -> None:
    log = killed(tmp_path)
    content = bytearray(log.read_bytes())
    content[int(len(content) * where)] ^= 1
    log.write_bytes(content)
    pages = page_files(tmp_path)

    fault = fault_of(tmp_path)

    assert fault.code is FaultCode.STORE_BEHIND
    assert page_files(Path(fault.facts["kept_as"])) == pages, "nothing is swept"
    store, got = recovered(tmp_path)
    assert got.drafts >= MANY - 3, got
    assert got.steps >= MANY - 3, got
    assert got.pages >= MANY - 3, got
    for entry in store.outbox.entries():
        assert store.pages.load(entry.blobs[0]) == f"page {entry.step[5:]}".encode() * 100
    store.close()


@pytest.mark.parametrize("harm", ["gone", "empty"])
def test_F12_a_database_that_is_gone_or_empty_is_told_and_its_pages_are_kept(tmp_path: Path, harm: str) -> None:
    store = Store.open(tmp_path, KEY)
    fill(store)
    store.close()
    path, pages = db.database_path(tmp_path, KEY), page_files(tmp_path)
    copy = path.read_bytes()
    path.unlink() if harm == "gone" else path.write_bytes(b"")

    fault = fault_of(tmp_path)

    assert fault.code is FaultCode.STORE_LOST
    place = Path(fault.facts["kept_as"])
    assert page_files(place) == pages
    fresh = Store.open(tmp_path, KEY)
    fresh.check()
    assert fresh.recover() == Recovered()
    (place / "recovered.txt").unlink()
    (place / path.name).write_bytes(copy)  # somebody found a copy
    assert fresh.recover() == Recovered(drafts=MANY, steps=MANY, pages=MANY)
    fresh.close()


def test_F12_a_first_start_that_was_cut_off_is_no_loss(tmp_path: Path) -> None:
    db.database_path(tmp_path, KEY).touch()

    Store.open(tmp_path, KEY).close()


def test_K3_an_older_database_beside_newer_pages_is_told_and_nothing_is_swept(tmp_path: Path) -> None:
    store = Store.open(tmp_path, KEY)
    store.drafts.save("visit-0", b"typed")
    store.close()
    path = db.database_path(tmp_path, KEY)
    backup = path.read_bytes()
    store = Store.open(tmp_path, KEY)
    fill(store)
    store.close()
    path.write_bytes(backup)

    fault = fault_of(tmp_path)

    assert fault.code is FaultCode.STORE_BEHIND
    assert len(page_files(Path(fault.facts["kept_as"]))) == MANY
    store, got = recovered(tmp_path)
    assert got.drafts == 1
    store.close()


def _one_page(content: bytearray) -> None:
    content[len(content) // 2] ^= 1


def _half(content: bytearray) -> None:
    del content[len(content) // 2 :]


def _header(content: bytearray) -> None:
    content[:4096] = bytes(4096)


@pytest.mark.parametrize(("harm", "least"), [(_one_page, MANY - 6), (_half, 1), (_header, 0)])
def test_K7_what_is_readable_of_a_damaged_store_comes_back_and_the_rest_stays(
    tmp_path: Path, harm: Callable[[bytearray], None], least: int
) -> None:
    store = Store.open(tmp_path, KEY)
    fill(store)
    store.close()
    path = db.database_path(tmp_path, KEY)
    content = bytearray(path.read_bytes())
    harm(content)
    path.write_bytes(content)
    path.with_suffix(".suspect").touch()
    fault = fault_of(tmp_path)
    assert fault.code is FaultCode.STORE_DAMAGED
    place = Path(fault.facts["kept_as"])
    before = {one.name: one.read_bytes() for one in place.glob("store-*")}

    store, got = recovered(tmp_path)

    assert got.lost >= 1
    assert got.steps >= least, got
    assert {one.name: one.read_bytes() for one in place.glob("store-*")} == before, "what was set aside stays as it is"
    assert not (tmp_path / "recovering").exists()
    assert (store.to_recover, store.recover()) == (0, Recovered()), "once"
    store.close()


def test_K7_what_was_done_meanwhile_stays(tmp_path: Path) -> None:
    store = Store.open(tmp_path, KEY)
    fill(store)
    store.close()
    Mark(db.database_path(tmp_path, KEY)).write(1_000_000)
    assert fault_of(tmp_path).code is FaultCode.STORE_BEHIND
    store = Store.open(tmp_path, KEY)
    store.drafts.save("visit-1", b"newer")

    assert store.recover().drafts == MANY - 1

    assert dict(drafts_of(store))["visit-1"] == b"newer"
    store.close()


def test_K7_receipts_that_are_due_and_notes_of_parked_visits_come_back(tmp_path: Path) -> None:
    store = Store.open(tmp_path, KEY)
    fill(store)
    store.receipts_due.note([CaseId("case-1"), CaseId("case-2")])
    store.drafts.note("visit-1", "回家取户口簿")
    store.close()
    Mark(db.database_path(tmp_path, KEY)).write(1_000_000)
    assert fault_of(tmp_path).code is FaultCode.STORE_BEHIND
    store = Store.open(tmp_path, KEY)
    store.receipts_due.note([CaseId("of-today")])  # its row has the number that the first one had

    store.recover()

    assert store.receipts_due.all() == {"case-1", "case-2", "of-today"}
    assert [draft.note for draft in store.drafts.all() if draft.note] == ["回家取户口簿"]
    store.close()


def test_K7_every_table_that_keeps_something_for_somebody_is_taken_back(tmp_path: Path) -> None:
    Store.open(tmp_path, KEY).close()
    database = db.open_database(tmp_path, KEY, datetime.now(UTC))
    names = {name for (name,) in database.rows("SELECT name FROM sqlite_master WHERE type = 'table'")}
    database.close()

    assert names - {"sqlite_sequence", "turn", "cursor"} == set(TABLES)


@pytest.mark.parametrize("mark", [b"", b"half", bytes(12)])
def test_a_mark_that_is_no_mark_counts_as_none(tmp_path: Path, mark: bytes) -> None:
    store = Store.open(tmp_path, KEY)
    store.drafts.save("visit-1", b"typed")
    store.close()
    db.database_path(tmp_path, KEY).with_suffix(".mark").write_bytes(mark)

    store = Store.open(tmp_path, KEY)

    assert drafts_of(store) == [("visit-1", b"typed")]
    store.close()


def test_a_log_without_damage_stays_as_it_is_and_nonsense_gives_nothing(tmp_path: Path) -> None:
    whole = killed(tmp_path).read_bytes()

    assert without_damaged_frames(whole) == whole
    for nonsense in (b"", b"short", os.urandom(5000), whole[:40]):
        assert len(without_damaged_frames(nonsense)) <= 32


def test_two_stores_set_aside_at_the_same_time_do_not_mix(tmp_path: Path) -> None:
    for _ in range(2):
        store = Store.open(tmp_path, KEY, now=lambda: 1000.0)
        store.drafts.save("visit-1", b"typed")
        store.close()
        db.database_path(tmp_path, KEY).write_bytes(b"garbage" * 1000)
        with pytest.raises(StoreFault):
            Store.open(tmp_path, KEY, now=lambda: 1000.0)

    assert len(places_to_recover(tmp_path)) == 2
    shutil.rmtree(tmp_path)
