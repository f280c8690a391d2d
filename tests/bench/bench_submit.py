"""Cases per second through store, outbox and loop to the real server, against bare ``requests`` with the same bytes."""

from __future__ import annotations

import dataclasses
import hashlib
import os
import statistics
import tempfile
import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import requests

from app.store.outbox import EntryKind, OutboxEntry
from app.sync.calls.login import log_in
from domain.cases.values import BlobHash, CaseContent, CaseId, PageRef, SignatureRef, StepId, content_digest
from domain.catalogue.values import MaterialId
from domain.refusals import Refusal
from domain.wire.cases import SubmitCase
from domain.wire.codec import dump
from domain.wire.envelope import IDEMPOTENCY_HEADER
from tests.bench.figure import Figure, Unit
from tests.helpers.builders import CAMERA, M01, a_content, an_id_number, m01_answers
from tests.helpers.central_server import CLERK, PASSWORD, running_server
from tests.helpers.pictures import a_jpeg, a_png, some_ink
from tests.integration.builders import Counter, a_counter

_GOAL = 0.85
_PAGE_BYTES = (416_000, 406_000, 256_000)
"""As the finished pages of a household register and a certificate are."""
_SIGNATURE_BYTES = 24_000
_STROKES_POINTS = 250
_ATTEMPT_S = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeCase:
    """A case ready to go, with everything that belongs to it."""

    entry: OutboxEntry
    blobs: tuple[bytes, ...]


def figures(runs: int) -> tuple[Figure, ...]:
    """Median of the rates of neighbouring cases; every case has bytes and a person of its own."""
    ours: list[float] = []
    bare: list[float] = []
    with (
        tempfile.TemporaryDirectory() as folder,
        running_server(Path(folder) / "server") as server,
        a_counter(Path(folder) / "counter", server.base_url, token=None) as counter,
        requests.Session() as session,
    ):
        login = log_in(counter.line, CLERK, PASSWORD)
        assert not isinstance(login, Refusal), login
        counter.loop.set_token(login.token)
        session.headers["Authorization"] = f"Bearer {login.token}"
        session.trust_env = False
        for number in range(runs + 1):
            pair = (
                _bare_ms(session, server.base_url, a_case(number * 2, login.catalogue_sha256)),
                _our_ms(counter, a_case(number * 2 + 1, login.catalogue_sha256)),
            )
            if number > 0:  # the first pair opens connections and fills caches
                bare.append(pair[0])
                ours.append(pair[1])
    return (
        Figure(
            name="submit",
            title="submitted cases per second / bare requests",
            value=statistics.median(other / own for own, other in zip(ours, bare, strict=True)),
            goal=_GOAL,
            unit=Unit.TIMES_BARE,
            at_least=True,
            rounds=runs,
            raw_ms={"outbox to receipt, median": statistics.median(ours), "requests, median": statistics.median(bare)},
        ),
    )


def _our_ms(counter: Counter, made: MadeCase) -> float:
    """From "submit" to the stored receipt; pages and signature were stored when they were taken."""
    for blob in made.blobs:
        counter.store.pages.save(made.entry.case, blob)
    begun = time.perf_counter()
    counter.store.enqueue(made.entry, drop_draft=None)
    report = counter.loop.run_round()
    took_ms = (time.perf_counter() - begun) * 1000
    assert [receipt.case for receipt in report.receipts] == [made.entry.case], (report, counter.store.outbox.entries())
    return took_ms


def _bare_ms(session: requests.Session, base_url: str, made: MadeCase) -> float:
    """The same requests with nothing around them: no store, no checks, no hash."""
    begun = time.perf_counter()
    for sha256, blob in zip(made.entry.blobs, made.blobs, strict=True):
        _checked(
            session.put(
                f"{base_url}/v1/blobs/{sha256}",
                data=blob,
                headers={"Content-Type": "application/octet-stream"},
                timeout=_ATTEMPT_S,
            )
        )
    _checked(
        session.post(
            f"{base_url}/v1/cases",
            data=made.entry.body,
            headers={"Content-Type": "application/json", IDEMPOTENCY_HEADER: made.entry.step},
            timeout=_ATTEMPT_S,
        )
    )
    return (time.perf_counter() - begun) * 1000


def _checked(response: requests.Response) -> None:
    assert response.ok, response.text


def a_case(number: int, catalogue_sha256: str) -> MadeCase:
    """A case of M01; another number is another person."""
    pages = [a_jpeg(os.urandom(size)) for size in _PAGE_BYTES]
    picture, strokes = a_png(os.urandom(_SIGNATURE_BYTES)), some_ink(_STROKES_POINTS)
    content = a_content(
        m01_answers(an_id_number(f"15999919711105{number * 2:03}")),
        signed=False,
        catalogue_sha256=catalogue_sha256,
        pages=_page_refs(pages),
    )
    signature = SignatureRef(
        png_sha256=_sha256(picture),
        strokes_sha256=_sha256(strokes),
        digests=(content_digest(content),),
        signed_at=datetime.now(UTC),
    )
    return MadeCase(entry=_entry(dataclasses.replace(content, signature=signature)), blobs=(*pages, picture, strokes))


def _page_refs(pages: Sequence[bytes]) -> tuple[PageRef, ...]:
    return tuple(
        PageRef(material=MaterialId("MT02"), number=number, sha256=_sha256(page), size_bytes=len(page), source=CAMERA)
        for number, page in enumerate(pages, start=1)
    )


def _entry(content: CaseContent) -> OutboxEntry:
    case, step = CaseId(str(uuid.uuid4())), StepId(str(uuid.uuid4()))
    return OutboxEntry(
        step=step,
        kind=EntryKind.SUBMIT,
        case=case,
        body=dump(SubmitCase(case=case, step=step, made_at=datetime.now(UTC), content=content)),
        blobs=content.blobs,
        module=M01,
        visit=f"visit-{case}",
        applicant="张**",
    )


def _sha256(body: bytes) -> BlobHash:
    return BlobHash(hashlib.sha256(body).hexdigest())
