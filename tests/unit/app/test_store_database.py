"""The encrypted database: durable, opened only by its key, damaged files set aside and never deleted."""

from __future__ import annotations

import dataclasses
import errno
import os
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
import sqlcipher3.dbapi2 as sqlite

from app.notices.faults import FaultCode
from app.store import db
from app.store.db import Database, SqlRow
from app.store.faults import StoreFault
from app.store.outbox import EntryKind, EntryState, OutboxEntry
from app.store.store import Store
from domain.cases.values import CaseId, StepId
from domain.refusals import Refusal, RefusalCode
from tests.helpers.builders import NOW
from tests.helpers.stored import an_entry, drafts_of

KEY = bytes(range(32))
OTHER_KEY = bytes(32)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store.open(tmp_path / "store", KEY)
    yield opened
    opened.close()


def fault_of(folder: Path, key: bytes = KEY) -> StoreFault:
    with pytest.raises(StoreFault) as caught:
        Store.open(folder, key)
    return caught.value


def test_a_draft_survives_reopening_and_the_newest_wins(tmp_path: Path) -> None:
    first = Store.open(tmp_path, KEY)
    first.drafts.save("visit-1", b"old")
    first.drafts.save("visit-1", b"new")
    first.close()

    again = Store.open(tmp_path, KEY)

    assert drafts_of(again) == [("visit-1", b"new")]
    again.drafts.drop("visit-1")
    assert drafts_of(again) == []
    again.close()


def test_a_wrong_key_opens_nothing_and_touches_nothing(tmp_path: Path) -> None:
    store = Store.open(tmp_path, KEY)
    store.drafts.save("visit-1", b"draft")
    store.close()

    assert fault_of(tmp_path, OTHER_KEY).code is FaultCode.STORE_KEY_WRONG

    again = Store.open(tmp_path, KEY)
    assert drafts_of(again) == [("visit-1", b"draft")]
    again.close()


@pytest.mark.parametrize("harm", ["truncated", "one byte", "garbage", "empty header"])
def test_a_damaged_database_is_set_aside_under_a_name_and_work_goes_on(tmp_path: Path, harm: str) -> None:
    store = Store.open(tmp_path, KEY)
    for number in range(50):
        store.drafts.save(f"visit-{number}", os.urandom(2000))
    store.pages.save(CaseId("case-1"), b"a page of a case that is not sent yet")
    (page,) = (tmp_path / "pages").iterdir()
    sealed = page.read_bytes()
    store.close()
    path = db.database_path(tmp_path, KEY)
    content = path.read_bytes()
    middle = len(content) // 2
    damaged = {
        "truncated": content[: middle + 100],
        "one byte": content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :],
        "garbage": b"not a database " * 1000,
        "empty header": bytes(4096) + content[4096:],
    }[harm]
    path.write_bytes(damaged)

    if harm == "one byte":  # nobody waits for all pages to be looked at before the login
        opened = Store.open(tmp_path, KEY)
        with pytest.raises(StoreFault) as suspected:
            opened.check()
        assert suspected.value.code is FaultCode.STORE_SUSPECT
        opened.close()
    fault = fault_of(tmp_path)

    assert fault.code is FaultCode.STORE_DAMAGED
    kept = Path(fault.facts["kept_as"]) / path.name
    assert kept.read_bytes() == damaged
    fresh = Store.open(tmp_path, KEY)
    assert drafts_of(fresh) == []
    fresh.close()
    assert (kept.parent / "pages" / page.name).read_bytes() == sealed, "without its pages the database is of no use"


def test_a_database_is_not_set_aside_without_its_pages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = Store.open(tmp_path, KEY)
    store.pages.save(CaseId("case-1"), b"page")
    store.close()
    path = db.database_path(tmp_path, KEY)
    path.write_bytes(b"garbage" * 1000)
    replace = Path.replace

    def held(self: Path, target: Path) -> Path:
        if self.name == "pages":  # on Windows one open page file is enough
            raise PermissionError(errno.EACCES, "in use")
        return replace(self, target)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", held)
        assert fault_of(tmp_path).code is FaultCode.FOLDER_READ_ONLY

    assert path.exists()
    assert len(list((tmp_path / "pages").iterdir())) == 1


def test_im9_a_store_of_the_version_before_keeps_its_own_cases_only(tmp_path: Path) -> None:
    old = sqlite.connect(str(db.database_path(tmp_path, KEY)), isolation_level=None)
    db.prepare(old, KEY)
    old.executescript(f"{db.migrations()[1]} PRAGMA user_version = 1;")
    for number, status in ((1, "in_review"), (2, "in_review"), (3, "returned")):
        old.execute(
            "INSERT INTO mirror (case_id, receipt_no, status, updated_at) VALUES (?, ?, ?, 1)",
            (f"case-{number}", f"R{number}", status),
        )
    old.execute(
        "INSERT INTO outbox (step, kind, case_id, visit, module, applicant, body, blobs, made_at) "
        "VALUES ('step-1', 'submit', 'case-1', 'visit-1', 'M01', '张**', x'7b7d', '', 1.0)"
    )
    old.close()

    store = Store.open(tmp_path, KEY)

    assert {row.case: row.own for row in store.cases()} == {"case-1": True, "case-3": False}
    store.close()


