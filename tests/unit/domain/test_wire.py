"""What client and server say to each other: strict in, faithful both ways, never a crash."""

from __future__ import annotations

import dataclasses
import importlib
import json
import pkgutil
import tracemalloc
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import domain.wire
from domain.cases.values import (
    CONTENT_VERSION,
    AccountView,
    Act,
    BlobHash,
    CaseContent,
    CaseId,
    CaseStatus,
    Office,
    PageMaker,
    PageRef,
    PageSource,
    SignatureRef,
    StepId,
)
from domain.catalogue.values import FieldId, MaterialId, ModuleId, PartyRole, RoleId
from domain.forms.answers import Answer, ApplicantKind, GroupRow, IdentityShown, Origin
from domain.refusals import Refusal, RefusalCode
from domain.wire.audit import AuditLine, AuditTrail
from domain.wire.blobs import BlobReceipt
from domain.wire.cases import CaseView, Receipt, StepView, SubmitCase, TakeStep
from domain.wire.codec import MAX_REQUEST_BYTES, MAX_REQUEST_PARTS, dump, parse, parse_said, schema
from domain.wire.envelope import Problem
from domain.wire.lists import CaseLine, CaseList, Change, ChangeList
from domain.wire.login import Clock, LoginReply, LoginRequest
from tests.helpers.builders import CAMERA, NAME, NOW, NUMBER, a_content

SUBMIT = SubmitCase(case=CaseId("c1"), step=StepId("s1"), made_at=NOW, content=a_content())
KINDS = (
    LoginRequest,
    LoginReply,
    SubmitCase,
    Receipt,
    TakeStep,
    CaseView,
    CaseList,
    ChangeList,
    AuditTrail,
    BlobReceipt,
    Clock,
    Problem,
)

texts = st.text(max_size=12)
ids = st.uuids().map(str)
moments = st.datetimes(
    min_value=datetime(2000, 1, 1),
    max_value=datetime(2100, 1, 1),
    timezones=st.sampled_from([UTC, timezone(timedelta(hours=8))]),
)
hashes = st.binary(min_size=32, max_size=32).map(bytes.hex)
numbers = st.integers(0, 10**9)
sources = st.builds(
    PageSource,
    maker=st.sampled_from(PageMaker),
    device=texts,
    sharpness=st.none() | st.floats(allow_nan=False, allow_infinity=False),
    taken_at=st.none() | moments,
)


def many(one: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[Any, ...]]:
    """A few of them."""
    return st.lists(one, max_size=3).map(tuple)


