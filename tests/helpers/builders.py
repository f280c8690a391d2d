"""Sample values for tests: complete where a test says nothing, changed where it does. Test people only."""

from __future__ import annotations

import copy
import dataclasses
import hashlib
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from functools import cache
from types import MappingProxyType
from typing import Any

import resources
from domain.cases.values import (
    Act,
    BlobHash,
    CaseContent,
    Office,
    PageMaker,
    PageRef,
    PageSource,
    SignatureRef,
    Step,
    StepId,
    content_digest,
)
from domain.catalogue.parse import parse_catalogue
from domain.catalogue.values import (
    Catalogue,
    Chain,
    ChainId,
    FieldId,
    MaterialId,
    Module,
    ModuleId,
    PartyRole,
    RoleId,
    StageId,
)
from domain.forms.answers import Answer, AnswerKey, Answers, ApplicantKind, IdentityShown, Origin, Setting, value_of
from domain.forms.assess import Assessment, assess
from domain.forms.parties import identity_shown
from domain.identity import PersonKey, check_digit
from domain.rules import Facts
from domain.workflow import Actor
from hardware.kinds.id_card_reader import CardType, IdCard
from tests.helpers.pictures import a_jpeg, a_png, some_ink

TODAY = date(2026, 11, 24)
NOW = datetime(2026, 11, 24, 1, 30, tzinfo=UTC)
NAME = "张测试"
NUMBER = "159999197111050240"
"""A woman, 55 years old on TODAY."""
OLD_NUMBER = "159999196403150011"
"""A man, 62 years old on TODAY: over age for a first registration."""
YOUNG_NUMBER = "159999201311050244"
"""Thirteen years old on TODAY."""
PHONE = "13800000000"
ACCOUNT = "6222000000000000012"
ADDRESS = "内蒙古自治区测试旗测试镇东升嘎查三组12号"
JPEG, PNG, STROKES = a_jpeg(), a_png(), some_ink()
M01 = ModuleId("M01")

TOWNSHIP = Office(code="159999001", name="测试镇便民服务中心", level="乡镇", phone="0471-0000001")
OTHER_TOWNSHIP = Office(code="159999002", name="练习镇便民服务中心", level="乡镇")
COUNTY = Office(code="159999", name="测试旗社会保险事业服务中心", level="旗县", phone="0471-0000000")
OTHER_COUNTY = Office(code="159998", name="练习旗社会保险事业服务中心", level="旗县")
CITY = Office(code="159900", name="测试盟社会保险事业服务中心", level="盟市")
OFFICES = (TOWNSHIP, OTHER_TOWNSHIP, COUNTY, OTHER_COUNTY, CITY)

APPLICANT = PersonKey("person-applicant")
ACCEPTING_ROLES = frozenset({"PUB_BIZ", "PEN_BIZ"})


def catalogue_data() -> dict[str, Any]:
    """The shipped catalogue as plain data, a copy that a test may spoil."""
    return copy.deepcopy(_data())


@cache
def _data() -> dict[str, Any]:
    return resources.load_catalogue_data()


@cache
def shipped_catalogue() -> Catalogue:
    """The catalogue of the product."""
    return parse_catalogue(_data())


def a_module() -> Module:
    """新参保登记."""
    return shipped_catalogue().modules[M01]


def an_id_number(first_17: str) -> str:
    """The ID number that begins so."""
    return first_17 + check_digit(first_17)


def m01_answers(number: str = NUMBER, **changes: str) -> Answers:
    """Complete answers of M01 for the holder of ``number``; a change to an empty text drops the answer."""
    values = {
        "AAC003": NAME,
        "AAC058": "01",
        "AAC002": number,
        "AAC004": "1" if int(number[16]) % 2 else "2",
        "AAC005": "01",
        "AAC006": f"{number[6:10]}-{number[10:12]}-{number[12:14]}",
        "AAC010": ADDRESS,
        "AAB301": "159999",
        "AAF013": "159999001",
        "AAF030": "159999001001",
        "AAC009": "50",
        "AAC030": TODAY.isoformat(),
        "CAZ289": "500",
        "AAC066": "011",
        "AAE005": PHONE,
        "AAE006": "测试镇一号",
    } | changes
    return answers_of(values)


def answers_of(values: Mapping[str, str]) -> Answers:
    """Answers of plain fields; an empty text is none."""
    return Answers(tuple(Answer(field=FieldId(name), value=value) for name, value in values.items() if value))


def at(field: str) -> AnswerKey:
    """The place of a plain field."""
    return AnswerKey(FieldId(field))


def shown_by(number: str = NUMBER, name: str = NAME, origin: Origin = Origin.CARD) -> tuple[IdentityShown, ...]:
    """That the applicant showed who they are."""
    return (identity_shown(name, number, origin, PartyRole.APPLICANT),)


CAMERA = PageSource(maker=PageMaker.CAMERA, sharpness=300.0, taken_at=NOW)