def test_what_comes_after_closing_is_a_fault_and_no_bug(tmp_path: Path) -> None:
    store = Store.open(tmp_path, KEY)
    store.close()

    for late in (store.drafts.all, lambda: store.drafts.save("visit-1", b"late")):
        with pytest.raises(StoreFault) as caught:
            late()
        assert caught.value.code is FaultCode.STORE_CLOSED


def test_a_second_program_on_the_same_store_is_told_so(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(db, "_BUSY_MS", 50)

    assert fault_of(tmp_path / "store").code is FaultCode.STORE_IN_USE


def test_im9_a_store_of_a_newer_program_is_left_alone(tmp_path: Path) -> None:
    Store.open(tmp_path, KEY).close()
    database = db.open_database(tmp_path, KEY, NOW)
    with database.transaction():
        database.write("PRAGMA user_version = 99")
    database.close()

    assert fault_of(tmp_path).code is FaultCode.STORE_TOO_NEW
    assert db.database_path(tmp_path, KEY).exists()


def test_enqueueing_drops_the_draft_in_the_same_transaction(store: Store) -> None:
    store.drafts.save("visit-1", b"draft")

    store.enqueue(an_entry(), drop_draft="visit-1")

    assert drafts_of(store) == []
    assert [entry.step for entry in store.outbox.entries()] == ["step-1"]


def test_an_enqueue_that_fails_keeps_the_draft(store: Store) -> None:
    store.drafts.save("visit-1", b"draft")
    store.enqueue(an_entry(), drop_draft=None)

    with pytest.raises(ValueError, match="another content"):
        store.enqueue(an_entry(body=b"other"), drop_draft="visit-1")

    assert drafts_of(store) == [("visit-1", b"draft")]


def test_enqueueing_the_same_step_twice_makes_one_entry(store: Store) -> None:
    store.enqueue(an_entry(), drop_draft=None)
    store.enqueue(an_entry(), drop_draft=None)

    assert len(store.outbox.entries()) == 1


def test_the_database_itself_refuses_to_change_or_drop_a_waiting_step(store: Store, tmp_path: Path) -> None:
    store.enqueue(an_entry(), drop_draft=None)
    store.close()
    database = db.open_database(tmp_path / "store", KEY, NOW)

    for sql in ("UPDATE outbox SET body = x'00'", "DELETE FROM outbox"):
        with pytest.raises(Exception, match=r"a (waiting )?step is never"), database.transaction():
            database.write(sql)

    assert len(database.rows("SELECT * FROM outbox")) == 1
    database.close()


def test_a_step_never_goes_out_beside_the_one_that_it_replaces(store: Store) -> None:
    store.enqueue(an_entry(1), drop_draft=None)
    store.drafts.save("visit-2", b"draft")
    mended = dataclasses.replace(an_entry(2), case=CaseId("case-1"))

    with pytest.raises(StoreFault) as caught:
        store.enqueue(mended, drop_draft="visit-2", replaces=StepId("step-1"))  # it is waiting, not refused

    assert caught.value.code is FaultCode.STEP_SENT_AGAIN
    assert [entry.step for entry in store.outbox.entries()] == ["step-1"]
    assert len(drafts_of(store)) == 1, "what was typed is kept"


def test_only_the_first_waiting_step_of_a_case_may_go(store: Store) -> None:
    for number in (1, 2):
        entry = an_entry(number)
        store.enqueue(entry, drop_draft=None)
    later = OutboxEntry(step=StepId("later"), kind=EntryKind.STEP, case=CaseId("case-1"), body=b"{}")
    store.enqueue(later, drop_draft=None)

    assert [entry.step for entry in store.outbox.waiting()] == ["step-1", "step-2"]


def test_many_threads_write_at_once(store: Store) -> None:
    def work(number: int) -> None:
        for turn in range(10):
            store.drafts.save(f"visit-{number}", str(turn).encode())
            store.enqueue(an_entry(number * 100 + turn), drop_draft=None)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    assert sorted(drafts_of(store)) == [(f"visit-{number}", b"9") for number in range(6)]
    assert store.outbox.counts()[EntryState.WAITING] == 60


_FULL_DISK = """
import resource, sys
from pathlib import Path
from app.store.db import Database, SqlRow
from app.store.faults import StoreFault
from app.store.store import Store
from domain.cases.values import CaseId
store = Store.open(Path(sys.argv[1]), bytes(range(32)))
store.drafts.save("small", b"kept")
resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, resource.RLIM_INFINITY))
big = b"x" * 1_000_000
for attempt in (lambda: store.pages.save(CaseId("c"), big), lambda: store.drafts.save("big", big)):
    try:
        attempt()
    except StoreFault as fault:
        print(fault.code.value)
store.drafts.save("small", b"kept again")
store.close()
"""


def test_a_full_disk_is_a_fault_and_loses_nothing(tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, "-c", _FULL_DISK, str(tmp_path)], capture_output=True, text=True, check=True)

    first, second = done.stdout.split()
    assert first == FaultCode.DISK_FULL
    assert second in (FaultCode.DISK_FULL, FaultCode.DISK_FAULT)
    store = Store.open(tmp_path, KEY)
    assert drafts_of(store) == [("small", b"kept again")]
    assert list((tmp_path / "pages").iterdir()) == []
    store.close()


