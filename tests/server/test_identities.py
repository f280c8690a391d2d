"""What the server itself holds against the form: who stood there for the applicant, and what follows from the rest."""

from __future__ import annotations

import dataclasses

import pytest

import resources
from domain.cases.values import CaseContent
from domain.catalogue.values import PartyRole
from domain.forms.answers import Answer, GroupRow, IdentityShown, Origin
from domain.forms.assess import assess
from domain.forms.parties import identity_shown
from server.service.catalogues import Catalogues
from tests.helpers.builders import M01, a_setting
from tests.helpers.heirs import HEIRS, T01, TOTAL, a_heir_number, computed_data, heir
from tests.helpers.pictures import a_jpeg
from tests.server.world import PNG, STROKES, User, World

NUMBER = a_heir_number(7)


def an_agent(number: str = NUMBER, name: str = "代办人", origin: Origin = Origin.CARD) -> IdentityShown:
    return identity_shown(name, number, origin, PartyRole.AGENT)


@pytest.fixture
def clerk(world: World) -> User:
    user = world.as_user("wangfang")
    user.upload(a_jpeg(b"1"), a_jpeg(b"2"), PNG, STROKES)
    return user


def by_agent(world: World, *shown: IdentityShown) -> CaseContent:
    content = world.content_by_agent(NUMBER)
    return world.sign(dataclasses.replace(content, identities=(*content.identities, *shown)))


@pytest.mark.parametrize(
    ("shown", "finding"),
    [
        (an_agent(a_heir_number(8)), "x_agent_id:NOT_THE_APPLICANT"),
        (an_agent(name="别人"), "x_agent_name:NOT_THE_APPLICANT"),
        (an_agent(origin=Origin.ELECTRONIC), "x_agent_id:NOT_ELECTRONIC"),
    ],
)
def test_1_who_acts_is_refused_unless_the_form_names_them_as_they_showed_themselves(
    world: World, clerk: User, shown: IdentityShown, finding: str
) -> None:
    reply = clerk.submit(by_agent(world, shown))

    assert (reply.status_code, reply.json()["code"]) == (422, "form_invalid"), reply.text
    assert finding in reply.text


def test_1_an_agent_who_showed_a_card_is_taken_and_kept_with_the_case(world: World, clerk: User) -> None:
    case = clerk.accept(by_agent(world, an_agent()))["case"]

    kept = world.as_user("lijun").get(f"/cases/{case}").json()["content"]["identities"]
    assert [(one["role"], one["origin"]) for one in kept] == [("applicant", "card"), ("agent", "card")]


def test_1_an_agent_who_showed_nothing_is_refused_where_the_module_demands_it(world: World, clerk: User) -> None:
    installation, data = world.installation, resources.load_catalogue_data()
    module = next(one for item in data["items"] for one in item["modules"] if one["id"] == M01)
    module["agent_shown"] = True
    strict = Catalogues(installation.database, data, now=installation.clock()).current.sha256
    plain = dataclasses.replace(world.content_by_agent(NUMBER), catalogue_sha256=strict)

    reply = clerk.submit(world.sign(plain))
    assert (reply.status_code, reply.json()["code"]) == (422, "form_invalid"), reply.text
    assert "x_agent_id:AGENT_NOT_SHOWN" in reply.text
    shown = dataclasses.replace(plain, identities=(*plain.identities, an_agent()))
    assert clerk.accept(world.sign(shown))["case"]


def test_1_a_computed_value_that_differs_is_refused_and_the_right_one_is_taken(world: World, clerk: User) -> None:
    installation = world.installation
    catalogue = Catalogues(installation.database, computed_data(), now=installation.clock()).current
    rows = (heir("row-1", 1, "40"), heir("row-2", 2, "60", name="王测试"))
    plain = world.content(signed=False)
    content = dataclasses.replace(
        plain,
        module=T01,
        catalogue_sha256=catalogue.sha256,
        answers=(*plain.answers, *(answer for row in rows for answer in row)),
        rows=tuple(GroupRow(group=HEIRS, id=row[0].row) for row in rows),
    )
    setting = a_setting(identities=content.identities)
    found = assess(catalogue, catalogue.modules[T01], content.form, setting, told={})
    right = dataclasses.replace(content, answers=tuple(found.answers.values()))
    wrong = dataclasses.replace(
        right, answers=(*(a for a in right.answers if a.field != TOTAL), Answer(field=TOTAL, value="101"))
    )

    for one in (content, wrong):
        reply = clerk.submit(world.sign(one))
        assert (reply.status_code, reply.json()["code"]) == (422, "form_invalid"), reply.text
        assert f"{TOTAL}:NOT_COMPUTED" in reply.text
    assert clerk.accept(world.sign(right))["case"]
