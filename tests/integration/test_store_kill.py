"""A program killed at any moment loses nothing that it had acknowledged (kill -9, real files)."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
from pathlib import Path

from app.store.store import Store
from domain.cases.values import BlobHash, StepId
from tests.helpers.stored import drafts_of

KEY = bytes(range(32))
_CHILD = """
import os, sys
from pathlib import Path
from app.store.outbox import EntryKind, OutboxEntry
from app.store.store import Store
from domain.cases.values import CaseId, StepId
store = Store.open(Path(sys.argv[1]), bytes(range(32)))
start = int(sys.argv[2])
print("ready", flush=True)
for number in range(start, start + 10_000):
    case = CaseId(f"case-{number}")
    store.drafts.save(f"visit-{number}", b"typed" * 200)
    sha256 = store.pages.save(case, os.urandom(3_000))
    entry = OutboxEntry(step=StepId(f"step-{number}"), kind=EntryKind.SUBMIT, case=case, body=b"{}", blobs=(sha256,))
    store.enqueue(entry, drop_draft=f"visit-{number}")
    print(entry.step, sha256, flush=True)
"""


def killed_after(folder: Path, lines: int, extra_bytes: int, start: int) -> list[tuple[str, str]]:
    """What the child had acknowledged when it was killed somewhere after so many acknowledgements."""
    child = subprocess.Popen([sys.executable, "-c", _CHILD, str(folder), str(start)], stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None
    acknowledged = [child.stdout.readline() for _ in range(lines + 1)]
    for _ in range(extra_bytes):  # a number of system calls of ours, so that the kill falls anywhere in its cycle
        (folder / "store").exists()
    child.send_signal(signal.SIGKILL)
    rest, _ = child.communicate(timeout=60)
    whole = [line for line in [*acknowledged, *rest.splitlines(keepends=True)] if line.endswith("\n")]
    assert whole[0] == "ready\n"
    return [(line.split()[0], line.split()[1]) for line in whole[1:]]


def test_im3_every_acknowledged_step_survives_kill_9_with_its_pages(tmp_path: Path) -> None:
    chance = random.Random(20261123)
    acknowledged: list[tuple[str, str]] = []
    for turn in range(12):
        lines, extra = chance.randint(0, 15), chance.randint(0, 3_000)
        acknowledged += killed_after(tmp_path, lines, extra, start=turn * 10_000)

        store = Store.open(tmp_path, KEY)
        store.check()  # every page of the database; and sweeps
        kept = {entry.step: entry for entry in store.outbox.entries()}
        drafts = {visit for visit, _ in drafts_of(store)}
        for step, sha256 in acknowledged:
            assert kept[StepId(step)].blobs == (sha256,)
            assert len(store.pages.load(BlobHash(sha256))) == 3_000
            assert step.replace("step", "visit") not in drafts
        store.close()
        assert not list((tmp_path / "pages").glob("*.tmp"))

    assert len(acknowledged) > 60
