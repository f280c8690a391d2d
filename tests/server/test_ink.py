"""One picture of a signature in the cases of several people is found (S11), also in what was kept before."""

from __future__ import annotations

from dataclasses import replace

from domain.cases.values import Act, CaseContent
from server.storage.tables import case_contents, case_ink, uploads
from tests.helpers.pictures import a_png
from tests.server.world import CLERKS_OWN, ELDER, World, sha256


def test_S11_a_signature_of_several_people_is_told_to_the_reviewer(world: World) -> None:
    clerk, reviewer = world.as_user("wangfang"), world.as_user("lijun")
    first = clerk.accept()["case"]
    alone = reviewer.get(f"/cases/{first}").json()["ink_shared"]
    again = clerk.accept()["case"]
    of_one_person = reviewer.get(f"/cases/{again}").json()["ink_shared"]
    elder = {"AAC002": ELDER, "AAC004": "1", "AAC006": "1964-03-15"}
    clerk.accept(world.content(elder))

    assert CLERKS_OWN != ELDER
    assert (alone, of_one_person) == (0, 0)
    assert [reviewer.get(f"/cases/{case}").json()["ink_shared"] for case in (first, again)] == [1, 1]
    done = reviewer.act(first, Act.RETURN, opinion="签名与他人相同")
    assert done.json()["ink_shared"] == 1


def test_S11_a_signature_that_is_mended_is_looked_for_too(world: World) -> None:
    clerk, reviewer, other = world.as_user("wangfang"), world.as_user("lijun"), a_png(b"signed again")
    clerk.upload(other)

    def signed_again(answers: dict[str, str]) -> CaseContent:
        content = world.content(answers)
        assert content.signature is not None
        return replace(content, signature=replace(content.signature, png_sha256=sha256(other)))

    case = clerk.accept()["case"]
    elders = clerk.accept(signed_again({"AAC002": ELDER, "AAC004": "1", "AAC006": "1964-03-15"}))["case"]
    reviewer.act(case, Act.RETURN, opinion="请重签")
    before = [reviewer.get(f"/cases/{one}").json()["ink_shared"] for one in (case, elders)]
    assert clerk.act(case, Act.RESUBMIT, seen=2, content=signed_again({"AAE005": "13900000000"})).status_code == 201

    assert before == [0, 0]
    assert [reviewer.get(f"/cases/{one}").json()["ink_shared"] for one in (case, elders)] == [1, 1]


def test_S4_S11_what_was_kept_before_belongs_to_its_office_and_its_people(older_world: World) -> None:
    assert older_world.count(case_ink) == older_world.count(case_contents) > 0
    rows = older_world.installation.database.read(lambda connection: connection.execute(uploads.select()).all())

    kept = {path.name for path in (older_world.installation.settings.data / "blobs").glob("??/*/*")}
    assert {row.sha256 for row in rows} <= kept
    assert rows
    assert all(row.named and row.office.startswith("159999") for row in rows)