contents = st.builds(
    CaseContent,
    module=texts.map(ModuleId),
    catalogue_sha256=hashes,
    applicant_kind=st.sampled_from(ApplicantKind),
    version=st.just(CONTENT_VERSION),
    identities=many(
        st.builds(
            IdentityShown,
            role=st.sampled_from(PartyRole),
            row=texts,
            origin=st.sampled_from(Origin),
            name_digest=hashes,
            number_digest=hashes,
        )
    ),
    answers=many(st.builds(Answer, field=texts.map(FieldId), row=texts, value=texts, origin=st.sampled_from(Origin))),
    rows=many(st.builds(GroupRow, group=texts, id=texts)),
    pages=many(
        st.builds(
            PageRef, material=texts.map(MaterialId), number=numbers, sha256=hashes, size_bytes=numbers, source=sources
        )
    ),
    package=texts,
    signature=st.none()
    | st.builds(SignatureRef, png_sha256=hashes, strokes_sha256=hashes, digests=many(texts), signed_at=moments),
)
offices = st.builds(Office, code=texts, name=texts, level=texts, phone=texts)
steps = st.builds(
    StepView,
    id=ids,
    act=st.sampled_from(Act),
    role=texts,
    actor_name=texts,
    office=texts,
    taken_at=moments,
    opinion=texts,
)
common: dict[str, Any] = {
    "case": ids,
    "receipt_no": texts,
    "status": st.sampled_from(CaseStatus),
    "awaited": st.none() | texts.map(RoleId),
    "risk": st.integers(1, 3),
    "accepted_at": moments,
    "due_on": st.dates(date(2000, 1, 1), date(2100, 1, 1)),
}
views = st.builds(
    CaseView,
    **common,
    module=texts.map(ModuleId),
    applicant=texts,
    reason=texts,
    steps=st.lists(steps, max_size=3).map(tuple),
    acts=st.lists(st.sampled_from(Act), max_size=3).map(tuple),
    content=contents,
    archive=texts,
)
accounts = st.builds(
    AccountView, user=texts, name=texts, office=offices, roles=st.lists(texts.map(RoleId), max_size=3).map(tuple)
)
lines = st.builds(
    AuditLine,
    number=numbers,
    at=moments,
    account=texts,
    office=texts,
    action=texts,
    detail=st.dictionaries(texts, texts, max_size=3),
    sha256=hashes,
)
wire_values = st.one_of(
    st.builds(LoginRequest, user=texts, password=texts, counter=texts),
    st.builds(LoginReply, token=texts, expires_at=moments, account=accounts, catalogue_sha256=hashes),
    st.builds(SubmitCase, case=ids, step=ids, made_at=moments, content=contents),
    st.builds(Receipt, **common, chain_name=texts, progress=texts),
    st.builds(
        TakeStep,
        step=ids,
        act=st.sampled_from(Act),
        seen_steps=numbers,
        opinion=texts,
        made_at=moments,
        content=st.none() | contents,
    ),
    views,
    st.builds(AuditTrail, case=ids, entries=st.lists(lines, max_size=3).map(tuple)),
    st.builds(BlobReceipt, sha256=hashes, size_bytes=numbers),
    st.builds(Clock, now=moments, version=texts),
)


@given(wire_values)
def test_what_is_said_is_heard(value: object) -> None:
    assert parse(type(value), dump(value)) == value


def body(**changes: Any) -> bytes:
    data = json.loads(dump(SUBMIT))
    data.update(changes)
    return json.dumps(data).encode()


def malformed(kind: type[Any], data: bytes) -> dict[str, str]:
    answer = parse(kind, data)
    assert isinstance(answer, Refusal), answer
    assert answer.code is RefusalCode.REQUEST_MALFORMED
    return dict(answer.facts)


def test_an_unknown_field_is_refused_with_its_place() -> None:
    assert malformed(SubmitCase, body(extra=1)) == {"place": "extra", "why": "unexpected_keyword_argument"}
    content = json.loads(dump(SUBMIT.content)) | {"status": "finished"}
    assert malformed(SubmitCase, body(content=content))["place"] == "content.status"


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"case": 5}, "case"),
        ({"case": None}, "case"),
        ({"made_at": "yesterday"}, "made_at"),
        ({"made_at": "2026-11-24T09:30:00"}, "made_at"),
        ({"content": None}, "content"),
        ({"content": []}, "content"),
    ],
)
def test_a_wrong_type_is_refused_with_its_place(changes: dict[str, Any], place: str) -> None:
    assert malformed(SubmitCase, body(**changes))["place"] == place


def test_numbers_are_not_made_of_text_nor_truth_of_numbers() -> None:
    step = json.loads(dump(TakeStep(step=StepId("s"), act=Act.APPROVE, seen_steps=1, made_at=NOW)))

    for wrong in ("1", 1.5, True, None):
        assert malformed(TakeStep, json.dumps(step | {"seen_steps": wrong}).encode())["place"] == "seen_steps"
    assert malformed(TakeStep, json.dumps(step | {"act": "finish"}).encode())["place"] == "act"


def test_a_missing_field_is_refused() -> None:
    data = json.loads(dump(SUBMIT))
    del data["step"]

    assert malformed(SubmitCase, json.dumps(data).encode()) == {"place": "step", "why": "missing"}


