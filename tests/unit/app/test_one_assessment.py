"""Client, server and reviewer come to the same findings, materials, rules, chain and risk, whatever was answered."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta
from typing import Any, cast

import pytest

from app.review.rules_told import assessment_of
from app.visit.assessing import assess_visit
from app.visit.state import Identity, VisitState
from domain.business_time import business_day
from domain.cases import assessing
from domain.cases.assessing import assess_content
from domain.cases.values import Act, CaseId, CaseStatus
from domain.catalogue.parse import parse_catalogue
from domain.catalogue.values import Field, FieldId, FieldKind, GroupId, RoleId
from domain.forms.answers import NO_ROW, Answer, AnswerKey, Answers, ApplicantKind, Origin, RowId
from domain.forms.assess import Assessment, assess
from domain.identity import check_digit
from domain.wire.cases import CaseView, StepView
from tests.helpers.assessing import tools_at
from tests.helpers.builders import M01, NAME, TOWNSHIP
from tests.helpers.rules import with_heirs

CATALOGUE = parse_catalogue(with_heirs())
MODULE = CATALOGUE.modules[M01]
HEIRS = GroupId("heirs")
CASES, PARTS = 10_000, 5
TRIED_AGAIN = 50
_ODD = ("", " ", "x", "0", "2026-02-29", "99", "张三\u200b", "1e5", "长" * 300)


def a_number(chance: random.Random) -> str:
    born = date(1925, 1, 1) + timedelta(days=chance.randrange(36_500))
    first_17 = f"159999{born:%Y%m%d}{chance.randrange(1000):03}"
    return first_17 + chance.choice([check_digit(first_17), "0", "X"])


def a_value(chance: random.Random, field: Field) -> str:
    """Mostly something that fits the field."""
    if chance.random() < 0.15:
        return chance.choice(_ODD)
    match field.kind:
        case FieldKind.CHOICE:
            return chance.choice(CATALOGUE.codes[field.codes].entries[:40]).code
        case FieldKind.DATE:
            return (date(2000, 1, 1) + timedelta(days=chance.randrange(14_000))).isoformat()
        case FieldKind.AMOUNT:
            return chance.choice(["100", "50", "25", "33.33", "0.01"])
        case FieldKind.ID_NUMBER:
            return a_number(chance)
        case FieldKind.PHONE:
            return "13800000000"
        case _:
            return chance.choice([NAME, "李测试", "159999001001", "6222000000000000012", "X00000019"])


def some_answers(chance: random.Random) -> Answers:
    rows = [RowId(f"r{number}") for number in range(chance.choice([0, 0, 0, 1, 2, 5]))]
    answers = Answers().with_rows(HEIRS, rows)
    given = []
    for page in MODULE.form.pages:
        for row in rows if page.group else [NO_ROW]:
            for use in page.uses:
                if chance.random() < 0.85:
                    value = a_value(chance, CATALOGUE.fields[use.field])
                    given.append(Answer(field=use.field, row=row, value=value))
    return answers.with_answer(*given)


def a_state(chance: random.Random) -> VisitState:
    answers = some_answers(chance)
    number = answers.get(AnswerKey(FieldId("AAC002")))
    name = chance.choice([NAME, "李测试"])
    identity = Identity(name=name, id_number=number.value if number else "", origin=chance.choice(list(Origin)))
    return VisitState(
        visit="v",
        identity=chance.choice([identity, None]),
        applicant_kind=chance.choice(list(ApplicantKind)),
        module=M01,
        answers=answers,
        again=answers,  # the server does not know of it
    )


def said_of(assessment: Assessment) -> dict[str, Any]:
    """All that follows, without the facts' own names."""
    return {
        "findings": assessment.findings,
        "materials": assessment.materials,
        "shown": assessment.shown,
        "rulings": assessment.rulings,
        "chain": assessment.chain.id,
        "risk": assessment.risk,
    }


def seen_by_reviewer(state_content: Any, now: datetime, told: dict[str, bool]) -> Assessment | None:
    step = StepView(
        id=cast("Any", "s1"),
        act=Act.ACCEPT,
        role=RoleId("PUB_BIZ"),
        actor_name="",
        office=TOWNSHIP.name,
        taken_at=now,
        opinion="",
    )
    view = CaseView(
        case=CaseId("c1"),
        receipt_no=f"{TOWNSHIP.code}-{business_day(now):%Y%m%d}-0001",
        module=M01,
        applicant="",
        status=CaseStatus.IN_REVIEW,
        awaited=None,
        risk=2,
        reason="",
        accepted_at=now,
        due_on=business_day(now),
        steps=(step,),
        acts=(),
        content=state_content,
        told=told,
    )
    return assessment_of(CATALOGUE, view)


class Remembering:
    """``assess`` is pure: who asks the very same again is told the same. Every so often that is tried as well."""

    def __init__(self) -> None:
        self.asked, self.remembered = 0, 0
        self._last: tuple[tuple[Any, ...], Assessment] | None = None

    def __call__(self, *question: Any) -> Assessment:
        self.asked += 1
        if self._last and self._last[0] == question:
            self.remembered += 1
            assert self.remembered % TRIED_AGAIN or assess(*question) == self._last[1]
        else:
            self._last = question, assess(*question)
        return self._last[1]


@pytest.mark.parametrize("part", range(PARTS))
def test_f1_3_client_server_and_reviewer_come_to_the_same_for_ten_thousand_cases(
    part: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    of_content = Remembering()
    monkeypatch.setattr(assessing, "assess", of_content)
    chance = random.Random(20261128 + part)
    kinds: set[tuple[str, int]] = set()
    for _ in range(CASES // PARTS):
        now = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=chance.randrange(200_000))
        state, told = a_state(chance), chance.choice([{}, {"already_insured": True}, {"already_insured": False}])
        client = assess_visit(tools_at(CATALOGUE, now), state)
        assert client is not None
        content = client.content

        today = business_day(now)
        server = assess_content(CATALOGUE, MODULE, content, today=today, office=TOWNSHIP.code, told=told)
        reviewer = seen_by_reviewer(content, now, told)

        assert server.strays == ()
        said = said_of(server)
        if not told:  # the records are the server's to know
            assert said == said_of(client.assessment)
        assert reviewer is not None
        assert said == said_of(reviewer)
        kinds.add((server.chain.id, len(server.rulings.blocking)))
    assert of_content.asked == 2 * of_content.remembered, "the reviewer's screen asks what the server asked"
    assert {chain for chain, _ in kinds} == {"CH1", "CH2"}
    assert {blocking for _, blocking in kinds} >= {0, 1, 2}
