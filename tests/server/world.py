"""A server with the practice county, and short words for what clients do to it."""

from __future__ import annotations

import dataclasses
import hashlib
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx2
from starlette.testclient import TestClient

from domain.cases.values import (
    Act,
    BlobHash,
    CaseContent,
    CaseId,
    PageMaker,
    PageRef,
    PageSource,
    SignatureRef,
    Step,
    StepId,
    content_digest,
)
from domain.catalogue.values import FieldId, MaterialId, ModuleId, PartyRole, StageId
from domain.forms.answers import Answer, ApplicantKind, IdentityShown, Origin
from domain.forms.parties import identity_shown
from domain.wire.cases import SubmitCase, TakeStep
from domain.wire.codec import dump
from domain.wire.envelope import IDEMPOTENCY_HEADER
from server.service.reading import content_of
from server.service.samples import PASSWORD
from server.service.work import Installation, look
from server.storage.cases import CaseRecord, find_case, list_steps
from tests.helpers.pictures import a_jpeg, a_png, some_ink

APPLICANT = "159999197111050240"
ELDER = "159999196403150011"
CLERKS_OWN = "15999919800315002X"
REVIEWERS_OWN = "159999197906120038"
JPEG, PNG, STROKES = a_jpeg(), a_png(), some_ink()
MADE_AT = datetime(2026, 11, 23, 2, 29, tzinfo=UTC)


class TestClock:
    """A clock that goes only when told to."""

    __test__ = False

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 23, 2, 30, tzinfo=UTC)

    def __call__(self) -> datetime:
        """The time."""
        return self.now

    def forward(self, **delta: int) -> None:
        """Let time pass."""
        self.now += timedelta(**delta)


def sha256(body: bytes) -> BlobHash:
    """The name of a blob."""
    return BlobHash(hashlib.sha256(body).hexdigest())


def a_page(number: int, body: bytes, material: str = "MT02") -> PageRef:
    """A page of a material."""
    source = PageSource(maker=PageMaker.CAMERA)
    return PageRef(
        material=MaterialId(material), number=number, sha256=sha256(body), size_bytes=len(body), source=source
    )


def shown(number: str = APPLICANT, name: str = "张测试", origin: Origin = Origin.CARD) -> tuple[IdentityShown, ...]:
    """That the applicant showed who they are."""
    return (identity_shown(name, number, origin, PartyRole.APPLICANT),)


def new_id() -> str:
    """A fresh id of a case or step."""
    return str(uuid.uuid4())


@dataclass(frozen=True, kw_only=True)
class World:
    """A running application in this process."""

    installation: Installation
    client: TestClient
    clock: TestClock

    def login(self, user: str, password: str = PASSWORD) -> httpx2.Response:
        """Try to log in."""
        return self.client.post("/v1/login", json={"user": user, "password": password, "counter": "1"})

    def from_elsewhere(self, address: str) -> World:
        """The same server, seen from another address."""
        client = TestClient(self.client.app, base_url="http://server.test", client=(address, 50000))
        client.portal = self.client.portal
        return dataclasses.replace(self, client=client)

    def as_user(self, user: str) -> User:
        """A practice account, logged in."""
        reply = self.login(user)
        assert reply.status_code == 200, reply.text
        return User(world=self, token=reply.json()["token"])

    def content(
        self,
        answers: Mapping[str, str] | None = None,
        *,
        pages: Sequence[bytes] = (a_jpeg(b"1"), a_jpeg(b"2")),
        signed: bool = True,
        **changes: Any,
    ) -> CaseContent:
        """A complete case of M01 for APPLICANT, read from the card."""
        filled = m01_answers() | dict(answers or {})
        content = CaseContent(
            module=ModuleId("M01"),
            catalogue_sha256=self.installation.catalogues.current.sha256,
            applicant_kind=ApplicantKind.SELF,
            identities=shown(filled["AAC002"], filled["AAC003"]),
            answers=tuple(Answer(field=FieldId(field), value=value) for field, value in filled.items()),
            pages=tuple(a_page(number, page) for number, page in enumerate(pages, start=1)),
        )
        content = dataclasses.replace(content, **changes)
        return self.sign(content) if signed else content

    def content_by_agent(self, id_number: str) -> CaseContent:
        """A complete case that somebody brings for APPLICANT."""
        answers = {"x_agent_name": "代办人", "x_agent_id": id_number, "x_agent_rel": "7"}
        content = self.content(answers, applicant_kind=ApplicantKind.AGENT, signed=False)
        page = content.pages[0]
        papers = [("MT09", 1), ("MT10", 1), ("MT10", 2)]
        brought = [dataclasses.replace(page, material=MaterialId(name), number=number) for name, number in papers]
        return self.sign(dataclasses.replace(content, pages=(*content.pages, *brought)))

    def content_for_guardians_account(self) -> CaseContent:
        """A complete case that a guardian brings for APPLICANT, with the guardian's own account."""
        answers = {"x_agent_name": "监护人", "x_agent_id": ELDER, "x_agent_rel": "1"}
        answers |= {"AAE010": "6222000000000000012", "BIE013": "NH", "AAE009": "监护人"}
        content = self.content(answers, applicant_kind=ApplicantKind.GUARDIAN, signed=False)
        paper = dataclasses.replace(content.pages[0], material=MaterialId("MT30"))
        return self.sign(dataclasses.replace(content, pages=(*content.pages, paper)))

    def sign(self, content: CaseContent) -> CaseContent:
        """The content with a signature that fits."""
        signature = SignatureRef(
            png_sha256=sha256(PNG),
            strokes_sha256=sha256(STROKES),
            digests=(content_digest(content),),
            signed_at=self.clock.now,
        )
        return dataclasses.replace(content, signature=signature)

    def rows(self, table: Any) -> list[dict[str, Any]]:
        """The rows of a table."""
        return self.installation.database.read(
            lambda connection: [dict(row._mapping) for row in connection.execute(table.select())]
        )

    def file_of(self, sha256: str) -> Path:
        """Where a blob lies."""
        return self.installation.settings.data / "blobs" / sha256[:2] / sha256[2:4] / sha256

    def count(self, table: Any) -> int:
        """Rows of a table."""
        return len(self.rows(table))

    def record_of(self, case: str) -> CaseRecord:
        """A case as it is kept."""
        record = self.installation.database.read(lambda connection: find_case(connection, case, area=""))
        assert record is not None
        return record

    def dossier_of(self, case: str) -> Path:
        """Where the dossier of a finished case lies."""
        record = self.record_of(case)
        assert record.archived
        return self.installation.dossiers.path_of(record.archive)

    def steps_of(self, case: str) -> tuple[Step, ...]:
        """The steps of a case as they are kept."""
        return self.installation.database.read(lambda connection: list_steps(connection, self.record_of(case)))

    def digest_of(self, case: str) -> str:
        """The digest of what a case says now."""
        return look(self.installation, lambda work: content_digest(content_of(work, self.record_of(case))))


