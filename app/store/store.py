"""The client's encrypted store of one account: drafts, pages, outbox, mirror, receipts that are due."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path

from app.notices.faults import FaultCode
from app.store import mirror
from app.store.aside import PAGES_FOLDER, note_recovered, places_to_recover
from app.store.db import Database, open_database
from app.store.drafts import Drafts
from app.store.faults import StoreFault
from app.store.mirror import KnownCase, ServerWord
from app.store.outbox import EntryHead, Outbox, OutboxEntry
from app.store.pages import PageFiles
from app.store.receipts_due import ReceiptsDue
from app.store.recovery import OWN_NUMBER, Found, Recovered, read_set_aside
from domain.business_time import business_time_of
from domain.cases.values import CaseId, CaseStatus, StepId

RETAIN_S = 90 * 24 * 3600.0


class Store:
    """Everything that the client writes, in one encrypted folder. Any thread may call; calls run one at a time.

    ``drafts``, ``pages``, ``outbox`` and ``receipts_due`` are its parts; here is what opens them and what concerns
    several of them.

    Nothing is swept or purged before ``check`` found the whole of it in order.

    Every method raises StoreFault when the machine fails (disk full, read-only, damaged); what was acknowledged by
    an earlier return stays. A method that returns has made its change durable.
    """

    def __init__(self, database: Database, folder: Path, key: bytes, now: Callable[[], float]) -> None:
        self._database = database
        self._folder = folder
        self._key = key
        self._now = now
        self.drafts = Drafts(database, now)
        self.pages = PageFiles(database, folder, key, now)
        self.outbox = Outbox(database, now)
        self.receipts_due = ReceiptsDue(database)
        self._whole = False

    @classmethod
    def open(cls, folder: Path, key: bytes, *, now: Callable[[], float] = time.time) -> Store:
        """Open or create the store in ``folder`` with its 32-byte key.

        Raises StoreFault as ``open_database`` says; a damaged file is set aside under a name, never deleted.
        """
        database = open_database(folder, key, business_time_of(now()))
        try:
            return cls(database, folder, key, now)
        except BaseException:
            database.close()
            raise

    def check(self, *, retain_s: float = RETAIN_S) -> None:
        """Look at every page of the database, which takes a while; then sweep what crashes left behind.

        Files that no row names stay for ``retain_s``: should rows turn out to be lost, they are still there. Raises
        StoreFault STORE_SUSPECT.
        """
        self._database.check()
        self._whole = True
        self.pages.sweep(saved_before=self._now() - retain_s)

    def close(self) -> None:
        """Close the file; afterwards every other method fails."""
        self._database.close()

    @property
    def to_recover(self) -> int:
        """How often something was set aside that was not taken back yet."""
        return len(places_to_recover(self._folder))

    def recover(self) -> Recovered:
        """Take back what is readable of all that was set aside; what is here already stays. Raises StoreFault."""
        got = Recovered()
        for place in places_to_recover(self._folder):
            of_place = Recovered()
            for found in read_set_aside(place, self._key):
                of_place += self._take_back(place, found)
            note_recovered(place, str(of_place))
            got += of_place
        return got

    def _take_back(self, place: Path, found: Found) -> Recovered:
        row = found.row
        if row is None:
            return Recovered(lost=1)
        if found.table == "page":
            taken = self.pages.take_over(place / PAGES_FOLDER, row)
            return Recovered(pages=1) if taken else Recovered(lost=1)
        columns = [name for name in row if name != OWN_NUMBER]
        places = ", ".join("?" * len(columns))
        sql = f"INSERT OR IGNORE INTO {found.table} ({', '.join(columns)}) VALUES ({places})"  # noqa: S608  # our own names
        with self._database.transaction():
            taken = bool(self._database.write(sql, *(row[name] for name in columns)))
        return Recovered(drafts=taken and found.table == "draft", steps=taken and found.table == "outbox")

    def find_note(self, name: str) -> bytes | None:
        """A small named value of the account, as versions before kept them."""
        rows = self._database.rows("SELECT body FROM note WHERE name = ?", name)
        return bytes(rows[0][0]) if rows else None

    # what concerns several parts

    def enqueue(self, *entries: OutboxEntry, drop_draft: str | None, replaces: StepId | None = None) -> None:
        """Put steps into the outbox, all or none; with them their draft goes, the refused step that is replaced, and
        the pages that were taken for these cases and that no step names.

        Raises StoreFault STEP_SENT_AGAIN when that step is not refused any more: both must not go out.
        """
        with self._database.transaction():
            for entry in entries:
                self.outbox.add(entry)
            if drop_draft is not None:
                self.drafts.drop(drop_draft)
            if replaces is not None and not self.outbox.drop_refused(replaces):
                raise StoreFault(FaultCode.STEP_SENT_AGAIN)
            settled = [case for case in {entry.case for entry in entries} if self.drafts.find_of_case(case) is None]
            files = [name for case in settled for name in self.pages.forget(case, but=self.outbox.blobs_of(case))]
        self.pages.drop_files(files)

    def acknowledged(self, entry: EntryHead, word: ServerWord) -> bool:
        """The server took the step and said ``word``; False when that was known already."""
        with self._database.transaction():
            mirror.note_word(self._database, word, module=entry.module, applicant=entry.applicant)
            return self.outbox.mark_sent(entry.step)

    def drop_pages(self, case: CaseId) -> None:
        """Forget the pages of a case that is given up; those of a case in the outbox stay."""
        if not self.outbox.has_case(case):
            self.pages.drop_case(case)

    def cases(self) -> list[KnownCase]:
        """What is known of the clerk's cases: the server's words with the unanswered steps over them, newest first."""
        with self._database.transaction():
            return mirror.lay_over(mirror.load_words(self._database), self.outbox.heads())

    def cursor(self) -> int:
        """Sequence of the last change that was taken."""
        return mirror.load_cursor(self._database)

    def note_changes(self, words: Sequence[ServerWord]) -> tuple[ServerWord, ...]:
        """Take changes and move the cursor past them, in one transaction. Gives those of cases that went out from here.

        The feed is the whole office's. What colleagues handle is theirs, but a case that was returned waits for
        whoever the applicant comes to, so it is kept until somebody has mended it.
        """
        own = []
        with self._database.transaction():
            for word in words:
                is_own = self.outbox.has_case(word.case)
                if is_own:
                    own.append(word)
                if is_own or word.status is CaseStatus.RETURNED:
                    mirror.note_word(self._database, word)
                else:
                    mirror.drop_word(self._database, word.case)
            if words:
                mirror.move_cursor(self._database, max(word.sequence for word in words))
        return tuple(own)

    def purge(self, *, retain_s: float = RETAIN_S) -> int:
        """Forget cases that were over, and pages from which no case came, longer ago than this.

        What still may come back to the counter stays, and so do the pages of a draft. Gives how many cases went.
        """
        if not self._whole:
            return 0
        before = self._now() - retain_s
        old = self.outbox.cases_to_purge(over_before=before)
        old += self.pages.find_abandoned(saved_before=before)
        for case in old:
            with self._database.transaction():
                self.outbox.drop_answered(case)
                mirror.drop_word(self._database, case)
                self.receipts_due.settle((case,))
            self.pages.drop_case(case)
        return len(old)