def a_setting(**changes: Any) -> Setting:
    """The applicant themselves with their card at the township, today."""
    setting = Setting(today=TODAY, office_region="159999", identities=shown_by())
    return dataclasses.replace(setting, **changes)


def an_assessment(
    answers: Answers | None = None,
    setting: Setting | None = None,
    module: Module | None = None,
    catalogue: Catalogue | None = None,
    told: Facts = MappingProxyType({}),
) -> Assessment:
    """The assessment of complete answers of M01; ``told``: facts from other people's records."""
    return assess(
        catalogue or shipped_catalogue(),
        module or a_module(),
        m01_answers() if answers is None else answers,
        setting or a_setting(),
        told,
    )


def sha256_of(body: bytes) -> BlobHash:
    """The name of a blob."""
    return BlobHash(hashlib.sha256(body).hexdigest())


def a_page(material: str = "MT02", number: int = 1, body: bytes = JPEG) -> PageRef:
    """A page of a material."""
    return PageRef(
        material=MaterialId(material), number=number, sha256=sha256_of(body), size_bytes=len(body), source=CAMERA
    )


def a_content(answers: Answers | None = None, *, signed: bool = True, **changes: Any) -> CaseContent:
    """A complete case of M01, read from the card, with a signature that fits."""
    form = m01_answers() if answers is None else answers
    content = CaseContent(
        module=M01,
        catalogue_sha256=shipped_catalogue().sha256,
        applicant_kind=ApplicantKind.SELF,
        identities=shown_by(value_of(form, FieldId("AAC002")), value_of(form, FieldId("AAC003"))),
        answers=form.answers,
        rows=form.rows,
        pages=(a_page(number=1), a_page(number=2, body=a_jpeg(b"2"))),
    )
    content = dataclasses.replace(content, **changes)
    return dataclasses.replace(content, signature=a_signature(content)) if signed else content


def a_signature(content: CaseContent) -> SignatureRef:
    """A signature over this content."""
    return SignatureRef(
        png_sha256=sha256_of(PNG),
        strokes_sha256=sha256_of(STROKES),
        digests=(content_digest(content),),
        signed_at=NOW,
    )


def a_card(number: str = NUMBER, **changes: Any) -> IdCard:
    """A valid resident ID card."""
    card = IdCard(
        card_type=CardType.CITIZEN,
        name=NAME,
        sex="1" if int(number[16]) % 2 else "2",
        nation="01",
        birth_date=date(int(number[6:10]), int(number[10:12]), int(number[12:14])),
        address=ADDRESS,
        id_number=number,
        issuer="测试旗公安局",
        valid_from=date(2016, 1, 1),
        valid_until=date(2036, 1, 1),
        photo=b"\xff\xd8\xff\xe0photo",
        photo_decoded=True,
    )
    return dataclasses.replace(card, **changes)


def a_chain(name: str = "CH2") -> Chain:
    """A chain of the product."""
    return shipped_catalogue().chains[ChainId(name)]


def home_of(role: str) -> Office:
    """An office where the role acts on cases that TOWNSHIP accepted."""
    if role in ACCEPTING_ROLES:
        return TOWNSHIP
    return CITY if role.startswith("CITY") else COUNTY


def an_actor(*roles: str, person: str = "", office: Office | None = None, account: str = "") -> Actor:
    """Somebody with these roles; by default a person of their own at the office where the first role acts."""
    return Actor(
        account=account or f"account-{roles[0]}",
        name="李测试",
        person=PersonKey(person or f"person-{roles[0]}"),
        roles=frozenset(RoleId(role) for role in roles),
        office=office or home_of(roles[0]),
    )


def a_step(
    act: Act,
    role: str,
    *,
    actor: Actor | None = None,
    opinion: str = "",
    stage: str = "",
    target: StageId | None = None,
) -> Step:
    """A step as the server took it."""
    actor = actor or an_actor(role)
    return Step(
        id=StepId(f"step-{act.value}-{role}"),
        act=act,
        stage=StageId(stage or f"stage-{role}"),
        role=RoleId(role),
        person=actor.person,
        account=actor.account,
        actor_name=actor.name,
        office=actor.office,
        taken_at=NOW,
        opinion=opinion,
        target=target,
    )


def a_case(chain: Chain, acts: Iterable[Act], opinions: Mapping[Act, str] | None = None) -> tuple[Step, ...]:
    """The steps of a case on this chain, each taken by the person whose turn it was."""
    stage, steps = 0, []
    for act in acts:
        opening = act in (Act.ACCEPT, Act.RESUBMIT, Act.WITHDRAW)
        role = chain.roles[0 if opening else stage]
        steps.append(a_step(act, role, opinion=(opinions or {}).get(act, "")))
        stage = {Act.ACCEPT: 1, Act.RESUBMIT: 1, Act.RETURN: 0}.get(act, stage + 1)
    return tuple(steps)