_AS_NOBODY = """
import os, sys
from pathlib import Path
from app.store.db import Database, SqlRow
from app.store.faults import StoreFault
from app.store.store import Store
if os.geteuid() == 0:
    os.setuid(65534)
try:
    Store.open(Path(sys.argv[1]), bytes(range(32)))
    print("opened")
except StoreFault as fault:
    print(fault.code.value)
"""


@pytest.mark.parametrize("existing", [False, True])
def test_a_folder_that_may_not_be_written_is_a_fault_and_stays_as_it_is(existing: bool) -> None:
    folder = Path(tempfile.mkdtemp())  # not below the test's own folder, which nobody else may enter
    try:
        if existing:
            store = Store.open(folder / "store", KEY)
            store.drafts.save("visit-1", b"draft")
            store.close()
        for path in (*folder.rglob("*"), folder):
            path.chmod(0o555 if path.is_dir() else 0o444)

        done = subprocess.run(
            [sys.executable, "-c", _AS_NOBODY, str(folder / "store")], capture_output=True, text=True, check=True
        )

        assert done.stdout.strip() == FaultCode.FOLDER_READ_ONLY
        for path in (*folder.rglob("*"), folder):
            path.chmod(0o755 if path.is_dir() else 0o644)
        if existing:
            store = Store.open(folder / "store", KEY)
            assert drafts_of(store) == [("visit-1", b"draft")]
            store.close()
    finally:
        shutil.rmtree(folder)


def test_a_folder_that_cannot_be_made_is_a_fault(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")

    fault = fault_of(tmp_path / "file" / "store")

    assert fault.code in (FaultCode.DISK_FAULT, FaultCode.FOLDER_READ_ONLY)


def test_bytes_of_the_store_are_never_in_clear(tmp_path: Path) -> None:
    store = Store.open(tmp_path, KEY)
    page = b"\xff\xd8\xff\xe0JFIF" + os.urandom(5000)
    secret = "张测试 159999196403150011".encode()
    case = CaseId("case-1")
    sha256 = store.pages.save(case, page)
    store.drafts.save("visit-1", secret * 100)
    store.enqueue(an_entry(body=secret * 100, blobs=(sha256,)), drop_draft=None)

    for moment in ("open", "closed"):
        files = [path for path in tmp_path.rglob("*") if path.is_file()]
        assert any(path.suffix == ".page" for path in files), moment
        for path in files:
            content = path.read_bytes()
            for clear in ("张测试".encode(), b"159999196403150011", b"\xff\xd8\xff\xe0", b"JFIF", b"SQLite format"):
                assert clear not in content, (moment, path.name)
            assert sha256 not in path.name
        store.close()


def test_4_10_what_was_sent_is_read_only_where_it_is_asked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Lists and counts of an outbox of months never load what each entry sends."""
    asked: list[str] = []
    rows = Database.rows

    def noted(self: Database, sql: str, *values: object) -> Sequence[SqlRow]:
        asked.append(sql)
        return rows(self, sql, *values)

    store = Store.open(tmp_path, KEY)
    for number in (1, 2):
        store.enqueue(an_entry(number), drop_draft=None)
    store.outbox.refuse(StepId("step-1"), Refusal(code=RefusalCode.RULE_BLOCKED))
    monkeypatch.setattr(Database, "rows", noted)

    store.cases()
    store.outbox.waiting()
    store.outbox.counts()
    (refused,) = store.outbox.refused_of(CaseId("case-1"))
    store.drop_pages(CaseId("case-1"))
    store.purge()
    store.outbox.drop_refused(refused.step)
    assert asked
    assert not [sql for sql in asked if "body" in sql]

    entry = store.outbox.find(StepId("step-2"))
    assert entry is not None
    assert entry.body
    store.close()