LEFT_OUT: dict[type, dict[str, object]] = {
    AuditTrail: {"more": False},
    CaseLine: {"reason": "", "mended": False, "found_as": None},
    CaseList: {"after": ""},
    CaseView: {
        "targets": (),
        "former": (),
        "archive": "",
        "progress": "",
        "due_certain": True,
        "told": {},
        "ink_shared": 0,
    },
    Change: {"due_on": None},
    ChangeList: {"more": None},
    Problem: {"next": ""},
    Receipt: {"progress": "", "due_certain": True},
    StepView: {"stage": "", "target": ""},
    TakeStep: {"opinion": "", "content": None, "seen": "", "target": None},
}
"""What each message is taken to say where a party of an older version says nothing."""


def test_what_an_older_party_leaves_out_is_taken_as_it_was_meant_then() -> None:
    wire = [
        importlib.import_module(f"domain.wire.{found.name}") for found in pkgutil.iter_modules(domain.wire.__path__)
    ]
    kinds = {kind for module in wire for kind in vars(module).values() if kind.__class__ is type}
    ours = {kind for kind in kinds if dataclasses.is_dataclass(kind) and kind.__module__.startswith("domain.wire.")}
    found = {kind: _left_out(kind) for kind in ours}

    assert {kind: values for kind, values in found.items() if values} == LEFT_OUT


def _left_out(kind: type[Any]) -> dict[str, object]:
    fields = dataclasses.fields(kind)
    plain = {field.name: field.default for field in fields if field.default is not dataclasses.MISSING}
    made = {f.name: f.default_factory() for f in fields if f.default_factory is not dataclasses.MISSING}
    return plain | made


@pytest.mark.parametrize(
    ("version", "facts"),
    [
        (CONTENT_VERSION + 1, {"version": str(CONTENT_VERSION + 1), "wanted": str(CONTENT_VERSION)}),
        (10**12, {"version": "10000000", "wanted": str(CONTENT_VERSION)}),
        (True, {"place": "version", "why": "int_type"}),
        ("3", {"place": "version", "why": "int_type"}),
    ],
)
def test_another_version_of_a_content_is_named_and_what_is_none_is_malformed(
    version: object, facts: dict[str, str]
) -> None:
    answer = parse(CaseContent, json.dumps(json.loads(dump(SUBMIT.content)) | {"version": version}).encode())

    assert isinstance(answer, Refusal)
    assert answer.facts == facts


def test_the_time_of_a_signature_needs_its_zone() -> None:
    signature = dataclasses.replace(a_content().signature, signed_at=datetime(2026, 11, 24))  # type: ignore[type-var]
    for value in (
        dataclasses.replace(SUBMIT, content=a_content(signed=False, signature=signature)),
        TakeStep(
            step=StepId("s"),
            act=Act.RESUBMIT,
            seen_steps=2,
            made_at=NOW,
            content=a_content(signed=False, signature=signature),
        ),
    ):
        assert malformed(type(value), dump(value))["place"] == "content.signature.signed_at"


def test_the_refusal_never_repeats_a_value() -> None:
    for wrong in (body(made_at=NUMBER), body(case={NAME: NUMBER})):
        assert NUMBER not in str(malformed(SubmitCase, wrong))


def test_the_place_of_a_fault_is_told_in_short() -> None:
    place = malformed(SubmitCase, body(**{"x" * 100_000: 1}))["place"]

    assert place == "x" * 200


def test_too_large_a_body_is_refused_before_it_is_read() -> None:
    answer = parse(SubmitCase, b"[" * (MAX_REQUEST_BYTES + 1))

    assert answer == Refusal(code=RefusalCode.REQUEST_TOO_LARGE, facts={"limit": str(MAX_REQUEST_BYTES)})