@dataclass(frozen=True, kw_only=True)
class User:
    """Somebody who is logged in."""

    world: World
    token: str

    def send(self, method: str, path: str, *, headers: Mapping[str, str] | None = None, **rest: Any) -> httpx2.Response:
        """Any request with the token."""
        told = {"Authorization": f"Bearer {self.token}", **(headers or {})}
        reply: httpx2.Response = self.world.client.request(method, f"/v1{path}", headers=told, **rest)
        return reply

    def get(self, path: str) -> httpx2.Response:
        """Read."""
        return self.send("GET", path)

    def upload(self, *bodies: bytes) -> None:
        """Send blobs."""
        for body in bodies:
            reply = self.send("PUT", f"/blobs/{sha256(body)}", content=body)
            assert reply.status_code in (200, 201), reply.text

    def submit(
        self, content: CaseContent, *, case: str = "", step: str = "", key: str | None = None
    ) -> httpx2.Response:
        """Submit a case; its blobs must be sent before."""
        request = SubmitCase(
            case=CaseId(case or new_id()), step=StepId(step or new_id()), made_at=MADE_AT, content=content
        )
        return self._post("/cases", request, request.step if key is None else key)

    def accept(self, content: CaseContent | None = None) -> dict[str, Any]:
        """Submit a complete case with its blobs; the receipt."""
        self.upload(a_jpeg(b"1"), a_jpeg(b"2"), PNG, STROKES)
        reply = self.submit(content or self.world.content())
        assert reply.status_code == 201, reply.text
        receipt: dict[str, Any] = reply.json()
        return receipt

    def act(
        self,
        case: str,
        act: Act,
        *,
        seen: int = 1,
        opinion: str = "",
        step: str = "",
        content: CaseContent | None = None,
        seen_content: str = "",
        target: StageId | None = None,
    ) -> httpx2.Response:
        """Take a step on a case."""
        request = TakeStep(
            step=StepId(step or new_id()),
            act=act,
            seen_steps=seen,
            opinion=opinion,
            made_at=MADE_AT,
            content=content,
            seen=seen_content,
            target=target,
        )
        return self._post(f"/cases/{case}/steps", request, request.step)

    def _post(self, path: str, request: object, key: str) -> httpx2.Response:
        headers = {"Content-Type": "application/json"} | ({IDEMPOTENCY_HEADER: key} if key else {})
        return self.send("POST", path, headers=headers, content=dump(request))


def m01_answers() -> dict[str, str]:
    """Complete answers of a registration."""
    return {
        "AAC003": "张测试",
        "AAC058": "01",
        "AAC002": APPLICANT,
        "AAC004": "2",
        "AAC005": "01",
        "AAC006": "1971-11-05",
        "AAC010": "内蒙古测试盟测试旗测试镇一号",
        "AAB301": "159999",
        "AAF013": "159999001",
        "AAF030": "159999001001",
        "AAC009": "50",
        "AAC030": "2026-11-23",
        "CAZ289": "500",
        "AAC066": "011",
        "AAE005": "13800000000",
        "AAE006": "测试镇一号",
    }
