"""The client's encrypted store of one account: drafts, pages, outbox, mirror."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from app.notices.faults import FaultCode
from app.store import drafts, mirror, notes, outbox
from app.store.aside import PAGES_FOLDER, note_recovered, places_to_recover
from app.store.db import Database, open_database
from app.store.drafts import SavedDraft
from app.store.faults import StoreFault
from app.store.mirror import CaseRow, ServerWord
from app.store.outbox import EntryHead, EntryState, OutboxEntry
from app.store.pages import PageFiles
from app.store.recovery import Found, Recovered, read_set_aside
from domain.business_time import business_time_of
from domain.cases.values import BlobHash, CaseId, CaseStatus, StepId
from domain.refusals import Refusal

RETAIN_S = 90 * 24 * 3600.0


class Store:
    """Everything that the client writes, in one encrypted folder. Any thread may call; calls run one at a time.

    Nothing is swept or purged before ``check`` found the whole of it in order.

    Every method raises StoreFault when the machine fails (disk full, read-only, damaged); what was acknowledged by
    an earlier return stays. A method that returns has made its change durable.
    """

    def __init__(self, database: Database, folder: Path, key: bytes, now: Callable[[], float]) -> None:
        self._database = database
        self._folder = folder
        self._key = key
        self._pages = PageFiles(database, folder, key)
        self._now = now
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
        self._pages.sweep(saved_before=self._now() - retain_s)

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
            taken = self._pages.take_over(place / PAGES_FOLDER, row)
            return Recovered(pages=1) if taken else Recovered(lost=1)
        columns = [name for name in row if (found.table, name) != ("outbox", "number")]
        places = ", ".join("?" * len(columns))
        sql = f"INSERT OR IGNORE INTO {found.table} ({', '.join(columns)}) VALUES ({places})"  # noqa: S608  # our own names
        with self._database.transaction():
            taken = bool(self._database.write(sql, *(row[name] for name in columns)))
        return Recovered(drafts=taken and found.table == "draft", steps=taken and found.table == "outbox")

    # drafts

    def save_draft(self, visit: str, body: bytes, *, case: CaseId | None = None) -> None:
        """Keep the visit's document, whole; the newest wins. The pages of its ``case`` are kept as long as it is."""
        drafts.save_draft(self._database, visit, body, case=case, now=self._now())

    def load_drafts(self) -> list[tuple[str, bytes]]:
        """Visit and document of every visit that has one, the newest first."""
        return [(draft.visit, draft.body) for draft in self.list_drafts()]

    def list_drafts(self) -> list[SavedDraft]:
        """The same with the time of the last change."""
        return drafts.list_drafts(self._database)

    def find_draft(self, case: CaseId) -> bytes | None:
        """The document of the visit in which this case is being mended, if any."""
        return drafts.find_draft(self._database, case)

    def drop_draft(self, visit: str) -> None:
        """Forget the visit's document."""
        drafts.drop_draft(self._database, visit)

    # notes: a few small named values that belong to the account

    def save_note(self, name: str, body: bytes) -> None:
        """Keep a named value; the newest wins."""
        notes.save_note(self._database, name, body)

    def find_note(self, name: str) -> bytes | None:
        """A named value."""
        return notes.find_note(self._database, name)

    # pages and signatures

    def save_blob(self, case: CaseId, content: bytes) -> BlobHash:
        """Keep a page or signature of a case, encrypted."""
        return self._pages.save(case, content, now=self._now())

    def load_blob(self, sha256: BlobHash) -> bytes:
        """The bytes; StoreFault PAGE_MISSING or PAGE_DAMAGED when they are not what was saved."""
        return self._pages.load(sha256)

    def has_blob(self, sha256: BlobHash) -> bool:
        """Whether the bytes are kept."""
        return self._pages.has(sha256)

    def drop_blobs(self, case: CaseId) -> None:
        """Forget the pages of a case that is given up; those of a case in the outbox stay."""
        if not outbox.has_case(self._database, case):
            self._pages.drop_case(case)

    # outbox

    def enqueue(self, *entries: OutboxEntry, drop_draft: str | None, replaces: StepId | None = None) -> None:
        """Put steps into the outbox, all or none; with them their draft goes, and the refused step that is replaced.

        Raises StoreFault STEP_SENT_AGAIN when that step is not refused any more: both must not go out.
        """
        with self._database.transaction():
            for entry in entries:
                outbox.add_entry(self._database, entry, now=self._now())
            if drop_draft is not None:
                drafts.drop_draft(self._database, drop_draft)
            if replaces is not None and not outbox.drop_refused(self._database, replaces):
                raise StoreFault(FaultCode.STEP_SENT_AGAIN)

    def outbox(self) -> list[OutboxEntry]:
        """All entries of all states, in the order in which they were made."""
        return outbox.load_entries(self._database)

    def waiting(self) -> list[EntryHead]:
        """The first waiting entry of every case, oldest first, due or not."""
        return outbox.load_waiting(self._database)

    def find_entry(self, step: StepId) -> OutboxEntry | None:
        """An entry with what it sends."""
        return outbox.find_entry(self._database, step)

    def refused_of(self, case: CaseId) -> tuple[OutboxEntry, ...]:
        """What the server refused of this case and what waits for a person, oldest first."""
        return outbox.load_refused(self._database, case)

    def counts(self) -> Mapping[EntryState, int]:
        """How many entries are in each state."""
        return outbox.count_states(self._database)

    def acknowledged(self, entry: EntryHead, word: ServerWord) -> bool:
        """The server took the step and said ``word``; False when that was known already."""
        with self._database.transaction():
            mirror.note_word(self._database, word, module=entry.module, applicant=entry.applicant)
            return outbox.mark_sent(self._database, entry.step, now=self._now())

    def refused(self, step: StepId, refusal: Refusal) -> bool:
        """The server declined the step; it stays in sight with the reason. False when that was known already."""
        with self._database.transaction():
            return outbox.mark_refused(self._database, step, refusal, now=self._now())

    def retried(self, step: StepId, *, next_at: float) -> None:
        """An attempt got no answer; the next one is not before ``next_at``."""
        with self._database.transaction():
            outbox.mark_retried(self._database, step, next_at=next_at)

    def make_due(self) -> None:
        """Let every waiting entry go at once."""
        with self._database.transaction():
            outbox.make_due(self._database)

    def reopen_refused(self, step: StepId) -> bool:
        """Send a refused step once more under its old id; False when it is not refused."""
        with self._database.transaction():
            return outbox.reopen_refused(self._database, step)

    def drop_refused(self, step: StepId) -> bool:
        """Take a refused step out of sight, by the clerk's decision; False when it is not refused."""
        with self._database.transaction():
            return outbox.drop_refused(self._database, step)

    # mirror

    def cases(self) -> list[CaseRow]:
        """The clerk's list: the server's words with the unanswered steps laid over them, newest first."""
        with self._database.transaction():
            return mirror.lay_over(mirror.load_words(self._database), outbox.load_heads(self._database))

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
                is_own = outbox.has_case(self._database, word.case)
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
        old = outbox.cases_to_purge(self._database, over_before=before)
        old += self._pages.find_abandoned(saved_before=before)
        for case in old:
            with self._database.transaction():
                outbox.drop_answered(self._database, case)
                mirror.drop_word(self._database, case)
            self._pages.drop_case(case)
        return len(old)
