"""Cases that were signed together: one signature covers each of them, and each goes its own way."""

from __future__ import annotations

import dataclasses

from domain.cases.values import Act, CaseContent, PackageId, SignatureRef, content_digest
from tests.helpers.builders import an_id_number
from tests.helpers.pictures import a_jpeg
from tests.server.world import PNG, STROKES, World, sha256, shown

SECOND = an_id_number("15999919720506024")


def two_contents(world: World) -> tuple[CaseContent, CaseContent]:
    """Two cases of one package under one signature. Each person can be registered once, so they are two persons'."""
    package = PackageId("package-1")
    first = world.content(signed=False, package=package)
    second = world.content(
        {"AAC002": SECOND, "AAC006": "1972-05-06"}, signed=False, package=package, identities=shown(SECOND)
    )
    signature = SignatureRef(
        png_sha256=sha256(PNG),
        strokes_sha256=sha256(STROKES),
        digests=tuple(sorted(content_digest(content) for content in (first, second))),
        signed_at=world.clock.now,
    )
    return dataclasses.replace(first, signature=signature), dataclasses.replace(second, signature=signature)


def test_7_package_one_signature_serves_two_cases_and_each_is_reviewed_on_its_own(world: World) -> None:
    clerk, reviewer = world.as_user("wangfang"), world.as_user("lijun")
    first, second = two_contents(world)
    one, other = clerk.accept(first), clerk.accept(second)
    assert one["receipt_no"] != other["receipt_no"]

    returned = reviewer.act(one["case"], Act.RETURN, opinion="户口簿第二页看不清")
    approved = reviewer.act(other["case"], Act.APPROVE)
    assert (returned.json()["status"], approved.json()["status"]) == ("returned", "finished")

    mended = world.content({"CAZ289": "500"}, package=first.package)
    again = clerk.act(one["case"], Act.RESUBMIT, seen=2, content=mended)
    done = reviewer.act(one["case"], Act.APPROVE, seen=3)

    assert again.json()["status"] == "in_review", again.text
    assert done.json()["status"] == "finished"
    assert clerk.get(f"/cases/{other['case']}").json()["content"]["signature"]["digests"] == list(
        second.signature.digests if second.signature else ()
    )


def test_7_package_a_signature_of_another_case_alone_serves_nothing(world: World) -> None:
    clerk = world.as_user("wangfang")
    first, second = two_contents(world)
    alone = dataclasses.replace(world.sign(first), package=first.package)
    clerk.upload(a_jpeg(b"1"), a_jpeg(b"2"), PNG, STROKES)

    reply = clerk.submit(dataclasses.replace(second, signature=alone.signature))

    assert reply.status_code != 201
