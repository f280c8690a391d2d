"""A practice county with invented people, for trying the product out and for its tests."""

from __future__ import annotations

from dataclasses import dataclass, field

from domain.cases.values import Office
from domain.catalogue.values import RoleId
from domain.refusals import Refusal
from server.service.accounts import NewAccount, grant_role, import_grant, open_account, open_office
from server.service.work import Installation, Work, look, transact
from server.storage.accounts import find_account, list_users

BY = "init-sample"
PASSWORD = "Zonggui-2026!"  # noqa: S105 - printed for practice accounts, never used elsewhere
COUNTY = Office(code="159999", name="测试旗社会保险事业服务中心", level="旗县", phone="0471-0000000")
TOWNSHIP = Office(code="159999001", name="测试镇便民服务中心", level="乡镇", phone="0471-0000001")


class InUseError(Exception):
    """There are accounts of real people: practice people must not stand among them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """A practice account. ``imported`` roles were held before the exclusions were checked."""

    user: str
    name: str
    id_number: str = field(repr=False)
    office: str
    roles: tuple[str, ...]
    imported: tuple[str, ...] = ()


SAMPLES = (
    Sample(
        user="wangfang",
        name="王芳",
        id_number="15999919800315002X",
        office=TOWNSHIP.code,
        roles=("PUB_BIZ", "PEN_BIZ"),
    ),
    Sample(
        user="lijun",
        name="李军",
        id_number="159999197906120038",
        office=COUNTY.code,
        roles=("PUB_CHK", "PEN_CHK"),
    ),
    Sample(user="zhaomin", name="赵敏", id_number="159999197501010041", office=COUNTY.code, roles=("DEP_DIR",)),
    Sample(user="sunli", name="孙丽", id_number="159999197208080067", office=COUNTY.code, roles=("DIR",)),
    # The same person as wangfang. The exclusion forbids PUB_CHK to her, so the role came in with the data of a former
    # system (import_grant): just such pairs are found in practice, and the workflow must stop them in every case.
    Sample(
        user="wangfang2",
        name="王芳",
        id_number="15999919800315002X",
        office=COUNTY.code,
        roles=(),
        imported=("PUB_CHK",),
    ),
)


def add_samples(installation: Installation) -> tuple[Sample, ...]:
    """Add the practice county; what is there stays as it is. Gives all practice accounts. Raises InUseError."""
    if look(installation, lambda work: list_users(work.connection)) - {sample.user for sample in SAMPLES}:
        raise InUseError
    transact(installation, _add)
    return SAMPLES


def _add(work: Work) -> None:
    for office in (COUNTY, TOWNSHIP):
        open_office(work, office, by=BY)
    for sample in SAMPLES:
        if find_account(work.connection, sample.user) is None:
            _add_account(work, sample)


def _add_account(work: Work, sample: Sample) -> None:
    new = NewAccount(
        user=sample.user,
        name=sample.name,
        id_number=sample.id_number,
        password=PASSWORD,
        office=sample.office,
    )
    made = open_account(work, new, by=BY, today=work.today)
    refusals = [made] if isinstance(made, Refusal) else []
    refusals += [no for role in sample.roles if (no := grant_role(work, sample.user, RoleId(role), by=BY))]
    refusals += [no for role in sample.imported if (no := import_grant(work, sample.user, RoleId(role), by=BY))]
    if refusals:
        raise ValueError(f"practice account {sample.user}: {refusals}")
