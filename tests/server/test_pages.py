"""What lies on the server as a page is one, is whole, and belongs to who sent it (S1, S3, S4)."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import httpx2
import pytest

from domain.cases.values import Act, CaseContent, Office, PageMaker
from domain.catalogue.values import RoleId
from domain.forms.answers import Origin
from domain.identity import check_digit
from domain.refusals import Refusal, RefusalCode
from domain.workflow import Actor
from server.main import main
from server.service.accounts import NewAccount, grant_role, open_account, open_office
from server.service.login import find_actor
from server.service.pages import MOST_PAGES, check_blobs, examine
from server.service.samples import PASSWORD
from server.service.work import Work, transact
from server.storage.tables import uploads
from tests.helpers.noise import ExpectedNoise
from tests.helpers.pictures import a_jpeg, a_png
from tests.server.world import JPEG, PNG, STROKES, World, a_page, sha256

ONE, TWO, PAGE = a_jpeg(b"1"), a_jpeg(b"2"), a_jpeg(b"another page")
_SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><image href="file:///etc/hostname" width="9" height="9"/></svg>'
NO_PAGES = {
    "svg": _SVG,
    "html": b"<!doctype html><script>alert(1)</script>",
    "pdf": b"%PDF-1.7\n1 0 obj\n%%EOF",
    "a program": b"MZ" + bytes(400),
    "nothing": b"",
    "text": "户口簿".encode(),
    "half a JPEG": ONE[:-40],
    "a JPEG and more": ONE + b"<svg/>",
    "two JPEGs": ONE + TWO,
    "a JPEG of 65500 x 65500": ONE.replace(b"\x00\x40\x00\x40", b"\xff\xdc\xff\xdc", 1),
    "ink of no stroke": b'{"strokes":[]}',
}


@pytest.mark.parametrize("body", NO_PAGES.values(), ids=NO_PAGES.keys())
def test_S1_what_is_no_page_is_refused_at_the_door(world: World, body: bytes) -> None:
    reply = world.as_user("wangfang").send("PUT", f"/blobs/{sha256(body)}", content=body)

    assert (reply.status_code, reply.json()["code"]) == (422, "page_unreadable")
    assert not world.file_of(sha256(body)).exists()
    assert world.count(uploads) == 0
    assert list((world.installation.settings.data / "blobs/incoming").iterdir()) == []


def _simulated(world: World, *, page: bool) -> CaseContent:
    """A case with a page, or an identity, from a device that is none."""
    content = world.content(signed=False)
    if page:
        source = dataclasses.replace(content.pages[0].source, maker=PageMaker.SIMULATED)
        first = dataclasses.replace(content.pages[0], source=source)
        return world.sign(dataclasses.replace(content, pages=(first, *content.pages[1:])))
    shown = dataclasses.replace(content.identities[0], origin=Origin.SIMULATED)
    return world.sign(dataclasses.replace(content, identities=(shown,)))


@pytest.mark.parametrize("page", [True, False])
def test_what_simulated_devices_gave_is_refused_where_devices_must_be_real(
    make_world: Callable[..., World], page: bool
) -> None:
    strict, practice = make_world(real_devices_only=True), make_world()
    clerk = strict.as_user("wangfang")
    clerk.upload(ONE, TWO, PNG, STROKES)

    refused = clerk.submit(_simulated(strict, page=page))

    assert (refused.status_code, refused.json()["code"]) == (422, "device_simulated")
    assert clerk.submit(strict.content()).status_code == 201
    assert practice.as_user("wangfang").submit(_simulated(practice, page=page)).status_code == 201


def _signed_with(world: World, **changes: Any) -> CaseContent:
    content = world.content()
    assert content.signature is not None
    return dataclasses.replace(content, signature=dataclasses.replace(content.signature, **changes))


SWAPPED: dict[str, Callable[[World], CaseContent]] = {
    "a JPEG as the signature": lambda w: _signed_with(w, png_sha256=sha256(ONE)),
    "a PNG as the ink": lambda w: _signed_with(w, strokes_sha256=sha256(PNG)),
    "ink as the signature": lambda w: _signed_with(w, png_sha256=sha256(STROKES)),
    "ink as a page": lambda w: w.content(pages=(ONE, STROKES)),
}


@pytest.mark.parametrize("change", SWAPPED.values(), ids=SWAPPED.keys())
def test_S1_a_case_names_each_thing_as_what_it_is(world: World, change: Callable[[World], CaseContent]) -> None:
    clerk = world.as_user("wangfang")
    clerk.upload(ONE, TWO, PNG, STROKES)

    reply = clerk.submit(change(world))

    assert (reply.status_code, reply.json()["code"]) == (422, "page_unreadable")


def test_S1_a_png_may_be_a_page(world: World) -> None:
    clerk = world.as_user("wangfang")
    page = a_png(b"page", sides_px=(100, 140))
    clerk.upload(ONE, page, PNG, STROKES)

    assert clerk.submit(world.content(pages=(ONE, page))).status_code == 201


def test_S1_more_pages_than_a_case_can_have_are_refused(world: World) -> None:
    clerk = world.as_user("wangfang")
    clerk.upload(PNG, STROKES)
    actor = find_actor(world.installation, clerk.token)
    assert isinstance(actor, Actor)
    answers = []
    for most in (MOST_PAGES - 2, MOST_PAGES - 1):  # signature and ink are two more
        pages = tuple(a_page(number, b"%d" % number) for number in range(1, most + 1))
        content = dataclasses.replace(world.content(), pages=pages)
        found = examine(world.installation.blobs, content)
        answers.append(
            (len(found), transact(world.installation, partial(check_blobs, actor=actor, content=content, found=found)))
        )

    (whole, missing), (unread, malformed) = answers
    assert isinstance(missing, Refusal)
    assert isinstance(malformed, Refusal)
    assert (whole, missing.code, missing.facts["count"]) == (2, RefusalCode.PAGES_MISSING, str(MOST_PAGES - 2))
    assert missing.facts["hashes"].split() == [sha256(b"%d" % number) for number in range(1, 41)]
    assert (unread, malformed.facts) == (0, {"place": "content.pages", "why": "too_many"})


def _flip(path: Path) -> None:
    body = bytearray(path.read_bytes())
    body[len(body) // 2] ^= 1
    path.write_bytes(body)


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1])


def _empty(path: Path) -> None:
    path.write_bytes(b"")


@pytest.mark.parametrize("damage", [_flip, _cut, _empty, Path.unlink])
def test_S3_a_damaged_page_is_asked_for_again_and_replaced(
    world: World, damage: Callable[[Path], None], expected_noise: ExpectedNoise
) -> None:
    if damage is not Path.unlink:
        expected_noise.log(f"blob damaged: {sha256(ONE)}", reason="an administrator must hear of it")
    clerk = world.as_user("wangfang")
    clerk.upload(ONE, TWO, PNG, STROKES)
    damage(world.file_of(sha256(ONE)))
    content = world.content()

    refused = clerk.submit(content)
    probe = clerk.send("HEAD", f"/blobs/{sha256(ONE)}")
    clerk.upload(ONE)
    accepted = clerk.submit(content)

    assert (refused.status_code, refused.json()["code"]) == (409, "pages_missing")
    assert refused.json()["facts"]["hashes"] == sha256(ONE)
    assert probe.status_code == 404
    assert world.file_of(sha256(ONE)).read_bytes() == ONE
    assert accepted.status_code == 201


def test_S3_sending_a_page_replaces_a_damaged_one_at_once(world: World, expected_noise: ExpectedNoise) -> None:
    expected_noise.log("blob damaged", reason="an administrator must hear of it")
    clerk = world.as_user("wangfang")
    clerk.upload(ONE)
    _flip(world.file_of(sha256(ONE)))

    clerk.upload(ONE)

    assert world.file_of(sha256(ONE)).read_bytes() == ONE


@pytest.mark.parametrize("damage", [_flip, _cut, Path.unlink])
def test_S3_the_reviewer_is_told_of_a_damaged_page(
    world: World, damage: Callable[[Path], None], expected_noise: ExpectedNoise
) -> None:
    if damage is not Path.unlink:
        expected_noise.log("blob damaged", reason="an administrator must hear of it")
    case = world.as_user("wangfang").accept()["case"]
    damage(world.file_of(sha256(TWO)))

    reply = world.as_user("lijun").get(f"/cases/{case}/blobs/{sha256(TWO)}")

    assert (reply.status_code, reply.json()["code"]) == (410, "page_lost")
    assert "verify-pages" in reply.json()["next"]


def test_S3_a_command_lists_what_is_damaged_missing_and_not_archived(
    world: World, database: str, capsys: pytest.CaptureFixture[str], expected_noise: ExpectedNoise
) -> None:
    expected_noise.log("blob damaged", reason="an administrator must hear of it")
    expected_noise.log("not written: Blob", reason="an administrator must hear of it")
    command = ["verify-pages", "--data", str(world.installation.settings.data), "--database", database]
    receipt = world.as_user("wangfang").accept()
    whole = main(command)
    first = capsys.readouterr().out
    _flip(world.file_of(sha256(ONE)))
    world.file_of(sha256(TWO)).unlink()
    world.as_user("lijun").act(receipt["case"], Act.APPROVE)

    damaged = main(command)

    second = capsys.readouterr().out
    assert (whole, damaged) == (0, 1)
    assert "影像完好，共核对 4 份" in first
    assert f"{receipt['receipt_no']} 影像损坏 {sha256(ONE)}" in second
    assert f"{receipt['receipt_no']} 影像缺失 {sha256(TWO)}" in second
    assert f"{receipt['receipt_no']} 已办结，没有案卷" in second
    assert "发现 3 处" in second


def hire_far_clerk(work: Work) -> None:
    """A clerk like wangfang, in another county."""
    office = Office(code="159998001", name="邻镇便民服务中心", level="乡镇")
    number = "15999919870101002" + check_digit("15999919870101002")
    new = NewAccount(user="far_clerk", name="远", id_number=number, password=PASSWORD, office=office.code)
    open_office(work, office, by="test")
    assert not isinstance(open_account(work, new, by="test", today=work.today), Refusal)
    assert grant_role(work, "far_clerk", RoleId("PUB_BIZ"), by="test") is None


def test_S4_whoever_knows_a_hash_learns_and_gets_nothing(world: World) -> None:
    transact(world.installation, hire_far_clerk)
    world.as_user("wangfang").accept()
    stranger = world.as_user("far_clerk")
    stranger.upload(TWO, PNG, STROKES)

    probe = stranger.send("HEAD", f"/blobs/{sha256(ONE)}")
    submitted = stranger.submit(world.content())

    assert (probe.status_code, "x-size-bytes" in probe.headers) == (404, False)
    assert (submitted.status_code, submitted.json()["code"]) == (409, "pages_missing")
    assert submitted.json()["facts"]["hashes"] == sha256(ONE)


def test_S4_an_office_that_has_the_page_itself_may_name_it(world: World) -> None:
    transact(world.installation, hire_far_clerk)
    world.as_user("wangfang").accept()
    other = world.as_user("far_clerk")

    first = other.send("PUT", f"/blobs/{sha256(ONE)}", content=ONE)
    again = other.send("PUT", f"/blobs/{sha256(ONE)}", content=ONE)
    other.upload(TWO, PNG, STROKES)

    assert (first.status_code, again.status_code) == (201, 200)
    assert other.send("HEAD", f"/blobs/{sha256(ONE)}").headers["x-size-bytes"] == str(len(ONE))
    assert other.submit(world.content()).status_code == 201


def test_S4_an_empty_body_proves_nothing(world: World) -> None:
    clerk = world.as_user("wangfang")
    clerk.upload(ONE)

    reply = clerk.send("PUT", f"/blobs/{sha256(ONE)}", content=b"")

    assert reply.status_code == 422
    assert world.file_of(sha256(ONE)).read_bytes() == ONE


def test_S4_the_same_page_as_another_name_is_no_proof(world: World) -> None:
    reply = world.as_user("wangfang").send("PUT", f"/blobs/{sha256(ONE)}", content=TWO)

    assert (reply.status_code, reply.json()["code"]) == (422, "page_damaged")
    assert world.count(uploads) == 0


def _sized(seed: bytes, size_bytes: int) -> bytes:
    """A JPEG of just so many bytes."""
    whole = a_jpeg(seed)
    return whole[:2] + b"\xff" * (size_bytes - len(whole)) + whole[2:]  # fill bytes before a marker are allowed


def test_S12_an_office_that_sends_what_no_case_names_is_stopped(make_world: Callable[..., World]) -> None:
    world = make_world(unnamed_mib=1)
    mib = 1024 * 1024

    def send(body: bytes) -> httpx2.Response:
        return world.as_user("wangfang").send("PUT", f"/blobs/{sha256(body)}", content=body)

    world.as_user("wangfang").accept()
    first = [send(body).status_code for body in (_sized(b"all but one byte", mib - 1), JPEG)]
    full = send(PAGE)
    world.clock.forward(hours=24)
    still = send(PAGE)
    world.clock.forward(seconds=1)
    later = [send(body).status_code for body in (_sized(b"all", mib), PAGE)]

    assert (full.status_code, full.json()["code"], full.json()["facts"]) == (429, "uploads_too_many", {"limit": "1"})
    assert (first, still.status_code, later) == ([201, 201], 429, [201, 429])


def test_S12_what_cases_name_does_not_count(make_world: Callable[..., World]) -> None:
    world = make_world(unnamed_mib=1)
    clerk = world.as_user("wangfang")
    pages = tuple(a_jpeg(seed, size_bytes=700_000) for seed in (b"one", b"two"))
    clerk.upload(pages[0], PNG, STROKES)
    clerk.upload(pages[1])
    assert clerk.submit(world.content(pages=pages)).status_code == 201

    assert clerk.send("PUT", f"/blobs/{sha256(JPEG)}", content=JPEG).status_code == 201