def _many(part: bytes, size: int) -> bytes:
    return b",".join([part] * (size // (len(part) + 1)))


@pytest.mark.parametrize(
    "flood",
    [
        b"{" + b",".join(b'"%x":1' % number for number in range(200_000)) + b"}",
        b'{"content":{"answers":[' + _many(b"{}", MAX_REQUEST_BYTES - 50) + b"]}}",
        b'{"content":{"pages":[' + _many(b"1", MAX_REQUEST_BYTES - 50) + b"]}}",
        b'{"content":' + b"[" * (MAX_REQUEST_BYTES - 50),
    ],
    ids=["unknown fields", "empty answers", "numbers for pages", "brackets"],
)
def test_the_work_for_a_request_full_of_faults_is_bounded(flood: bytes) -> None:
    parse(SubmitCase, b"{}")  # what the first use makes stays out of the figure

    tracemalloc.start()
    try:
        malformed(SubmitCase, flood)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert peak < 8 * 1024 * 1024


def test_what_was_kept_is_read_whatever_its_size_and_its_version() -> None:
    kept = json.loads(dump(SUBMIT.content)) | {"later": "x" * MAX_REQUEST_BYTES}
    kept["answers"] = [answer | {"later": [1, 2]} for answer in kept["answers"]]

    assert parse_said(CaseContent, json.dumps(kept).encode()) == SUBMIT.content


def test_the_largest_case_is_no_flood() -> None:
    answers = tuple(Answer(field=FieldId(f"F{number}"), value="值", origin=Origin.CARD) for number in range(400))
    pages = tuple(
        PageRef(material=MaterialId("MT02"), number=number, sha256=BlobHash("0" * 64), size_bytes=1, source=CAMERA)
        for number in range(400)
    )
    case = dataclasses.replace(SUBMIT, content=dataclasses.replace(SUBMIT.content, answers=answers, pages=pages))

    assert parse(SubmitCase, dump(case)) == case


def test_the_parts_of_a_request_are_counted_up_to_the_most() -> None:
    def why(parts: int) -> str:
        return malformed(BlobReceipt, b'{"sha256":[' + b",".join([b"1"] * (parts - 1)) + b"]}")["why"]

    assert (why(MAX_REQUEST_PARTS), why(MAX_REQUEST_PARTS + 1)) == ("string_type", "too_many_parts")


def test_the_largest_request_is_read() -> None:
    assert malformed(SubmitCase, b" " * MAX_REQUEST_BYTES)["place"] != "limit"


@pytest.mark.parametrize(
    "garbage",
    [
        b"",
        b"{",
        b"null",
        b"[]",
        b"\xff\xfe",
        b'"\\ud800"',
        b"NaN",
        b"[" * 100_000,
        b'{"a":' * 100_000,
        "<html>登录</html>".encode(),
        b"1" * 10_000,
        b"\x00",
    ],
)
@pytest.mark.parametrize("kind", KINDS)
def test_garbage_is_refused_and_never_raises(kind: type[Any], garbage: bytes) -> None:
    malformed(kind, garbage)


@given(st.sampled_from(KINDS), st.binary(max_size=200))
def test_random_bytes_never_raise(kind: type[Any], data: bytes) -> None:
    malformed(kind, data)


@given(st.integers(0, 2_000), st.binary(max_size=4))
def test_a_spoilt_request_is_refused_or_another_request(place: int, rubbish: bytes) -> None:
    whole = dump(SUBMIT)
    answer = parse(SubmitCase, whole[:place] + rubbish + whole[place + len(rubbish) :])

    assert isinstance(answer, SubmitCase | Refusal)


@pytest.mark.parametrize("kind", KINDS)
def test_every_value_has_a_schema_that_forbids_more(kind: type[Any]) -> None:
    assert schema(kind)["additionalProperties"] is False


def test_passwords_and_tokens_are_hidden() -> None:
    login = LoginRequest(user="wangfang", password="secret-word", counter="1")

    assert "secret-word" not in repr(login)
    assert NUMBER not in repr(SUBMIT)
